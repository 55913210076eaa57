/** How the numbers of a sequence are coded: the length of its literals, how far back its match lies, the length of that. (RFC 8878, 3.1.1.3.2) */
import { onlySymbol, readStateTable, type StateTable, stateTable } from './states.ts';

/** One of the three numbers. */
interface Coded {
  /** The most that a code may be, and the most states of a table as a power of two. */
  readonly most: number;
  readonly maxLog: number;
  /** Used where a block brings no table of its own. */
  readonly usual: StateTable;
}

const repeated = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

/** In the order in which a block tells their tables. */
export const coded: readonly Coded[] = [
  // literals
  {
    most: 35,
    maxLog: 9,
    usual: stateTable([4, 3, ...repeated(11, 2), 1, 1, 1, ...repeated(9, 2), 3, 2, ...repeated(5, 1), ...repeated(4, -1)], 6),
  },
  // distances
  { most: 31, maxLog: 8, usual: stateTable([...repeated(6, 1), 2, 2, 2, ...repeated(15, 1), ...repeated(5, -1)], 5) },
  // matches
  { most: 52, maxLog: 9, usual: stateTable([1, 4, 3, ...repeated(6, 2), ...repeated(37, 1), ...repeated(7, -1)], 6) },
];

/** For each code its smallest value, and how many further bits are added to it: each begins where the one before ends. */
function codes(first: number, plain: number, wider: readonly number[]): { readonly base: Uint32Array; readonly bits: Uint8Array } {
  const bits = Uint8Array.from([...repeated(plain, 0), ...wider]);
  const base = new Uint32Array(bits.length);
  for (let code = 0, next = first; code < bits.length; code++) {
    base[code] = next;
    next += 1 << (bits[code] ?? 0);
  }
  return { base, bits };
}

export const literalCodes = codes(0, 16, [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
export const matchCodes = codes(3, 32, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

/** Reads the tables of a block, from their modes on, and how many bytes they took; `before` are those of the block before it. Throws where they are bad. */
export function readSequenceTables(
  bytes: Uint8Array,
  before: readonly StateTable[] | undefined,
): { readonly tables: readonly StateTable[]; readonly length: number } {
  const modes = bytes[0] ?? 0;
  if ((modes & 3) !== 0) throw new Error('a Zstandard block has unknown tables');
  let at = 1;
  const tables = coded.map(({ most, maxLog, usual }, i) => {
    switch ((modes >> (6 - 2 * i)) & 3) {
      case 0:
        return usual;
      case 1: {
        const symbol = bytes[at++];
        if (symbol === undefined || symbol > most) throw new Error('a Zstandard table has an unknown symbol');
        return onlySymbol(symbol);
      }
      case 2: {
        const { table, length } = readStateTable(bytes.subarray(at), most, maxLog);
        at += length;
        return table;
      }
      default: {
        const table = before?.[i];
        if (!table) throw new Error('a Zstandard block repeats tables that there are not');
        return table;
      }
    }
  });
  return { tables, length: at };
}
