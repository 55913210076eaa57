import { describe, expect, test } from 'vitest';
import { entryRows, insideItem, insideOf, partitionRows } from '../../../client/src/tree/inside-items.ts';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { InsideEntry } from '../../../server/src/protocol-inside.ts';

const raw: ImageFacts = { path: '/w/hello.raw', name: 'hello', kind: 'raw', prefix: 'hello', units: [], fileSystem: 'squashfs' };
const kinds = (facts: ImageFacts) => insideOf(facts).map(({ kind }) => kind);

test('an image has files, a partitioned one its partitions; what cannot be read has none', () => {
  expect(kinds(raw)).toEqual(['files']);
  expect(kinds({ ...raw, fileSystem: 'gpt' })).toEqual(['files', 'partitions']);
  expect(kinds({ ...raw, fileSystem: 'gpt', problem: 'not supported: its root partition is encrypted' })).toEqual(['partitions']);
  expect(kinds({ ...raw, problem: 'corrupt: x' })).toEqual([]);
});

describe('the rows of a directory', () => {
  const entries: readonly InsideEntry[] = [
    { name: 'b', kind: 'file', size: 3000 },
    { name: 'zbin', kind: 'link', leadsTo: 'directory' },
    { name: 'a', kind: 'directory' },
    { name: 'gone', kind: 'link' },
    { name: 'null', kind: 'special' },
    { name: '\udcff\n', kind: 'file' },
  ];
  const rows = entryRows(raw, { image: raw.path, path: '/etc' }, entries);

  test('directories first, links with what they are, names that are no text as some', () => {
    expect(rows.map(insideItem).map(({ label, description, unfolds, context }) => [label, description, unfolds, context])).toEqual([
      ['a', undefined, 'folded', 'inside folder'],
      ['zbin', 'link', 'folded', 'inside folder'],
      ['b', '2.9 KiB', 'no', 'inside file'],
      ['gone', 'link that leads nowhere', 'no', 'inside'],
      ['null', undefined, 'no', 'inside'],
      ['\uefff\ufffd', undefined, 'no', 'inside file'],
    ]);
  });

  test('files open where they lie, all with ids of their own', () => {
    expect(rows.map(insideItem)[2]?.opensInside).toEqual({ image: raw.path, path: '/etc/b' });
    const ids = rows.map(row => insideItem(row).id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('partitions say what they are: encrypted and verity ones by name', () => {
  const size = 1 << 20;
  const rows = partitionRows(raw, [
    { number: 1, purpose: 'root', label: 'hello_1', size, fileSystem: 'squashfs', verity: 'signed', readable: true },
    { number: 2, purpose: 'root-verity', label: '', size, fileSystem: 'verity', readable: false },
    { number: 3, purpose: 'home', label: '', size, fileSystem: 'luks', readable: false },
  ]);
  expect(rows.map(insideItem).map(({ label, description, unfolds }) => [label, description, unfolds])).toEqual([
    ['1 root', 'squashfs, 1.0 MiB, signed verity, hello_1', 'folded'],
    ['2 root-verity', 'verity hashes, 1.0 MiB', 'no'],
    ['3 home', 'encrypted (LUKS), 1.0 MiB', 'no'],
  ]);
});
