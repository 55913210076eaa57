/**
 * Which release file of an image counts: its os-release, or the extension-release of an extension. portabled takes the first that is there, and
 * fails at one that is no file (src/basic/os-util.c, open_os_release and open_extension_release; seen on 247 to 262).
 */
import type { ImageTree } from '../../image/image-tree.ts';
import { parseRelease, releaseValues } from '../../image/os-release.ts';
import { resolveInImage } from '../../image/resolve.ts';
import { fileText } from './file-text.ts';
import { isImageName } from './image-name.ts';

/** What the search for a release file ended with. */
export interface FoundRelease {
  /** Its fields; absent where there is none. */
  readonly release?: Readonly<Record<string, string>>;
  /** Where something lies that cannot be read as a file, so that all versions look no further; but 247 does in a directory, past a directory. */
  readonly blocked?: { readonly path: string; readonly by: 'directory' | 'fault' };
  /** For an extension: whether it is that of a system or of a configuration extension. */
  readonly extends?: 'sysext' | 'confext';
}

const releaseFiles = ['/etc/os-release', '/usr/lib/os-release'];
const extensionFiles = [
  ['sysext', '/usr/lib/extension-release.d'],
  ['confext', '/etc/extension-release.d'],
] as const;
const prefix = 'extension-release.';

/** The os-release of an image; behind a directory in its place, the one that 247 takes. */
export async function baseRelease(tree: ImageTree): Promise<FoundRelease> {
  let passed: FoundRelease = {};
  for (const path of releaseFiles) {
    const found = await releaseAt(tree, path);
    if (found?.release) return { ...passed, ...found };
    if (found?.blocked?.by === 'fault') return found;
    if (found) passed = { ...found, ...passed };
  }
  return passed;
}

/** The extension-release of an extension by its name, and what it is taken for when its checks are relaxed, where that is something else. */
export async function extensionRelease(tree: ImageTree, name: string): Promise<FoundRelease & { readonly stray?: FoundRelease }> {
  const { path: own, ...named } = await lookUp(tree, name, false);
  const { path: other, ...stray } = await lookUp(tree, name, true);
  return own === other ? named : { ...named, stray };
}

/** `path`: where the search ended. */
async function lookUp(tree: ImageTree, name: string, relaxed: boolean): Promise<FoundRelease & { readonly path?: string }> {
  for (const [kind, directory] of extensionFiles) {
    const path = `${directory}/${prefix}${name}`;
    const found = await releaseAt(tree, path);
    if (found) return { ...found, path, ...(found.release && { extends: kind }) };
    const [other, ...more] = relaxed ? await strayFiles(tree, directory) : [];
    if (other === undefined) continue;
    const at = `${directory}/${other}`;
    return more.length > 0 ? { path: at } : { ...(await releaseAt(tree, at)), path: at, extends: kind };
  }
  return {};
}

/** The files, not links, in a directory of release files that are named after some image. */
async function strayFiles(tree: ImageTree, directory: string): Promise<readonly string[]> {
  const found = await resolveInImage(tree, directory);
  if (found.outcome !== 'found' || found.node.kind !== 'directory') return [];
  const names: string[] = [];
  for (const { name, kind } of await found.node.list()) {
    if (kind === 'file' && name.startsWith(prefix) && isImageName(name.slice(prefix.length))) names.push(name);
  }
  return names;
}

/** The release file at a path; undefined where nothing is. */
async function releaseAt(tree: ImageTree, path: string): Promise<FoundRelease | undefined> {
  const found = await resolveInImage(tree, path);
  if (found.outcome === 'missing') return undefined;
  if (found.outcome !== 'found') return { blocked: { path, by: 'fault' } };
  if (found.node.kind !== 'file') return { blocked: { path, by: 'directory' } };
  return { release: releaseValues(parseRelease(await fileText(found.node))) };
}
