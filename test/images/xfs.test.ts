import { cpSync, lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installImageTools, whyNoImages } from '../../lab/tools.ts';
import { openXfs } from '../../server/src/image/xfs/xfs.ts';
import { compareWithMount, withTree } from './compare.ts';
import { writeHardCases, writeThroughKernel } from './kernel-written.ts';
import { makeSampleTree, run } from './samples.ts';
import { some } from './some.ts';
import { writeXattrs } from './xattrs.ts';

const noRecovery = { fileSystem: 'xfs', options: 'norecovery' };

describe.skipIf(whyNoImages() !== undefined && process.env.CI !== 'true')('xfs as the kernel shows it', () => {
  let folder: string;
  let full: string;
  let image: string;
  beforeAll(async () => {
    await installImageTools();
    folder = mkdtempSync(join(tmpdir(), 'xfs-'));
    [full, image] = [join(folder, 'full'), join(folder, 'image')];
    makeSampleTree(full);
    for (const name of ['links/longest', 'special/biggest']) rmSync(join(full, name)); // more than xfs takes
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** 128 MiB are too little for the mkfs.xfs of today, unless it is told that this is a test. */
  const make = (...options: readonly string[]) => {
    rmSync(image, { force: true });
    writeFileSync(image, '');
    truncateSync(image, 128 << 20);
    run('mkfs.xfs', ['-q', '-f', '--unsupported', ...options, image]);
  };

  const write = (directory: string) => {
    run('cp', ['--archive', '--sparse=always', `${full}/.`, directory]);
    writeHardCases(directory, { allocate: true });
    const at = (name: string) => join(directory, name);
    const many = Array.from({ length: 400 }, (_, i) => [`user.attribute-number-${i}`, 'ab'.repeat(i % 150)] as const);
    writeXattrs(
      new Map([
        [at('cut'), new Map([['user.long', 'cd'.repeat(40_000)]])],
        [at('extended'), new Map([...many, ['trusted.long', 'ef'.repeat(5000)]])],
        [at('link'), new Map([['trusted.link', '01']])],
      ]),
    );
  };

  test.each<[string, ...string[]]>(
    some([
      ['defaults'],
      ['extents counted in 64 bits', '-i', 'nrext64=1'],
      ['blocks of 1 KiB: trees everywhere', '-b', 'size=1024'],
      ['directories in blocks of 64 KiB', '-b', 'size=1024', '-n', 'size=65536'],
      ['inodes of 2 KiB', '-i', 'size=2048', '-n', 'size=16384'],
      ['times of 32 bits, no further trees', '-m', 'bigtime=0,inobtcount=0,rmapbt=0,reflink=0,finobt=0', '-i', 'sparse=0'],
      ['many groups, stripes', '-d', 'agcount=6,su=64k,sw=2', '-l', 'su=64k'],
    ]),
  )('%s', async (_, ...options) => {
    make(...options);
    await writeThroughKernel(image, 'xfs', '', write);
    expect(await compareWithMount(image, openXfs, noRecovery)).toEqual([]);
    await withTree(image, openXfs, async ({ warnings }) => expect(warnings).toBeUndefined());
  });

  test('a log that was not played back is a warning', async () => {
    make();
    const copy = join(folder, 'copy');
    await writeThroughKernel(image, 'xfs', '', directory => {
      run('cp', ['--archive', join(full, 'sizes'), directory]);
      run('sync', ['-f', directory]);
      cpSync(image, copy);
    });
    await withTree(copy, openXfs, async ({ warnings }) => expect(warnings).toEqual([expect.stringContaining('log')]));
    expect(await compareWithMount(copy, openXfs, noRecovery)).toEqual([]);
  });

  // no kernel of today mounts version 4: mkfs.xfs puts in what a list says, and the tree of that list is the reference
  test.each<[string, ...string[]]>(
    some([
      ['without kinds in directories', '-n', 'ftype=0'],
      ['in blocks of 1 KiB', '-b', 'size=1024', '-n', 'ftype=1'],
      ['in blocks of 512 bytes', '-b', 'size=512', '-n', 'ftype=0,size=4096'],
      ['in large directory blocks', '-n', 'ftype=1,size=16384'],
    ]),
  )('version 4 %s', async (_, ...options) => {
    const reference = join(folder, 'four');
    rmSync(reference, { recursive: true, force: true });
    run('mkdir', [reference]);
    for (const name of ['sizes', 'links', 'modes', 'owners', 'many']) run('cp', ['--archive', join(full, name), reference]);
    run('find', [join(reference, 'many'), '-name', '*[1-9]', '-delete']);
    const list = join(folder, 'list');
    writeFileSync(list, `/boot 0 0\n${protoOf(reference)}`);
    make('-m', 'crc=0', '-p', list, ...options);
    const compared = await compareWithMount(image, openXfs, { fileSystem: 'xfs', reference });
    expect(compared.filter(found => !found.includes(' has time '))).toEqual([]);
  });

  test('attributes of version 4', async () => {
    const list = join(folder, 'list');
    writeFileSync(list, `/boot 0 0\nd--755 0 0\nfew ---644 0 0 /dev/null\nmany ---644 0 0 /dev/null\n$\n`);
    make('-m', 'crc=0', '-p', list);
    const set = (file: string, names: readonly (readonly [string, number])[]) =>
      run('xfs_db', ['-x', '-c', `path /${file}`, ...names.flatMap(([name, length]) => ['-c', `attr_set ${name} -v ${length}`]), image]);
    const many = Array.from({ length: 200 }, (_, i) => [`${i % 2 ? '-s' : '-u'} attribute-${i}`, i + 1] as const);
    set('few', [['-u one', 10]]);
    set('many', [...many, ['-r long', 9000]]);
    const lengths = await withTree(image, openXfs, async ({ root }) => {
      const all = [];
      for (const name of ['few', 'many']) {
        const xattrs = await (await root.lookup(name))?.xattrs?.();
        all.push(Array.from(xattrs ?? [], ([xattr, value]) => `${xattr} ${value.length}`).sort());
      }
      return all;
    });
    expect(lengths).toEqual([
      ['user.one 10'],
      [...Array.from({ length: 200 }, (_, i) => `${i % 2 ? 'security' : 'user'}.attribute-${i} ${i + 1}`), 'trusted.long 9000'].sort(),
    ]);
  });
});

/** A directory as mkfs.xfs takes it. (xfsprogs: mkfs.xfs(8), option -p) */
function protoOf(directory: string): string {
  const line = (path: string, kind: string, more: string) => {
    const { mode, uid, gid } = lstatSync(path);
    const flag = (bit: number, letter: string) => (mode & bit ? letter : '-');
    const permissions = (mode & 0o777).toString(8).padStart(3, '0');
    return `${kind}${flag(0o4000, 'u')}${flag(0o2000, 'g')}${permissions} ${uid} ${gid}${more}`;
  };
  const entries = readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return [`${entry.name} ${protoOf(path)}`];
    if (entry.isSymbolicLink()) return [`${entry.name} ${line(path, 'l', ` ${readlinkSync(path)}`)}`];
    return [`${entry.name} ${line(path, '-', ` ${path}`)}`];
  });
  return `${[line(directory, 'd', ''), ...entries, '$'].join('\n')}\n`;
}
