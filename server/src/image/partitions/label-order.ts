/** Characters of a version; all others only separate. */
const separator = /^[^a-zA-Z0-9~^.-]+/;

/**
 * Which of two labels is the newer version: negative where `a` is older, 0 where neither is. Partitions of one purpose are told apart by it: the
 * newest counts. (UAPI Version Format Specification)
 */
export function compareLabels(a: string, b: string): number {
  let [left, right] = [a, b];
  for (;;) {
    left = left.replace(separator, '');
    right = right.replace(separator, '');
    for (const mark of ['~', undefined, '-', '^', '.']) {
      if (mark === undefined) {
        if (left === '' || right === '') return Math.sign(left.length - right.length);
        continue;
      }
      const [marked, other] = [left.startsWith(mark), right.startsWith(mark)];
      if (marked !== other) return marked ? -1 : 1;
      if (marked) [left, right] = [left.slice(1), right.slice(1)];
    }
    const kind = /^[0-9]/.test(left) || /^[0-9]/.test(right) ? /^[0-9]*/ : /^[a-zA-Z]*/;
    const [mine = '', theirs = ''] = [kind.exec(left)?.[0], kind.exec(right)?.[0]];
    if ((mine === '') !== (theirs === '')) return mine === '' ? -1 : 1;
    const order = /^[0-9]/.test(mine) ? compareNumbers(mine, theirs) : Number(mine > theirs) - Number(mine < theirs);
    if (order !== 0) return order;
    [left, right] = [left.slice(mine.length), right.slice(theirs.length)];
  }
}

/** Of any length, without rounding. */
function compareNumbers(a: string, b: string): number {
  const [mine, theirs] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return Math.sign(mine.length - theirs.length) || Number(mine > theirs) - Number(mine < theirs);
}
