/**
 * What rules ask about an image. They are asked while a unit is judged, when nobody can wait for a disk: so an answer may be "not known yet", the
 * question is noted, found out later, and the unit judged again.
 */
import { nearest } from '../catalogue/nearest.ts';
import { type Account, type Accounts, accountsOf } from './accounts.ts';
import { architectureOf } from './architecture.ts';
import { readElf } from './elf/elf.ts';
import { libraryFinder, type MissingLibrary } from './elf/libraries.ts';
import { architectureName } from './elf/machine.ts';
import { isUtf8Name } from './entry-name.ts';
import { readOsRelease } from './facts.ts';
import { ImageError } from './image-error.ts';
import type { ImageTree } from './image-tree.ts';
import { defaultPrefix } from './names.ts';
import { oneLook } from './one-look.ts';
import { type Program, programAt, programOfEnv, splitSearchPath } from './programs.ts';
import { resolveInImage } from './resolve.ts';
import { type Rights, rightsAt } from './rights.ts';
import { namesIn } from './text-file.ts';

/** A program that a unit names, and whether it could run. */
export interface ProgramAnswer {
  readonly program: Program;
  /** A program that is there and was most likely meant, where this one is missing: a path, or a name for a name. */
  readonly meant?: string;
  /** What has to run it and is missing or cannot run: `/bin/python3`, asked for by the program or by `env`. */
  readonly interpreter?: string;
  readonly missing: readonly MissingLibrary[];
  /** systemd's name of what it, or its interpreter, is made for. */
  readonly architecture?: string;
  /** The path, without links, of the ELF program that does its work: itself, or the interpreter of the script that it is. */
  readonly run?: string;
}

/** What a path leads to. */
export type PlaceAnswer = 'directory' | 'file' | 'other' | 'missing' | 'unclear';

/** What an image is as a whole. */
export interface ImageTraits {
  /** It has an os-release: then what it lacks is missing. Of a layer nothing is known. */
  readonly whole: boolean;
  /** It has programs at all: a tree without any waits for a build to fill it. */
  readonly built: boolean;
  /** Nothing can be made in it when a service starts. */
  readonly readOnly: boolean;
  /** The number of a partition that holds a read-only file system and is not marked as read-only. */
  readonly unmarkedPartition?: number;
  /** The prefixes by which its units are attached. */
  readonly prefixes: readonly string[];
}

/** Answers about one image; undefined = not known yet. */
export interface ImageAnswers {
  readonly traits: () => ImageTraits | undefined;
  /** `directories` are searched for a program without a slash; those of all versions where there are none. */
  readonly program: (path: string, directories?: readonly string[]) => ProgramAnswer | undefined;
  readonly place: (path: string) => PlaceAnswer | undefined;
  /** Who may do what with what a path leads to; nothing in it where that is unknown. */
  readonly rights: (path: string) => { readonly rights?: Rights } | undefined;
  /** The functions of glibc that a program takes from it, by the program's path; none where it is no program of glibc's. */
  readonly imports: (path: string) => readonly string[] | undefined;
  readonly user: (name: string) => { readonly account?: Account } | undefined;
  readonly group: (name: string) => { readonly account?: Account } | undefined;
  readonly architecture: () => { readonly name?: string } | undefined;
}

/** An image while it is open. */
export interface OpenedImage {
  readonly tree: ImageTree;
  readonly unmarkedPartition?: number;
}

/** An image that is asked. */
export interface AskedImage {
  readonly answers: ImageAnswers;
  /** Whether there are questions without an answer. */
  readonly pending: () => boolean;
  /** All answers may be wrong by now: they count until there are new ones. */
  readonly doubt: () => void;
  /** Finds the answers to all questions so far; whether any is another one than before. Where the image cannot be read, nothing is certain. */
  readonly find: () => Promise<boolean>;
}

/** Names that are looked up for the questions of one round. */
const mostLookups = 200_000;

/** One kind of question: by its text the answer, or that somebody wants it. */
function table<Answer>(look: (key: string, tree: ImageTree) => Promise<Answer>, otherwise: Answer) {
  const known = new Map<string, { readonly answer: Answer; readonly told: string }>();
  const wanted = new Set<string>();
  return {
    ask(key: string): Answer | undefined {
      const found = known.get(key);
      if (found === undefined) wanted.add(key);
      return found?.answer;
    },
    pending: () => wanted.size > 0,
    doubt() {
      for (const key of known.keys()) wanted.add(key);
    },
    /** Answers what is wanted; whether any answer is new. Where nothing is certain, what cannot be read included, the answer is `otherwise`. */
    async find(tree: ImageTree, certain: boolean): Promise<boolean> {
      let changed = false;
      for (const key of [...wanted]) {
        let answer = otherwise;
        try {
          if (certain) answer = await look(key, tree);
        } catch (error) {
          if (!(error instanceof ImageError)) throw error;
        }
        const told = JSON.stringify(answer);
        wanted.delete(key);
        if (known.get(key)?.told === told) continue;
        known.set(key, { answer, told });
        changed = true;
      }
      return changed;
    },
  };
}

/** File systems in which nothing can be written. */
const readOnlyFormats: ReadonlySet<string> = new Set(['squashfs', 'erofs']);

const unknown: ImageTraits = { whole: false, built: false, readOnly: false, prefixes: [] };

/** Creates what answers questions about an image of that name; `use` opens it for one round of questions and throws ImageErrors. */
export function askedImage(name: string, use: (look: (image: OpenedImage) => Promise<boolean>) => Promise<boolean>): AskedImage {
  let unmarked: number | undefined;
  const traits = table<ImageTraits>(async (_, tree) => {
    const release = await readOsRelease(tree);
    const words = (release?.PORTABLE_PREFIXES ?? '').split(/\s+/).filter(word => word !== '');
    return {
      whole: release !== undefined,
      built: await hasPrograms(tree),
      readOnly: readOnlyFormats.has(tree.format),
      ...(unmarked !== undefined && { unmarkedPartition: unmarked }),
      prefixes: words.length > 0 ? words : [defaultPrefix(name)],
    };
  }, unknown);
  const programs = table<ProgramAnswer>(lookAtProgram, { program: { kind: 'unclear', why: 'loop' }, missing: [] });
  const places = table<PlaceAnswer>(lookAtPlace, 'unclear');
  const accounts = table<{ readonly [Kind in keyof Accounts]: readonly Account[] }>(
    async (_, tree) => {
      const { users, groups } = await accountsOf(tree);
      return { users: [...users.values()], groups: [...groups.values()] };
    },
    { users: [], groups: [] },
  );
  const architectures = table<{ readonly name?: string }>(async (_, tree) => {
    const found = await architectureOf(tree, await readOsRelease(tree));
    return found === undefined ? {} : { name: found };
  }, {});
  const rights = table<{ readonly rights?: Rights }>(async (path, tree) => {
    const found = await rightsAt(tree, path);
    return found ? { rights: found } : {};
  }, {});
  const imports = table<readonly string[]>(lookAtImports, []);
  const others = [programs, places, accounts, architectures, rights, imports];
  const account = (of: keyof Accounts) => (wanted: string) => {
    const all = accounts.ask('');
    const found = all?.[of].find(one => one.name === wanted);
    return all && (found ? { account: found } : {});
  };
  const pending = () => [traits, ...others].some(kind => kind.pending());

  async function findAll({ tree: opened, unmarkedPartition }: OpenedImage, certain = true): Promise<boolean> {
    const tree = oneLook(opened, mostLookups);
    unmarked = unmarkedPartition;
    traits.ask('');
    let changed = await traits.find(tree, certain);
    const whole = traits.ask('')?.whole === true;
    for (const kind of others) changed = (await kind.find(tree, certain && whole)) || changed;
    return changed;
  }

  return {
    answers: {
      traits: () => traits.ask(''),
      program: (path, directories = splitSearchPath) => programs.ask(path.includes('/') ? path : [path, ...directories].join('\0')),
      place: path => places.ask(path),
      rights: path => rights.ask(path),
      imports: path => imports.ask(path),
      user: account('users'),
      group: account('groups'),
      architecture: () => architectures.ask(''),
    },
    pending,
    doubt() {
      for (const kind of [traits, ...others]) kind.doubt();
    },
    async find() {
      if (!pending()) return false;
      try {
        return await use(image => findAll(image));
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        return findAll({ tree: unreadable(error) }, false);
      }
    },
  };
}

/** A tree of which every look fails. */
function unreadable(error: ImageError): ImageTree {
  const fail = () => Promise.reject(error);
  return { format: '', root: { kind: 'directory', mode: 0, uid: 0, gid: 0, modified: 0, list: fail, lookup: fail } };
}

async function lookAtPlace(path: string, tree: ImageTree): Promise<PlaceAnswer> {
  const found = await resolveInImage(tree, path);
  if (found.outcome === 'found') return found.node.kind === 'directory' || found.node.kind === 'file' ? found.node.kind : 'other';
  return found.outcome === 'missing' || found.outcome === 'not-a-directory' ? 'missing' : 'unclear';
}

/** Programs above this size are interpreters with all that they know: what these import tells nothing of what they do. In bytes. */
const largestAsked = 16 << 20;

/** What a program takes from glibc. */
async function lookAtImports(path: string, tree: ImageTree): Promise<readonly string[]> {
  const found = await resolveInImage(tree, path);
  if (found.outcome !== 'found' || found.node.kind !== 'file' || found.node.size > largestAsked) return [];
  const elf = await readElf(found.node);
  return elf?.needed.includes('libc.so.6') ? elf.imports() : [];
}

/** The first program of a name in some directories, as systemd and env take it: those that cannot be run are passed over. */
async function search(name: string, directories: readonly string[], tree: ImageTree): Promise<Program | undefined> {
  let first: Program | undefined;
  for (const directory of directories) {
    const program = await programAt(tree, `${directory}/${name}`);
    if (runs(program)) return program;
    if (program.kind !== 'missing' && program.kind !== 'directory') first ??= program;
  }
  return first;
}

const runs = ({ kind }: Program): boolean => kind === 'elf' || kind === 'script' || kind === 'other' || kind === 'unclear';

async function lookAtProgram(key: string, tree: ImageTree): Promise<ProgramAnswer> {
  const [path = '', ...directories] = key.split('\0');
  const bare = !path.includes('/');
  const program = bare ? ((await search(path, directories, tree)) ?? { kind: 'missing' as const, at: path }) : await programAt(tree, path);
  if (program.kind === 'missing') {
    if (!(await hasPrograms(tree))) return { program: { kind: 'unclear', why: 'missing' }, missing: [] };
    const meant = await meantBy(path, directories, tree);
    return { program, missing: [], ...(meant !== undefined && { meant }) };
  }
  return { program, missing: [], ...(await needsOf(program, tree)) };
}

/** Where an image that was built has something. */
const programDirectories = [...splitSearchPath, '/usr/libexec', '/opt', '/usr/lib', '/app', '/nix/store'];

const filled = new WeakMap<ImageTree, Promise<boolean>>();

/** Whether a tree has programs at all: one in which only settings lie waits for a build to fill it. Asked about each program that is not there. */
function hasPrograms(tree: ImageTree): Promise<boolean> {
  const known = filled.get(tree) ?? lookForPrograms(tree);
  filled.set(tree, known);
  return known;
}

async function lookForPrograms(tree: ImageTree): Promise<boolean> {
  for (const directory of programDirectories) {
    const own = directory === '/usr/lib' ? ['os-release', 'systemd', 'extension-release.d', 'sysusers.d', 'tmpfiles.d'] : [];
    if ((await namesIn(tree, directory)).some(name => !own.includes(name) && !name.startsWith('.'))) return true;
  }
  return false;
}

/** How deep scripts run each other: the kernel follows four. */
const mostScripts = 4;

/** What is missing for a program to run, and what it is made for. */
async function needsOf(program: Program, tree: ImageTree, depth = 0): Promise<Partial<ProgramAnswer>> {
  if (program.kind === 'script') {
    const { script } = program;
    // one without a slash is looked for where the service runs, which is nobody's idea
    if (!script.interpreter.startsWith('/') || depth >= mostScripts) return {};
    const interpreter = await programAt(tree, script.interpreter);
    if (!runs(interpreter)) return { interpreter: script.interpreter };
    const name = programOfEnv(script);
    if (name === undefined) return needsOf(interpreter, tree, depth + 1);
    const own = name.includes('/') ? await programAt(tree, name) : await search(name, splitSearchPath, tree);
    return own && runs(own) ? needsOf(own, tree, depth + 1) : { interpreter: name };
  }
  if (program.kind !== 'elf') return {};
  const { elf, path } = program;
  const architecture = architectureName(elf);
  const made = { run: path, ...(architecture !== undefined && { architecture }) };
  if (elf.interpreter === undefined) return made;
  const linker = await programAt(tree, elf.interpreter);
  if (!runs(linker)) return { ...made, interpreter: elf.interpreter };
  return { ...made, missing: (await libraryFinder(tree).of(path, elf)).missing };
}

/** Names of programs that most systems have: whoever writes one of these means it. */
const everywhere: ReadonlySet<string> = new Set(
  `sh bash dash true false cat cp mv rm ln ls mkdir rmdir chown chmod chgrp touch sleep echo test env kill id install mount umount mknod tee sed awk
  grep find sort head tail cut date stat tar su sudo ip nc ps dd df du wc xargs sync`.split(/\s+/),
);

/** The program that was most likely meant by a path or name that is not there: of that name elsewhere, else of nearly that name. */
async function meantBy(path: string, directories: readonly string[], tree: ImageTree): Promise<string | undefined> {
  const bare = !path.includes('/');
  const [folder, name] = [path.slice(0, Math.max(path.lastIndexOf('/'), 0)), path.slice(path.lastIndexOf('/') + 1)];
  if (!bare) {
    for (const directory of splitSearchPath) if (runs(await programAt(tree, `${directory}/${name}`))) return `${directory}/${name}`;
  }
  if (everywhere.has(name)) return undefined;
  for (const directory of new Set(bare ? directories : [folder === '' ? '/' : folder, ...splitSearchPath])) {
    const meant = nearest(name, (await namesIn(tree, directory)).filter(isUtf8Name));
    if (meant === undefined || !runs(await programAt(tree, `${directory}/${meant}`))) continue;
    return bare ? meant : `${directory === '/' ? '' : directory}/${meant}`;
  }
  return undefined;
}
