/** Libraries beside the dynamic linker of a real musl: by default directories, those that it is configured with, and RUNPATH. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installMuslTools, whyNoImages } from '../../lab/tools.ts';
import { openDirectory } from '../../server/src/image/directory-tree.ts';
import { libraryFinder } from '../../server/src/image/elf/libraries.ts';
import { programAt } from '../../server/src/image/programs.ts';
import { imageFiles } from '../../server/src/node/images/image-files.ts';
import { run } from './samples.ts';

const skipped = (whyNoImages() !== undefined || process.arch !== 'x64') && process.env.CI !== 'true';
const linker = '/lib/ld-musl-x86_64.so.1';
const configuration = 'etc/ld-musl-x86_64.path';
let folder: string;
let root: string;

beforeAll(async () => {
  if (skipped) return;
  await installMuslTools();
  folder = mkdtempSync(join(tmpdir(), 'musl-'));
  root = join(folder, 'root');
  for (const directory of ['lib', 'bin', 'etc', 'usr/lib', 'usr/local/lib', 'opt/m', 'opt/r', '../apart'])
    mkdirSync(join(root, directory), { recursive: true });
  copyFileSync(linker, join(root, linker));
  const source = join(folder, 'source.c');
  writeFileSync(source, 'void f(void) {}\nvoid _start(void) { for (;;); }\n');
  const compile = (target: string, ...options: readonly string[]) =>
    run('gcc', ['-nostdlib', '-fPIC', '-Wl,--no-as-needed', '-o', join(root, target), source, ...options]);
  const library = (path: string, ...needed: readonly string[]) =>
    compile(path, '-shared', `-Wl,-soname,${path.slice(path.lastIndexOf('/') + 1)}`, ...needed);
  const at = (path: string) => join(root, path);
  library('usr/local/lib/libx.so');
  library('opt/r/liby.so');
  library('usr/lib/libz.so', at('usr/local/lib/libx.so'));
  library('opt/m/libw.so');
  library('../apart/libgone.so');
  const needed = ['usr/lib/libz.so', 'opt/r/liby.so', 'opt/m/libw.so', '../apart/libgone.so'].map(at);
  compile('bin/program', '-pie', `-Wl,--dynamic-linker=${linker},-rpath,/opt/r,--unresolved-symbols=ignore-all`, ...needed);
});
afterAll(() => folder !== undefined && rmSync(folder, { recursive: true, force: true }));

test.skipIf(skipped).each<[string, string | undefined, number]>([
  ['by its default directories', undefined, 2],
  ['by those of its configuration', '/opt/m:/usr/lib\n/usr/local/lib', 1],
  ['by a configuration that names none', '', 3],
])('musl finds libraries %s', async (_, directories, gone) => {
  rmSync(join(root, configuration), { force: true });
  if (directories !== undefined) writeFileSync(join(root, configuration), directories);
  const { stdout, stderr } = spawnSync('chroot', [root, linker, '--list', '/bin/program'], { encoding: 'utf8' });
  const theirs = [...stdout.matchAll(/^\t(\S+) => (\S+) /gm)].map(([, name, path]) => `${name} ${path}`);
  const missing = [...stderr.matchAll(/library (\S+): .*needed by (\S+)\)/g)].map(([, name, by]) => `${name} missing for ${by}`);
  const tree = await openDirectory(imageFiles, root);
  const program = await programAt(tree, '/bin/program');
  if (program.kind !== 'elf') throw new Error('the program is no program');
  const ours = await libraryFinder(tree).of(program.path, program.elf);
  expect(missing.length).toBe(gone);
  expect([...ours.found].map(([name, path]) => `${name} ${path}`)).toEqual(theirs);
  expect(ours.missing.map(({ name, neededBy }) => `${name} missing for ${neededBy}`)).toEqual(missing);
});
