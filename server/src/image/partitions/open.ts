import type { ByteSource } from '../byte-source.ts';
import type { Decompressors } from '../compression.ts';
import { ImageError } from '../image-error.ts';
import type { DirectoryNode, ImageTree } from '../image-tree.ts';
import type { RawImage } from '../raw-image.ts';
import { mountedOn } from './mounted.ts';
import { type Partition, partitionSource, readPartitions } from './partitions.ts';

/** Tells what a source holds (raw-image.ts), handed in since it asks this file in turn. */
export type Identify = (source: ByteSource) => Promise<RawImage>;

/**
 * Opens a partitioned image as systemd does on a machine of an architecture, where that is known: what mountedOn() says. Throws ImageError:
 * `unsupported` where no partition can be told or it cannot be read, encrypted and verity ones by name.
 */
export async function openPartitions(
  source: ByteSource,
  decompressors: Decompressors,
  identify: Identify,
  machine: string | undefined,
): Promise<ImageTree> {
  const { table, partitions, warnings } = await readPartitions(source);
  const { root, usr, generic, unfit } = mountedOn(machine, partitions);
  const open = async (partition: Partition, words: string): Promise<ImageTree> => {
    const held = await identify(partitionSource(source, partition));
    if (held.fileSystem === 'gpt' || held.fileSystem === 'mbr') throw new ImageError('unsupported', `its ${words} is itself partitioned`);
    if ('error' in held) throw about(words, held.error, encrypted(held));
    try {
      return await held.open(decompressors);
    } catch (error) {
      throw error instanceof ImageError ? about(words, error) : error;
    }
  };
  if (!root && !usr) throw new ImageError('unsupported', noRoot(table, partitions, generic.length));

  const trees = {
    root: root && (await open(root, 'root partition')),
    usr: usr && (await open(usr, '/usr partition')),
  };
  const { format } = trees.root ?? trees.usr ?? { format: table };
  const said = [...warnings, ...mismatch(root, unfit), ...(trees.root?.warnings ?? []), ...(trees.usr?.warnings ?? [])];
  return { format, root: mounted(trees.root?.root, trees.usr?.root), ...(said.length > 0 && { warnings: said }) };
}

function mismatch(root: Partition | undefined, unfit: Partition | undefined): readonly string[] {
  if (!root || !unfit) return [];
  const [whose, other] = [root, unfit].map(({ purpose }) => purpose?.architecture);
  return [
    `its root partition is for ${whose} and its /usr partition, which is left out here, for ${other}: systemd 257 and later refuse it`,
  ];
}

const encrypted = (held: RawImage): string | undefined =>
  held.fileSystem === 'luks' ? 'is encrypted (LUKS), so only a host with the key can read it' : undefined;

const about = (words: string, error: ImageError, instead?: string): ImageError =>
  new ImageError(error.kind, `its ${words} ${instead ?? `cannot be read: ${error.message}`}`, { cause: error });

function noRoot(table: string, partitions: readonly Partition[], generic: number): string {
  if (generic > 1) return `it has ${generic} Linux partitions, and none is marked as root`;
  const kinds = [...new Set(partitions.map(({ purpose, type }) => purpose?.designator ?? type))];
  const what = kinds.length === 0 ? 'it is empty' : `it has: ${kinds.join(', ')}`;
  return `its ${table.toUpperCase()} partition table names no root and no /usr partition (${what})`;
}

/** The tree with /usr mounted; without a root there is nothing but /usr. */
function mounted(root: DirectoryNode | undefined, usr: DirectoryNode | undefined): DirectoryNode {
  if (!usr && root) return root;
  const name = 'usr';
  const base: DirectoryNode = root ?? {
    kind: 'directory',
    ...{ mode: 0o755, uid: 0, gid: 0, modified: 0 },
    list: async () => (usr ? [{ name, kind: 'directory' as const }] : []),
    lookup: async () => undefined,
  };
  return { ...base, lookup: async wanted => (wanted === name ? usr : base.lookup(wanted)) };
}
