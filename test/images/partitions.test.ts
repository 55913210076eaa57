import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installHostTools } from '../../lab/hosts.ts';
import { installImageTools, whyNoImages } from '../../lab/tools.ts';
import { memorySource } from '../../server/src/image/byte-source.ts';
import { describePartitions } from '../../server/src/image/partitions/contents.ts';
import { mountedOn } from '../../server/src/image/partitions/mounted.ts';
import { readPartitions } from '../../server/src/image/partitions/partitions.ts';
import { identifyRawImage, openRawImage } from '../../server/src/image/raw-image.ts';
import { decompressors } from '../../server/src/node/images/decompressors.ts';
import { thisMachine } from '../../server/src/node/this-machine.ts';
import { compareWithMount } from './compare.ts';
import { run } from './samples.ts';

/** What systemd-dissect says of a partition, as far as it is compared. */
interface Dissected {
  readonly designator: string;
  readonly partition_uuid: string;
  readonly partition_label: string | null;
  readonly fstype: string | null;
  readonly architecture: string | null;
  readonly partno: number;
}

/** Our names for what libblkid names otherwise. */
const fileSystems: Readonly<Record<string, string>> = { DM_verity_hash: 'verity', crypto_LUKS: 'luks' };

/** A partition as sfdisk tells it, in sectors. */
interface Made {
  readonly start: number;
  readonly size: number;
  readonly type: string;
}

/** Writes a partition table by sfdisk's script, and returns what sfdisk made of it. */
function partition(target: string, script: string): readonly Made[] {
  run('sfdisk', ['--quiet', target], script);
  const { partitiontable }: { partitiontable: { partitions: readonly Made[] } } = JSON.parse(run('sfdisk', ['--json', target]));
  return partitiontable.partitions;
}

/** Uses a file as a disk with other sectors. */
function onLoopDevice<T>(file: string, sector: number, use: (device: string) => T): T {
  const device = run('losetup', ['--find', '--show', `--sector-size=${sector}`, file]).trim();
  try {
    return use(device);
  } finally {
    run('losetup', ['--detach', device]);
  }
}

const gptTypes = {
  esp: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  root: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  usr: '8484680C-9521-48C6-9C11-B0720656F69E',
  linux: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
  swap: '0657FD6D-A4AB-43C4-84E5-0933C84B4F4F',
  home: '933AC7E1-2EB4-4F13-B844-0E14E2AEF915',
};

describe.skipIf(whyNoImages() !== undefined && process.env.CI !== 'true')('partitioned images as systemd sees them', () => {
  let folder: string;
  let tree: string;
  let image: string;
  let squashfs: string;
  beforeAll(async () => {
    await installImageTools();
    await installHostTools(); // systemd-dissect and systemd-repart
    folder = mkdtempSync(join(tmpdir(), 'partitions-'));
    [tree, image, squashfs] = [join(folder, 'tree'), join(folder, 'image'), join(folder, 'squashfs')];
    mkdirSync(join(tree, 'usr/lib'), { recursive: true });
    mkdirSync(join(tree, 'etc'));
    writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=parted\n');
    writeFileSync(join(tree, 'etc/file'), 'a file\n');
    run('mksquashfs', [tree, squashfs, '-noappend', '-quiet', '-no-progress']);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Makes a table by sfdisk's script, and puts content into partitions by number. */
  const make = (script: string, contents: Readonly<Record<number, string>>, sector = 512): Buffer => {
    rmSync(image, { force: true });
    writeFileSync(image, '');
    truncateSync(image, 32 << 20);
    const parts = sector === 512 ? partition(image, script) : onLoopDevice(image, sector, device => partition(device, script));
    for (const [number, file] of Object.entries(contents)) {
      const start = (parts[Number(number) - 1]?.start ?? 0) * sector;
      run('dd', [`if=${file}`, `of=${image}`, 'bs=4096', `seek=${start}`, 'oflag=seek_bytes', 'conv=notrunc', 'status=none']);
    }
    return readFileSync(image);
  };
  const described = async (bytes: Uint8Array) => {
    const source = memorySource(bytes);
    return describePartitions(source, await readPartitions(source), identifyRawImage);
  };
  /** What systemd-dissect uses of the image, beside what we say of the same partitions. */
  const besideDissect = async (bytes: Uint8Array) => {
    const { mounts }: { mounts: readonly Dissected[] } = JSON.parse(run('systemd-dissect', ['--json=short', image]));
    const mine = await described(bytes);
    const theirs = mounts.map(mount => ({
      number: mount.partno,
      uuid: mount.partition_uuid,
      label: mount.partition_label ?? '',
      fileSystem: fileSystems[mount.fstype ?? ''] ?? mount.fstype ?? undefined,
      ...(mount.architecture !== null && { designator: mount.designator, architecture: mount.architecture }),
    }));
    const ours = theirs.map(({ number, architecture }) => {
      const found = mine.find(partition => partition.number === number);
      const { uuid, label, fileSystem, purpose } = found ?? {};
      return {
        ...{ number, uuid, label, fileSystem },
        ...(architecture !== undefined && { designator: purpose?.designator, architecture: purpose?.architecture }),
      };
    });
    return { ours, theirs };
  };
  const read = async (bytes: Uint8Array) => (await openRawImage(memorySource(bytes), decompressors)).root;
  const names = async (bytes: Uint8Array) => Array.from(await (await read(bytes)).list(), ({ name }) => name);

  test('made by systemd-repart: ESP, root, hashes', async () => {
    const definitions = join(folder, 'definitions');
    mkdirSync(definitions);
    const define = (name: string, ...lines: string[]) =>
      writeFileSync(join(definitions, `${name}.conf`), `[Partition]\n${lines.join('\n')}\n`);
    define('1', 'Type=esp', 'Format=vfat', 'SizeMinBytes=33M', 'SizeMaxBytes=33M');
    define('2', 'Type=root', 'Label=root_1', 'Format=squashfs', `CopyFiles=${tree}:/`, 'Verity=data', 'VerityMatchKey=root');
    define('3', 'Type=root-verity', 'Verity=hash', 'VerityMatchKey=root');
    rmSync(image, { force: true });
    run('systemd-repart', ['--empty=create', '--size=64M', `--definitions=${definitions}`, '--dry-run=no', image]);
    const bytes = readFileSync(image);
    const { ours, theirs } = await besideDissect(bytes);
    expect(ours).toEqual(theirs);
    expect(await described(bytes)).toMatchObject([
      { fileSystem: 'vfat', purpose: { designator: 'esp' } },
      { fileSystem: 'squashfs', verity: 'hashes', growFileSystem: true, purpose: { designator: 'root' } },
      { fileSystem: 'verity', readOnly: true, purpose: { designator: 'root-verity' } },
    ]);
    expect(await compareWithMount(image, openRawImage, { fileSystem: 'squashfs', reference: tree })).toEqual([]);
  });

  test('made by sfdisk: of two roots the newer, marks, other purposes', async () => {
    const bytes = make(
      `label: gpt
      size=1MiB, type=${gptTypes.root}, name="root_1.9"
      size=1MiB, type=${gptTypes.root}, name="root_1.10", attrs="GUID:60"
      size=1MiB, type=${gptTypes.swap}, name="swap space"
      size=1MiB, type=${gptTypes.home}, attrs="GUID:59,63"`,
      { 2: squashfs },
    );
    const { ours, theirs } = await besideDissect(bytes);
    expect(ours).toEqual(theirs);
    expect(theirs.map(({ number }) => number)).toContain(2);
    expect(await described(bytes)).toMatchObject([
      { label: 'root_1.9', readOnly: false, verity: 'none' },
      { label: 'root_1.10', readOnly: true },
      { label: 'swap space', purpose: { designator: 'swap' } },
      { noAuto: true, growFileSystem: true, purpose: { designator: 'home' } },
    ]);
    expect(await names(bytes)).toEqual(['etc', 'usr']);
  });

  test('of roots and /usr for several architectures those of this machine, else its second one, else the newest', async () => {
    const types = {
      native:
        thisMachine === 'arm64'
          ? ['b921b045-1df0-41c3-af44-4c6f280d3fae', 'b0e01050-ee5f-4390-949a-9101b17104e9']
          : [gptTypes.root, gptTypes.usr],
      second:
        thisMachine === 'arm64'
          ? ['69dad710-2ce4-4e3c-b16c-21a1d49abed3', '7d0359a3-02b3-4f0a-865c-654403e70625']
          : ['44479540-f297-41b2-9af7-d131d5f0458a', '75250d76-8cc6-458e-bd66-bd47cc81a812'],
      foreign: ['72ec70a6-cf74-40e6-bd49-4bda08e8f224', 'beaec34b-8442-439b-a40b-984381ed097d'],
      other: ['5eead9a9-fe09-4a1e-a1d7-520d00531306', '8a4f5770-50aa-4ed3-874a-99b710db6fea'],
    };
    type For = keyof typeof types;
    const rows: readonly (readonly (readonly [For, 'root' | 'usr', string, string?])[])[] = [
      [
        ['native', 'root', '1'],
        ['foreign', 'root', '9'],
      ],
      [
        ['foreign', 'root', '9'],
        ['native', 'root', '1'],
        ['native', 'root', '2'],
      ],
      [
        ['second', 'root', '1'],
        ['foreign', 'root', '9'],
      ],
      [
        ['second', 'root', '9'],
        ['native', 'root', '1'],
      ],
      [
        ['foreign', 'root', '1'],
        ['other', 'root', '2'],
      ],
      [
        ['other', 'root', '2'],
        ['foreign', 'root', '1'],
      ],
      [
        ['foreign', 'root', '1'],
        ['other', 'root', '1'],
      ],
      [
        ['native', 'root', '1', '63'],
        ['second', 'root', '2'],
      ],
      [
        ['native', 'root', '1'],
        ['foreign', 'usr', '9'],
        ['native', 'usr', '2'],
      ],
      [
        ['native', 'root', '1'],
        ['foreign', 'usr', '9'],
      ],
    ];
    for (const row of rows) {
      const lines = row.map(([whose, what, label, mark]) => {
        const type = types[whose][what === 'root' ? 0 : 1];
        return `size=1MiB, type=${type}, name="${what}_${label}"${mark === undefined ? '' : `, attrs="GUID:${mark}"`}`;
      });
      const bytes = make(`label: gpt\n${lines.join('\n')}`, Object.fromEntries(row.map((_, n) => [n + 1, squashfs])));
      const { mounts }: { mounts: readonly Dissected[] } = JSON.parse(run('systemd-dissect', ['--json=short', image]));
      const mounted = mountedOn(thisMachine, (await readPartitions(memorySource(bytes))).partitions);
      const ours = [mounted.root?.number, mounted.usr?.number].filter(number => number !== undefined);
      expect(ours, lines.join('\n')).toEqual(mounts.map(({ partno }) => partno));
    }
  });

  test('/usr in a partition of its own, with a root and without', async () => {
    const usr = join(folder, 'usr.squashfs');
    run('mksquashfs', [join(tree, 'usr'), usr, '-noappend', '-quiet', '-no-progress']);
    const alone = make(`label: gpt\nsize=1MiB, type=${gptTypes.usr}`, { 1: usr });
    expect(await names(alone)).toEqual(['usr']);
    const both = make(`label: gpt\nsize=1MiB, type=${gptTypes.usr}\nsize=1MiB, type=${gptTypes.root}`, { 1: usr, 2: squashfs });
    const { ours, theirs } = await besideDissect(both);
    expect(ours).toEqual(theirs);
    const below = await (await read(both)).lookup('usr');
    expect(below?.kind === 'directory' && [...(await below.list())]).toEqual([{ name: 'lib', kind: 'directory' }]);
  });

  test.each<[string, string]>([
    ['GPT', `label: gpt\nsize=1MiB, type=${gptTypes.linux}, name="only"`],
    ['MBR', 'label: dos\nsize=1MiB, type=83, bootable'],
  ])('%s with one Linux partition', async (_, script) => {
    const bytes = make(script, { 1: squashfs });
    expect(await names(bytes)).toEqual(['etc', 'usr']);
    const { mounts }: { mounts: readonly Dissected[] } = JSON.parse(run('systemd-dissect', ['--json=short', image]));
    expect(mounts).toMatchObject([{ designator: 'root', partno: 1, fstype: 'squashfs' }]);
  });

  test('logical partitions of an MBR', async () => {
    const bytes = make('label: dos\nx1 : size=1MiB, type=82\nx2 : size=20MiB, type=5\nx5 : size=1MiB, type=83\nx6 : size=2MiB, type=c', {});
    const { partitiontable }: { partitiontable: { partitions: readonly Made[] } } = JSON.parse(run('sfdisk', ['--json', image]));
    expect(
      (await described(bytes)).map(({ number, start, size, type }) => [number, start / 512, size / 512, Number.parseInt(type, 16)]),
    ).toEqual(
      partitiontable.partitions
        .map(({ start, size, type }, i) => [i < 2 ? i + 1 : i + 3, start, size, Number.parseInt(type, 16)])
        .filter(([, , , type]) => type !== 5),
    );
  });

  test('sectors of 4096 bytes', async () => {
    const bytes = make(`label: gpt\nsize=1MiB, type=${gptTypes.root}, name="big sectors"`, { 1: squashfs }, 4096);
    expect(await described(bytes)).toMatchObject([{ label: 'big sectors', size: 1 << 20, fileSystem: 'squashfs' }]);
    expect(await names(bytes)).toEqual(['etc', 'usr']);
  });

  test('a damaged table is read from its copy', async () => {
    const bytes = make(`label: gpt\nsize=1MiB, type=${gptTypes.root}, name="copied"`, { 1: squashfs });
    for (const at of [512 + 40, 1024 + 60]) {
      const damaged = new Uint8Array(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(await readPartitions(memorySource(damaged))).toMatchObject({
        partitions: [{ label: 'copied' }],
        warnings: [expect.any(String)],
      });
      expect(await names(damaged)).toEqual(['etc', 'usr']);
    }
    await expect(readPartitions(memorySource(new Uint8Array(bytes).fill(0, 512, 1024).fill(0, bytes.length - 512)))).rejects.toMatchObject({
      kind: 'corrupt',
    });
  });

  test('what cannot be read is named', async () => {
    const luks = join(folder, 'luks');
    writeFileSync(luks, Buffer.concat([Buffer.from('LUKS\xba\xbe', 'latin1'), Buffer.alloc(4096)]));
    const cases: readonly (readonly [string, Readonly<Record<number, string>>, string])[] = [
      [`type=${gptTypes.root}`, { 1: luks }, 'its root partition is encrypted (LUKS)'],
      [`type=${gptTypes.esp}`, {}, 'names no root and no /usr partition (it has: esp)'],
      [`size=1MiB, type=${gptTypes.linux}\nsize=1MiB, type=${gptTypes.linux}`, {}, 'it has 2 Linux partitions, and none is marked as root'],
      [`type=${gptTypes.root}`, {}, 'its root partition cannot be read: it holds no file system'],
    ];
    for (const [script, contents, message] of cases)
      await expect(read(make(`label: gpt\n${script}`, contents))).rejects.toMatchObject({
        kind: 'unsupported',
        message: expect.stringContaining(message),
      });
  });

  test('an image cut off inside its root partition', async () => {
    make(`label: gpt\nsize=1MiB, type=${gptTypes.root}`, { 1: squashfs });
    const cut = join(folder, 'cut');
    copyFileSync(image, cut);
    truncateSync(cut, (1 << 20) + 500_000);
    await expect(read(readFileSync(cut))).rejects.toMatchObject({ kind: 'corrupt' });
  });
});
