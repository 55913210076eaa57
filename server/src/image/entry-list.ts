import { compareParts, decodeName, encodeName, isEntryName } from './entry-name.ts';
import { ImageError } from './image-error.ts';
import { type DirectoryEntry, maxEntries, maxNames, type NodeKind } from './image-tree.ts';

/**
 * A directory's entries, in the order of their names' bytes. They are kept as bytes, and their names made when somebody asks: 200,000 objects with
 * a string each would make the process grow by more than 64 MiB.
 */
export interface EntryList {
  readonly size: number;
  /** Bytes that it takes. */
  readonly bytes: number;
  get(name: string): ListedEntry | undefined;
  /** All of them, of which the kind is known; `kindOf` finds it out where the directory does not tell it, and it is kept. */
  list(kindOf?: (id: number) => Promise<NodeKind>): Promise<Iterable<DirectoryEntry>>;
}

/** An entry of a directory: the number that its file system knows the inode by, and what the directory says of that inode's kind, if it does. */
export interface ListedEntry {
  readonly id: number;
  readonly kind: NodeKind | undefined;
}

/** The entries of a directory while they are read. */
export interface EntryListBuilder {
  /** Adds one. Throws `corrupt` for a name that no directory can hold, or that came just before, `unsupported` for too many, or too long ones. */
  add(name: Uint8Array, entry: ListedEntry): void;
  /** All that were added. Throws `corrupt` where a name is there twice. */
  finish(): EntryList;
}

/** The kinds by the number that a record has for them: as directories of ext2, xfs and btrfs number them. (Linux: include/linux/fs_types.h) */
export const entryKinds: readonly (NodeKind | undefined)[] = [
  undefined,
  'file',
  'directory',
  'character',
  'block',
  'fifo',
  'socket',
  'link',
];

/** A record is the name's length (2 bytes), the kind (1), the inode (8), and the name. */
const headSize = 11;
/** Records lie in pieces of memory, so that none is ever copied: the first are small, for most directories are. None lies over the end of one. */
const pieceSizes = { first: 512, most: 1 << 16 };

interface Piece {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Begins a list. What it may hold is bounded, whatever an image says. */
export function entryList(): EntryListBuilder {
  const pieces: Piece[] = [];
  let left = 0;
  let size = 0;
  let names = 0;
  let bytes = 0;
  let last = 0;
  let sorted = true;
  const records = recordsIn(pieces);

  const roomFor = (length: number): { readonly piece: Piece; readonly at: number } => {
    let piece = pieces.at(-1);
    if (!piece || left < length) {
      const room = new Uint8Array(Math.min(bytes || pieceSizes.first, pieceSizes.most));
      piece = { bytes: room, view: new DataView(room.buffer) };
      pieces.push(piece);
      left = room.length;
      bytes += left;
    }
    left -= length;
    return { piece, at: piece.bytes.length - left - length };
  };

  return {
    add(name, { id, kind }) {
      if (!isEntryName(name)) throw new ImageError('corrupt', `a file is named ${JSON.stringify(decodeName(name))}`);
      const order = size === 0 ? -1 : records.compareTo(last, name);
      if (order === 0) throw twice(name);
      if (order > 0) sorted = false;
      if (size >= maxEntries) throw new ImageError('unsupported', `a directory has more than ${maxEntries} entries`);
      names += name.length;
      if (names > maxNames) throw new ImageError('unsupported', `the names in a directory take more than ${maxNames >> 20} MiB`);
      const { piece, at } = roomFor(headSize + name.length);
      piece.view.setUint16(at, name.length);
      piece.view.setUint8(at + 2, entryKinds.indexOf(kind));
      piece.view.setFloat64(at + 3, id);
      piece.bytes.set(name, at + headSize);
      last = (pieces.length - 1) * pieceSizes.most + at;
      size++;
    },
    finish() {
      let places = new Uint32Array(size);
      let i = 0;
      for (const [number, { view }] of pieces.entries()) {
        for (let at = 0; at + headSize < view.byteLength && view.getUint16(at) > 0; at += headSize + view.getUint16(at))
          places[i++] = number * pieceSizes.most + at;
      }
      if (!sorted) {
        places = inOrder(places, records);
        for (let n = 1; n < size; n++) {
          const place = places[n] ?? 0;
          if (records.compare(places[n - 1] ?? 0, place) === 0) throw twice(records.name(place));
        }
      }
      return listOf(places, records, bytes + places.byteLength);
    },
  };
}

const twice = (name: Uint8Array) => new ImageError('corrupt', `a directory holds the name ${JSON.stringify(decodeName(name))} twice`);

/** Records by their places: the number of the piece that they lie in, and where they begin there. */
function recordsIn(pieces: readonly Piece[]) {
  const none: Piece = { bytes: new Uint8Array(), view: new DataView(new ArrayBuffer(0)) };
  const pieceOf = (place: number): Piece => pieces[Math.floor(place / pieceSizes.most)] ?? none;
  const within = (place: number): number => place % pieceSizes.most;
  return {
    name(place: number): Uint8Array {
      const { bytes, view } = pieceOf(place);
      const start = within(place) + headSize;
      return bytes.subarray(start, start + view.getUint16(within(place)));
    },
    kind: (place: number) => entryKinds[pieceOf(place).view.getUint8(within(place) + 2)],
    setKind: (place: number, kind: NodeKind) => pieceOf(place).view.setUint8(within(place) + 2, entryKinds.indexOf(kind)),
    id: (place: number) => pieceOf(place).view.getFloat64(within(place) + 3),
    /** The order of a name and another one. No views are made of names: looking one up asks many times, and sorting millions. */
    compareTo(place: number, other: Uint8Array): number {
      const { bytes, view } = pieceOf(place);
      const at = within(place);
      return compareParts(bytes, at + headSize, view.getUint16(at), other, 0, other.length);
    },
    /** A number for the beginning of a name, in the order of names: no name holds a NUL. */
    key(place: number): number {
      const { bytes, view } = pieceOf(place);
      const start = within(place) + headSize;
      const length = view.getUint16(within(place));
      let key = 0;
      for (let i = 0; i < keyLength; i++) key = key * 256 + (i < length ? (bytes[start + i] ?? 0) : 0);
      return key;
    },
    /** The order of two names. */
    compare(one: number, other: number): number {
      const [a, b] = [pieceOf(one), pieceOf(other)];
      const [atA, atB] = [within(one), within(other)];
      return compareParts(a.bytes, atA + headSize, a.view.getUint16(atA), b.bytes, atB + headSize, b.view.getUint16(atB));
    },
  };
}

/** Bytes of a name that its key tells: so many as a number is exact for. */
const keyLength = 6;

/** Merges records into the order of their names. The language's own sort of numbers makes an object of each, which takes ten times the memory. */
function inOrder(places: Uint32Array<ArrayBuffer>, { key, compare }: ReturnType<typeof recordsIn>): Uint32Array<ArrayBuffer> {
  const { length } = places;
  const keys = new Float64Array(length);
  let from = new Uint32Array(length);
  let to = new Uint32Array(length);
  // entries() would make an object of each
  for (let i = 0; i < length; i++) {
    keys[i] = key(places[i] ?? 0);
    from[i] = i;
  }
  const isAfter = (a: number, b: number): boolean => {
    const difference = (keys[a] ?? 0) - (keys[b] ?? 0);
    return difference > 0 || (difference === 0 && compare(places[a] ?? 0, places[b] ?? 0) > 0);
  };
  for (let run = 1; run < length; run *= 2) {
    for (let start = 0; start < length; start += 2 * run) {
      const [middle, end] = [Math.min(start + run, length), Math.min(start + 2 * run, length)];
      for (let at = start, a = start, b = middle; at < end; at++) {
        const left = a < middle && (b >= end || !isAfter(from[a] ?? 0, from[b] ?? 0));
        to[at] = from[left ? a++ : b++] ?? 0;
      }
    }
    [from, to] = [to, from];
  }
  return from.map(i => places[i] ?? 0);
}

function listOf(places: Uint32Array, records: ReturnType<typeof recordsIn>, bytes: number): EntryList {
  return {
    size: places.length,
    bytes,
    get(name) {
      const wanted = encodeName(name);
      for (let low = 0, high = places.length; low < high; ) {
        const middle = (low + high) >> 1;
        const place = places[middle] ?? 0;
        const order = records.compareTo(place, wanted);
        if (order === 0) return { id: records.id(place), kind: records.kind(place) };
        if (order < 0) low = middle + 1;
        else high = middle;
      }
      return undefined;
    },
    async list(kindOf) {
      if (kindOf) for (const place of places) if (!records.kind(place)) records.setKind(place, await kindOf(records.id(place)));
      return {
        *[Symbol.iterator]() {
          for (const place of places) {
            const kind = records.kind(place);
            if (kind) yield { name: decodeName(records.name(place)), kind };
          }
        },
      };
    },
  };
}
