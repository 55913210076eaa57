/** Damages images by a seed: the same seed makes the same image. */

/** Whole numbers below a bound. */
type Pick = (below: number) => number;

/** Numbers by a seed. (mulberry32) */
export function picker(seed: number): Pick {
  let state = seed >>> 0;
  return below => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Most structures that lead to others lie here. */
const head = 8192;
const mostDamages = 6;
const sector = 512;

/** A copy with one to six damages; how often each kind is made does not depend on the image. */
export function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const pick = picker(seed);
  let copy: Uint8Array = bytes.slice();
  for (let left = 1 + pick(mostDamages); left > 0 && copy.length > 64; left--) {
    const cut = damages[pick(damages.length)]?.(copy, pick);
    if (cut) copy = cut;
  }
  return copy;
}

const place = ({ length }: Uint8Array, pick: Pick, room: number): number =>
  pick(Math.max(1, (pick(3) === 0 ? Math.min(length, head) : length) - room));

/** Each changes the bytes in place, or returns fewer. */
const damages: readonly ((bytes: Uint8Array, pick: Pick) => Uint8Array | undefined)[] = [
  function flipBit(bytes, pick) {
    const at = place(bytes, pick, 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
    return undefined;
  },
  function anyByte(bytes, pick) {
    bytes[place(bytes, pick, 1)] = pick(256);
    return undefined;
  },
  setField,
  setField,
  setField,
  function copyStretch(bytes, pick) {
    const length = 1 << pick(10);
    const from = place(bytes, pick, length);
    bytes.copyWithin(place(bytes, pick, length), from, from + length);
    return undefined;
  },
  function swapSectors(bytes, pick) {
    const [a, b] = [pick(bytes.length >> 9) * sector, pick(bytes.length >> 9) * sector];
    const kept = bytes.slice(a, a + sector);
    bytes.copyWithin(a, b, b + sector);
    bytes.set(kept.subarray(0, bytes.length - b), b);
    return undefined;
  },
  function fill(bytes, pick) {
    const length = 1 << pick(9);
    const at = place(bytes, pick, length);
    bytes.fill([0, 255, pick(256)][pick(3)] ?? 0, at, at + length);
    return undefined;
  },
  function cutOff(bytes, pick) {
    return pick(8) === 0 ? bytes.slice(0, pick(bytes.length)) : undefined;
  },
];

/** A field of one to eight bytes, in either order, set to 0, 1, the most, a border, a little more or less than it was, or anything. */
function setField(bytes: Uint8Array, pick: Pick): undefined {
  const width = 1 << pick(4);
  const at = place(bytes, pick, width) & ~(width - 1);
  const big = pick(4) === 0;
  const index = (i: number) => at + (big ? width - 1 - i : i);
  let old = 0n;
  for (let i = width - 1; i >= 0; i--) old = (old << 8n) | BigInt(bytes[index(i)] ?? 0);
  const values = [
    0n,
    1n,
    2n ** 64n - 1n,
    2n ** 63n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 53n,
    BigInt(bytes.length),
    old + 1n,
    old - 1n,
    old * 2n,
    old << 16n,
  ];
  const chosen = pick(values.length + 2);
  const value = values[chosen] ?? (BigInt(pick(2 ** 32)) << BigInt(pick(33))) | BigInt(pick(2 ** 32));
  for (let i = 0; i < width; i++) bytes[index(i)] = Number((value >> BigInt(8 * i)) & 0xffn);
}
