// Saving what lies in an image, over the server's own answers about a directory.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AskInside, InsideError, readWhole } from '../../../client/src/image-files/reading.ts';
import { savedName, saveInside } from '../../../client/src/image-files/save-as.ts';
import { createImagePool } from '../../../server/src/node/images/image-pool.ts';
import { insideImages } from '../../../server/src/node/images/inside-image.ts';

const ask: AskInside = insideImages(createImagePool()).answer;
const progress = (signal = new AbortController().signal) => ({ signal, report: () => {} });
let directory: string;
let image: string;
const at = (name: string) => join(directory, name);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'save-as-'));
  image = at('image');
  mkdirSync(join(image, 'etc/sub'), { recursive: true });
  writeFileSync(join(image, 'etc/run'), '#!/bin/sh\n');
  chmodSync(join(image, 'etc/run'), 0o6755);
  writeFileSync(join(image, 'etc/sub/big'), new Uint8Array((1 << 20) + 5).fill(7));
  symlinkSync('/etc/run', join(image, 'etc/link'));
  symlinkSync('../../../outside', join(image, 'etc/sub/out'));
  writeFileSync(at('outside'), 'mine');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a folder is saved', () => {
  test('with files, links as they are, without setuid', async () => {
    const saved = await saveInside(ask, { image, path: '/etc' }, at('copy'), progress());
    expect(saved).toEqual({ files: 2, left: [] });
    expect(readFileSync(at('copy/run'), 'utf8')).toBe('#!/bin/sh\n');
    expect(lstatSync(at('copy/run')).mode & 0o7777).toBe(0o755);
    expect(readFileSync(at('copy/sub/big')).length).toBe((1 << 20) + 5);
    expect(readlinkSync(at('copy/link'))).toBe('/etc/run');
    expect(readlinkSync(at('copy/sub/out'))).toBe('../../../outside');
    expect(readFileSync(at('outside'), 'utf8')).toBe('mine');
  });

  test('never over what is there', async () => {
    mkdirSync(at('copy'));
    await expect(saveInside(ask, { image, path: '/etc' }, at('copy'), progress())).rejects.toThrow('already');
    expect(readdirSync(at('copy'))).toEqual([]);
  });

  test('or not at all: cancelled, or where one may not write', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await expect(saveInside(ask, { image, path: '/etc' }, at('copy'), progress(cancel.signal))).rejects.toThrow();
    await expect(saveInside(ask, { image, path: '/etc' }, at('no/such/copy'), progress())).rejects.toThrow('could not be written');
    expect(readdirSync(directory).sort()).toEqual(['image', 'outside']);
  });
});

describe('a file is saved', () => {
  test('through a link, in the place of a file or link that is there, which is not followed', async () => {
    symlinkSync('outside', at('run'));
    await saveInside(ask, { image, path: '/etc/link' }, at('run'), progress());
    expect(lstatSync(at('run')).isFile()).toBe(true);
    expect(readFileSync(at('outside'), 'utf8')).toBe('mine');
  });

  test('unless it is none', async () => {
    await expect(saveInside(ask, { image, path: '/etc/sub/out' }, at('x'), progress())).rejects.toThrow('neither a file nor a folder');
    await expect(saveInside(ask, { image, path: '/no' }, at('x'), progress())).rejects.toThrow(InsideError);
    expect(existsSync(at('x'))).toBe(false);
  });
});

test('a file that changes while it is read is read once more, then given up', async () => {
  let changes = 1;
  const changing: AskInside = async params => {
    const answer = await ask(params);
    if (params.ask === 'read' && changes-- > 0) writeFileSync(join(image, 'etc/sub/big'), 'new');
    return answer;
  };
  const place = { image, path: '/etc/sub/big' };
  expect(Buffer.from(await readWhole(changing, place)).toString()).toBe('new');
  changes = 0;
  const always: AskInside = async params =>
    params.ask === 'read' ? { failure: { kind: 'changed', message: 'it was written to' } } : ask(params);
  await expect(readWhole(always, place)).rejects.toThrow('it was written to');
});

test.each([
  ['a:b?', 'linux', 'a:b?'],
  ['\udcff', 'linux', '\uefff'],
  ['dev-disk\\x2d.mount', 'win32', 'dev-disk_x2d.mount'],
  ['a:b?\n', 'win32', 'a_b__'],
  ['CON', 'win32', 'CON_'],
  ['com1.txt', 'win32', 'com1_.txt'],
  ['dot.', 'win32', 'dot_'],
] as const)('the name %j on %s is %j', (name, platform, saved) => {
  expect(savedName(name, platform)).toBe(saved);
});
