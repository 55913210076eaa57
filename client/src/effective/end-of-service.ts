/**
 * The number of the line, from 0, before which one is added to [Service]: behind the last that stands in it, so that no other one counts instead.
 * Undefined where there is no such section.
 */
export function endOfService(lines: readonly string[]): number | undefined {
  const header = lines.findLastIndex(text => text.trim() === '[Service]');
  if (header < 0) return undefined;
  const next = lines.findIndex((text, n) => n > header && /^\s*\[/.test(text));
  const inside = lines.slice(0, next < 0 ? undefined : next);
  return inside.findLastIndex(text => text.trim() !== '') + 1;
}
