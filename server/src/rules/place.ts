/** Where a part of a value stands in the text. */
import type { Assignment, Span } from '../unit/tree.ts';

/** The offsets of values that were asked about: a long one may have many wrong words. */
const known = new WeakMap<Assignment, readonly number[]>();

/** The place of a part of an assignment's value, which may go over several lines; of the whole assignment where there is no value to point at. */
export function placeIn(assignment: Assignment, { start, end }: Span): Span {
  const { value, valueSpan, key } = assignment;
  if (value === '') return { start: key.start, end: Math.max(valueSpan.end, key.end) };
  let offsets = known.get(assignment);
  if (!offsets) {
    offsets = assignment.offsets();
    known.set(assignment, offsets);
  }
  const from = Math.min(start, value.length - 1);
  const to = Math.max(end, from + 1);
  return { start: offsets[from] ?? valueSpan.start, end: (offsets[to - 1] ?? valueSpan.end - 1) + 1 };
}
