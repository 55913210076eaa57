import type { ByteSource } from '../byte-source.ts';
import { ImageError, problemText } from '../image-error.ts';
import type { Identify } from './open.ts';
import { type Partition, type PartitionTable, partitionSource } from './partitions.ts';

/** A partition and what is in it. */
export interface PartitionContent extends Partition {
  /** Its file system, or what else its first bytes show (`luks`, `verity`), where that is known. */
  readonly fileSystem?: string;
  /** Of a root or /usr partition: whether hashes protect it, and whether they are signed. */
  readonly verity?: 'none' | 'hashes' | 'signed';
  /** Why it cannot be looked into, as `ImageFacts.problem`. */
  readonly problem?: string;
}

/** Describes the partitions of an image. Throws ImageError only where the image itself cannot be read. */
export async function describePartitions(
  source: ByteSource,
  { partitions }: PartitionTable,
  identify: Identify,
): Promise<readonly PartitionContent[]> {
  const all: PartitionContent[] = [];
  for (const partition of partitions) {
    const verity = verityOf(partition, partitions);
    all.push({ ...partition, ...(await look(source, partition, identify)), ...(verity !== undefined && { verity }) });
  }
  return all;
}

async function look(
  source: ByteSource,
  partition: Partition,
  identify: Identify,
): Promise<Pick<PartitionContent, 'fileSystem' | 'problem'>> {
  try {
    const { fileSystem } = await identify(partitionSource(source, partition));
    return fileSystem === undefined ? {} : { fileSystem };
  } catch (error) {
    if (error instanceof ImageError && error.kind === 'corrupt') return { problem: problemText(error) };
    throw error;
  }
}

/** Hashes and signature belong to the partition of the same purpose and architecture. */
function verityOf({ purpose }: Partition, partitions: readonly Partition[]): PartitionContent['verity'] {
  if (purpose?.designator !== 'root' && purpose?.designator !== 'usr') return undefined;
  const has = (suffix: 'verity' | 'verity-sig') =>
    partitions.some(
      other => other.purpose?.designator === `${purpose.designator}-${suffix}` && other.purpose.architecture === purpose.architecture,
    );
  if (!has('verity')) return 'none';
  return has('verity-sig') ? 'signed' : 'hashes';
}
