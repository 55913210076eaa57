/** The known word that a misspelt one was most likely meant to be. */

/** Edit distance with swaps of neighbours, or more than `limit` as soon as that is certain. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? limit + 1;
}

/** The letters and digits of a word as a set of bits: words that share few cannot be near, which spares most distances. */
function letters(word: string): number {
  let bits = 0;
  for (let at = 0; at < word.length; at++) bits |= 1 << (word.charCodeAt(at) & 31);
  return bits;
}

/** How many bits are set. */
function count(bits: number): number {
  let rest = bits;
  let set = 0;
  for (; rest !== 0; set++) rest &= rest - 1;
  return set;
}

const lowered = new Map<string, { readonly text: string; readonly bits: number }>();
/** A candidate in lower case with its letters. Candidates come from our own tables, so remembering them is bounded. */
function prepared(candidate: string) {
  let known = lowered.get(candidate);
  if (!known) {
    const text = candidate.toLowerCase();
    known = { text, bits: letters(text) };
    lowered.set(candidate, known);
  }
  return known;
}

/** Names longer than this are no misspelling of anything; it bounds the work on hostile text. */
const longest = 80;

/**
 * The candidate nearest to a word: one that differs in case only, else within about a third of its letters (three at most), else undefined.
 * Of equally near ones the first wins.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > longest) return undefined;
  const lower = word.toLowerCase();
  const bits = letters(lower);
  let limit = Math.min(3, Math.floor((word.length + 1) / 3));
  let found: string | undefined;
  for (const candidate of candidates) {
    const known = prepared(candidate);
    if (count(bits & ~known.bits) > limit || count(known.bits & ~bits) > limit) continue;
    const steps = distance(lower, known.text, limit);
    if (steps > limit) continue;
    if (steps === 0) return candidate;
    limit = steps - 1;
    found = candidate;
  }
  return found;
}
