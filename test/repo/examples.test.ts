import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lint } from '../../server/src/node/lint/lint.ts';
import { elfFile } from '../server/image/elf-files.ts';
import { projectFiles, read, root } from './files.ts';

const examples = join(root, 'examples');

/** What portable-lint says of some paths: `file:line code`, lines from 1. */
async function findings(systemd: number, ...paths: string[]): Promise<string[]> {
  const result = await lint({ paths, systemd: [systemd] });
  return result.findings.map(({ file, range, code }) => `${basename(file)}:${range.start.line + 1} ${code}`);
}

const mistakes = [
  'backup.timer:7 unit/unknown-directive',
  'backup.timer:10 unit/wrong-section',
  'mistakes-encoding.service:3 unit/not-utf8',
  'mistakes.service:4 unit/outside-section',
  'mistakes.service:10 unit/wrong-section',
  'mistakes.service:14 unit/unknown-directive',
  'mistakes.service:18 unit/no-equals',
  'mistakes.service:24 unit/unknown-section',
];
const tooNew = 'mistakes.service:21 unit/too-new';

describe('the mistakes are found, each below the comment that tells of it', () => {
  test.each([
    [252, [...mistakes, tooNew]],
    [257, [...mistakes, tooNew]],
    [262, mistakes],
  ])('systemd %i', async (systemd, wanted) => {
    expect((await findings(systemd, join(examples, 'loose'), join(examples, 'mistakes'))).sort()).toEqual([...wanted].sort());
  });
});

test.each([252, 257, 262])('nothing is said of hello: systemd %i', async systemd => {
  const folder = mkdtempSync(join(tmpdir(), 'examples-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const tree = join(folder, 'hello');
  // git does not hold it, and something else may be about to put it there
  const other = (path: string) => !basename(path).startsWith('busybox');
  cpSync(join(examples, 'hello'), tree, { recursive: true, verbatimSymlinks: true, filter: other });
  writeFileSync(join(tree, 'usr/bin/busybox'), elfFile({}), { mode: 0o755 });
  expect(await findings(systemd, tree)).toEqual([]);
});

test('every file that the walk names exists', () => {
  const named = [...read('examples/README.md').matchAll(/`((?:hello|mistakes|loose)\/[\w@./-]*)`/g)].map(match => match[1] ?? '');
  expect(named.filter(path => !existsSync(join(examples, path)))).toEqual([]);
});

test("every unit of an image begins with the image's prefix", () => {
  const units = projectFiles().flatMap(file => {
    const [, image, unit] = /^examples\/(\w+)\/usr\/lib\/systemd\/system\/([^/]+)$/.exec(file) ?? [];
    return image && unit ? [{ image, unit }] : [];
  });
  expect(units.filter(({ image, unit }) => !new RegExp(`^${image}[-.@]`).test(unit))).toEqual([]);
});
