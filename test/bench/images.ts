/** Measures looking into images without mounting them, in process, beside the programs that unpack or mount them. */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, must } from '../../lab/processes.ts';
import { maxEntries, maxNames } from '../../server/src/image/image-tree.ts';
import { median } from './measure.ts';

/** What was found: ours and another's, in the unit that is named; without another there is only our own. */
export interface Looked {
  readonly what: string;
  readonly unit: 'ms' | 'MiB/s' | 'KiB' | 'MiB';
  readonly ours: number;
  readonly other?: { readonly name: string; readonly value: number };
  /** What ours must keep: at most, or at least this part of the other's. */
  readonly budget: { readonly most: number } | { readonly share: number };
}

const mebibyte = 1024 * 1024;
/** Of the image that is looked into, and of the file in it that is read from end to end. */
const sizes = { image: 1024 * mebibyte, file: 384 * mebibyte };
const units = 200;
const wanted = '/usr/lib/systemd/system/unit-100.service';
const big = '/usr/share/big';
/** A directory of many names, so many of a file as the file systems allow. */
const long = '/usr/share/names';
const mostLinks = 30_000;

/** Makes the images and measures. `rounds` times each. */
export async function measureImages(rounds: number): Promise<readonly Looked[]> {
  const directory = mkdtempSync(join(tmpdir(), 'image-bench-'));
  try {
    const tree = join(directory, 'tree');
    fillTree(tree);
    const images = await makeImages(directory, tree, sizes.image + 512 * mebibyte, makers);
    rmSync(tree, { recursive: true });
    const all: Looked[] = [];
    for (const [format, image] of images) {
      const { milliseconds, read } = looked(image, 'units', rounds * 10);
      const others = await beside(format, image, directory, rounds);
      const [first] = others;
      all.push({
        what: `units of ${format}, one read`,
        unit: 'ms',
        ours: milliseconds,
        budget: { most: 10 },
        ...(first && { other: first }),
      });
      for (const other of others.slice(1)) all.push({ what: '  beside', unit: 'ms', ours: milliseconds, budget: { most: 10 }, other });
      all.push({ what: '  bytes read for it', unit: 'KiB', ours: read / 1024, budget: { most: 1024 } });
      const whole = looked(image, 'file', Math.max(3, rounds >> 1));
      const speed = sizes.file / mebibyte / (whole.milliseconds / 1000);
      const theirs = format === 'squashfs' ? unsquashed(image, Math.max(3, rounds >> 1)) : undefined;
      all.push({
        ...{ what: `${format}, one large file`, unit: 'MiB/s', ours: speed, budget: { share: theirs ? 0.5 : 0 } },
        ...(theirs !== undefined && { other: { name: 'unsquashfs, one core', value: sizes.file / mebibyte / (theirs / 1000) } }),
      });
      all.push({ what: '  memory held for it', unit: 'MiB', ours: whole.memory, budget: { most: 64 } });
      // what waits to be collected, and the code of Node that was needed, count here
      all.push({ what: '  growth of the process', unit: 'MiB', ours: whole.grown, budget: { most: 64 } });
    }
    all.push(...(await longDirectories(directory)));
    for (const packing of packings) {
      const row = await unpacked(packing, directory, Math.max(3, rounds));
      if (row) all.push(row);
    }
    return all;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** How much the process grows while it goes through as many names as a directory may have, of the length that uses up what they may take. */
async function longDirectories(directory: string): Promise<readonly Looked[]> {
  const tree = join(directory, 'names');
  mkdirSync(join(tree, long), { recursive: true });
  let file = '';
  for (let n = 0; n < maxEntries; n++) {
    const name = join(tree, long, `${n}`.padEnd(maxNames / maxEntries, '-'));
    if (n % mostLinks === 0) writeFileSync(name, '');
    else linkSync(file, name);
    if (n % mostLinks === 0) file = name;
  }
  const images = [...(await makeImages(directory, tree, 512 * mebibyte, longMakers)), ['a directory', tree] as const];
  const rows = images.map(([format, image]): Looked => {
    const { grown } = looked(image, 'names', 1);
    return { what: `${maxEntries} names in ${format}: growth`, unit: 'MiB', ours: grown, budget: { most: 64 } };
  });
  rmSync(tree, { recursive: true });
  return rows;
}

/** Fills a tree with units and large files. */
function fillTree(tree: string): void {
  mkdirSync(join(tree, 'usr/lib/systemd/system'), { recursive: true });
  mkdirSync(join(tree, 'usr/share'));
  for (let n = 0; n < units; n++)
    writeFileSync(join(tree, `usr/lib/systemd/system/unit-${n}.service`), `[Service]\nExecStart=/bin/true ${n}\n`);
  fill(join(tree, big), sizes.file, 2);
  fill(join(tree, 'usr/share/more'), sizes.image - sizes.file, 1);
}

/** Images of a tree, of each file system that can be made here; those that have to be made before they are filled are of `size` bytes. */
async function makeImages(
  directory: string,
  tree: string,
  size: number,
  tools: readonly Maker[],
): Promise<readonly (readonly [string, string])[]> {
  const images: (readonly [string, string])[] = [];
  for (const [format, tool, ...args] of tools) {
    const image = join(directory, `${format}.raw`);
    const byMount = !args.includes('TREE');
    if (!findProgram(tool) || (byMount && process.getuid?.() !== 0)) continue;
    writeFileSync(image, '');
    if (!args.includes('IMAGE')) truncateSync(image, size);
    await must(
      tool,
      args.includes('IMAGE')
        ? args.map(arg => ({ IMAGE: image, TREE: tree })[arg] ?? arg)
        : [...args.map(arg => (arg === 'TREE' ? tree : arg)), image],
    );
    if (byMount)
      await must('sh', [
        '-c',
        'mkdir -p "$3" && mount -o loop "$1" "$3" && cp -a "$2/." "$3" && umount "$3"',
        'sh',
        image,
        tree,
        join(directory, 'made'),
      ]);
    images.push([format, image]);
  }
  return images;
}

/** What makes an image of a file system: with IMAGE and TREE among the arguments, else with the image behind them; without TREE, it is filled by mounting it. */
type Maker = readonly [string, string, ...string[]];
const makers: readonly Maker[] = [
  ['squashfs', 'mksquashfs', 'TREE', 'IMAGE', '-noappend', '-quiet', '-no-progress'],
  ['erofs', 'mkfs.erofs', '--quiet', '-zlz4', 'IMAGE', 'TREE'],
  ['ext4', 'mke2fs', '-q', '-t', 'ext4', '-d', 'TREE'],
  ['btrfs', 'mkfs.btrfs', '--quiet', '--rootdir', 'TREE'],
  ['xfs', 'mkfs.xfs', '-q'],
];

/** mke2fs takes minutes for so many names, and mkfs.btrfs does not take so many links. */
const longMakers: readonly Maker[] = [
  ...makers.filter(([format]) => ['squashfs', 'erofs', 'xfs'].includes(format)),
  ['ext4', 'mke2fs', '-q', '-t', 'ext4', '-b', '4096'],
];

/** Of a program, so many bytes are read of an image of each compression. */
const programSize = 48 * mebibyte;

/** What packs a program, and what unpacks it from end to end, to nowhere or into a directory that is new each time. */
interface Packing {
  readonly name: string;
  readonly pack: (tree: string, image: string) => readonly [string, ...string[]];
  readonly other: string;
  readonly unpack: string;
  /** The part of its speed that ours must have. */
  readonly share: number;
}

const bySquashfs = (compression: string): Packing => ({
  name: `squashfs, ${compression}`,
  pack: (tree, image) => ['mksquashfs', tree, image, '-comp', compression, '-noappend', '-quiet', '-no-progress'],
  ...{ other: 'unsquashfs, one core', unpack: 'unsquashfs -processors 1 -cat "$1" "$2"', share: 0.5 },
});
// it moves eight bytes at a time, which a Node of version 20 cannot do in less than six times that
const byErofs = (compression: string, cluster: number): Packing => ({
  name: `erofs, ${compression} of ${cluster} KiB`,
  pack: (tree, image) => ['mkfs.erofs', '--quiet', `-z${compression}`, `-C${cluster * 1024}`, image, tree],
  ...{ other: 'fsck.erofs --extract', unpack: 'fsck.erofs --extract="$3" "$1"', share: 0.3 },
});
const packings: readonly Packing[] = [
  ...['gzip', 'xz', 'zstd', 'lzo', 'lz4'].map(bySquashfs),
  ...[byErofs('lz4', 4), byErofs('lz4', 64), byErofs('lz4hc', 64), byErofs('lzma', 64)],
];

/** Unpacking a program from end to end beside the tool for it, in turns: time of a processor, for a busy machine's clock says nothing. */
async function unpacked({ name, pack, other, unpack, share }: Packing, directory: string, rounds: number): Promise<Looked | undefined> {
  const tree = join(directory, 'program');
  const image = join(directory, 'program.raw');
  const target = join(directory, 'unpacked');
  mkdirSync(join(tree, 'usr/share'), { recursive: true });
  writeFileSync(join(tree, big), readFileSync(process.execPath).subarray(0, programSize));
  rmSync(image, { force: true });
  const [tool, ...args] = pack(tree, image);
  if (!findProgram(tool) || spawnSync(tool, args).status !== 0) return undefined; // tools are built without some compressions
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(looked(image, 'file', 1).processor);
    const script = `TIMEFORMAT='%U %S'; time ${unpack} >/dev/null 2>&1`;
    const { stderr } = spawnSync('bash', ['-c', script, 'bash', image, big, target], { encoding: 'utf8' });
    const [user = 0, system = 0] = stderr.trim().split(/\s+/).map(Number);
    theirs.push((user + system) * 1000);
    rmSync(target, { recursive: true, force: true });
  }
  const speed = (times: readonly number[]) => programSize / mebibyte / (median(times) / 1000);
  return {
    ...{ what: `${name}: a program`, unit: 'MiB/s', ours: speed(ours), budget: { share } },
    other: { name: other, value: speed(theirs) },
  };
}

/** A file of which one of `share` parts is noise, and the rest compresses well, as programs do. */
function fill(path: string, size: number, share: number): void {
  const block = new Uint8Array(mebibyte);
  const file = openSync(path, 'w');
  for (let at = 0; at < size; at += mebibyte) {
    for (let piece = 0; piece < mebibyte; piece += 4096 * share) randomFillSync(block, piece, 4096);
    writeSync(file, block);
  }
  closeSync(file);
}

interface Measured {
  readonly milliseconds: number;
  /** Bytes that were read of the image for it. */
  readonly read: number;
  /** The most that was held at a time, in MiB, above what the process held before: what waits to be collected does not count. */
  readonly memory: number;
  /** How much the process grew at most, in MiB. */
  readonly grown: number;
  /** Milliseconds of a processor for the last look. */
  readonly processor: number;
}

/** Runs it in a process of its own. */
function looked(image: string, what: 'units' | 'file' | 'names', rounds: number): Measured {
  const script = join(import.meta.dirname, 'look-into-image.ts');
  const path = { units: wanted, file: big, names: long }[what];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, image, what, path, String(rounds)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** What else gets at one unit of an image, with its median in milliseconds. */
async function beside(format: string, image: string, directory: string, rounds: number) {
  const target = join(directory, 'copied');
  const point = join(directory, 'mounted');
  const commands = [
    ...(format === 'squashfs' ? [{ name: 'unsquashfs -cat', program: 'unsquashfs', args: ['-cat', image, wanted] }] : []),
    ...(process.getuid?.() === 0
      ? [
          { name: 'systemd-dissect --copy-from', program: 'systemd-dissect', args: ['--copy-from', image, wanted, target] },
          {
            name: 'mount, cat, umount',
            program: 'sh',
            args: ['-c', `mkdir -p "$2" && mount -o ro,loop "$1" "$2" && cat "$2${wanted}"; umount "$2"`, 'sh', image, point],
          },
        ]
      : []),
  ];
  const all: { name: string; value: number }[] = [];
  for (const { name, program, args } of commands) {
    if (!findProgram(program)) continue;
    const times: number[] = [];
    for (let n = 0; n <= rounds; n++) {
      rmSync(target, { force: true });
      const begun = process.hrtime.bigint();
      const { status } = spawnSync(program, args, { stdio: 'ignore' });
      if (status === 0 && n > 0) times.push(Number(process.hrtime.bigint() - begun) / 1e6);
    }
    if (times.length > 0) all.push({ name, value: median(times) });
  }
  return all;
}

/** unsquashfs on one processor, to nowhere: milliseconds. */
function unsquashed(image: string, rounds: number): number | undefined {
  if (!findProgram('unsquashfs') || !existsSync(image) || statSync(image).size === 0) return undefined;
  const times = Array.from({ length: rounds }, () => {
    const begun = process.hrtime.bigint();
    spawnSync('unsquashfs', ['-processors', '1', '-cat', image, big], { stdio: 'ignore' });
    return Number(process.hrtime.bigint() - begun) / 1e6;
  });
  return median(times);
}
