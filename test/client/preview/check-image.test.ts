// What stops a deploy: errors in what will be attached, told by the real server, whether a file is open or not.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isHostFailure } from '../../../client/src/hosts/errors.ts';
import { checkImage, unstartable } from '../../../client/src/preview/check-image.ts';
import { createImagePool } from '../../../server/src/node/images/image-pool.ts';
import { imageReports } from '../../../server/src/node/report/facts.ts';
import type { ReportParams } from '../../../server/src/protocol.ts';
import { noControl } from '../../../server/src/rules/control/regulate.ts';
import { connected, fakeHost, image } from '../common/fake-host.ts';

let root: string;
const at = (path: string, text: string) => {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
};
const units = 'usr/lib/systemd/system';
const good = '[Service]\nExecStart=/usr/bin/hello\n';
const bad = '[Service]\nType=nonsense\nExecStart=hello/relative\n';

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'check-')), 'hello_1');
  at('usr/lib/os-release', 'ID=hello\nPORTABLE_PREFIXES=hello\n');
  at('usr/bin/hello', '#!/usr/bin/hello\n');
  at(`${units}/hello.service`, good);
});
afterEach(() => rmSync(join(root, '..'), { recursive: true }));

/** What a check of the image as it lies there says; undefined where it passes. */
async function stopped(attached?: readonly string[], active = true, silenced: readonly string[] = []) {
  const reports = imageReports(createImagePool());
  const asked: ReportParams[] = [];
  const controlAt = (path: string) => (silenced.some(name => path.endsWith(name)) ? undefined : noControl);
  const report = (params: ReportParams) => {
    asked.push(params);
    return reports.report(params, undefined, undefined, controlAt);
  };
  const host = fakeHost();
  host.become(connected);
  const told = await checkImage(
    { report },
    {
      image: { ...image(), path: root, name: 'hello_1' },
      options: { profile: 'strict' },
      host,
      active,
      ...(attached && { units: attached }),
    },
  ).catch((error: unknown) => error);
  if (told !== undefined && !isHostFailure(told)) throw told;
  return { failure: told, asked: asked[0] };
}

test('an image without errors passes, judged as the host would under the profile', async () => {
  const { failure, asked } = await stopped(['hello.service']);
  expect(failure).toBeUndefined();
  expect(asked).toMatchObject({ systemd: 257, source: 'host build-vm', profile: 'strict' });
});

test('what is known of the active host does not count for another', async () => {
  expect((await stopped(['hello.service'], false)).asked).toMatchObject({ systemd: 257, source: 'setting' });
});

test('an error in a unit that will be attached stops it, and says where it is', async () => {
  at(`${units}/hello.service`, bad);
  const { failure } = await stopped(['hello.service']);
  expect(failure).toMatchObject({
    kind: 'faulty-image',
    message: expect.stringMatching(
      /^hello.* was not deployed to build-vm, because of an error: usr\/lib\/systemd\/system\/hello\.service, line 3: /,
    ),
    place: { path: `/${units}/hello.service`, line: 3 },
  });
});

test('bytes outside UTF-8 stop it, for systemd does not load such a unit', async () => {
  at(`${units}/hello.service`, '');
  writeFileSync(
    join(root, units, 'hello.service'),
    Buffer.concat([Buffer.from('[Unit]\nDescription=caf'), Buffer.from([0xe9]), Buffer.from(`\n${good}`)]),
  );
  expect((await stopped(['hello.service'])).failure).toMatchObject({ place: { line: 2 }, message: expect.stringContaining('UTF-8') });
});

test('several errors are counted, and listed in the details', async () => {
  at(`${units}/hello.service`, bad);
  at(`${units}/hello-more.service`, bad);
  const { failure } = await stopped(['hello.service', 'hello-more.service']);
  expect(failure?.message).toContain('because of 2 errors. The first: ');
  expect(failure?.detail?.split('\n')).toHaveLength(2);
});

test.each<[string, string, string]>([
  ['a unit that no prefix fits', `${units}/other.service`, bad],
  ['a drop-in, which portabled does not take', `${units}/hello.service.d/10.conf`, '[Service]\nExecStart=hello/relative\n'],
  ['what is no error', `${units}/hello.service`, `${good}Nonsense=1\n`],
])('%s stops nothing', async (_, path, text) => {
  at(path, text);
  expect((await stopped(['hello.service'])).failure).toBeUndefined();
});

test('what the user left out of the checks stops nothing, nor does what a comment silences', async () => {
  at(`${units}/hello.service`, bad);
  expect((await stopped(['hello.service'], true, ['hello.service'])).failure).toBeUndefined();
  at(`${units}/hello.service`, bad.replace('ExecStart', '# portable-lint: disable=unit/refused-value\nExecStart'));
  expect((await stopped(['hello.service'])).failure).toBeUndefined();
});

test('an image that broke meanwhile is told as that', async () => {
  rmSync(root, { recursive: true });
  writeFileSync(root, 'x'.repeat(5000));
  expect((await stopped()).failure).toMatchObject({ kind: 'faulty-image', message: expect.stringContaining('cannot be read here') });
});

test('where the server does not run, the host has the last word', async () => {
  const host = fakeHost();
  host.become(connected);
  const report = () => Promise.reject(new Error('the server ended'));
  await checkImage({ report }, { image: image(), options: { profile: '' }, host, active: true });
});

test('services that systemd would not start as they are attached stop it, with why and what to do', () => {
  const host = fakeHost();
  const failing = {
    units: ['hello.service'],
    why: 'by force, portabled writes an option: services end with 226/NAMESPACE.',
    advice: 'Attach without force.',
  };
  expect(unstartable(image(), host, [])).toBeUndefined();
  expect(unstartable(image(), host, [failing])).toMatchObject({
    kind: 'faulty-image',
    message: `hello 1.0 was not deployed to ${host.name}, because hello.service would not start there: ${failing.why}`,
    advice: failing.advice,
  });
  const other = { ...failing, units: ['other.service'] };
  expect(unstartable(image(), host, [failing, other])).toMatchObject({ detail: expect.stringContaining('other.service: by force') });
});
