/**
 * Grammar cases as annotated text. `=== title` opens a case; below a line of source stand its assertions:
 *
 *     Type=exec
 *     ^^^^ support.type.property-name
 *         ^ punctuation.separator.key-value
 *
 * Every character above a caret must bear the scope, or one that begins with it and a dot; `!scope` says that none may; `-` that it bears
 * nothing but `meta.*`. A `␠` in the source is a blank that an editor would trim.
 */
export interface Case {
  readonly title: string;
  readonly lines: readonly SourceLine[];
}

/** One line of source and what is asserted of it. `number` is its place in the case file, from 1. */
export interface SourceLine {
  readonly text: string;
  readonly number: number;
  readonly assertions: Assertion[];
}

/** Scopes that hold from `start` to `end` (exclusive). */
export interface Assertion {
  readonly start: number;
  readonly end: number;
  readonly scopes: readonly string[];
}

/** Splits a case file; throws on an assertion that belongs to no line. */
export function parseCases(text: string): Case[] {
  const cases: { title: string; lines: SourceLine[] }[] = [];
  text.split('\n').forEach((line, index) => {
    const title = /^=== (.+)$/.exec(line)?.[1];
    const carets = /^\s*(\^+) (\S.*)$/.exec(line);
    const current = cases.at(-1);
    if (title !== undefined) cases.push({ title, lines: [] });
    else if (!current) {
      if (line !== '' && !line.startsWith('# ')) throw new Error(`line ${index + 1}: before the first case`);
    } else if (carets?.[1] && carets[2]) {
      const above = current.lines.at(-1);
      if (!above) throw new Error(`line ${index + 1}: an assertion without a line above it`);
      const start = line.indexOf('^');
      above.assertions.push({ start, end: start + carets[1].length, scopes: carets[2].split(/\s+/) });
    } else current.lines.push({ text: line.replaceAll('␠', ' '), number: index + 1, assertions: [] });
  });
  return cases;
}

/** Says what is wrong with the scopes of one character, or undefined. */
export function mismatch(scopes: readonly string[], wanted: string): string | undefined {
  const has = (name: string) => scopes.some(scope => scope === name || scope.startsWith(`${name}.`));
  const found = `has ${scopes.join(' ') || 'nothing'}`;
  if (wanted === '-') return scopes.some(scope => !scope.startsWith('meta.')) ? `should be plain, ${found}` : undefined;
  if (wanted.startsWith('!')) return has(wanted.slice(1)) ? `should not be ${wanted.slice(1)}, ${found}` : undefined;
  return has(wanted) ? undefined : `should be ${wanted}, ${found}`;
}
