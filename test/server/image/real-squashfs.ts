/** Real squashfs images, made by mksquashfs at test time. */
import { spawnSync } from 'node:child_process';
import { chmodSync, ftruncateSync, linkSync, lutimesSync, mkdirSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Whether mksquashfs can be run. Where tests must not be skipped (CI=true) its absence is left to fail them. */
export const haveMksquashfs: boolean = process.env.CI === 'true' || spawnSync('mksquashfs', ['-version']).error === undefined;

/** Runs mksquashfs. Throws with what it said. */
export function mksquashfs(source: string, image: string, options: readonly string[] = []): void {
  const args = [source, image, '-noappend', '-quiet', '-no-progress', '-no-xattrs', '-processors', '1', ...options];
  const { status, error, stderr } = spawnSync('mksquashfs', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mksquashfs ${args.join(' ')} failed: ${error ?? stderr} (Debian package squashfs-tools)`);
}

/** Bytes that compress badly, the same for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    bytes[i] = state >> 16;
  }
  return bytes;
}

/** Bytes that compress well. */
export function words(length: number): Uint8Array {
  return new TextEncoder().encode('all work and no play '.repeat(Math.ceil(length / 21)).slice(0, length));
}

/** Makes a directory with so many names, most of them of the same files: new files take a disk their time. */
export function makeBigDirectory(path: string, entries: number): void {
  mkdirSync(path);
  const name = (i: number) => join(path, `entry-with-a-rather-long-name-${i}`);
  for (let i = 0; i < 50; i++) writeFileSync(name(i), i % 7 ? '' : `${i}`);
  for (let i = 50; i < entries; i++) linkSync(name(i % 50), name(i));
}

/** Writes a small tree of an image with units and links, to be damaged. */
export function makeSmallTree(root: string): void {
  const units = join(root, 'usr/lib/systemd/system');
  mkdirSync(units, { recursive: true });
  writeFileSync(join(root, 'usr/lib/os-release'), 'ID=hostile\nVERSION_ID=1\n');
  for (const name of ['a', 'b', 'c']) writeFileSync(join(units, `${name}.service`), `[Service]\nExecStart=/bin/${name}\n`);
  symlinkSync('a.service', join(units, 'd.service'));
  symlinkSync('usr/lib', join(root, 'lib'));
  writeFileSync(join(root, 'noise'), noise(9_000, 1));
  writeFileSync(join(root, 'words'), words(20_000));
}

/** Writes a tree with everything that a squashfs image can hold; devices only as root. */
export function makeVariedTree(root: string): void {
  mkdirSync(root);
  const file = (name: string, content: string | Uint8Array) => writeFileSync(join(root, name), content);
  file('empty', '');
  file('one', 'x');
  for (const size of [4095, 4096, 4097, 8192, 131_071, 131_072, 131_073, 300_000]) {
    file(`words-${size}`, words(size));
    file(`noise-${size}`, noise(size, size));
  }
  file('three-megabytes', Buffer.concat([noise(1_000_000, 1), words(1_200_000), noise(900_001, 2)]));
  for (let i = 0; i < 40; i++) file(`small-${i}`, words(i * 37));
  file('zeros', new Uint8Array(400_000));
  const sparse = openSync(join(root, 'sparse'), 'w');
  writeSync(sparse, words(70_000), 0, 70_000, 1_000_000);
  writeSync(sparse, noise(10, 3), 0, 10, 3_000_000);
  ftruncateSync(sparse, 5_000_001);
  file('name with blank', '1');
  file('quote"\'\n$()', '2');
  writeFileSync(Buffer.concat([Buffer.from(`${root}/latin-`), Buffer.from([0xe4, 0xff])]), '3');
  file('ümlaut-😀', '4');
  file('n'.repeat(255), '5');
  linkSync(join(root, 'one'), join(root, 'hard-link'));
  symlinkSync('one', join(root, 'link'));
  symlinkSync('/absolute/target', join(root, 'link-absolute'));
  symlinkSync('t/'.repeat(2000), join(root, 'link-long'));
  mkdirSync(join(root, 'a/b/c/d/e'), { recursive: true });
  file('a/b/c/d/e/deep', 'deep');
  mkdirSync(join(root, 'nothing'));
  makeBigDirectory(join(root, 'many'), 300);
  chmodSync(join(root, 'one'), 0o4755);
  chmodSync(join(root, 'nothing'), 0o1777);
  lutimesSync(join(root, 'link'), 1_000_000_000, 1_000_000_000);
  spawnSync('mkfifo', [join(root, 'fifo')]);
  if (process.getuid?.() === 0) {
    spawnSync('mknod', [join(root, 'character'), 'c', '1', '3']);
    spawnSync('mknod', [join(root, 'block'), 'b', '7', '300']);
    spawnSync('chown', ['-h', '4242:70000', join(root, 'three-megabytes'), join(root, 'link')]);
  }
}
