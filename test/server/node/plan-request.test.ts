// portable/plan: anybody may send anything, and a client gets what it can show.
import { rmSync, symlinkSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { answerPlan, planParams } from '../../../server/src/node/plan-request.ts';
import type { PlanParams } from '../../../server/src/protocol.ts';
import { lintingFolder } from './linting.ts';

const service = '[Service]\nExecStart=/bin/true\n';
const { folder, remove } = lintingFolder({
  'hello/usr/lib/os-release': 'ID=hello\n',
  'hello/usr/lib/systemd/system/hello.service': service,
  'noid/etc/os-release': 'NAME=x\n',
  'noid/usr/lib/systemd/system/noid.service': service,
  'extra/usr/lib/extension-release.d/extension-release.extra': 'ID=other\n',
  'listed/etc/os-release': 'ID=listed\nPORTABLE_PREFIXES=other\n',
  'listed/usr/lib/systemd/system/listed.service': service,
  'config/etc/extension-release.d/extension-release.config': 'ID=hello\nPORTABLE_PREFIXES=config\n',
  'arm/usr/lib/extension-release.d/extension-release.arm': 'ID=hello\nARCHITECTURE=arm64\n',
  'mine/usr/lib/os-release': 'ID=mine\nPORTABLE_SCOPE=user\n',
  'mine/usr/lib/systemd/user/mine.service': service,
  'mine/usr/lib/systemd/system/mine-system.service': service,
  'both/usr/lib/os-release': 'ID=both\nPORTABLE_SCOPE=any\n',
  'both/usr/lib/systemd/system/both.service': service,
  'broken.raw': 'no image',
});
afterAll(remove);

const params = (image: string, change: Partial<PlanParams> = {}): PlanParams => ({
  image: `${folder}/${image}`,
  hostPath: `/srv/${image}`,
  extensions: [],
  prefixes: [image],
  profile: 'default',
  copyMode: '',
  runtime: true,
  force: false,
  replaces: false,
  systemd: 257,
  ...change,
});

test('every file, and what is unknown', async () => {
  const plan = await answerPlan(params('hello'));
  expect(plan).toMatchObject({
    outcome: 'attached',
    units: ['hello.service'],
    unknown: ['whether the host has units of these names already', 'what the profile default is on the host'],
  });
  if (plan.outcome === 'attached') {
    expect(plan.files).toContainEqual({ path: '/run/portables/hello', kind: 'link', from: 'image', source: '/srv/hello' });
    expect(plan.files.find(({ from }) => from === 'unit')).toMatchObject({ kind: 'file', text: service });
  }
});

test('with what the host tells nothing is unknown', async () => {
  const profileFiles = [{ suffix: 'service', path: '/etc/p/service.conf', text: '[Service]\n' }];
  const plan = await answerPlan(params('hello', { units: [], profileFiles }));
  expect(plan).toMatchObject({ outcome: 'attached', unknown: [] });
  if (plan.outcome === 'attached')
    expect(plan.files).toContainEqual(expect.objectContaining({ from: 'profile', source: '/etc/p/service.conf' }));
  expect(await answerPlan(params('hello', { units: ['hello.service'] }))).toMatchObject({
    outcome: 'refused',
    refusal: { reason: 'unit-exists' },
  });
});

test('for the manager of a user: its directories, its units, its scope', async () => {
  const user = { links: '/home/me/.config/portables', units: '/home/me/.config/systemd/user.attached' };
  const own = { systemd: 262, runtime: false, units: [], profileFiles: [], user };
  const plan = await answerPlan(params('mine', own));
  expect(plan).toMatchObject({ outcome: 'attached', units: ['mine.service'], unknown: [] });
  if (plan.outcome === 'attached')
    expect(plan.files.map(({ path }) => path)).toEqual([
      '/home/me/.config/portables/mine',
      '/home/me/.config/systemd/user.attached/mine.service',
      '/home/me/.config/systemd/user.attached/mine.service.d/20-portable.conf',
    ]);
  expect(await answerPlan(params('mine', { ...own, copyMode: 'mixed' }))).toMatchObject({
    unknown: ['whether the image is copied to /home/me/.config/portables/mine: for users that takes systemd-nsresourced'],
  });
  expect(await answerPlan(params('hello', own))).toMatchObject({
    outcome: 'refused',
    refusal: { reason: 'scope', what: expect.stringContaining('its os-release has no PORTABLE_SCOPE=, which is PORTABLE_SCOPE=system.') },
  });
  expect(await answerPlan(params('both', own))).toMatchObject({
    outcome: 'refused',
    refusal: { reason: 'no-units', advice: expect.stringContaining('/usr/lib/systemd/user') },
  });
});

test('a link out of the image is one that an older systemd follows on the host', async () => {
  symlinkSync('/usr/lib/systemd/system/hello.service', `${folder}/hello/usr/lib/systemd/system/hello-linked.service`);
  symlinkSync('/usr/lib/systemd/system/hello.service', `${folder}/hello/usr/lib/systemd/system/other.service`);
  const told = { units: [], profileFiles: [] };
  const unknown = ['whether hello-linked.service is attached, too: it is a link that systemd 257 follows on the host, out of the image'];
  expect(await answerPlan(params('hello', told))).toMatchObject({ units: ['hello.service'], unknown });
  const newer = await answerPlan(params('hello', { ...told, systemd: 258 }));
  expect(newer).toMatchObject({ units: ['hello-linked.service', 'hello.service'], unknown: [] });
  for (const name of ['hello-linked', 'other']) rmSync(`${folder}/hello/usr/lib/systemd/system/${name}.service`);
});

test('a refusal names the file on this machine', async () => {
  expect(await answerPlan(params('noid'))).toMatchObject({
    outcome: 'refused',
    refusal: { reason: 'no-id', file: `${folder}/noid/etc/os-release` },
  });
  expect(await answerPlan(params('hello', { extensions: [`${folder}/extra`] }))).toMatchObject({
    outcome: 'refused',
    refusal: { reason: 'extension', file: `${folder}/extra/usr/lib/extension-release.d/extension-release.extra` },
  });
  expect(await answerPlan(params('listed'))).toMatchObject({
    outcome: 'refused',
    refusal: { reason: 'prefixes', advice: expect.stringContaining('in the os-release.'), file: `${folder}/listed/etc/os-release` },
  });
  const narrowed = await answerPlan(params('hello', { extensions: [`${folder}/config`] }));
  expect(narrowed).toMatchObject({
    outcome: 'refused',
    refusal: {
      ...{ reason: 'prefixes', advice: expect.stringContaining('in the extension-release.') },
      file: `${folder}/config/etc/extension-release.d/extension-release.config`,
    },
  });
});

test('an image that cannot be read has no plan', async () => {
  expect(await answerPlan(params('broken.raw'))).toMatchObject({
    outcome: 'unknown',
    why: expect.stringMatching(/^(not supported|corrupt)/),
  });
  expect(await answerPlan(params('hello', { extensions: ['/nowhere'] }))).toMatchObject({ outcome: 'unknown' });
});

test.each([null, 1, {}, { ...params('x'), extensions: [1] }, { ...params('x'), systemd: '257' }, { ...params('x'), image: undefined }])(
  'is no question: %j',
  message => expect(planParams(message)).toBeUndefined(),
);

test('a question for a user', () => {
  const asked = params('x', { user: { links: '/a', units: '/b' } });
  expect(planParams(asked)).toEqual(asked);
});

test('what is odd in a question is left out', () => {
  const odd = {
    ...params('x'),
    units: [1],
    profileFiles: [{ suffix: 1 }, { suffix: 'service', path: '/a', text: '' }],
    runtime: 'yes',
    user: { links: '/a' },
    more: 1,
  };
  expect(planParams(odd)).toEqual({ ...params('x'), runtime: false, profileFiles: [{ suffix: 'service', path: '/a', text: '' }] });
});

test.each([
  [undefined, 'attached', ['whether the architecture of the host is that of the extension']],
  ['arm64', 'attached', []],
  ['x86-64', 'refused', undefined],
])('an extension for arm64 on a host of the architecture %s', async (architecture, outcome, unknown) => {
  const asked = params('hello', { extensions: [`${folder}/arm`], units: [], profileFiles: [], ...(architecture && { architecture }) });
  const plan = await answerPlan(asked);
  expect(plan.outcome).toBe(outcome);
  if (plan.outcome === 'attached') expect(plan.unknown).toEqual(unknown);
});
