/** What every format is made from. */
import type { LintFinding, LintResult } from '../lint.ts';

/** A run, as the formats see it. */
export interface Report extends LintResult {
  /** Several versions were asked for: then each finding tells which ones say so. */
  readonly several: boolean;
}

/** Line and column from 1, as people count. */
export const placeOf = ({ range: { start, end } }: LintFinding) => ({
  line: start.line + 1,
  column: start.character + 1,
  endLine: end.line + 1,
  endColumn: end.character + 1,
});

/** `1 error`, `2 errors`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** `252`, `252 and 257`, `252, 257 and 262`. */
export function listed(items: readonly (string | number)[]): string {
  const last = items.at(-1) ?? '';
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${last}` : String(last);
}
