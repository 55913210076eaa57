import { BackwardBits } from './backward-bits.ts';
import { readStateTable } from './states.ts';

/** A table of Huffman codes: by the next `log` bits the symbol, and above it how many of them are its code. (RFC 8878, 4.2) */
export interface HuffmanTable {
  readonly log: number;
  readonly entries: Uint16Array;
}

const longestCode = 11;
const mostSymbols = 255;
const longestWeightLog = 6;

/** Reads the table before literals, and how many bytes it took. Throws where it is bad. */
export function readHuffmanTable(bytes: Uint8Array): { readonly table: HuffmanTable; readonly length: number } {
  const head = bytes[0] ?? 0;
  const direct = head > 127;
  const length = 1 + (direct ? (head - 127 + 1) >> 1 : head);
  if (length > bytes.length) throw new Error('a Zstandard Huffman table ends too early');
  const body = bytes.subarray(1, length);
  const weights = direct
    ? Array.from({ length: head - 127 }, (_, i) => ((body[i >> 1] ?? 0) >> (i % 2 === 0 ? 4 : 0)) & 15)
    : packedWeights(body);
  return { table: tableOf(weights), length };
}

/** Two states take turns until the bits are used up; then the other one's symbol is the last. */
function packedWeights(bytes: Uint8Array): number[] {
  const { table, length } = readStateTable(bytes, mostSymbols, longestWeightLog);
  const bits = new BackwardBits(bytes.subarray(length));
  const states: [number, number] = [bits.take(table.log), bits.take(table.log)];
  const weights: number[] = [];
  for (let turn: 0 | 1 = 0; ; turn = turn === 0 ? 1 : 0) {
    const state = states[turn];
    weights.push(table.symbols[state] ?? 0);
    states[turn] = (table.bases[state] ?? 0) + bits.take(table.bits[state] ?? 0);
    if (bits.left < 0) {
      weights.push(table.symbols[states[turn === 0 ? 1 : 0]] ?? 0);
      return weights;
    }
    if (weights.length > mostSymbols) throw new Error('a Zstandard Huffman table does not end');
  }
}

/** A symbol of weight w has a share of 2^(w-1); that of the last one is what is missing to a power of two. */
function tableOf(weights: number[]): HuffmanTable {
  const sum = weights.reduce((all, weight) => all + ((1 << weight) >> 1), 0);
  const log = sum === 0 ? 0 : 32 - Math.clz32(sum);
  const left = (1 << log) - sum;
  if (log === 0 || log > longestCode || (left & (left - 1)) !== 0 || weights.length > mostSymbols)
    throw new Error('a Zstandard Huffman table is bad');
  weights.push(32 - Math.clz32(left));
  const entries = new Uint16Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    for (let symbol = 0; symbol < weights.length; symbol++) {
      if (weights[symbol] !== weight) continue;
      const share = 1 << (weight - 1);
      entries.fill(symbol | ((log + 1 - weight) << 8), at, at + share);
      at += share;
    }
  }
  return { log, entries };
}

/** Decodes one stream of literals into the whole of `out`. Throws where it holds fewer or more. */
export function decodeHuffman({ log, entries }: HuffmanTable, packed: Uint8Array, out: Uint8Array): void {
  const stream = new BackwardBits(packed);
  const mask = (1 << log) - 1;
  let to = 0;
  // most of it without a call for each symbol
  let left = stream.left;
  for (; to < out.length && left >= log; to++) {
    const from = left - log;
    const at = from >> 3;
    const word = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8) | ((packed[at + 2] ?? 0) << 16);
    const entry = entries[(word >>> (from & 7)) & mask] ?? 0;
    out[to] = entry;
    left -= entry >>> 8;
  }
  stream.left = left;
  for (; to < out.length; to++) {
    const entry = entries[stream.peek(log)] ?? 0;
    out[to] = entry;
    stream.left -= entry >>> 8;
  }
  if (stream.left !== 0) throw new Error('a Zstandard stream of literals has another length');
}
