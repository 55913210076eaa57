import { expect, test } from 'vitest';
import { decodeName, encodeName, isEntryName, isUtf8Name } from '../../../server/src/image/entry-name.ts';
import { defaultPrefix, imageName, isPrefix, isRawName } from '../../../server/src/image/names.ts';

test.each<[string, 'directory' | 'raw', string, string]>([
  ['/var/lib/portables/hello_1.0.raw', 'raw', 'hello_1.0', 'hello'],
  ['/var/lib/portables/hello_1.0', 'directory', 'hello_1.0', 'hello'],
  ['/x/hello', 'directory', 'hello', 'hello'],
  ['/x/hello.raw', 'directory', 'hello.raw', 'hello.raw'],
  ['/x/hello.raw.raw', 'raw', 'hello.raw', 'hello.raw'],
  ['/x/_1.raw', 'raw', '_1', ''],
  ['/x/a_b_c', 'directory', 'a_b_c', 'a'],
  ['/x/back\\slash_1.raw', 'raw', 'back\\slash_1', 'back\\slash'],
  ['C:\\images\\hello_1.raw', 'raw', 'hello_1', 'hello'],
])('%s (%s) is named %s, prefix %s', (path, kind, name, prefix) => {
  expect([imageName(path, kind), defaultPrefix(imageName(path, kind))]).toEqual([name, prefix]);
});

test.each<[string, boolean]>([
  ['hello', true],
  ['hello-1.x', true],
  ['', false],
  ['.', false],
  ['..', false],
  ['a_b', false],
  ['a@b', false],
  ['a/b', false],
  ['ä', false],
  ['a\n', false],
])('as a prefix %j: %s', (prefix, expected) => {
  expect(isPrefix(prefix)).toBe(expected);
});

test.each<[string, boolean]>([
  ['a.raw', true],
  ['.raw', false],
  ['a.raw.v', false],
  ['a.RAW', false],
])('%s is a raw image: %s', (name, expected) => {
  expect(isRawName(name)).toBe(expected);
});

test.each<[string, boolean]>([
  ['a', true],
  ['...', true],
  ['-x', true],
  ['a\nb', true],
  ['', false],
  ['.', false],
  ['..', false],
  ['a/b', false],
  ['a\0', false],
])('%j may stand in a directory: %s', (name, expected) => {
  expect(isEntryName(name)).toBe(expected);
});

test.each<[string, readonly number[], boolean]>([
  ['plain', [0x61], true],
  ['umlaut', [0xc3, 0xa4], true],
  ['replacement character', [0xef, 0xbf, 0xbd], true],
  ['emoji', [0xf0, 0x9f, 0x98, 0x80], true],
  ['byte order mark', [0xef, 0xbb, 0xbf, 0x61], true],
  ['Latin-1', [0x61, 0xe4, 0x62], false],
  ['valid and invalid', [0xc3, 0xa4, 0xff], false],
  ['overlong', [0xc0, 0xaf], false],
  ['surrogate', [0xed, 0xb2, 0x80], false],
  ['cut off', [0xf0, 0x9f, 0x98], false],
])('the bytes of a name come back: %s', (_, bytes, isUtf8) => {
  const name = decodeName(Uint8Array.from(bytes));
  expect([...encodeName(name)]).toEqual([...bytes]);
  expect(isUtf8Name(name)).toBe(isUtf8);
});
