import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint } from '../../server/src/node/lint.ts';
import { projectFiles, read, root } from './files.ts';

const examples = join(root, 'examples');

/** What portable-lint says of some folders of the examples: `file:line code`, lines from 1. */
async function findings(systemd: number, ...folders: string[]): Promise<string[]> {
  const result = await lint({ paths: folders.map(folder => join(examples, folder)), systemd: [systemd] });
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
    expect((await findings(systemd, 'loose', 'mistakes')).sort()).toEqual([...wanted].sort());
  });
});

test.each([252, 257, 262])('nothing is said of hello: systemd %i', async systemd => {
  expect(await findings(systemd, 'hello')).toEqual([]);
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
