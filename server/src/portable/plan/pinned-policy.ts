/** What systemd 260 and later pin a raw image to when it is attached (seen on 262 with images of every kind that it takes). */
import type { ByteSource } from '../../image/byte-source.ts';
import { type Partition, partitionSource, readPartitions } from '../../image/partitions/partitions.ts';
import { identifyRawImage } from '../../image/raw-image.ts';

/** File systems that nobody can write to, so that a partition counts as read-only even where it lacks the mark. */
const neverWritten: ReadonlySet<string> = new Set(['squashfs', 'erofs']);

/**
 * The value of RootImagePolicy= for an image, as `root=squashfs:=absent`; undefined where it cannot be told: several partitions that count, or
 * a file system that is not known. Throws ImageErrors of the source.
 */
export async function pinnedPolicy(source: ByteSource): Promise<string | undefined> {
  const { table, partitions } = await readPartitions(source);
  if (table === 'none') {
    const fileSystem = await fileSystemOf(source);
    return fileSystem && `root=${fileSystem}:=absent`;
  }
  const [only, ...others] = partitions;
  if (table !== 'gpt' || !only || others.length > 0 || !isRoot(only)) return undefined;
  const fileSystem = await fileSystemOf(partitionSource(source, only));
  if (!fileSystem) return undefined;
  const mark = (name: string, on: boolean) => `${name}-${on ? 'on' : 'off'}`;
  const readOnly = only.readOnly || neverWritten.has(fileSystem);
  return `root=${mark('read-only', readOnly)}+${mark('growfs', only.growFileSystem)}+${fileSystem}:=absent`;
}

/**
 * What each of several extension images is pinned to: all that any of them is. Marks stay where all have them; from the third on, the parts for
 * verity are named, too (seen on 262).
 */
export function unitedPolicy(policies: readonly string[]): string | undefined {
  const [first = ''] = policies;
  if (policies.length < 2) return policies[0];
  const wordsIn = (policy: string) => /^root=(.*):=absent$/.exec(policy)?.[1]?.split('+') ?? [];
  const all = policies.map(wordsIn);
  const isMark = (word: string) => /-(on|off)$/.test(word);
  const marks = wordsIn(first).filter(word => isMark(word) && all.every(words => words.includes(word)));
  const fileSystems = [...new Set(all.flat().filter(word => !isMark(word)))].sort();
  const verity = policies.length > 2 ? ['root-verity', 'root-verity-sig'] : [];
  const none = ['unprotected', 'unused', 'absent', ...marks].join('+');
  return [`root=${[...marks, ...fileSystems].join('+')}`, ...verity.map(name => `${name}=${none}`), '=absent'].join(':');
}

const isRoot = ({ purpose }: Partition): boolean => purpose?.designator === 'root' || purpose?.designator === 'linux-generic';

async function fileSystemOf(source: ByteSource): Promise<string | undefined> {
  const image = await identifyRawImage(source);
  return 'error' in image ? undefined : image.fileSystem;
}
