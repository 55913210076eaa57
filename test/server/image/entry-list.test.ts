import { describe, expect, test } from 'vitest';
import { entryList } from '../../../server/src/image/entry-list.ts';
import { compareNames, encodeName } from '../../../server/src/image/entry-name.ts';
import type { NodeKind } from '../../../server/src/image/image-tree.ts';
import { sideBySide } from '../../../server/src/image/side-by-side.ts';

const list = (names: readonly string[]) => {
  const { add, finish } = entryList();
  for (const [id, name] of names.entries()) add(encodeName(name), { id, kind: 'file' });
  return finish();
};
const namesOf = async (names: readonly string[]) => Array.from(await list(names).list(async () => 'file'), ({ name }) => name);

describe('a list of entries', () => {
  test('is in the order of the bytes of its names, whatever they came in', async () => {
    // some are alike for longer than what is compared first
    const alike = ['library', 'library-a', 'library-a\u00ff', 'library-b', 'librarz', 'librb'];
    const order = ['.a', 'B', 'a', 'a b', 'a\udce4', 'b', ...alike, '\uffee', '😀'];
    expect(await namesOf([...order].reverse())).toEqual(order);
    expect([...order].reverse().sort(compareNames)).toEqual(order);
  });

  test('finds each of many names, and no other', () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `${(i * 7919) % 5_000}`.padStart(1 + (i % 40), 'n'));
    const many = list([...new Set(names)]);
    expect([...new Set(names)].every((name, id) => many.get(name)?.id === id)).toBe(true);
    for (const name of ['', 'n', '5000', 'n5000', 'zz']) expect(many.get(name), name).toBeUndefined();
  });

  test.each([
    [['a', 'a'], 'holds the name "a" twice'],
    [['b', 'a', 'b'], 'holds the name "b" twice'],
    [['a', ''], 'a file is named ""'],
    [['..'], 'a file is named ".."'],
    [['a/b'], 'a file is named "a/b"'],
    [['a\nb', 'a\0b'], 'a file is named "a\\u0000b"'],
  ])('of %j is corrupt', (names, message) => {
    expect(() => list(names)).toThrow(message);
  });

  test('keeps numbers as they are, and asks once for a kind that the directory does not tell', async () => {
    const { add, finish } = entryList();
    const kinds: readonly [string, number, NodeKind | undefined][] = [
      ['a', 2 ** 53 - 1, 'link'],
      ['b', -(2 ** 40), undefined],
      ['c', 0, 'socket'],
    ];
    for (const [name, id, kind] of kinds) add(encodeName(name), { id, kind });
    const entries = finish();
    expect(kinds.map(([name]) => entries.get(name))).toEqual(kinds.map(([, id, kind]) => ({ id, kind })));
    const asked: number[] = [];
    const kindOf = async (id: number): Promise<NodeKind> => {
      asked.push(id);
      return 'directory';
    };
    for (let i = 0; i < 2; i++) expect(Array.from(await entries.list(kindOf), ({ kind }) => kind)).toEqual(['link', 'directory', 'socket']);
    expect(asked).toEqual([-(2 ** 40)]);
  });
});

test('directories are gone through side by side', () => {
  const entries = (text: string) => Array.from(text, name => ({ name, kind: 'file' as const }));
  const seen = Array.from(sideBySide([entries('acd'), entries(''), entries('abd')]), all => all.map(entry => entry?.name ?? '-').join(''));
  expect(seen).toEqual(['a-a', '--b', 'c--', 'd-d']);
});
