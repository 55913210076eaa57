/**
 * Baselines: the findings that were there when a tree began to be linted. A finding is known again by its file, its code and the text of its
 * line, so that lines may move; where one line has several of a code, each counts.
 */
import { type JsonFault, type JsonValue, parseJson } from './json.ts';

/** A finding as a baseline remembers it. */
export interface Remembered {
  /** Relative to the baseline's directory, `/` between its parts. */
  readonly file: string;
  readonly code: string;
  /** What `evidence` gives. */
  readonly line: string;
}

/** What a baseline accepts in one file: the lines by code. */
export type Accepted = ReadonlyMap<string, readonly string[]>;

/** What a baseline holds, by file. */
export type Baseline = ReadonlyMap<string, Accepted>;

/** The version of the format. */
const format = 1;

/** Longer lines are kept by their beginning and a checksum. */
const longest = 120;

/** The line that an offset stands in, as a baseline remembers it: without the blanks around it, and not endless. */
export function evidence(text: string, offset: number): string {
  const start = Math.max(...['\n', '\r', '\0'].map(end => (offset > 0 ? text.lastIndexOf(end, offset - 1) : -1))) + 1;
  const end = text.slice(offset).search(/[\n\r\0]|$/);
  const line = text.slice(start, offset + end).trim();
  return line.length > longest ? `${line.slice(0, longest)}... ${checksum(line)}` : line;
}

/** FNV-1a over UTF-16 code units, in hexadecimal: tells lines apart, and is no secret. */
export function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A baseline as the text of its file, always in the same order. */
export function baselineText(findings: readonly Remembered[]): string {
  const files = new Map<string, Map<string, string[]>>();
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  for (const { file, code, line } of findings.toSorted((a, b) => order(a.file, b.file) || order(a.code, b.code) || order(a.line, b.line))) {
    const codes = files.get(file) ?? new Map<string, string[]>();
    files.set(file, codes.set(code, [...(codes.get(code) ?? []), line]));
  }
  const plain = Object.fromEntries([...files].map(([file, codes]) => [file, Object.fromEntries(codes)]));
  return `${JSON.stringify({ version: format, files: plain }, undefined, 2)}\n`;
}

/** Reads a baseline's text; what is wrong is told with its place. Never throws. */
export function readBaseline(text: string): { readonly baseline: Baseline } | { readonly fault: JsonFault } {
  const json = parseJson(text);
  if ('fault' in json) return json;
  const version = member(json.value, 'version');
  if (version?.kind !== 'number' || version.value !== format) {
    const { start, end } = version ?? json.value;
    return { fault: { start, end, message: `expected a baseline of version ${format}: portable-lint --write-baseline writes one` } };
  }
  const baseline = new Map<string, Map<string, string[]>>();
  for (const [file, codes] of membersOf(member(json.value, 'files'))) {
    const accepted = new Map<string, string[]>();
    for (const [code, lines] of membersOf(codes)) {
      accepted.set(code, lines.kind === 'array' ? lines.items.flatMap(line => (line.kind === 'string' ? [line.value] : [])) : []);
    }
    baseline.set(file, accepted);
  }
  return { baseline };
}

const membersOf = (value: JsonValue | undefined): (readonly [string, JsonValue])[] =>
  value?.kind === 'object' ? value.members.map(m => [m.key.text, m.value] as const) : [];

const member = (value: JsonValue, name: string): JsonValue | undefined => membersOf(value).findLast(([key]) => key === name)?.[1];

/** Takes findings of one file off what a baseline accepts there: says of each whether it is accepted. `left` tells what no finding needed. */
export function acceptor(accepted: Accepted): { readonly accepts: (code: string, line: string) => boolean; readonly left: () => Accepted } {
  const left = new Map([...accepted].map(([code, lines]) => [code, [...lines]]));
  return {
    accepts(code, line) {
      const lines = left.get(code) ?? [];
      const at = lines.indexOf(line);
      if (at >= 0) lines.splice(at, 1);
      return at >= 0;
    },
    left: () => left,
  };
}

/** How many findings are accepted. */
export function sizeOf(accepted: Accepted): number {
  let size = 0;
  for (const lines of accepted.values()) size += lines.length;
  return size;
}

/** What both accept. */
export function inBoth(one: Accepted, other: Accepted): Accepted {
  const { accepts } = acceptor(other);
  return new Map([...one].map(([code, lines]) => [code, lines.filter(line => accepts(code, line))]));
}
