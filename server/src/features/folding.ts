/** What an editor can fold: sections, blocks of comments, continued assignments. */
import type { FoldingRange } from 'vscode-languageserver';
import type { JudgedUnit } from './judge.ts';

const comment = /^[ \t]*[#;]/;

/** The foldable stretches of a document, lines from 0; comments and empty lines right above a header belong to what follows. */
export function foldingOf({ text, tree, lines }: Pick<JudgedUnit, 'text' | 'tree' | 'lines'>): FoldingRange[] {
  const physical = text.split(/\r\n|[\r\n]/);
  const lineOf = (offset: number) => lines.position(offset).line;
  const ranges: FoldingRange[] = [];
  const add = (startLine: number, endLine: number, kind: 'region' | 'comment' | undefined) => {
    if (endLine > startLine) ranges.push({ startLine, endLine, ...(kind && { kind }) });
  };

  tree.sections.forEach(({ header }, n) => {
    const next = tree.sections[n + 1];
    let end = next ? lineOf(next.header.start) - 1 : physical.length - 1;
    const isLoose = (line: string) => line.trim() === '' || (next !== undefined && comment.test(line));
    while (end > 0 && isLoose(physical[end] ?? '')) end--;
    add(lineOf(header.start), end, 'region');
  });
  for (const assignment of [...tree.orphans, ...tree.sections.flatMap(s => s.assignments)]) {
    add(lineOf(assignment.start), lineOf(assignment.end), undefined);
  }
  let first: number | undefined;
  for (let line = 0; line <= physical.length; line++) {
    if (comment.test(physical[line] ?? '')) first ??= line;
    else if (first !== undefined) {
      add(first, line - 1, 'comment');
      first = undefined;
    }
  }
  return ranges.sort((a, b) => a.startLine - b.startLine);
}
