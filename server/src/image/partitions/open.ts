import type { ByteSource } from '../byte-source.ts';
import type { Decompressors } from '../compression.ts';
import { ImageError } from '../image-error.ts';
import type { DirectoryNode, ImageTree } from '../image-tree.ts';
import type { RawImage } from '../raw-image.ts';
import { compareLabels } from './label-order.ts';
import { type Partition, partitionSource, readPartitions } from './partitions.ts';
import type { Designator } from './purposes.ts';

/** Tells what a source holds (raw-image.ts), handed in since it asks this file in turn. */
export type Identify = (source: ByteSource) => Promise<RawImage>;

/**
 * Opens a partitioned image as systemd does: the root partition, with the one for /usr below it; or that alone; or the only Linux partition. Of
 * several the newest by label. Throws ImageError: `unsupported` where none can be told or it cannot be read, encrypted and verity ones by name.
 */
export async function openPartitions(source: ByteSource, decompressors: Decompressors, identify: Identify): Promise<ImageTree> {
  const { table, partitions, warnings } = await readPartitions(source);
  const usable = partitions.filter(({ noAuto }) => !noAuto);
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
  const [root, usr] = [newest(usable, 'root'), newest(usable, 'usr')];
  const generic = usable.filter(({ purpose }) => purpose?.designator === 'linux-generic');
  const single = !root && !usr && generic.length === 1 ? generic[0] : undefined;
  const top = root ?? single;
  if (!top && !usr) throw new ImageError('unsupported', noRoot(table, partitions, generic.length));

  const trees = {
    root: top && (await open(top, 'root partition')),
    usr: usr && (await open(usr, '/usr partition')),
  };
  const { format } = trees.root ?? trees.usr ?? { format: table };
  const said = [...warnings, ...(trees.root?.warnings ?? []), ...(trees.usr?.warnings ?? [])];
  return { format, root: mounted(trees.root?.root, trees.usr?.root), ...(said.length > 0 && { warnings: said }) };
}

/** The partition for a purpose: of the newest label, of several with it the first. */
function newest(partitions: readonly Partition[], designator: Designator): Partition | undefined {
  let best: Partition | undefined;
  for (const partition of partitions) {
    if (partition.purpose?.designator !== designator) continue;
    if (!best || compareLabels(partition.label, best.label) > 0) best = partition;
  }
  return best;
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
