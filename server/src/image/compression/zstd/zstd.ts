/** Zstandard, for programs whose runtime lacks it: Node before 22.15, and browsers. (RFC 8878) */
import type { Beyond } from '../../compression.ts';
import { copyLiterals, copyMatch, viewOf } from '../copy.ts';
import { BackwardBits } from './backward-bits.ts';
import { decodeHuffman, type HuffmanTable, readHuffmanTable } from './huffman.ts';
import { literalCodes, matchCodes, readSequenceTables } from './sequences.ts';
import type { StateTable } from './states.ts';

const magic = 0xfd2f_b528;
/** The sixteen of frames without content differ in the lowest four bits. */
const skippableMagic = 0x184d_2a50;
/** The most that a block unpacks to. */
const maxBlock = 128 << 10;
/** A distance of more bits is longer than anything that we unpack. */
const longestDistance = 26;

/** What is unpacked, and how far. */
interface Output {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  to: number;
}

/** What a block takes over from those before it in its frame. */
interface Frame {
  /** Where it begins in the output: no match reaches further back. */
  readonly start: number;
  readonly distances: [number, number, number];
  huffman?: HuffmanTable;
  tables?: readonly StateTable[];
}

class OutputFull extends Error {}

/**
 * Unpacks frames into at most `limit` bytes; with `beyond: 'cut'` it stops there, else more is an error. Throws where they are bad. Checksums
 * are not looked at, and dictionaries are not known.
 */
export function zstdFrames(packed: Uint8Array, limit: number, beyond: Beyond = 'refuse'): Uint8Array {
  const bytes = new Uint8Array(limit);
  const out: Output = { bytes, view: viewOf(bytes), to: 0 };
  try {
    for (let at = 0; at < packed.length; ) at = readFrame(packed, at, out);
  } catch (error) {
    if (!(error instanceof OutputFull) || beyond === 'refuse') throw error;
  }
  return bytes.subarray(0, out.to);
}

/** A number in little-endian order. Throws where the bytes end before. */
function numberAt(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw new Error('a Zstandard frame ends too early');
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** Reads one frame; returns where it ends. */
function readFrame(packed: Uint8Array, start: number, out: Output): number {
  const kind = numberAt(packed, start, 4);
  if (kind - (kind % 16) === skippableMagic) return start + 8 + numberAt(packed, start + 4, 4);
  if (kind !== magic) throw new Error('there is no Zstandard frame');
  const head = numberAt(packed, start + 4, 1);
  if (head & 8) throw new Error('a Zstandard frame is of an unknown form');
  const oneSegment = (head & 32) !== 0;
  const dictionary = [0, 1, 2, 4][head & 3] ?? 0;
  let at = start + 5 + (oneSegment ? 0 : 1);
  if (numberAt(packed, at, dictionary) !== 0) throw new Error('a Zstandard frame needs a dictionary');
  at += dictionary + ([oneSegment ? 1 : 0, 2, 4, 8][head >> 6] ?? 0); // and the size, which the content says better
  const frame: Frame = { start: out.to, distances: [1, 4, 8] };
  for (let last = false; !last; ) {
    const block = numberAt(packed, at, 3);
    last = (block & 1) === 1;
    const size = block >> 3;
    at += 3;
    const type = (block >> 1) & 3;
    const length = type === 1 ? 1 : size;
    if (type === 3 || size > maxBlock || at + length > packed.length) throw new Error('a Zstandard block is bad or ends too early');
    const content = packed.subarray(at, at + length);
    if (type === 0) appendBytes(out, content, size);
    else if (type === 1) appendSame(out, content[0] ?? 0, size);
    else readBlock(content, frame, out);
    at += length;
  }
  return at + (head & 4 ? 4 : 0);
}

function appendBytes(out: Output, bytes: Uint8Array, length: number): void {
  const room = Math.min(length, out.bytes.length - out.to);
  out.bytes.set(bytes.subarray(0, room), out.to);
  out.to += room;
  if (room < length) throw new OutputFull('a Zstandard frame holds too much');
}

function appendSame(out: Output, byte: number, length: number): void {
  const room = Math.min(length, out.bytes.length - out.to);
  out.bytes.fill(byte, out.to, out.to + room);
  out.to += room;
  if (room < length) throw new OutputFull('a Zstandard frame holds too much');
}

/** A packed block: literals, then sequences that say what is put between them. */
function readBlock(block: Uint8Array, frame: Frame, out: Output): void {
  const { literals, length } = readLiterals(block, frame);
  const first = block[length] ?? 0;
  if (length >= block.length) throw new Error('a Zstandard block ends too early');
  const width = first < 128 ? 1 : first < 255 ? 2 : 3;
  const count =
    width === 1 ? first : width === 2 ? ((first - 128) << 8) + (block[length + 1] ?? 0) : numberAt(block, length + 1, 2) + 0x7f00;
  if (count === 0) {
    appendBytes(out, literals, literals.length);
    return;
  }
  const rest = block.subarray(length + width);
  const { tables, length: tablesLength } = readSequenceTables(rest, frame.tables);
  frame.tables = tables;
  const end = out.to + maxBlock;
  const used = runSequences(rest.subarray(tablesLength), count, tables, literals, frame, out);
  appendBytes(out, literals.subarray(used), literals.length - used);
  if (out.to > end) throw new Error('a Zstandard block holds too much');
}

/** The literals of a block, and how many bytes they took. */
function readLiterals(block: Uint8Array, frame: Frame): { readonly literals: Uint8Array; readonly length: number } {
  const head = block[0] ?? 0;
  const type = head & 3;
  const format = (head >> 2) & 3;
  if (type < 2) {
    const width = format === 1 ? 2 : format === 3 ? 3 : 1;
    const size = numberAt(block, 0, width) >> (width === 1 ? 3 : 4);
    const length = width + (type === 0 ? size : 1);
    if (size > maxBlock || length > block.length) throw new Error('the literals of a Zstandard block end too early');
    return { literals: type === 0 ? block.subarray(width, length) : new Uint8Array(size).fill(block[width] ?? 0), length };
  }
  const bits = format < 2 ? 10 : format === 2 ? 14 : 18;
  const width = (4 + 2 * bits + 7) >> 3;
  const sizes = Math.floor(numberAt(block, 0, width) / 16);
  const [size, packedSize] = [sizes % (1 << bits), Math.floor(sizes / (1 << bits))];
  const length = width + packedSize;
  if (size > maxBlock || length > block.length) throw new Error('the literals of a Zstandard block end too early');
  let packed = block.subarray(width, length);
  if (type === 2) {
    const { table, length: tableLength } = readHuffmanTable(packed);
    frame.huffman = table;
    packed = packed.subarray(tableLength);
  }
  if (!frame.huffman) throw new Error('a Zstandard block repeats a table that there is not');
  const literals = new Uint8Array(size);
  if (format === 0) decodeHuffman(frame.huffman, packed, literals);
  else decodeFour(frame.huffman, packed, literals);
  return { literals, length };
}

/** Literals in four streams, whose sizes but the last come first. */
function decodeFour(table: HuffmanTable, packed: Uint8Array, literals: Uint8Array): void {
  const quarter = (literals.length + 3) >> 2;
  let at = 6;
  for (let stream = 0; stream < 4; stream++) {
    const end = stream === 3 ? packed.length : at + numberAt(packed, 2 * stream, 2);
    if (end > packed.length || at > end) throw new Error('the literals of a Zstandard block end too early');
    decodeHuffman(table, packed.subarray(at, end), literals.subarray(stream * quarter, stream === 3 ? undefined : (stream + 1) * quarter));
    at = end;
  }
}

/** Carries out the sequences of a block; returns how many of its literals they took. */
function runSequences(
  packed: Uint8Array,
  count: number,
  tables: readonly StateTable[],
  literals: Uint8Array,
  { start, distances }: Frame,
  out: Output,
): number {
  const [ofLiterals, ofDistances, ofMatches] = tables;
  if (!ofLiterals || !ofDistances || !ofMatches) throw new Error('a Zstandard block has no tables');
  const bits = new BackwardBits(packed);
  const literalsView = viewOf(literals);
  const limit = out.bytes.length;
  let literalState = bits.take(ofLiterals.log);
  let distanceState = bits.take(ofDistances.log);
  let matchState = bits.take(ofMatches.log);
  let used = 0;
  for (let left = count; left > 0; left--) {
    const distanceCode = ofDistances.symbols[distanceState] ?? 0;
    const matchCode = ofMatches.symbols[matchState] ?? 0;
    const literalCode = ofLiterals.symbols[literalState] ?? 0;
    if (distanceCode > longestDistance) throw new Error('a Zstandard match begins before the frame');
    const high = distanceCode > 16 ? bits.take(distanceCode - 16) << 16 : 0;
    const coded = (1 << distanceCode) + high + bits.take(Math.min(distanceCode, 16));
    let length = (matchCodes.base[matchCode] ?? 0) + bits.take(matchCodes.bits[matchCode] ?? 0);
    const literal = (literalCodes.base[literalCode] ?? 0) + bits.take(literalCodes.bits[literalCode] ?? 0);
    if (left > 1) {
      literalState = (ofLiterals.bases[literalState] ?? 0) + bits.take(ofLiterals.bits[literalState] ?? 0);
      matchState = (ofMatches.bases[matchState] ?? 0) + bits.take(ofMatches.bits[matchState] ?? 0);
      distanceState = (ofDistances.bases[distanceState] ?? 0) + bits.take(ofDistances.bits[distanceState] ?? 0);
    }
    if (bits.left < 0) throw new Error('the sequences of a Zstandard block end too early');
    const distance = distanceOf(coded, literal, distances);
    if (used + literal > literals.length) throw new Error('a Zstandard sequence takes more literals than there are');
    if (literal > limit - out.to) appendBytes(out, literals.subarray(used), literal); // and throws
    copyLiterals(out.bytes, out.view, out.to, literals, literalsView, used, literal);
    used += literal;
    out.to += literal;
    if (distance <= 0 || distance > out.to - start) throw new Error('a Zstandard match begins before the frame');
    const room = limit - out.to;
    if (length > room) length = room + 1;
    copyMatch(out.bytes, out.view, out.to, distance, Math.min(length, room));
    out.to += Math.min(length, room);
    if (length > room) throw new OutputFull('a Zstandard frame holds too much');
  }
  if (bits.left !== 0) throw new Error('the sequences of a Zstandard block have another length');
  return used;
}

/** Small codes name one of the last three distances, without literals shifted by one; it comes to their front. */
function distanceOf(code: number, literals: number, last: [number, number, number]): number {
  const [first, second, third] = last;
  if (code > 3) {
    last[0] = code - 3;
    last[1] = first;
    last[2] = second;
    return code - 3;
  }
  const which = code - (literals > 0 ? 1 : 0);
  if (which === 0) return first;
  const distance = which === 1 ? second : which === 2 ? third : first - 1;
  last[0] = distance;
  last[1] = first;
  if (which > 1) last[2] = second;
  return distance;
}
