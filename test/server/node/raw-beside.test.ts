// Raw images and directories of versions beside an image tree: a unit of theirs is told of as one of a directory is.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { URI } from 'vscode-uri';
import { rawImagesBeside } from '../../../server/src/node/images/raw-beside.ts';
import { lint } from '../../../server/src/node/lint/lint.ts';
import { haveMksquashfs, mksquashfs } from '../image/real-squashfs.ts';
import { openAll } from './editor-on-disk.ts';

let folder: string;
const at = (...parts: readonly string[]) => join(folder, 'images', ...parts);
function make(name: string, prefixes: string, units: readonly string[]): string {
  const root = join(folder, 'made', name);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('usr/lib/os-release', `ID=x\nPORTABLE_PREFIXES="${prefixes}"\n`);
  for (const unit of units) write(`usr/lib/systemd/system/${unit}`, '[Service]\nExecStart=/bin/true\n');
  return root;
}
/** Packs an image; in a directory of versions where the name is in one. */
function pack(name: string, prefixes: string, units: readonly string[]): void {
  const root = make(name.replaceAll('/', '-'), prefixes, units);
  mkdirSync(dirname(at(name)), { recursive: true });
  rmSync(at(name), { force: true });
  mksquashfs(root, at(name));
  rmSync(root, { recursive: true });
}
const unit = 'hello/usr/lib/systemd/system/hello.service';
const told = async () =>
  (await lint({ paths: [at('hello')] })).findings.filter(({ code }) => code === 'portable/unit-beside').map(f => f.message);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'raw-beside-'));
  for (const [path, text] of [
    ['hello/usr/lib/os-release', 'ID=x\nPORTABLE_PREFIXES=hello\n'],
    [unit, '[Service]\nExecStart=/bin/true\n'],
  ] as const) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.skipIf(!haveMksquashfs)('images beside a tree', () => {
  test.each<readonly [name: string, prefixes: string, units: readonly string[], of: string | undefined]>([
    ['else.raw', 'else hello', ['else.service', 'hello.service'], 'else'],
    ['else.raw', 'else', ['else.service', 'hello.service'], undefined],
    ['else.raw', 'else hello', ['else.service'], undefined],
    // versions of one image take each other's place
    ['hello_2.raw', 'hello', ['hello.service'], undefined],
    ['else.raw.v/else_2.raw', 'hello', ['hello.service'], 'else_2'],
    ['else.raw.v/other_2.raw', 'hello', ['hello.service'], undefined],
  ])('portable-lint beside %s with %j and %j', async (name, prefixes, units, of) => {
    pack(name, prefixes, units);
    expect(await told()).toEqual(
      of === undefined ? [] : [expect.stringContaining(`The image ${of} beside this one has a unit hello.service`)],
    );
  });

  test('of versions the one that is taken counts, and what is no image is passed over', async () => {
    pack('else.raw.v/else_1.raw', 'hello', ['hello.service']);
    expect(await told()).toHaveLength(1);
    pack('else.raw.v/else_2.raw', 'hello', ['hello-more.service']);
    writeFileSync(at('broken.raw'), 'hsqs');
    expect(await told()).toEqual([]);
  });

  test('nothing is read until somebody waits, and told only where it changed', async () => {
    pack('else.raw', 'hello', ['hello.service']);
    const raws = rawImagesBeside();
    expect([raws.pending(), raws.of(at()), raws.pending()]).toEqual([false, [], true]);
    expect(await raws.find()).toEqual([at()]);
    expect(raws.of(at()).map(({ name, units }) => [name, units])).toEqual([['else', ['hello.service']]]);
    raws.doubt(at('else.raw'));
    raws.doubt(at('unknown/else.raw'));
    expect(await raws.find()).toEqual([]);
    pack('else.raw', 'hello', ['hello-other.service']);
    raws.doubt(at(unit));
    expect([raws.pending(), await raws.find(), raws.pending()]).toEqual([true, [at()], false]);
  });

  test('an editor tells, and takes it back once the image is another', async () => {
    pack('else.raw', 'hello', ['hello.service']);
    const { editor, said } = await openAll(folder, {});
    const line = `images/${unit}: portable/unit-beside`;
    await vi.waitFor(async () => expect(await said()).toContain(line));
    pack('else.raw', 'hello', ['hello-other.service']);
    await editor.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: URI.file(at('else.raw')).toString(), type: 2 }] });
    await vi.waitFor(async () => expect(await said()).not.toContain(line));
    editor.dispose();
  });
});
