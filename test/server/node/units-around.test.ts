import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { slashed, treeAt, unitsAround } from '../../../server/src/node/documents/units-around.ts';
import { unitSet } from '../../../server/src/unit/unit-set.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'units-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

/** The units around a file, as a set. */
function setAround(path: string) {
  const { files, links } = unitsAround(path);
  return unitSet(
    files.map(file => ({ ...file, tree: () => treeAt(file.path) })),
    links,
  );
}

test('a unit in a tree has its drop-ins and neighbours', () => {
  const unit = write('usr/lib/systemd/system/a.service', '[Service]\n');
  const dropIn = write('etc/systemd/system/a.service.d/x.conf', '[Service]\nExecStart=/bin/true\n');
  write('usr/lib/systemd/system/b.socket', '');
  symlinkSync('/dev/null', join(folder, 'usr/lib/systemd/system/c.service'));
  const set = setAround(unit);
  expect(set.unitsWith(slashed(unit)).map(({ sources }) => sources.map(s => s.path))).toEqual([[slashed(unit), slashed(dropIn)]]);
  expect(set.unitsWith(slashed(dropIn))[0]?.sources[1]?.tree().sections[0]?.assignments[0]?.value).toBe('/bin/true');
  expect(['b.socket', 'c.service', 'd.service'].map(name => set.knows(name, slashed(unit)))).toEqual([true, true, false]);
});

test('a masked drop-in is none', () => {
  const unit = write('usr/lib/systemd/system/a.service', '[Service]\n');
  write('usr/lib/systemd/system/a.service.d/x.conf', '[Service]\nExecStart=/bin/true\n');
  mkdirSync(join(folder, 'etc/systemd/system/a.service.d'), { recursive: true });
  symlinkSync('/dev/null', join(folder, 'etc/systemd/system/a.service.d/x.conf'));
  expect(setAround(unit).unitsWith(slashed(unit))[0]?.sources).toHaveLength(1);
});

test('links of the tree lead nowhere else', () => {
  const unit = write('i/usr/lib/systemd/system/a.service', '[Service]\n');
  write('host/systemd/system/b.service', '');
  mkdirSync(join(folder, 'i/etc'), { recursive: true });
  symlinkSync(join(folder, 'host/systemd'), join(folder, 'i/etc/systemd'));
  expect(setAround(unit).knows('b.service', slashed(unit))).toBe(false);
});

test('a folder that is gone holds nothing', () => {
  expect(unitsAround(join(folder, 'x/a.service'))).toEqual({ files: [], links: [] });
});
