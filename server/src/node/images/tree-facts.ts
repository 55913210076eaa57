/** What the rules have to know of the image tree that a file of this machine lies in. Reads names and small files, follows no links. */
import { lstatSync, readdirSync } from 'node:fs';
import { decodeName } from '../../image/entry-name.ts';
import { parseRelease, releaseValues } from '../../image/os-release.ts';
import { markedRootOf, releaseFiles } from '../../image/tree-root.ts';
import { unitType } from '../../image/units.ts';
import type { Release, TreeFacts } from '../../rules/portable/portable-tree.ts';
import { parentOf } from '../../unit/path-parts.ts';
import { unitSearchPath, userUnitSearchPath } from '../../unit/search-path.ts';
import { nodePath, readUnitFile } from '../documents/read-unit-file.ts';
import type { RawImagesBeside } from './raw-beside.ts';

/** Records of package managers, and systemd as a program: whose tree has these is a whole system. */
export const ofDistributions: readonly string[] = [
  'usr/lib/systemd/systemd',
  'lib/systemd/systemd',
  'var/lib/dpkg/status',
  'var/lib/rpm',
  'usr/lib/sysimage/rpm',
  'var/lib/pacman',
  'lib/apk',
];
export const mountPoints: readonly string[] = ['proc', 'sys', 'dev'];
/** Directories beside a tree that are looked at: more are no workspace. */
const mostBeside = 64;

const decoder = new TextDecoder();

/** Reads trees; each once, until it is forgotten. */
export interface TreeReader {
  /** The tree that a file lies in; undefined for one that lies in none. The same object until it is forgotten. Never throws. */
  readonly of: (path: string) => TreeFacts | undefined;
  /** What was read of the tree of a file, and of those beside it, may have changed. */
  readonly forget: (path: string) => void;
  /** The same of all trees in a directory. */
  readonly forgetIn: (directory: string) => void;
}

/** `open` gives the text of a release file that an editor shows, `raws` what is known of the raw images in a directory. */
export function treeReader(open: (path: string) => string | undefined = () => undefined, raws?: Pick<RawImagesBeside, 'of'>): TreeReader {
  const known = new Map<string, TreeFacts>();
  const forgetIn = (directory: string) => {
    for (const other of known.keys()) if (parentOf(other) === directory) known.delete(other);
  };
  return {
    of(path) {
      const root = path.startsWith('//') ? undefined : markedRootOf(path); // what lies inside a raw image is none of ours
      if (root === undefined || root === '/') return undefined;
      let facts = known.get(root);
      if (!facts) {
        facts = read(root, open, raws);
        known.set(root, facts);
      }
      return facts;
    },
    forget(path) {
      const root = markedRootOf(path);
      if (root === undefined) return;
      forgetIn(parentOf(root));
    },
    forgetIn,
  };
}

/** What the paths of trees beside each other have in common; undefined for a path in no tree. */
export function besideOf(path: string): string | undefined {
  const root = markedRootOf(path);
  return root === undefined ? undefined : parentOf(root);
}

function read(root: string, open: (path: string) => string | undefined, raws?: Pick<RawImagesBeside, 'of'>): TreeFacts {
  const release = releaseAt(root, open);
  let beside: ReturnType<TreeFacts['beside']> | undefined;
  return {
    root,
    name: root.slice(root.lastIndexOf('/') + 1),
    ...(release && { release }),
    units: unitsIn(root),
    distribution: ofDistributions.some(path => kindOf(`${root}/${path}`) !== undefined),
    mountPoints: mountPoints.every(path => kindOf(`${root}/${path}`) !== undefined),
    beside() {
      beside ??= [...imagesBeside(root, open), ...(raws?.of(parentOf(root)) ?? [])];
      return beside;
    },
  };
}

/** The fields of a tree's os-release; none where it is a link to another place than systemd's other one, which is not followed. */
function releaseAt(root: string, open: (path: string) => string | undefined): Release | undefined {
  let link = false;
  for (const file of releaseFiles) {
    const path = `${root}/${file}`;
    const shown = open(path);
    if (shown !== undefined) return releaseValues(parseRelease(shown));
    const kind = kindOf(path);
    if (kind === 'link') link = true;
    if (kind !== 'file') continue;
    const bytes = readUnitFile(path);
    if (bytes.kind === 'bytes') return releaseValues(parseRelease(decoder.decode(bytes.bytes)));
  }
  return link ? {} : undefined;
}

function unitsIn(root: string): readonly string[] {
  const names = new Set<string>();
  for (const directory of [...unitSearchPath, ...userUnitSearchPath]) {
    for (const { name, isDirectory } of list(root + directory)) if (!isDirectory && unitType(name) !== undefined) names.add(name);
  }
  return [...names].sort();
}

function imagesBeside(root: string, open: (path: string) => string | undefined): ReturnType<TreeFacts['beside']> {
  const parent = parentOf(root);
  return list(parent || '/')
    .filter(({ name, isDirectory }) => isDirectory && `${parent}/${name}` !== root)
    .slice(0, mostBeside)
    .flatMap(({ name }) => {
      const facts = read(`${parent}/${name}`, open);
      return facts.release ? [{ ...facts, release: facts.release }] : [];
    });
}

/** Whether a directory has anything that a raw image or a directory of versions could be. */
export const mayHoldRaws = (directory: string): boolean => list(directory || '/').some(({ name }) => /\.(raw|v)$/.test(name));

function kindOf(path: string): 'file' | 'link' | 'other' | undefined {
  try {
    const found = lstatSync(nodePath(path), { throwIfNoEntry: false });
    return found && (found.isFile() ? 'file' : found.isSymbolicLink() ? 'link' : 'other');
  } catch {
    return undefined; // a part of the path is a file, or not to be looked into
  }
}

function list(directory: string): readonly { readonly name: string; readonly isDirectory: boolean }[] {
  try {
    const entries = readdirSync(nodePath(directory), { withFileTypes: true, encoding: 'buffer' });
    return entries.map(entry => ({ name: decodeName(entry.name), isDirectory: entry.isDirectory() }));
  } catch {
    return []; // most of the search path is not there
  }
}
