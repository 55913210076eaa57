// What is asked of a host before an attach is planned.
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { forTesting } from '../../../client/src/hosts/attach/attach-options.ts';
import { systemClock } from '../../../client/src/hosts/clock.ts';
import { userPlaces } from '../../../client/src/hosts/on-host/places.ts';
import { planOn, previewOn } from '../../../client/src/preview/attach-plan.ts';
import { checkPlan } from '../../../client/src/preview/check-plan.ts';
import type { PlanParams, PlanResult } from '../../../server/src/protocol.ts';
import { connected, fakeHost, image } from '../common/fake-host.ts';

const attached: PlanResult = { outcome: 'attached', units: ['hello.service'], files: [], failing: [], unknown: [] };
const profile = '/usr/lib/systemd/portable/profile/default/service.conf';

/** A host that has some units, and prints what head would print. */
function host(units: readonly string[], printed = `==> ${profile} <==\n[Service]\n`, code = 1, stderr = '') {
  const fake = fakeHost();
  fake.become(connected);
  const run = () => {
    const stdout = Readable.from([Buffer.from(printed)]);
    return { stdin: new PassThrough(), stdout, ended: once(stdout, 'end').then(() => ({ code, stderr })), kill: () => {} };
  };
  return Object.assign(fake, {
    transport: { ...fake.transport, run },
    onHost: {
      ...fake.onHost,
      affectedByUnits: async (names: readonly string[]) => ({
        units: names.filter(name => units.includes(name)).map(name => ({ name, from: '/etc/x', active: 'active' })),
        dependents: [],
      }),
    },
  });
}

function server(answer: PlanResult = attached) {
  const asked: PlanParams[] = [];
  return {
    asked,
    plan: async (params: PlanParams) => {
      asked.push(params);
      return answer;
    },
  };
}
const { signal } = new AbortController();

test('the host tells its profile, and which of the units it has', async () => {
  const language = server();
  const planned = await planOn(language, host(['hello.service']), image(), forTesting, signal);
  expect(planned).toMatchObject({ result: attached, copied: true, replaces: false });
  expect(language.asked).toHaveLength(2);
  expect(language.asked[1]).toMatchObject({
    image: '/work/hello',
    prefixes: ['hello'],
    systemd: 257,
    force: false,
    units: ['hello.service'],
    profileFiles: [{ suffix: 'service', path: profile, text: '[Service]\n' }],
  });
});

test('what is attached already is replaced, so its own units do not count', async () => {
  const language = server();
  const there = host(['hello.service']);
  there.states.set('/work/hello', { attached: true, hostPath: '/run/portables/x/hello', runtime: true, running: true, units: [] });
  const planned = await planOn(language, there, image(), forTesting, signal);
  expect(planned).toMatchObject({ copied: false, replaces: true, hostPath: '/run/portables/x/hello' });
  expect(language.asked).toMatchObject([{ force: false, replaces: true, hostPath: '/run/portables/x/hello' }]);
});

test('a refusal is told without asking for units', async () => {
  const refused: PlanResult = { outcome: 'refused', refusal: { reason: 'no-id', what: 'a', theirs: 'b', advice: 'c' } };
  const language = server(refused);
  expect(await planOn(language, host([]), image(), forTesting, signal)).toMatchObject({ result: refused });
  expect(language.asked).toHaveLength(1);
});

test('a profile that cannot be read is unknown; a name that leaves its directory is never asked for', async () => {
  const language = server();
  await planOn(language, host([], '', 127), image(), forTesting, signal);
  await planOn(language, host([], '', 1, 'head: unrecognized option'), image(), forTesting, signal);
  await planOn(language, host([]), image(), { ...forTesting, profile: '../x' }, signal);
  expect(language.asked.map(({ profileFiles }) => profileFiles)).toEqual(Array.from({ length: 6 }, () => undefined));
});

test('of the manager of a user, the directories and profiles are those of the user', async () => {
  const asked = host([], '/run/user/1000\0/home/me/.local/state\0/home/me/.config\0', 0).transport;
  const places = await userPlaces(asked, { clock: systemClock, deadline: 60_000 });
  const own = host([], '==> /home/me/.config/systemd/portable/profile/default/service.conf <==\n[Service]\n');
  const theirs = Object.assign(own, {
    definition: { kind: 'local' as const, name: 'me', scope: 'user' as const },
    places: async () => places,
  });
  const language = server();
  expect(await planOn(language, theirs, image(), forTesting, signal)).toMatchObject({
    hostPath: '/run/user/1000/portables/.#versions/hello_...',
  });
  expect(language.asked[0]).toMatchObject({
    user: { links: '/run/user/1000/portables', units: '/run/user/1000/systemd/user.attached' },
    profileFiles: [{ suffix: 'service', path: '/home/me/.config/systemd/portable/profile/default/service.conf' }],
  });
  await planOn(language, theirs, image(), { ...forTesting, runtime: false }, signal);
  expect(language.asked.at(-1)).toMatchObject({
    hostPath: '/home/me/.local/state/portables/.#versions/hello_...',
    user: { links: '/home/me/.config/portables', units: '/home/me/.config/systemd/user.attached' },
  });
});

const progress = { signal, report: () => {} };

test('a deploy that portabled would refuse fails before anything is brought', async () => {
  const refused: PlanResult = {
    outcome: 'refused',
    refusal: { reason: 'no-id', what: 'There is no ID=.', theirs: 'lacks the ID field', advice: 'Add it.' },
  };
  const checked = checkPlan(server(refused), host([]), image(), forTesting, progress);
  await expect(checked).rejects.toMatchObject({
    kind: 'refused',
    message: 'portabled on build-vm would refuse hello: There is no ID=.',
    advice: 'Add it.',
    detail: 'lacks the ID field',
  });
});

test('a deploy under a profile that the host lacks fails before anything is brought', async () => {
  const checked = checkPlan(
    server(),
    host([], '', 1, 'head: x: No such file or directory\n'.repeat(20)),
    image(),
    { ...forTesting, profile: 'own' },
    progress,
  );
  await expect(checked).rejects.toMatchObject({
    message: 'build-vm has no profile own: the units of hello would run there without a sandbox.',
  });
});

test('what cannot be told beforehand does not stop a deploy', async () => {
  await checkPlan(server(), host([]), image(), forTesting, progress);
  await checkPlan(server({ outcome: 'unknown', why: 'corrupt' }), host([]), image(), forTesting, progress);
  const dead = { plan: () => Promise.reject(new Error('the server ended')) };
  await checkPlan(dead, host([]), image(), forTesting, progress);
});

test('a preview tells what is attached now', async () => {
  const there = host([]);
  const affected = {
    units: [{ name: 'hello.service', from: '/run/portables/x/hello', active: 'active' }],
    dependents: [],
    files: ['/run/x'],
  };
  const asked: string[] = [];
  const telling = Object.assign(there, {
    onHost: {
      ...there.onHost,
      affectedByDetach: async (path: string) => {
        asked.push(path);
        return affected;
      },
    },
  });
  expect(await previewOn(server(), telling, image(), forTesting, signal)).not.toHaveProperty('replaced');
  there.states.set('/work/hello', { attached: true, hostPath: '/run/portables/x/hello', runtime: true, running: true, units: [] });
  expect(await previewOn(server(), telling, image(), forTesting, signal)).toMatchObject({ replaces: true, replaced: affected });
  expect(asked).toEqual(['/run/portables/x/hello']);
});

test('a plan is made again when it is carried out: what changed on the host meanwhile counts', async () => {
  const refusal = { reason: 'unit-exists', what: 'It has hello.service.', theirs: 'exists', advice: 'Detach it.' };
  const language = {
    plan: async ({ units = [] }: PlanParams): Promise<PlanResult> => (units.length > 0 ? { outcome: 'refused', refusal } : attached),
  };
  const units: string[] = [];
  const changing = host(units);
  expect(await previewOn(language, changing, image(), forTesting, signal)).toMatchObject({ result: { outcome: 'attached' } });
  units.push('hello.service'); // somebody else attaches one of that name
  await expect(checkPlan(language, changing, image(), forTesting, progress)).rejects.toMatchObject({
    kind: 'refused',
    message: 'portabled on build-vm would refuse hello: It has hello.service.',
  });
});

test('with extensions, the architecture of the host counts', async () => {
  const language = server();
  const there = Object.assign(host([]), { architecture: async () => 'arm64' });
  await planOn(language, there, image(), forTesting, signal);
  await planOn(language, there, image(), { ...forTesting, extensions: ['/srv/more'] }, signal);
  expect(language.asked.map(({ architecture }) => architecture)).toEqual([undefined, undefined, 'arm64', 'arm64']);
});
