import type { ImageTree } from '../image-tree.ts';
import { namesIn, readText } from '../text-file.ts';
import { architectureName, type ElfKind, tripletOf } from './machine.ts';

/** How deep files may include each other, and how many may. */
const most = { depth: 8, files: 200 };

/** Kinds of processors, best first, that glibc has directories of their own for below `glibc-hwcaps` (`ld.so --help`). */
const processors: Readonly<Record<string, readonly string[]>> = {
  'x86-64': ['x86-64-v4', 'x86-64-v3', 'x86-64-v2'],
  'ppc64-le': ['power11', 'power10', 'power9'],
  s390x: ['z17', 'z16', 'z15', 'z14', 'z13'],
};

/** Subdirectories of library directories that glibc looks into as well, on a processor that has what they are named after. */
export const processorDirectories = (kind: ElfKind): readonly string[] =>
  (processors[architectureName(kind) ?? ''] ?? []).map(processor => `glibc-hwcaps/${processor}`);

/** Directories in which glibc looks for libraries by itself; distributions differ, so those of several. */
export function defaultDirectories(kind: ElfKind): readonly string[] {
  const triplet = tripletOf(kind);
  const wide = kind.bits === 64 ? ['/lib64', '/usr/lib64'] : kind.machine === 62 ? ['/libx32', '/usr/libx32'] : ['/lib32', '/usr/lib32'];
  return [...(triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`]), ...wide, '/lib', '/usr/lib'];
}

/** The directories that `/etc/ld.so.conf` names, its includes followed, in order (ldconfig.c, parse_conf). */
export async function configuredDirectories(tree: ImageTree): Promise<readonly string[]> {
  const directories: string[] = [];
  let files = 0;
  async function read(path: string, depth: number): Promise<void> {
    if (depth > most.depth || ++files > most.files) return;
    const text = (await readText(tree, path)) ?? '';
    for (const line of text.split('\n').map(l => l.replace(/#.*/, '').trim())) {
      const [, included] = /^include\s+(.+)$/.exec(line) ?? [];
      if (included !== undefined) {
        for (const pattern of included.split(/\s+/)) {
          const absolute = pattern.startsWith('/') ? pattern : `${path.slice(0, path.lastIndexOf('/'))}/${pattern}`;
          for (const file of await matching(tree, absolute)) await read(file, depth + 1);
        }
      } else if (line.startsWith('/')) directories.push(line.replace(/\s*=.*$/, '').replace(/(?<=.)\/+$/, ''));
    }
  }
  await read('/etc/ld.so.conf', 0);
  return directories;
}

/** The files that a pattern names, whose last part may hold `*` and `?`. */
async function matching(tree: ImageTree, pattern: string): Promise<readonly string[]> {
  const cut = pattern.lastIndexOf('/');
  const [directory, last] = [pattern.slice(0, cut), pattern.slice(cut + 1)];
  if (!/[*?]/.test(last)) return [pattern];
  const parts = last.split(/[*?]+/).map(part => part.replace(/[\\^$.|+()[\]{}]/g, '\\$&'));
  const fits = new RegExp(`^${parts.join('.*')}$`, 's');
  return (await namesIn(tree, directory)).filter(name => !name.startsWith('.') && fits.test(name)).map(name => `${directory}/${name}`);
}

/** musl's directories: those that `/etc/ld-musl-ARCH.path` names, else its own; `interpreter` is `/lib/ld-musl-x86_64.so.1` (musl, dynlink.c). */
export async function muslDirectories(tree: ImageTree, interpreter: string): Promise<readonly string[]> {
  const [, prefix = '', name = ''] = /^(.*)\/[^/]*\/(ld-musl-[^/]+)\.so\.1$/.exec(`/${interpreter}`.replace(/^\/+/, '/')) ?? [];
  const text = name === '' ? undefined : await readText(tree, `${prefix}/etc/${name}.path`);
  const named = text?.split(/[:\n]/).map(directory => directory.trim());
  return named?.filter(directory => directory.startsWith('/')) ?? ['/lib', '/usr/local/lib', '/usr/lib'];
}
