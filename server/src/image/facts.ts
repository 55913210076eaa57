import type { ImageFacts, ImageKind, ImageUnit } from '../protocol.ts';
import type { Manager } from '../unit/search-path.ts';
import type { Decompressors } from './compression.ts';
import { type FileAccess, openDirectory } from './directory-tree.ts';
import { decodeName, isUtf8Name } from './entry-name.ts';
import { ImageError, problemText } from './image-error.ts';
import type { ImageTree } from './image-tree.ts';
import { defaultPrefix, imageName } from './names.ts';
import { oneLook } from './one-look.ts';
import { parseRelease, releaseValues, releaseVersion } from './os-release.ts';
import { identifyRawImage } from './raw-image.ts';
import { resolveInImage } from './resolve.ts';
import { releaseFiles } from './tree-root.ts';
import { isAttachable, matchesPrefix, unitsOf } from './units.ts';

/** What describing an image needs of the world. */
export interface ImageAccess {
  readonly files: FileAccess;
  readonly decompressors: Decompressors;
  /** The architecture for which raw images are opened, as in openRawImage(). */
  readonly machine?: string;
  /** Whose units are told of an image that is for any manager; the system's where nobody says. */
  readonly scope?: Manager | undefined;
}

/** The most names that are looked up in one image; a whole Debian takes 2,000. */
const maxLookups = 100_000;
/** The longest os-release that is read, in bytes. */
const maxRelease = 1 << 20;

type Draft = { -readonly [K in keyof ImageFacts]: ImageFacts[K] };

/**
 * Describes the image at an absolute path. What cannot be read is left out and said in `problem`, in plain words; nothing that an image
 * holds makes this throw.
 */
export async function describeImage(path: string, kind: ImageKind, access: ImageAccess): Promise<ImageFacts> {
  const name = imageName(path, kind);
  const facts: Draft = { path, name, kind, prefix: defaultPrefix(name), units: [] };
  await noting(facts, () => (kind === 'directory' ? describeDirectory(facts, access) : describeRaw(facts, access)));
  return facts;
}

async function describeDirectory(facts: Draft, { files, scope }: ImageAccess): Promise<void> {
  await describeTree(facts, await openDirectory(files, facts.path), scope);
}

async function describeRaw(facts: Draft, { files, decompressors, machine, scope }: ImageAccess): Promise<void> {
  const file = await files.open((await files.realpath(facts.path)) ?? facts.path);
  try {
    facts.size = file.size;
    const image = await identifyRawImage(file);
    if (image.fileSystem !== undefined) facts.fileSystem = image.fileSystem;
    if ('error' in image) throw image.error;
    await describeTree(facts, await image.open(decompressors, machine), scope);
  } finally {
    await file.close();
  }
}

/** The two halves fail apart: a bad os-release does not hide the units. */
async function describeTree(facts: Draft, whole: ImageTree, scope: ImageAccess['scope']): Promise<void> {
  const tree = oneLook(whole, maxLookups);
  await noting(facts, async () => {
    const osRelease = await readOsRelease(tree);
    if (!osRelease) return;
    facts.osRelease = osRelease;
    const version = releaseVersion(osRelease);
    if (version !== undefined) facts.version = version;
  });
  await noting(facts, async () => {
    const declared = facts.osRelease?.PORTABLE_SCOPE;
    const own = declared === 'user' || (declared === 'any' && scope === 'user');
    let units = own ? [] : await unitsOf(tree);
    // one that has no others is a user's, whatever it forgot to say
    if (units.length === 0) {
      units = await unitsOf(tree, 'user');
      if (own || units.length > 0) facts.scope = 'user';
    }
    facts.units = units.map(({ name, path, file }): ImageUnit => {
      const attachable = isAttachable(name) && matchesPrefix(name, facts.prefix);
      return { name, path, attachable, ...(facts.kind === 'directory' && { file: `${facts.path}${file}` }) };
    });
  });
}

/** The fields of the os-release that systemd would read, undefined where there is none: `/etc` first, `/usr/lib` only where that is missing. */
export async function readOsRelease(tree: ImageTree): Promise<Readonly<Record<string, string>> | undefined> {
  for (const file of releaseFiles) {
    const found = await resolveInImage(tree, file);
    if (found.outcome === 'missing') continue;
    if (found.outcome !== 'found') throw new ImageError('corrupt', `its /${file} leads nowhere (${found.outcome} at ${found.at})`);
    if (found.node.kind !== 'file') throw new ImageError('corrupt', `its /${file} is not a file`);
    if (found.node.size > maxRelease) throw new ImageError('unsupported', `its /${file} is ${found.node.size} bytes long`);
    const fields = parseRelease(decodeName(await found.node.read(0, maxRelease)));
    const bad = fields.find(({ key, value }) => !isUtf8Name(key.text) || !isUtf8Name(value));
    if (bad) throw new ImageError('corrupt', `its /${file} is not UTF-8`);
    return releaseValues(fields);
  }
  return undefined;
}

/** Does it, and notes the first failure as the image's problem. */
async function noting(facts: Draft, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    facts.problem ??= problemText(error);
  }
}
