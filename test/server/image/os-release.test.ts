import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRelease, releaseValues, releaseVersion } from '../../../server/src/image/os-release.ts';

/** Texts and the value of `ID=` in them, `undefined` where there is none. */
const cases: readonly (readonly [string, string | undefined])[] = [
  ['ID=debian\n', 'debian'],
  ['ID=debian', 'debian'],
  ['\n  ID = debian  \n', 'debian'],
  ['ID="a b"\n', 'a b'],
  ["ID='a b'\n", 'a b'],
  ['ID=a b\n', 'a b'],
  ['ID=a # b\n', 'a # b'],
  ['# ID=a\n; ID=b\nID=c\n', 'c'],
  ['ID=a\nID=b\n', 'b'],
  ['ID\nID=b\n', 'b'],
  ['ID\n', undefined],
  ['id=a\n', undefined],
  ['ID="a""b"\n', 'ab'],
  ['ID="a" b \n', 'ab'],
  ['ID="a"\'b\'c\n', 'abc'],
  ['ID=a"b"\n', 'a"b"'],
  ['ID="a\\"b"\n', 'a"b'],
  ['ID="a\\xb"\n', 'a\\xb'],
  ['ID="\\$a\\`b\\\\"\n', '$a`b\\'],
  ["ID='a\\b'\n", 'a\\b'],
  ['ID="a\\\nb"\n', 'ab'],
  ['ID=a\\\nb\n', 'ab'],
  ['ID=a\\\n', 'a'],
  ['ID=a\\', 'a'],
  ['ID=a\\ \n', 'a '],
  ['ID=a \\b\n', 'a b'],
  ['ID=a \\\n', 'a '],
  ['ID="a\\\rb"\n', 'a\\\rb'],
  ['ID=a\\ \\  \n', 'a  '],
  ['ID=a \\bc\n', 'a bc'],
  ['ID=\\a\\b\n', 'ab'],
  ['ID="open\nX=1', 'open\nX=1'],
  ['ID="a\r\nb"\r\n', 'a\r\nb'],
  ['ID=a\r\nX=b\r\n', 'a'],
  ['ID=a\rX=b\r', 'a'],
  ['ID==a\n', '=a'],
  ['=a\nID=b\n', 'b'],
  ['ID=ä\n', 'ä'],
  ['ID=\ta\tb\t\n', 'a\tb'],
];

test.each(cases)('%j gives %j', (text, expected) => {
  expect(releaseValues(parseRelease(text)).ID).toBe(expected);
});

// %o in a tmpfiles.d line is the ID of the os-release below --root=
const tmpfiles = spawnSync('systemd-tmpfiles', ['--version']).status === 0;
test.skipIf(!tmpfiles && process.env.CI !== 'true')('systemd reads the same (needs systemd-tmpfiles)', () => {
  const root = mkdtempSync(join(tmpdir(), 'os-release-'));
  try {
    mkdirSync(join(root, 'etc'));
    const differing = cases
      .filter(([, expected]) => expected !== undefined && !/[\\\r\n]/.test(expected))
      .flatMap(([text, expected]) => {
        writeFileSync(join(root, 'etc/os-release'), text);
        const { stderr } = spawnSync('systemd-tmpfiles', ['--create', `--root=${root}`, '-'], {
          input: 'f+ /out - - - - [%o]\n',
          encoding: 'utf8',
        });
        const theirs = readFileSync(join(root, 'out'), 'utf8');
        return theirs === `[${expected}]` ? [] : [{ text, theirs, stderr }];
      });
    expect(differing).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

describe('ranges', () => {
  test.each<[string, string, string]>([
    ['ID=debian\n', 'ID', 'debian'],
    [' ID =  "a b"  \n', 'ID', '"a b"'],
    ['X=1\nID=a \\\n b \n', 'ID', 'a \\\n b'],
    ['ID=\n', 'ID', ''],
    ['ID=  \n', 'ID', ''],
    ['ID="a" b \n', 'ID', '"a" b'],
    ['ID="open\n', 'ID', '"open\n'],
  ])('of %j', (text, key, value) => {
    const field = parseRelease(text).at(-1);
    if (!field) throw new Error('no field');
    expect(text.slice(field.key.start, field.key.end)).toBe(key);
    expect(text.slice(field.valueSpan.start, field.valueSpan.end)).toBe(value);
    expect([field.start, field.end]).toEqual([field.key.start, field.valueSpan.end]);
  });
});

test('a NUL ends the file', () => {
  expect(releaseValues(parseRelease('ID=a\0b\nX=1\n'))).toEqual({ ID: 'a' });
});

test('keys that JavaScript knows are ordinary keys', () => {
  expect(Object.entries(releaseValues(parseRelease('__proto__=a\nconstructor=b\n')))).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

test.each<[string, string | undefined]>([
  ['VERSION_ID=1\nIMAGE_VERSION=2\nBUILD_ID=3\n', '2'],
  ['BUILD_ID=3\nVERSION_ID=1\n', '1'],
  ['BUILD_ID=3\nIMAGE_VERSION=\n', '3'],
  ['ID=x\n', undefined],
])('the version in %j is %s', (text, expected) => {
  expect(releaseVersion(releaseValues(parseRelease(text)))).toBe(expected);
});
