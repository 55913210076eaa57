// What an editor is told of the inside of images: real squashfs images, and directories.
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImagePool, type ImagePool } from '../../../server/src/node/images/image-pool.ts';
import { insideImages } from '../../../server/src/node/images/inside-image.ts';
import type { InsideImageParams } from '../../../server/src/protocol-inside.ts';
import { haveMksquashfs, mksquashfs } from '../image/real-squashfs.ts';

const unit = '[Service]\nExecStart=/usr/bin/hello\n';
const never = () => false;
let directory: string;
let raw: string;
let newer: string;
let tree: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'inside-image-'));
  tree = join(directory, 'tree');
  mkdirSync(join(tree, 'usr/lib/systemd/system'), { recursive: true });
  mkdirSync(join(tree, 'etc'));
  writeFileSync(join(tree, 'usr/lib/systemd/system/hello.service'), unit);
  writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=x\n');
  symlinkSync('../usr/lib/os-release', join(tree, 'etc/os-release'));
  symlinkSync('/etc/os-release', join(tree, 'absolute'));
  symlinkSync('/nowhere', join(tree, 'dangling'));
  symlinkSync('round', join(tree, 'round'));
  raw = join(directory, 'hello_1.raw');
  newer = join(directory, 'hello_2.raw');
  if (!haveMksquashfs) return;
  mksquashfs(tree, raw);
  writeFileSync(join(tree, 'usr/lib/systemd/system/hello.service'), `${unit}Restart=no\n`);
  writeFileSync(join(tree, 'usr/lib/systemd/system/hello.socket'), '');
  chmodSync(join(tree, 'usr/lib/os-release'), 0o600);
  rmSync(join(tree, 'dangling'));
  mksquashfs(tree, newer);
});
afterAll(() => rmSync(directory, { recursive: true }));

const ask = (image: string, what: Omit<InsideImageParams, 'image'>) =>
  insideImages(createImagePool()).answer({ image, ...what } as InsideImageParams);
const text = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64').toString();

describe.skipIf(!haveMksquashfs)('a raw image', () => {
  test('is listed, links with what they lead to', async () => {
    const { entries } = await ask(raw, { ask: 'list', path: '/' });
    expect(entries).toEqual([
      { name: 'absolute', kind: 'link', leadsTo: 'file' },
      { name: 'dangling', kind: 'link' },
      { name: 'etc', kind: 'directory' },
      { name: 'round', kind: 'link' },
      { name: 'usr', kind: 'directory' },
    ]);
  });

  test('tells of links what they say and where they lead', async () => {
    const { stat } = await ask(raw, { ask: 'stat', path: '/absolute' });
    expect(stat).toMatchObject({
      kind: 'link',
      target: '/etc/os-release',
      leadsTo: { kind: 'file', path: '/usr/lib/os-release', size: 5 },
    });
    expect((await ask(raw, { ask: 'stat', path: '/dangling' })).stat).not.toHaveProperty('leadsTo');
  });

  test('is read in stretches, through links', async () => {
    const path = '/absolute';
    expect(text((await ask(raw, { ask: 'read', path, offset: 0, length: 3 } as never)).bytes)).toBe('ID=');
    expect(text((await ask(raw, { ask: 'read', path, offset: 3, length: 100 } as never)).bytes)).toBe('x\n');
  });

  test.each([
    ['missing', { ask: 'stat', path: '/no/such' }],
    ['missing', { ask: 'list', path: '/etc/os-release' }],
    ['unsupported', { ask: 'read', path: '/etc', offset: 0, length: 1 }],
    ['unsupported', { ask: 'list', path: '/round' }],
    ['io', { ask: 'list', path: '/', partition: 3 }],
    ['unsupported', { ask: 'read', path: '/etc/os-release', offset: -1, length: 1 }],
    ['changed', { ask: 'read', path: '/etc/os-release', offset: 0, length: 1, state: 'another' }],
  ])('says %s of %o', async (kind, what) => {
    expect((await ask(raw, what as never)).failure?.kind).toBe(kind);
  });

  test('is searched by name and by text', async () => {
    const all = await ask(raw, { ask: 'find', path: '/', most: 100 } as never);
    expect(all.paths).toContain('/usr/lib/systemd/system/hello.service');
    expect((await ask(raw, { ask: 'find', path: '/', most: 100, text: 'ExecStart=' } as never)).paths).toEqual([
      '/usr/lib/systemd/system/hello.service',
    ]);
    expect(await ask(raw, { ask: 'find', path: '/', most: 1 } as never)).toMatchObject({ paths: ['/absolute'], more: true });
  });

  test('is compared with another: added, gone and changed', async () => {
    const inside = insideImages(createImagePool());
    const found = await inside.compare({ left: { image: raw, path: '/' }, right: { image: newer, path: '/' } }, never);
    expect(found.differences).toEqual([
      { path: '/dangling', change: 'gone', kind: 'link', aspects: [] },
      { path: '/usr/lib/os-release', change: 'changed', kind: 'file', aspects: ['mode'] },
      { path: '/usr/lib/systemd/system/hello.service', change: 'changed', kind: 'file', aspects: ['content'] },
      { path: '/usr/lib/systemd/system/hello.socket', change: 'added', kind: 'file', aspects: [] },
    ]);
    const same = await inside.compare({ left: { image: newer, path: '/' }, right: { image: tree, path: '/' } }, never);
    expect(same).toEqual({ differences: [], unread: [], more: false });
    const stopped = await inside.compare({ left: { image: raw, path: '/' }, right: { image: newer, path: '/' } }, () => true);
    expect(stopped.failure?.message).toBe('comparing was cancelled');
  });

  test('is read anew when it was built anew, whether in place or beside it', async () => {
    const image = join(directory, 'rebuilt.raw');
    const inside = insideImages(createImagePool());
    const service = '/usr/lib/systemd/system/hello.service';
    const read = async () => text((await inside.answer({ ask: 'read', image, path: service, offset: 0, length: 1000 })).bytes);
    copyFileSync(raw, image);
    expect(await read()).toBe(unit);
    const { stat } = await inside.answer({ ask: 'stat', image, path: service });
    copyFileSync(newer, image);
    expect(await read()).toBe(`${unit}Restart=no\n`);
    const late = await inside.answer({ ask: 'read', image, path: service, offset: 0, length: 10, state: stat?.state ?? '' });
    expect(late.failure?.kind).toBe('changed');
    rmSync(image);
    copyFileSync(raw, image);
    expect(await read()).toBe(unit);
  });
});

describe.skipIf(!haveMksquashfs)('an image that is written to while it is looked at', () => {
  const looks = async (pool: ImagePool, image: string, writes: number) => {
    let looked = 0;
    return pool.use(image, async ({ state }) => {
      if (looked++ < writes) writeFileSync(image, `hsqs ${looked}`);
      return { state, looked };
    });
  };

  test('is looked at once more', async () => {
    const image = join(directory, 'once.raw');
    copyFileSync(raw, image);
    expect((await looks(createImagePool(), image, 1)).looked).toBe(2);
  });

  test('is given up when that happens again', async () => {
    const image = join(directory, 'twice.raw');
    copyFileSync(raw, image);
    await expect(looks(createImagePool(), image, 2)).rejects.toThrow('it was written to while it was read');
  });
});

test('a directory tells where its files are, never outside of it', async () => {
  const { stat } = await ask(tree, { ask: 'stat', path: '/absolute' });
  expect(stat).toMatchObject({ file: join(tree, 'absolute'), leadsTo: { path: '/usr/lib/os-release' } });
  const path = '/../../etc/os-release';
  expect(text((await ask(tree, { ask: 'read', path, offset: 0, length: 100 } as never)).bytes)).toBe('ID=x\n');
});

test('an image that is not there is said to be gone', async () => {
  expect((await ask(join(directory, 'no.raw'), { ask: 'list', path: '/' })).failure).toEqual({
    kind: 'io',
    message: 'it is not there',
  });
});
