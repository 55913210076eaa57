/** An os-release or extension-release file: what systemd reads of it, and what it passes over (src/basic/env-file.c). */
import { parseRelease, type ReleaseField, releaseValues } from '../../image/os-release.ts';
import type { Span } from '../../unit/tree.ts';
import type { Report, Target } from '../rule.ts';
import { quoted } from '../wording.ts';
import { type PortableTree, portableTree, type Release, type TreeFacts } from './portable-tree.ts';

/** A release file and the tree around it. */
export interface ReleaseFile {
  readonly kind: 'os-release' | 'extension-release';
  readonly text: string;
  readonly fields: readonly ReleaseField[];
  readonly values: Release;
  /** The last assignment of a field, which counts. */
  readonly field: (key: string) => ReleaseField | undefined;
  readonly target: Target;
  /** The image that an extension-release names by its own name: `extension-release.NAME`. */
  readonly extension?: string;
  readonly facts?: TreeFacts;
  /** The tree, where it is a portable image. */
  readonly tree?: PortableTree;
}

/** Which of the two a file is, by its name; undefined for any other. */
export function releaseKindOf(path: string): Pick<ReleaseFile, 'kind' | 'extension'> | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'os-release' || name === 'initrd-release') return { kind: 'os-release' };
  const extension = /^extension-release\.(.+)$/.exec(name)?.[1];
  return extension === undefined ? undefined : { kind: 'extension-release', extension };
}

/** Reads a release file. Never fails. */
export function releaseFile(
  text: string,
  kind: Pick<ReleaseFile, 'kind' | 'extension'>,
  target: Target,
  inTree: TreeFacts | undefined,
): ReleaseFile {
  const fields = parseRelease(text);
  const values = releaseValues(fields);
  // what is being typed counts before it is saved
  const facts = inTree && kind.kind === 'os-release' ? { ...inTree, release: values } : inTree;
  const tree = facts && portableTree(facts);
  return {
    ...kind,
    text,
    fields,
    values,
    field: key => fields.findLast(field => field.key.text === key),
    target,
    ...(facts && { facts }),
    ...(tree && { tree }),
  };
}

/** The first line, where a file as such is spoken of. */
export const firstLine = ({ text }: ReleaseFile): Span => ({ start: 0, end: text.search(/[\r\n]|$/) });

/** Lines without `=`. */
export function skippedLine({ text, fields }: ReleaseFile): readonly Report[] {
  const reports: Report[] = [];
  let at = 0;
  const stop = text.includes('\0') ? text.indexOf('\0') : text.length; // C strings end there
  for (const { start, end } of [...fields, { start: stop, end: stop }]) {
    for (const { index, 0: line } of text.slice(at, start).matchAll(/[^\r\n]+/g)) {
      const words = line.trim();
      if (words === '' || /^[#;]/.test(words)) continue;
      const from = at + index + line.indexOf(words);
      reports.push({
        start: from,
        end: from + words.length,
        message: 'There is no = in this line: systemd passes over it without a word.',
      });
    }
    at = Math.max(end, at);
  }
  return reports;
}

/** Where the quote that the text ends in began; undefined where all are closed. */
function openQuote(raw: string): number | undefined {
  let open: { readonly sign: string; readonly at: number } | undefined;
  let may = true; // a quote counts at the start of a value and behind another one
  for (let i = 0; i < raw.length; i++) {
    const c = raw.charAt(i);
    if (open) {
      if (c === open.sign) open = undefined;
      else if (c === '\\' && open.sign === '"') i++;
    } else if (may && (c === '"' || c === "'")) open = { sign: c, at: i };
    else if (!/\s/.test(c)) may = false;
  }
  return open?.at;
}

/** A quote without its end. */
export function unclosedQuote({ text, fields }: ReleaseFile): Report | undefined {
  const last = fields.at(-1);
  if (!last) return undefined;
  const { start, end } = last.valueSpan;
  const at = openQuote(text.slice(start, end));
  if (at === undefined) return undefined;
  const from = start + at;
  return {
    start: from,
    end: from + 1,
    message: `This quote is never closed: all that follows in the file is part of the value of ${quoted(last.key.text)}=.`,
  };
}

/** A field that is set again further down. */
export function repeatedField({ fields }: ReleaseFile): readonly Report[] {
  const last = new Map(fields.map((field, n) => [field.key.text, n]));
  return fields.flatMap((field, n) =>
    last.get(field.key.text) === n
      ? []
      : [
          {
            start: field.start,
            end: field.end,
            message: `${quoted(field.key.text)}= is set again further down, and only the last one counts.`,
          },
        ],
  );
}
