import { type ByteSource, sliceSource } from '../byte-source.ts';
import { readGpt } from './gpt.ts';
import { readMbr } from './mbr.ts';
import type { Purpose } from './purposes.ts';

/** A partition as its table describes it. */
export interface Partition {
  /** From 1, as in the names of devices. */
  readonly number: number;
  /** What it is for, where that is known. */
  readonly purpose: Purpose | undefined;
  /** GPT: its type as text, in lower case; MBR: two hexadecimal digits. */
  readonly type: string;
  /** Empty where the table has none, as MBR. */
  readonly uuid: string;
  readonly label: string;
  /** Bytes. Nothing says yet that the image has them. */
  readonly start: number;
  readonly size: number;
  /** Marked as not to be written to, not to be mounted by itself, to be grown: of GPT only. */
  readonly readOnly: boolean;
  readonly noAuto: boolean;
  readonly growFileSystem: boolean;
}

/** The partitions of an image. */
export interface PartitionTable {
  readonly table: 'gpt' | 'mbr' | 'none';
  /** In order of number. */
  readonly partitions: readonly Partition[];
  /** What is wrong and did not matter, as clauses in plain words. */
  readonly warnings: readonly string[];
}

/** Reads the partition table of an image: GPT, from its copy where the first is damaged, else MBR. Throws ImageError: `corrupt` where GPT is there and both are damaged. */
export async function readPartitions(source: ByteSource): Promise<PartitionTable> {
  const mbr = await readMbr(source);
  const gpt = await readGpt(source, mbr.protective);
  if (gpt) return { table: 'gpt', ...gpt };
  if (mbr.partitions.length > 0) return { table: 'mbr', partitions: mbr.partitions, warnings: [] };
  return { table: 'none', partitions: [], warnings: [] };
}

/** What is in a partition. Throws `corrupt` where it is not within the image. */
export const partitionSource = (source: ByteSource, { start, size }: Partition): ByteSource => sliceSource(source, start, size);
