/** Measures what one edit costs in the language server, in process, with many units open: until the document, and all that depend on it, are judged again. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { judgedDocuments } from '../../server/src/node/documents/judged-documents.ts';
import { treeAt, unitsAround } from '../../server/src/node/documents/units-around.ts';
import { noControl } from '../../server/src/rules/control/regulate.ts';
import { median } from './measure.ts';
import { writeUnits } from './units.ts';

/** What was found, in milliseconds. */
export interface Edited {
  readonly what: string;
  readonly median: number;
  /** Of a hundred edits, ninety-five are faster. */
  readonly p95: number;
}

const units = 1000;
const edits = 200;
const target = { systemd: 262 };

/** What is typed: two texts of one line in turns. */
const typed = [
  { what: 'edit of a description', lines: ['Description=One', 'Description=Another'] },
  { what: 'edit of a value', lines: ['JobTimeoutSec=5', 'JobTimeoutSec=5x'] },
  { what: 'edit of After=', lines: ['After=network.target', 'After=local-fs.target network.target'] },
] as const;

/** Opens the units and types into some of them, one edit after another; the first round of each kind is not counted. */
export async function measureEdits(): Promise<readonly Edited[]> {
  const directory = mkdtempSync(join(tmpdir(), 'edit-bench-'));
  try {
    const documents = new Map<string, TextDocument>();
    const judged = judgedDocuments(
      uri => documents.get(uri),
      async path => readFileSync(path),
      { unitsAround, treeAt },
    );
    for (const name of writeUnits(directory, units)) {
      const path = join(directory, name);
      const uri = pathToFileURL(path).href;
      documents.set(uri, TextDocument.create(uri, 'systemd-unit', 1, `[Unit]\n# typed\n${readFileSync(path, 'utf8')}`));
    }
    const all = [...documents.values()];
    for (const document of all) await judged.look(document, false);
    const judge = (document: TextDocument | undefined) => document && judged.judge(document, target, noControl);
    for (const document of all) judge(document);
    judged.affected();

    /** One edit of the second line; the time until all is judged. */
    const type = (document: TextDocument, line: string): number => {
      const begun = performance.now();
      const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } };
      TextDocument.update(document, [{ range, text: `${line}\n` }], document.version + 1);
      judged.edited(document.uri);
      judge(document);
      for (const uri of judged.affected()) judge(documents.get(uri));
      return performance.now() - begun;
    };
    return typed.map(({ what, lines }) => {
      const times = Array.from({ length: edits + 20 }, (_, n) => {
        const document = all[(n * 7) % all.length];
        return document ? type(document, lines[n % 2] ?? '') : 0;
      }).slice(20);
      return { what, median: median(times), p95: times.toSorted((a, b) => a - b)[Math.floor(edits * 0.95)] ?? 0 };
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
