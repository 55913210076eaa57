import { ImageError } from '../image-error.ts';
import type { FileNode } from '../image-tree.ts';
import type { ElfKind } from './machine.ts';

/** The bytes of a file, as much of a FileNode as is needed. */
export type FileBytes = Pick<FileNode, 'size' | 'read'>;

/** A program or library: what the kernel and the dynamic linker need to know of it. (System V ABI, elf.h) */
export interface Elf extends ElfKind {
  /** `shared` for libraries and position-independent programs. */
  readonly type: 'program' | 'shared' | 'other';
  /** The program that loads it (PT_INTERP); absent for libraries and static programs. */
  readonly interpreter?: string;
  /** It has a dynamic section. */
  readonly dynamic: boolean;
  /** Names of libraries as they are written (DT_NEEDED), in order. */
  readonly needed: readonly string[];
  readonly soname?: string;
  /** Directories of DT_RPATH and DT_RUNPATH, with `$ORIGIN` and its like in them; absent where there is no such entry. */
  readonly rpath?: readonly string[];
  readonly runpath?: readonly string[];
  /** Libraries are not looked for in the default directories (DF_1_NODEFLIB). */
  readonly noDefaultDirectories: boolean;
  /** Names that it takes from its libraries, without their versions. Throws ImageError. */
  readonly imports: () => Promise<readonly string[]>;
}

/** More of any of these is no program: an ImageError says so. */
const most = { programHeaders: 1024, sections: 65_536, dynamic: 65_536, symbols: 1 << 20, interpreter: 4096, name: 4096, needed: 4096 };
/** Tables of names up to this size are read at once, in bytes. */
const smallTable = 64 * 1024;

const segment = { load: 1, dynamic: 2, interpreter: 3 } as const;
const tag = { needed: 1, strings: 5, stringsSize: 10, soname: 14, rpath: 15, runpath: 29, flags1: 0x6ffffffb } as const;
const noDefaultLibraries = 0x800n;
const dynamicSymbols = 11;

/** Whether bytes begin as an ELF file does. */
export const isElf = (head: Uint8Array): boolean => head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;

/** Reads an ELF file; undefined for any other file. Throws ImageError: `corrupt` where it contradicts itself, and those of the file. */
export async function readElf(file: FileBytes): Promise<Elf | undefined> {
  const head = await file.read(0, Math.min(64, file.size));
  if (!isElf(head)) return undefined;
  const [, , , , fileClass, encoding] = head;
  if ((fileClass !== 1 && fileClass !== 2) || (encoding !== 1 && encoding !== 2)) throw broken('its class or byte order is none');
  const read = wordReader(file, fileClass === 2 ? 64 : 32, encoding === 1);
  const header = read.words(head);
  const type = header.u16(16);
  const machine = header.u16(18);
  const wide = fileClass === 2;
  const programHeaders = { at: header.word(wide ? 32 : 28), size: header.u16(wide ? 54 : 42), count: header.u16(wide ? 56 : 44) };
  const sections = { at: header.word(wide ? 40 : 32), size: header.u16(wide ? 58 : 46), count: header.u16(wide ? 60 : 48) };

  const segments = await read.table(programHeaders, wide ? 56 : 32, most.programHeaders, row => ({
    type: row.u32(0),
    offset: row.word(wide ? 8 : 4),
    address: row.word(wide ? 16 : 8),
    size: row.word(wide ? 32 : 16),
  }));
  const interpreterAt = segments.find(s => s.type === segment.interpreter);
  const interpreter = interpreterAt && (await read.text(interpreterAt.offset, Math.min(interpreterAt.size, most.interpreter)));
  const dynamicAt = segments.find(s => s.type === segment.dynamic);
  const dynamic = dynamicAt ? await read.dynamic(dynamicAt.offset, dynamicAt.size) : [];
  const entryOf = (wanted: number) => dynamic.find(entry => entry.tag === wanted)?.value;
  const offsetOf = (address: number) => {
    const within = segments.find(s => s.type === segment.load && address >= s.address && address - s.address < s.size);
    if (!within) throw broken('its dynamic section points outside the file');
    return within.offset + (address - within.address);
  };
  const stringsAt = entryOf(tag.strings);
  const names = stringsAt === undefined ? undefined : await read.names(offsetOf(safe(stringsAt)), safe(entryOf(tag.stringsSize) ?? 0n));
  const name = async (value: bigint) => (await names?.(safe(value))) ?? '';
  const neededAt = dynamic.filter(entry => entry.tag === tag.needed);
  if (neededAt.length > most.needed) throw broken(`it needs ${neededAt.length} libraries`);
  const needed: string[] = [];
  for (const { value } of neededAt) needed.push(await name(value));
  const directories = async (wanted: number) => {
    const value = entryOf(wanted);
    return value === undefined ? undefined : (await name(value)).split(':');
  };
  const [rpath, runpath, sonameAt] = [await directories(tag.rpath), await directories(tag.runpath), entryOf(tag.soname)];
  return {
    machine,
    bits: wide ? 64 : 32,
    little: encoding === 1,
    type: type === 2 ? 'program' : type === 3 ? 'shared' : 'other',
    ...(interpreter !== undefined && { interpreter }),
    dynamic: dynamicAt !== undefined,
    needed,
    ...(sonameAt !== undefined && { soname: await name(sonameAt) }),
    ...(rpath && { rpath }),
    ...(runpath && { runpath }),
    noDefaultDirectories: ((entryOf(tag.flags1) ?? 0n) & noDefaultLibraries) !== 0n,
    imports: () => importsOf(read, sections, wide),
  };
}

/** The undefined symbols of the dynamic symbol table. */
async function importsOf(read: WordReader, sections: TablePlace, wide: boolean): Promise<readonly string[]> {
  const rows = await read.table(sections, wide ? 64 : 40, most.sections, row => ({
    type: row.u32(4),
    offset: row.word(wide ? 24 : 16),
    size: row.word(wide ? 32 : 20),
    link: row.u32(wide ? 40 : 24),
  }));
  const symbols = rows.find(row => row.type === dynamicSymbols);
  const strings = symbols && rows[symbols.link];
  if (!symbols || !strings) return [];
  const size = wide ? 24 : 16;
  const place = { at: symbols.offset, size, count: Math.floor(symbols.size / size) };
  const undefinedOnes = await read.table(place, size, most.symbols, row => ({ name: row.u32(0), section: row.u16(wide ? 6 : 14) }));
  const names = await read.names(strings.offset, strings.size, true);
  const found = new Set<string>();
  for (const { name, section } of undefinedOnes) if (section === 0 && name !== 0) found.add(await names(name));
  return [...found];
}

const broken = (why: string): ImageError => new ImageError('corrupt', why);

/** A 64-bit value as an offset or length. */
function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken(`an offset or length in it is ${value}`);
  return Number(value);
}

/** Where a table of equal rows lies. */
interface TablePlace {
  readonly at: number;
  /** Bytes of a row. */
  readonly size: number;
  readonly count: number;
}

/** Numbers of one class and byte order, out of bytes. */
interface Words {
  u16(offset: number): number;
  u32(offset: number): number;
  /** 32 or 64 bits, as the file's class is. */
  word(offset: number): number;
}

type WordReader = ReturnType<typeof wordReader>;

/** Reads numbers, tables and names of a file; every place is held against the file's size. */
function wordReader(file: FileBytes, bits: 32 | 64, little: boolean) {
  async function bytes(at: number, length: number): Promise<Uint8Array> {
    if (at > file.size || length > file.size - at) throw broken(`it refers to ${length} bytes at offset ${at} and ends after ${file.size}`);
    const found = length === 0 ? new Uint8Array() : await file.read(at, length);
    if (found.length < length) throw broken('it ends too early');
    return found;
  }
  function words(of: Uint8Array): Words {
    const view = new DataView(of.buffer, of.byteOffset, of.byteLength);
    const within = (offset: number, length: number) => {
      if (offset + length > of.length) throw broken('its head is cut short');
      return offset;
    };
    return {
      u16: offset => view.getUint16(within(offset, 2), little),
      u32: offset => view.getUint32(within(offset, 4), little),
      word: offset => (bits === 64 ? safe(view.getBigUint64(within(offset, 8), little)) : view.getUint32(within(offset, 4), little)),
    };
  }
  const decoder = new TextDecoder();
  const textOf = (from: Uint8Array) => {
    const end = from.indexOf(0);
    return decoder.decode(end < 0 ? from : from.subarray(0, end));
  };
  return {
    words,
    text: async (at: number, length: number) => textOf(await bytes(at, length)),
    async table<Row>(
      { at, size, count }: TablePlace,
      expected: number,
      limit: number,
      rowOf: (row: Words) => Row,
    ): Promise<readonly Row[]> {
      if (count === 0) return [];
      if (size < expected || count > limit) throw broken(`a table in it has ${count} rows of ${size} bytes`);
      const all = await bytes(at, size * count);
      return Array.from({ length: count }, (_, n) => rowOf(words(all.subarray(n * size, n * size + expected))));
    },
    /** The entries of the dynamic section, to its end mark. */
    async dynamic(at: number, size: number) {
      const width = bits / 8;
      const count = Math.floor(size / (2 * width));
      if (count > most.dynamic) throw broken(`its dynamic section has ${count} entries`);
      const all = await bytes(at, count * 2 * width);
      const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
      const number = (offset: number) => (bits === 64 ? view.getBigUint64(offset, little) : BigInt(view.getUint32(offset, little)));
      const entries: { readonly tag: number; readonly value: bigint }[] = [];
      for (let n = 0; n < count; n++) {
        const found = number(n * 2 * width);
        if (found === 0n) break;
        // tags that do not fit a number are nobody's that we know
        entries.push({ tag: Number(found), value: number(n * 2 * width + width) });
      }
      return entries;
    },
    /** Names by their offset in a table of names; a large one is read piece by piece unless `whole`. */
    async names(at: number, size: number, whole = false): Promise<(offset: number) => Promise<string>> {
      if (at > file.size || size > file.size - at) throw broken('its table of names lies outside the file');
      const table = whole || size <= smallTable ? await bytes(at, size) : undefined;
      return async offset => {
        if (offset >= size) throw broken('a name in it lies outside its table of names');
        const length = Math.min(most.name, size - offset);
        return textOf(table ? table.subarray(offset, offset + length) : await bytes(at + offset, length));
      };
    },
  };
}
