import type { ByteSource } from '../byte-source.ts';
import { crc32 } from '../compression/crc32.ts';
import { decodeName } from '../entry-name.ts';
import { ImageError } from '../image-error.ts';
import { Fields } from '../little-endian.ts';
import type { Partition } from './partitions.ts';
import { purposeOf } from './purposes.ts';

const sectorSizes = [512, 4096];
const signature = 'EFI PART';
const smallestHeader = 92;
const smallestEntry = 128;
/** More than this no tool writes: 128 entries of 128 bytes are 16 KiB. */
const biggestTable = 1 << 20;
const unused = '00000000-0000-0000-0000-000000000000';

/** Bits of a partition's attributes. (Discoverable Partitions Specification, "Partition Flags") */
const growFileSystemBit = 59n;
const readOnlyBit = 60n;
const noAutoBit = 63n;

interface Gpt {
  readonly partitions: readonly Partition[];
  readonly warnings: readonly string[];
}

/**
 * Reads a GPT, with sectors of 512 or 4096 bytes: the first one, or the copy at the image's end where the first is damaged. Undefined where there
 * is none; `protective` says that an MBR announces one. Throws `corrupt` where what is there is damaged. (UEFI specification, 5.3)
 */
export async function readGpt(source: ByteSource, protective: boolean): Promise<Gpt | undefined> {
  const places = sectorSizes.flatMap(sector => [
    { sector, at: 1 },
    { sector, at: Math.floor(source.size / sector) - 1 },
  ]);
  // the first one of either sector size comes before copies
  places.sort((a, b) => Number(a.at !== 1) - Number(b.at !== 1));
  let why: string | undefined;
  for (const { sector, at } of places) {
    if (at < 1 || (at + 1) * sector > source.size) continue;
    const header = await source.read(at * sector, sector);
    if (decodeName(header.subarray(0, 8)) !== signature) continue;
    const found = await readTable(source, header, sector, at);
    if (typeof found === 'string') why ??= found;
    else {
      const warning = 'its first GPT partition table is damaged, so the copy at its end was read';
      return { partitions: found, warnings: at === 1 ? [] : [warning] };
    }
  }
  if (why === undefined && !protective) return undefined;
  throw new ImageError('corrupt', why ?? 'its MBR announces a GPT partition table, but there is none');
}

/** The partitions, or why the table is damaged. */
async function readTable(source: ByteSource, header: Uint8Array, sector: number, at: number): Promise<readonly Partition[] | string> {
  const fields = new Fields(header);
  fields.skip(8);
  const revision = fields.u32();
  const size = fields.u32();
  const checksum = fields.u32();
  if (revision !== 0x1_0000 || size < smallestHeader || size > header.length) return 'its GPT header has an unknown form';
  const unsummed = new Uint8Array(header.subarray(0, size)); // a copy also of a Buffer, whose slice is a view
  unsummed.fill(0, 16, 20);
  if (crc32(unsummed) !== checksum) return 'its GPT header has another checksum';
  fields.skip(4);
  if (fields.big() !== BigInt(at)) return 'its GPT header belongs elsewhere';
  fields.skip(8 + 8 + 8 + 16); // place of the copy, first and last usable sector, UUID of the disk
  const first = fields.big();
  const count = fields.u32();
  const entrySize = fields.u32();
  const tableChecksum = fields.u32();
  const bytes = count * entrySize;
  if (entrySize < smallestEntry || entrySize % 8 !== 0 || bytes > biggestTable) return `its GPT has ${count} entries of ${entrySize} bytes`;
  const start = first * BigInt(sector);
  if (start + BigInt(bytes) > BigInt(source.size)) return 'its GPT begins outside the image';
  const table = await source.read(Number(start), bytes);
  if (crc32(table) !== tableChecksum) return 'its GPT entries have another checksum';
  return Array.from({ length: count }, (_, i) => partitionOf(table.subarray(i * entrySize), i + 1, sector)).filter(
    found => found !== undefined,
  );
}

function partitionOf(entry: Uint8Array, number: number, sector: number): Partition | undefined {
  const fields = new Fields(entry);
  const type = uuidOf(fields.bytes(16));
  if (type === unused) return undefined;
  const uuid = uuidOf(fields.bytes(16));
  const [first, last] = [fields.big(), fields.big()];
  const attributes = fields.big();
  const isSet = (bit: bigint) => ((attributes >> bit) & 1n) === 1n;
  // a place that no file has is told when the partition is opened
  const start = Number(first) * sector;
  return {
    number,
    purpose: purposeOf(type),
    type,
    uuid,
    label: labelOf(fields.bytes(72)),
    start,
    size: last < first ? 0 : Number(last - first + 1n) * sector,
    readOnly: isSet(readOnlyBit),
    noAuto: isSet(noAutoBit),
    growFileSystem: isSet(growFileSystemBit),
  };
}

/** A UUID as text: its first three fields are stored in little-endian order. */
function uuidOf(bytes: Uint8Array): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const digits = order.map(i => (bytes[i] ?? 0).toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A label: UTF-16 up to a NUL. */
function labelOf(bytes: Uint8Array): string {
  let label = '';
  for (let i = 0; i + 2 <= bytes.length; i += 2) {
    const unit = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8);
    if (unit === 0) break;
    label += String.fromCharCode(unit);
  }
  return label;
}
