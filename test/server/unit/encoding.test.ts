import { expect, test } from 'vitest';
import { firstInvalidByte } from '../../../server/src/unit/encoding.ts';

const bytes = (latin1: string) => Uint8Array.from(latin1, c => c.charCodeAt(0));

test.each([
  ['ASCII', '[Unit]\nA=b\n', undefined],
  ['UTF-8', 'A=\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80', undefined],
  ['Latin-1', 'A=1\nB=caf\xe9\n', { byte: 9, offset: 9, line: 1, character: 5, byteColumn: 5 }],
  ['behind UTF-8', 'A=\xc3\xa9\xf0\x9f\x98\x80\xff', { byte: 8, offset: 5, line: 0, character: 5, byteColumn: 8 }],
  ['in a comment', '# \xff\n ; \xfe\nA=1', undefined],
  ['in a comment and behind it', '# \xff\xe2\x82\n\xff', { byte: 6, offset: 5, line: 1, character: 0, byteColumn: 0 }],
  ['behind a byte order mark a # begins no comment', '\xef\xbb\xbf# \xff', { byte: 5, offset: 3, line: 0, character: 3, byteColumn: 5 }],
  ['a line that a NUL ends is a line', '# \xff\0\xff', { byte: 4, offset: 4, line: 0, character: 4, byteColumn: 4 }],
  ['carriage returns', '\r\n\r\xff', { byte: 3, offset: 3, line: 2, character: 0, byteColumn: 0 }],
  ['overlong', '\xc0\x80', { byte: 0 }],
  ['a surrogate', '\xed\xa0\x80', { byte: 0 }],
  ['beyond Unicode', '\xf4\x90\x80\x80', { byte: 0 }],
  ['cut off', 'a\xe2\x82', { byte: 1 }],
])('%s', (_, latin1, expected) => {
  const fault = firstInvalidByte(bytes(latin1));
  if (expected) expect(fault).toMatchObject(expected);
  else expect(fault).toBeUndefined();
});
