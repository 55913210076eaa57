// A unit inside a real squashfs image is judged with those around it.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { judgedDocuments } from '../../../server/src/node/documents/judged-documents.ts';
import { createImagePool } from '../../../server/src/node/images/image-pool.ts';
import { imageUnits } from '../../../server/src/node/images/image-units.ts';
import { noControl } from '../../../server/src/rules/control/regulate.ts';
import { haveMksquashfs, mksquashfs } from '../image/real-squashfs.ts';

const system = 'usr/lib/systemd/system';
let directory: string;
let raw: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'image-units-'));
  const tree = join(directory, 'tree');
  mkdirSync(join(tree, system, 'hello.service.d'), { recursive: true });
  symlinkSync('usr/lib', join(tree, 'lib'));
  writeFileSync(join(tree, system, 'hello.service'), '[Service]\nExecStart=/a\n');
  writeFileSync(join(tree, system, 'hello.service.d', '10.conf'), '[Service]\nExecStart=/b\n');
  symlinkSync('hello.service', join(tree, system, 'other.service'));
  raw = join(directory, 'hello.raw');
  if (haveMksquashfs) mksquashfs(tree, raw);
});
afterAll(() => rmSync(directory, { recursive: true }));

describe.skipIf(!haveMksquashfs)('a unit inside an image', () => {
  const documentAt = (path: string, text: string) => TextDocument.create(`portable-image:${raw}!${path}`, 'systemd-unit', 1, text);

  test('has its drop-ins and aliases around it, those behind links once', async () => {
    const units = imageUnits(createImagePool());
    const path = `//portable-image${raw}!/${system}/hello.service`;
    expect(await units.prepare(path)).toBe(true);
    const { files, links } = units.unitsAround(path);
    expect(files.map(file => file.path)).toEqual([path, `${path}.d/10.conf`]);
    expect(links).toEqual([{ path: path.replace('hello.service', 'other.service'), target: 'hello.service' }]);
    expect(Buffer.from(units.bytesOf(`${path}.d/10.conf`) ?? '').toString()).toBe('[Service]\nExecStart=/b\n');
    expect(await units.prepare('/some/where/hello.service')).toBe(false);
    expect(await units.prepare(`//portable-image${raw}.gone!/x.service`)).toBe(true);
  });

  test('is judged with them', async () => {
    const units = imageUnits(createImagePool());
    const document = documentAt(`/${system}/hello.service.d/10.conf`, '[Service]\nExecStart=/b\n');
    const judged = judgedDocuments(
      () => document,
      async path => units.bytesOf(path),
      units,
    );
    await judged.look(document, false);
    const codes = judged.judge(document, { systemd: 257 }, noControl)?.findings.map(({ code }) => code);
    expect(codes).toContain('unit/several-commands');
  });
});
