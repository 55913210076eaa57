/** Tables of finite state entropy: each state gives a symbol, and with so many further bits the next state. (RFC 8878, 4.1) */
export interface StateTable {
  /** The table has 2 to the power of this many states. */
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** Of a symbol that is rarer than once in all states. */
const rare = -1;

/** The table of some frequencies: how many states each symbol has, -1 for one that is rare. Throws where they do not fill it. */
export function stateTable(frequencies: ArrayLike<number>, log: number): StateTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(frequencies.length);
  let end = size;
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    const frequency = frequencies[symbol] ?? 0;
    next[symbol] = Math.abs(frequency);
    if (frequency === rare) symbols[--end] = symbol;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    for (let left = frequencies[symbol] ?? 0; left > 0; left--) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= end);
    }
  }
  if (at !== 0) throw new Error('the frequencies of a Zstandard table do not fill it');
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] ?? 0;
    const count = next[symbol] ?? 0;
    next[symbol] = count + 1;
    const width = log - (31 - Math.clz32(count));
    bits[state] = width;
    bases[state] = (count << width) - size;
  }
  return { log, symbols, bits, bases };
}

/** A table with one state that needs no bits: the same symbol all the time. */
export const onlySymbol = (symbol: number): StateTable => ({
  log: 0,
  symbols: Uint8Array.of(symbol),
  bits: new Uint8Array(1),
  bases: new Uint16Array(1),
});

/** Reads a table's frequencies, and how many bytes they took. Throws where they are more than `most` symbols or more states than 2^`maxLog`. */
export function readStateTable(bytes: Uint8Array, most: number, maxLog: number): { readonly table: StateTable; readonly length: number } {
  let position = 0;
  const peek = (count: number) => {
    const at = position >> 3;
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    return (word >> (position & 7)) & ((1 << count) - 1);
  };
  const log = peek(4) + 5;
  position += 4;
  if (log > maxLog) throw new Error(`a Zstandard table has 2^${log} states`);
  const frequencies: number[] = [];
  let remaining = (1 << log) + 1;
  let threshold = 1 << log;
  let width = log + 1;
  while (remaining > 1) {
    if (frequencies.length > most || position > bytes.length * 8) throw new Error('the frequencies of a Zstandard table do not end');
    // values that can no longer be are left out, so the small ones take a bit less
    const short = 2 * threshold - 1 - remaining;
    let value = peek(width);
    if ((value & (threshold - 1)) < short) {
      value &= threshold - 1;
      position += width - 1;
    } else {
      if (value >= threshold) value -= short;
      position += width;
    }
    const frequency = value - 1;
    remaining -= Math.abs(frequency);
    frequencies.push(frequency);
    if (frequency === 0) {
      let zeros: number;
      do {
        zeros = peek(2);
        position += 2;
        for (let i = 0; i < zeros; i++) frequencies.push(0);
      } while (zeros === 3 && frequencies.length <= most);
    }
    while (remaining < threshold) {
      width--;
      threshold >>= 1;
    }
  }
  const length = (position + 7) >> 3;
  if (remaining !== 1 || frequencies.length > most + 1 || length > bytes.length)
    throw new Error('the frequencies of a Zstandard table are bad');
  return { table: stateTable(frequencies, log), length };
}
