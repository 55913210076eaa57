/** The known word that a misspelt one was most likely meant to be. */

/** Names longer than this are no misspelling of anything; it bounds the work on hostile text. */
const longest = 80;

/** The three rows of the distance table that are needed at a time, kept between calls. */
let rows: readonly [number[], number[], number[]] = [[], [], []];

/** Edit distance with swaps of neighbours, or more than `limit` as soon as that is certain: only cells that near the diagonal are filled. */
function distance(a: string, b: string, limit: number): number {
  const over = limit + 1;
  for (const row of rows) row.fill(over);
  for (let j = 0; j <= b.length; j++) rows[1][j] = j;
  for (let i = 1; i <= a.length; i++) {
    const [before, previous, row] = rows;
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    row[from - 1] = from === 1 ? i : over;
    let best = over;
    for (let j = from; j <= to; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min((previous[j] ?? over) + 1, (row[j - 1] ?? over) + 1, (previous[j - 1] ?? over) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? over) + 1);
      row[j] = cost;
      best = Math.min(best, cost);
    }
    row[to + 1] = over;
    if (best > limit) return over;
    rows = [previous, row, before];
  }
  return rows[1][b.length] ?? over;
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

interface Candidate {
  readonly word: string;
  readonly lower: string;
  readonly bits: number;
}

const lists = new WeakMap<readonly string[], readonly Candidate[]>();
/** A list of candidates in lower case with their letters, remembered as long as the list lives. */
function prepared(candidates: readonly string[]): readonly Candidate[] {
  const known = lists.get(candidates);
  if (known) return known;
  const made = candidates.map(word => ({ word, lower: word.toLowerCase(), bits: letters(word.toLowerCase()) }));
  lists.set(candidates, made);
  return made;
}

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
  for (const candidate of prepared(candidates)) {
    if (Math.abs(candidate.lower.length - lower.length) > limit) continue;
    if (count(bits & ~candidate.bits) > limit || count(candidate.bits & ~bits) > limit) continue;
    const steps = distance(lower, candidate.lower, limit);
    if (steps > limit) continue;
    if (steps === 0) return candidate.word;
    limit = steps - 1;
    found = candidate.word;
  }
  return found;
}
