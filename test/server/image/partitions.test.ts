import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/src/image/byte-source.ts';
import { crc32 } from '../../../server/src/image/compression/crc32.ts';
import { describePartitions } from '../../../server/src/image/partitions/contents.ts';
import { compareLabels } from '../../../server/src/image/partitions/label-order.ts';
import { mountedOn } from '../../../server/src/image/partitions/mounted.ts';
import { readPartitions } from '../../../server/src/image/partitions/partitions.ts';
import { purposeOf } from '../../../server/src/image/partitions/purposes.ts';
import { identifyRawImage, openRawImage } from '../../../server/src/image/raw-image.ts';
import { badBytes, badFields, cutOff, exploreAll, type Field, flippedBits, type NamedImage, patched } from './hostile.ts';

const root = '4f68bce3-e8cd-4db1-96e7-fbcaf984b709';

/** A partition: its type, first and last sector, label, attributes. */
type Row = readonly [type: string, first: bigint, last: bigint, label?: string, attributes?: bigint];

const uuidBytes = (uuid: string): Buffer => {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
};

/** An image of 64 sectors with a GPT and no copy of it. */
function gpt(rows: readonly Row[], sector = 512): Uint8Array {
  const image = Buffer.alloc(64 * sector);
  image.writeUInt8(0xee, 446 + 4);
  image.writeUInt16LE(0xaa55, 510);
  rows.forEach(([type, first, last, label = '', attributes = 0n], i) => {
    const at = 2 * sector + 128 * i;
    uuidBytes(type).copy(image, at);
    image.fill(i + 1, at + 16, at + 32);
    image.writeBigUInt64LE(first, at + 32);
    image.writeBigUInt64LE(last, at + 40);
    image.writeBigUInt64LE(attributes, at + 48);
    image.write(label, at + 56, 72, 'utf16le');
  });
  image.write('EFI PART', sector, 'latin1');
  image.writeUInt32LE(0x1_0000, sector + 8);
  image.writeUInt32LE(92, sector + 12);
  image.writeBigUInt64LE(1n, sector + 24);
  image.writeBigUInt64LE(63n, sector + 32);
  image.writeBigUInt64LE(2n, sector + 72);
  image.writeUInt32LE(8, sector + 80);
  image.writeUInt32LE(128, sector + 84);
  return summed(image, sector);
}

/** The image with the checksums that its table should have. */
function summed(image: Uint8Array, sector = 512): Uint8Array {
  const copy = Buffer.from(image);
  copy.writeUInt32LE(crc32(copy.subarray(2 * sector, 2 * sector + 8 * 128)), sector + 88);
  copy.writeUInt32LE(0, sector + 16);
  copy.writeUInt32LE(crc32(copy.subarray(sector, sector + 92)), sector + 16);
  return copy;
}

const read = (bytes: Uint8Array) => readPartitions(memorySource(bytes));

test.each([512, 4096])('a GPT with sectors of %d bytes', async sector => {
  const { table, partitions, warnings } = await read(gpt([[root, 40n, 47n, 'wurzel-ü😀', (1n << 60n) | (1n << 63n)]], sector));
  expect([table, warnings]).toEqual(['gpt', []]);
  expect(partitions).toEqual([
    {
      number: 1,
      purpose: { designator: 'root', architecture: 'x86-64' },
      type: root,
      uuid: '01010101-0101-0101-0101-010101010101',
      label: 'wurzel-ü😀',
      start: 40 * sector,
      size: 8 * sector,
      readOnly: true,
      noAuto: true,
      growFileSystem: false,
    },
  ]);
});

test('a partition outside the image is told when it is looked at', async () => {
  const image = gpt([
    [root, 60n, 64n],
    [root, 2n ** 63n, 2n ** 63n + 8n],
    [root, 9n, 8n],
  ]);
  const source = memorySource(image);
  const problems = (await describePartitions(source, await readPartitions(source), identifyRawImage)).map(({ problem }) => problem);
  expect(problems).toEqual([expect.stringContaining('corrupt: it refers to'), expect.stringContaining('corrupt: it refers to'), undefined]);
  await expect(openRawImage(source, {})).rejects.toMatchObject({ kind: 'corrupt' });
});

test('no table', async () => {
  expect(await read(new Uint8Array(4096))).toEqual({ table: 'none', partitions: [], warnings: [] });
  expect(await read(new Uint8Array(3))).toEqual({ table: 'none', partitions: [], warnings: [] });
});

test('logical partitions in a circle end', async () => {
  const image = Buffer.alloc(64 * 512);
  const entry = (at: number, i: number, type: number, start: number, size: number) => {
    image.writeUInt8(type, at * 512 + 446 + 16 * i + 4);
    image.writeUInt32LE(start, at * 512 + 446 + 16 * i + 8);
    image.writeUInt32LE(size, at * 512 + 446 + 16 * i + 12);
    image.writeUInt16LE(0xaa55, at * 512 + 510);
  };
  entry(0, 0, 5, 10, 50);
  entry(10, 0, 0x83, 1, 5);
  entry(10, 1, 5, 10, 10);
  entry(20, 0, 0x82, 1, 5);
  entry(20, 1, 5, 0, 10);
  const { table, partitions } = await read(image);
  expect([table, partitions.map(({ number, start, purpose }) => [number, start / 512, purpose?.designator])]).toEqual([
    'mbr',
    [
      [5, 11, 'linux-generic'],
      [6, 21, 'swap'],
    ],
  ]);
});

describe('hostile tables', () => {
  const image = gpt([
    [root, 40n, 47n, 'one'],
    ['8484680c-9521-48c6-9c11-b0720656f69e', 48n, 55n, 'two'],
  ]);
  const header: readonly Field[] = [
    ['signature', 512, 8],
    ['revision', 520, 4],
    ['header size', 524, 4],
    ['own place', 536, 8],
    ['other place', 544, 8],
    ['entries', 584, 8],
    ['count', 592, 4],
    ['entry size', 596, 4],
    ['first sector', 1024 + 32, 8],
    ['last sector', 1024 + 40, 8],
    ['attributes', 1024 + 48, 8],
  ];
  const open = (source: ReturnType<typeof memorySource>) => openRawImage(source, {});
  const fine = new Set(['corrupt', 'unsupported']);

  test.each<[string, Iterable<NamedImage>]>([
    ['fields', badFields(image, header)],
    ['fields, with the right checksums', Array.from(badFields(image, header), ([name, bytes]): NamedImage => [name, summed(bytes)])],
    [
      'bytes of entries, with the right checksums',
      Array.from(badBytes(image, 1024, 2048), ([name, bytes]): NamedImage => [name, summed(bytes)]),
    ],
    ['cut off', cutOff(image, 500)],
    ['flipped bits', flippedBits(image, 300, 446, 2048)],
    ['an MBR', badBytes(patched(image, 450, 1, 5n), 440, 512, 1)],
  ])('%s', async (_, images) => {
    for (const outcome of Object.keys(await exploreAll(open, images))) expect(fine).toContain(outcome);
  });
});

test.each<[string, string | undefined, string | undefined]>([
  ['c12a7328-f81f-11d2-ba4b-00a0c93ec93b', 'esp', undefined],
  ['b921b045-1df0-41c3-af44-4c6f280d3fae', 'root', 'arm64'],
  ['e7bb33fb-06cf-4e81-8273-e543b413e2e2', 'usr-verity-sig', 'x86-64'],
  ['00000000-0000-0000-0000-000000000001', undefined, undefined],
])('the type %s is %s for %s', (type, designator, architecture) => {
  expect([purposeOf(type)?.designator, purposeOf(type)?.architecture]).toEqual([designator, architecture]);
});

const [x86, arm, riscv] = [
  '44479540-f297-41b2-9af7-d131d5f0458a',
  'b921b045-1df0-41c3-af44-4c6f280d3fae',
  '72ec70a6-cf74-40e6-bd49-4bda08e8f224',
];
const linux = '0fc63daf-8483-4772-8e79-3d69d8477de4';

test.each<[string, string | undefined, readonly (readonly [type: string, label: string])[], number | undefined]>([
  [
    'the newest root',
    'x86-64',
    [
      [root, '1.9'],
      [root, '1.10'],
    ],
    2,
  ],
  [
    'of several of one label the first',
    'x86-64',
    [
      [root, '1'],
      [root, '1'],
    ],
    1,
  ],
  [
    'its own, older or not',
    'x86-64',
    [
      [arm, '9'],
      [root, '1'],
    ],
    2,
  ],
  [
    'its own on arm64',
    'arm64',
    [
      [arm, '1'],
      [root, '9'],
    ],
    1,
  ],
  [
    'what its kernel runs, too',
    'x86-64',
    [
      [riscv, '9'],
      [x86, '1'],
      [arm, '7'],
    ],
    2,
  ],
  [
    'the newest of those that it does not run',
    'riscv32',
    [
      [x86, '1'],
      [arm, '2'],
    ],
    2,
  ],
  [
    'the newest where the machine is not known',
    undefined,
    [
      [x86, '1'],
      [arm, '2'],
      [root, '1'],
    ],
    2,
  ],
  ['the only Linux partition', 'x86-64', [[linux, 'a']], 1],
  [
    'none of two Linux partitions',
    'x86-64',
    [
      [linux, 'a'],
      [linux, 'b'],
    ],
    undefined,
  ],
  [
    'a root before Linux partitions',
    'x86-64',
    [
      [linux, 'a'],
      [root, ''],
    ],
    2,
  ],
])('a machine mounts %s', async (_, machine, partitions, number) => {
  const { partitions: found } = await read(
    gpt(partitions.map(([type, label], n) => [type, BigInt(40 + n * 8), BigInt(47 + n * 8), label])),
  );
  expect(mountedOn(machine, found).root?.number).toBe(number);
});

/** Each older than the next. */
const versions = [
  '~',
  '~a',
  '~1',
  '',
  '1~rc1',
  '1',
  '1-1',
  '1^a',
  '1.0',
  '1.1',
  '1.1a',
  '1.9',
  '1.10',
  '2',
  '10',
  '00011',
  '99999999999999999999',
];

test('labels are ordered as versions', () => {
  for (const [i, a] of versions.entries())
    for (const [j, b] of versions.entries()) expect(Math.sign(compareLabels(a, b)), `${a} ${b}`).toBe(Math.sign(i - j));
});

// systemd-analyze compare-versions says "a < b"
const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;
test.skipIf(!analyze && process.env.CI !== 'true')('labels are ordered as systemd orders them (needs systemd-analyze)', () => {
  const labels = [
    ...versions,
    'root_1.2',
    'root_1.10',
    'root-1',
    'root~1',
    'x 1',
    'x_1',
    '1+1',
    '1.a',
    'a.1',
    'aB',
    'Ab',
    '1-^',
    '^1',
    '.1',
    '-1',
  ].filter(label => label !== '' && !label.startsWith('-'));
  const differing = labels.flatMap((a, i) =>
    labels.slice(i + 1, i + 4).flatMap(b => {
      const theirs = / (<|==|>) /.exec(spawnSync('systemd-analyze', ['compare-versions', a, b], { encoding: 'utf8' }).stdout)?.[1];
      const mine = (['<', '==', '>'] as const)[compareLabels(a, b) + 1];
      return mine === theirs ? [] : [`${a} ${mine} ${b}, systemd says ${theirs}`];
    }),
  );
  expect(differing).toEqual([]);
});
