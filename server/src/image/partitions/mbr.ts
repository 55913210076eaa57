import type { ByteSource } from '../byte-source.ts';
import { Fields } from '../little-endian.ts';
import type { Partition } from './partitions.ts';
import type { Purpose } from './purposes.ts';

const sector = 512;
const tableAt = 446;
const entrySize = 16;
/** Types of partitions that hold a chain of further ones. */
const extended: ReadonlySet<number> = new Set([0x05, 0x0f, 0x85]);
/** Type of the partition that covers a disk with a GPT. */
const protectiveType = 0xee;
/** More logical partitions than Linux numbers. */
const maxLogical = 128;
const firstLogical = 5;

const purposes: Readonly<Record<number, Purpose>> = {
  130: { designator: 'swap' },
  131: { designator: 'linux-generic' },
  234: { designator: 'xbootldr' },
  239: { designator: 'esp' },
};

interface Entry {
  readonly type: number;
  /** In sectors. */
  readonly start: number;
  readonly size: number;
}

/** The partitions of an MBR, none where there is no MBR or it covers a GPT (`protective`). Throws ImageErrors of the source. */
export async function readMbr(source: ByteSource): Promise<{ readonly protective: boolean; readonly partitions: readonly Partition[] }> {
  const entries = await entriesAt(source, 0);
  if (entries.some(({ type }) => type === protectiveType)) return { protective: true, partitions: [] };
  const partitions: Partition[] = [];
  for (const [i, entry] of entries.entries())
    if (entry.size > 0 && entry.type !== 0 && !extended.has(entry.type)) partitions.push(partitionOf(entry, i + 1));
  const chain = entries.find(({ type }) => extended.has(type));
  if (chain) for (const [i, entry] of (await logical(source, chain.start)).entries()) partitions.push(partitionOf(entry, firstLogical + i));
  return { protective: false, partitions };
}

/** The four entries of a table, none where its mark is missing or an entry cannot be one: then it is the start of something else. */
async function entriesAt(source: ByteSource, at: number): Promise<readonly Entry[]> {
  if ((at + 1) * sector > source.size) return [];
  const fields = new Fields(await source.read(at * sector, sector));
  fields.skip(tableAt);
  const entries: Entry[] = [];
  let sane = true;
  for (let i = 0; i < 4; i++) {
    const entry = new Fields(fields.bytes(entrySize));
    sane &&= (entry.u16() & 0x7f) === 0; // bootable or not
    entry.skip(2); // cylinder, head and sector, long out of use
    const type = entry.u32() & 0xff;
    entries.push({ type, start: entry.u32(), size: entry.u32() });
  }
  return sane && fields.u16() === 0xaa55 ? entries : [];
}

/** The partitions of a chain: each link of it holds one, and where the next link is, counted from the chain's start. */
async function logical(source: ByteSource, start: number): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  const seen = new Set<number>();
  for (let at = start; found.length < maxLogical && !seen.has(at); ) {
    seen.add(at);
    const [own, next] = await entriesAt(source, at);
    if (!own || own.type === 0) break;
    found.push({ ...own, start: at + own.start });
    if (!next || !extended.has(next.type)) break;
    at = start + next.start;
  }
  return found;
}

function partitionOf({ type, start, size }: Entry, number: number): Partition {
  return {
    number,
    purpose: purposes[type],
    type: type.toString(16).padStart(2, '0'),
    uuid: '',
    label: '',
    start: start * sector,
    size: size * sector,
    readOnly: false,
    noAuto: false,
    growFileSystem: false,
  };
}
