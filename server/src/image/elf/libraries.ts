import { ImageError } from '../image-error.ts';
import type { ImageTree } from '../image-tree.ts';
import { resolveInImage } from '../resolve.ts';
import { type Elf, readElf } from './elf.ts';
import { architectureName, tripletOf } from './machine.ts';
import { configuredDirectories, defaultDirectories, muslDirectories, processorDirectories } from './search-directories.ts';

/** A library that a program needs and that is not in the image. */
export interface MissingLibrary {
  /** As it is asked for: `libfoo.so.1`. */
  readonly name: string;
  /** The program or library that asks for it: a path without links. */
  readonly neededBy: string;
}

/** All that a program loads when it starts. */
export interface Libraries {
  /** By the name that they were asked for: where they are, without links. The dynamic linker itself is not among them. */
  readonly found: ReadonlyMap<string, string>;
  readonly missing: readonly MissingLibrary[];
}

/** Finds the libraries of programs of one image; what was learnt of one helps the next. */
export interface LibraryFinder {
  /** The libraries of a program; `path` is without links. Throws ImageErrors of the tree, and `corrupt` where the program is not what it seems. */
  readonly of: (path: string, program: Elf) => Promise<Libraries>;
}

/** The most libraries of one program. */
const mostLibraries = 2000;

/** A program or library that was loaded. */
interface Loaded {
  readonly path: string;
  /** The directory that `$ORIGIN` stands for. */
  readonly origin: string;
  readonly elf: Elf;
  readonly loader?: Loaded;
}

/** musl is its own libc, under all of these names (dynlink.c, load_library). */
const muslItself = /^lib(c|pthread|rt|m|dl|util|xnet)\./;

/** Creates a finder that follows what glibc's ld.so and musl do: the program's own directories, those of ld.so.conf, those of the linker. */
export function libraryFinder(tree: ImageTree): LibraryFinder {
  const read = new Map<string, Promise<{ readonly path: string; readonly elf: Elf } | undefined>>();
  let configured: Promise<readonly string[]> | undefined;

  /** The ELF file that a path leads to; undefined where there is none. */
  const elfAt = (path: string) => {
    const known = read.get(path) ?? load(path);
    read.set(path, known);
    return known;
  };
  async function load(path: string) {
    const found = await resolveInImage(tree, path);
    if (found.outcome !== 'found' || found.node.kind !== 'file') return undefined;
    try {
      const elf = await readElf(found.node);
      return elf && { path: found.path, elf };
    } catch (error) {
      // a library that is broken is none, like one that is not there
      if (error instanceof ImageError && error.kind === 'corrupt') return undefined;
      throw error;
    }
  }

  async function search(name: string, asking: Loaded, like: Elf, directories: readonly string[], processors: readonly string[]) {
    for (const directory of directories) {
      for (const below of ['', ...processors.map(p => `${p}/`)]) {
        const path = `${directory === '/' ? '' : directory}/${below}${name}`;
        const found = await elfAt(path);
        // one for another machine is passed over, as ld.so does
        if (found && found.elf.machine === like.machine && found.elf.bits === like.bits && found.elf.little === like.little)
          return { path: found.path, origin: directoryOf(path), elf: found.elf, loader: asking };
      }
    }
    return undefined;
  }

  return {
    async of(path, program) {
      const found = new Map<string, string>();
      const missing: MissingLibrary[] = [];
      const { interpreter } = program;
      if (interpreter === undefined) return { found, missing };
      const linker = interpreter.slice(interpreter.lastIndexOf('/') + 1);
      const musl = linker.startsWith('ld-musl-');
      const linkerElf = await elfAt(interpreter);
      /** Names that need not be looked for: those of what is loaded. */
      const names = new Set(['linux-vdso.so.1', 'linux-gate.so.1', linker, linkerElf?.elf.soname ?? linker]);
      const processors = musl ? [] : processorDirectories(program);
      const muslPaths = musl ? await muslDirectories(tree, interpreter) : [];
      const queue: Loaded[] = [{ path, origin: directoryOf(path), elf: program }];
      for (let asking = queue.shift(); asking; asking = queue.shift()) {
        for (const name of asking.elf.needed) {
          if (names.has(name) || (musl && muslItself.test(name))) continue;
          names.add(name);
          const library = name.includes('/')
            ? await search(expand(name, asking)[0] ?? name, asking, program, ['/'], [])
            : await search(name, asking, program, await directoriesOf(asking, musl ? muslPaths : undefined), processors);
          if (!library) missing.push({ name, neededBy: asking.path });
          else {
            if (found.size >= mostLibraries) throw new ImageError('unsupported', `a program needs more than ${mostLibraries} libraries`);
            found.set(name, library.path);
            if (library.elf.soname !== undefined) names.add(library.elf.soname);
            queue.push(library);
          }
        }
      }
      return { found, missing };
    },
  };

  /** Where what a file needs is looked for, in order. */
  async function directoriesOf(asking: Loaded, musl: readonly string[] | undefined): Promise<readonly string[]> {
    const own: string[] = [];
    for (let at: Loaded | undefined = asking; at; at = at.loader) {
      const { rpath, runpath } = at.elf;
      if (musl) own.push(...expandAll(runpath ?? rpath ?? [], at));
      // a RUNPATH counts for what its own file needs, and turns off the RPATH of the same file and of those that loaded it
      else if (asking.elf.runpath === undefined && runpath === undefined) own.push(...expandAll(rpath ?? [], at));
    }
    if (musl) return [...own, ...musl];
    own.push(...expandAll(asking.elf.runpath ?? [], asking));
    if (asking.elf.noDefaultDirectories) return own;
    configured ??= configuredDirectories(tree);
    return [...own, ...(await configured), ...defaultDirectories(asking.elf)];
  }
}

const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

const expandAll = (directories: readonly string[], at: Loaded): readonly string[] =>
  // relative ones lie below wherever the program is started: nobody's library is there
  directories.flatMap(directory => expand(directory, at)).filter(directory => directory.startsWith('/'));

/** A directory with `$ORIGIN`, `$LIB` and `$PLATFORM` replaced, by each of their likely values (ld.so(8)). */
function expand(directory: string, { origin, elf }: Loaded): readonly string[] {
  if (!directory.includes('$')) return [directory];
  const token = (name: string) => new RegExp(`\\$(${name}\\b|\\{${name}\\})`, 'g');
  const located = directory.replace(token('ORIGIN'), () => origin);
  const libraries = token('LIB').test(located) ? ['lib64', `lib/${tripletOf(elf)}`, 'lib'] : [''];
  const platform = (architectureName(elf) ?? '').replaceAll('-', '_');
  return libraries.map(lib => located.replace(token('LIB'), () => lib).replace(token('PLATFORM'), () => platform));
}
