/** A tree with everything that makes readers of file systems stumble, and small trees beside it. Needs root and Linux. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { noise, words } from '../server/image/real-squashfs.ts';
import { writeXattrs } from './xattrs.ts';

const sparseSize = 2 ** 30;
/** Written here in a sparse file of 1 GiB: at its start, in a window of compare.ts, and at its end. */
const sparseData = [0, Math.floor(((sparseSize - (128 << 10)) * 20) / 63) + 1000, sparseSize - 100];

/** Runs a program. Throws with what it said. */
export function run(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', input, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error ?? stderr + stdout}`);
  return stdout;
}

/** Makes the tree; `root` must not be there. About 25 MiB, 5,400 names, a second. */
export function makeSampleTree(root: string): void {
  mkdirSync(root, { mode: 0o755 });
  const at = (name: string) => join(root, name);
  const file = (name: string, content: string | Uint8Array = '') => writeFileSync(at(name), content);

  mkdirSync(at('usr/lib/systemd/system'), { recursive: true });
  file('usr/lib/os-release', 'ID=sample\nVERSION_ID=1\n');
  file('usr/lib/systemd/system/sample.service', '[Service]\nExecStart=/bin/true\n');
  mkdirSync(at('sizes'));
  for (const size of [
    1,
    60,
    61,
    155,
    511,
    1023,
    4095,
    4096,
    4097,
    8191,
    8192,
    65_536,
    131_071,
    131_072,
    131_073,
    300_000,
    1 << 20,
    (1 << 20) + 1,
  ]) {
    file(`sizes/words-${size}`, words(size));
    file(`sizes/noise-${size}`, noise(size, size));
  }
  file('empty');
  file('zeros', new Uint8Array(400_000));
  file('ten-megabytes', Buffer.concat([noise(3 << 20, 1), words(4 << 20), noise(1 << 20, 2), words(2 << 20)]));
  for (let i = 0; i < 40; i++) file(`small-${i}`, words(i * 37));
  const sparse = openSync(at('sparse'), 'w');
  for (const offset of sparseData) writeSync(sparse, noise(100, offset), 0, 100, offset);
  ftruncateSync(sparse, sparseSize);
  closeSync(sparse);
  const holes = openSync(at('holes'), 'w'); // many short stretches of data
  for (let i = 0; i < 300; i++) writeSync(holes, words(10), 0, 10, i * 12_288);
  closeSync(holes);

  mkdirSync(at('names'));
  for (const name of [' blank ', 'quote"\'\n$()', '-dash', 'back\\slash', 'ümlaut-😀', 'n'.repeat(255), '...', 'a=b', '#'])
    file(`names/${name}`, name);
  for (const bytes of [[0xe4, 0xff], [0x80], [0xed, 0xb2, 0x80], [0xc3]])
    writeFileSync(Buffer.concat([Buffer.from(`${root}/names/bytes-`), Uint8Array.from(bytes)]), 'bytes');
  mkdirSync(at(`deep/${'d/'.repeat(60)}`), { recursive: true });
  file(`deep/${'d/'.repeat(60)}bottom`, 'bottom');
  mkdirSync(at('many'));
  const one = (i: number) => at(`many/entry-with-a-rather-long-name-${i}`);
  for (let i = 0; i < 50; i++) writeFileSync(one(i), `${i}`);
  for (let i = 50; i < 5000; i++) linkSync(one(i % 50), one(i)); // new files take a disk their time

  mkdirSync(at('links'));
  symlinkSync('../empty', at('links/relative'));
  symlinkSync('/absolute/target', at('links/absolute'));
  symlinkSync('x'.repeat(59), at('links/59')); // the longest that ext2 keeps in an inode
  symlinkSync('x'.repeat(60), at('links/60'));
  symlinkSync('t/'.repeat(2047), at('links/longest'));
  symlinkSync('loop', at('links/loop'));
  linkSync(at('ten-megabytes'), at('links/hard'));

  mkdirSync(at('special'));
  run('mkfifo', [at('special/fifo')]);
  for (const [name, type, major, minor] of [
    ['null', 'c', 1, 3],
    ['disk', 'b', 240, 300], // not of a driver that makes its devices when they are looked at
    ['biggest', 'c', 4095, 1_048_575],
    ['whiteout', 'c', 0, 0],
  ] as const)
    run('mknod', [at(`special/${name}`), type, String(major), String(minor)]);
  run('python3', ['-c', "import os, socket, sys; os.chdir(sys.argv[1]); socket.socket(socket.AF_UNIX).bind('socket')", at('special')]);

  mkdirSync(at('owners'));
  [0, 1, 1000, 65_534, 65_535, 65_536, 2 ** 31, 2 ** 32 - 2].forEach((id, i, all) => {
    file(`owners/${id}`);
    lchownSync(at(`owners/${id}`), id, all[all.length - 1 - i] ?? 0);
  });
  symlinkSync('owned', at('owners/link'));
  lchownSync(at('owners/link'), 4242, 70_000);
  mkdirSync(at('modes'));
  for (const mode of [0, 0o400, 0o755, 0o1777, 0o2755, 0o4755, 0o7777]) {
    file(`modes/${mode.toString(8)}`);
    chmodSync(at(`modes/${mode.toString(8)}`), mode);
  }
  mkdirSync(at('sticky'));
  chmodSync(at('sticky'), 0o3777);

  makeXattrs(root);
  mkdirSync(at('times'));
  for (const time of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
    file(`times/${time}`);
    lutimesSync(at(`times/${time}`), time, time);
  }
  lutimesSync(at('links/relative'), 1_000_000_000, 1_000_000_000);
}

/** An access control list with one user more, and a capability, as the kernel takes them. */
const acl = '0200000001000600ffffffff02000400e803000004000400ffffffff10000400ffffffff20000400ffffffff';
const capability = '0100000200040000000000000000000000000000';

function makeXattrs(root: string): void {
  const at = (name: string) => join(root, name);
  mkdirSync(at('xattrs'));
  const set = new Map<string, ReadonlyMap<string, string>>();
  const add = (name: string, ...xattrs: (readonly [string, string])[]) => {
    writeFileSync(at(`xattrs/${name}`), name);
    set.set(at(`xattrs/${name}`), new Map(xattrs));
  };
  add('user', ['user.one', '31'], ['user.two', '00ff0a22'], ['user.empty', '']);
  add('capability', ['security.capability', capability]);
  add('acl', ['system.posix_acl_access', acl]);
  add('trusted', ['trusted.overlay.opaque', '79'], ['trusted.x', 'ab'.repeat(200)]);
  add('big', ['user.big', 'c3'.repeat(2500)], [`user.${'n'.repeat(250)}`, '01']);
  add('many', ...Array.from({ length: 60 }, (_, i) => [`user.attribute-${i}`, `0${i % 10}`] as const));
  for (let i = 0; i < 30; i++) add(`shared-${i}`, ['user.shared', '5a'.repeat(300)], ['security.ima', 'ee'.repeat(40)]);
  mkdirSync(at('xattrs/directory'));
  set.set(
    at('xattrs/directory'),
    new Map([
      ['user.directory', '64'],
      ['system.posix_acl_default', acl],
    ]),
  );
  symlinkSync('user', at('xattrs/link'));
  set.set(at('xattrs/link'), new Map([['trusted.link', '6c']]));
  set.set(root, new Map([['user.root', '72']]));
  writeXattrs(set);
}
