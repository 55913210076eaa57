import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's root, absolute. */
export const root = join(import.meta.dirname, '..', '..');

/** What an unpacked archive, where git cannot be asked, may have grown beside the project's own files: the entries of .gitignore. */
const grown =
  /(^|\/)(node_modules|dist|out|coverage|test-artifacts|\.git)$|\.(vsix|tsbuildinfo)$|^examples\/[^/]*\.raw$|^examples\/hello\/usr\/bin\/busybox$/;

/** The project's files, relative to its root, in order: git's list where there is one, else whatever lies there. Links are left out. */
export function projectFiles(): string[] {
  return (gitFiles() ?? walk('')).filter(file => lstatSync(join(root, file)).isFile()).sort();
}

/** The text of a file, by its path relative to the root. */
export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function gitFiles(): string[] | undefined {
  if (!existsSync(join(root, '.git'))) return undefined; // an archive may lie inside another repository
  try {
    const list = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return list.split('\0').filter(file => file !== '' && existsSync(join(root, file)));
  } catch {
    return undefined; // no git on this machine, or a checkout that belongs to somebody else
  }
}

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (grown.test(path)) return [];
    return entry.isDirectory() ? walk(path) : [path];
  });
}
