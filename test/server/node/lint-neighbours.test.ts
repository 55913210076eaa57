// What portable-lint makes of the files beside those that it was asked about.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lintingFolder } from './linting.ts';

const tree = 'tree/usr/lib/systemd/system';
const service = '[Service]\nExecStart=/bin/true\n';
const { folder, run, runWith, remove } = lintingFolder({
  'units/a.service': service,
  'units/a.service.d/x.conf': '[Service]\nExecStart=/bin/false\nNoSuchKey=1\n',
  'units/b.service': '[Service]\n',
  'units/b.service.d/x.conf': service,
  'units/c.service': '[Service]\nFoo=1\n',
  'units/service.d/y.conf': '[Service]\nNice=3\n',
  [`${tree}/a.service`]: `[Unit]\nRequires=b.service nothere.service\n${service}`,
  [`${tree}/b.service`]: `[Unit]\nFoo=1\nAfter=c.service\nWants=c.service\n${service}`,
  [`${tree}/c.service`]: `[Unit]\nAfter=b.service\n${service}`,
  [`${tree}/d.service`]: '[Service]\n',
  'tree/etc/systemd/system/e.service.d/x.conf': service,
});
beforeAll(() => symlinkSync('d.service', join(folder, tree, 'e.service')));
afterAll(remove);

/** What is said, as `file:line code`. */
async function said(...args: string[]) {
  const { out } = await run('--format', 'json', ...args);
  const findings: readonly { file: string; range: { start: { line: number } }; code: string }[] = JSON.parse(out);
  return findings.map(({ file, range, code }) => `${file.replace('DIR/', '')}:${range.start.line + 1} ${code}`);
}

describe('a file alone is judged with what completes its unit', () => {
  test.each<readonly [asked: string, said: readonly string[]]>([
    ['units/a.service', []],
    ['units/a.service.d/x.conf', ['units/a.service.d/x.conf:2 unit/several-commands', 'units/a.service.d/x.conf:3 unit/unknown-directive']],
    ['units/b.service', []],
    ['units/b.service.d/x.conf', []],
    ['units/service.d/y.conf', []],
    ['units/c.service', ['units/c.service:1 unit/nothing-to-run', 'units/c.service:2 unit/unknown-directive']],
    [`${tree}/a.service`, [`${tree}/a.service:2 advice/missing-unit`]],
    [`${tree}/d.service`, []],
    ['tree/etc/systemd/system/e.service.d/x.conf', []],
  ])('%s', async (asked, expected) => {
    expect(await said(`DIR/${asked}`)).toEqual(expected);
  });
});

test('circles are looked for among the files that were asked about', async () => {
  expect(await said(`DIR/${tree}/c.service`)).toEqual([]);
  expect(await said(`DIR/${tree}/c.service`, `DIR/${tree}/b.service`)).toContain(`${tree}/c.service:2 advice/ordering-cycle`);
});

test('standard input stands in its folder', async () => {
  const ask = (text: string, name: string) =>
    runWith({ input: () => new TextEncoder().encode(text) }, '--format', 'json', '-', '--stdin-filename', `DIR/${name}`);
  expect(JSON.parse((await ask('[Service]\n', 'units/b.service')).out)).toEqual([]);
  expect(JSON.parse((await ask(service, 'units/b.service')).out)).toEqual([]);
  expect((await ask('[Service]\n', 'units/new.service')).out).toContain('unit/nothing-to-run');
  expect((await ask('[Service]\nExecStart=/bin/a\nExecStart=/bin/b\n', 'units/a.service.d/x.conf')).out).toContain('unit/several-commands');
});
