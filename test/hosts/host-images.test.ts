/** Images that lie on a host: what is refused before anything is done, what fails midway, and what is moved to stay. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AttachOptions, forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { defaultDeadlines } from '../../client/src/hosts/clock.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import { makeTree, packTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, until } from './laboratory.ts';
import { inside } from './ways.ts';

const suites: readonly Suite[] = ['bookworm', 'trixie', 'forky'];
const place = '/var/lib/portables';
const service = (lines: string) => `[Unit]\nDescription=Test\n[Service]\n${lines}\n`;

describeOnHosts('images that lie on a host', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
    for (const lab of laboratory.hosts.values()) {
      makeTree(join(lab.root, place, 'lies_1'), tickingUnits('lies'));
      await packTree(makeTree(join(lab.root, place, 'lies_2'), tickingUnits('lies')));
      makeTree(join(lab.root, place, 'lies_3'), tickingUnits('other'));
      makeTree(join(lab.root, place, 'broken_1'), { 'broken.service': service('ExecStart=/bin/missing') });
      mkdirSync(join(lab.root, 'home/dev'), { recursive: true });
      makeTree(join(lab.root, 'home/dev/theirs_1'), tickingUnits('theirs'));
      await lab.run('sh', '-c', `chmod 755 ${place}; chown dev:dev /home/dev; ln -s /home/dev/theirs_1 ${place}/linked_1`);
    }
  });
  afterAll(() => laboratory?.close());

  function on(suite: Suite): { lab: LabHost; host: Host } {
    const lab = laboratory.labOf(suite);
    return { lab, host: laboratory.host(lab, 'container') };
  }
  async function detach(host: Host, path: string): Promise<void> {
    const { units } = await host.onHost.affectedByDetach(path);
    await host.onHost.detach(path, { clean: false, reload: true, agreed: units.map(({ name }) => name) }, quietProgress());
  }

  test.each(suites)('%s: what a user could change is never attached, not through a link either', async suite => {
    const { lab, host } = on(suite);
    for (const path of ['/home/dev/theirs_1', `${place}/linked_1`]) {
      const failure = await failureOf(host.onHost.attach(path, forTesting, quietProgress()));
      expect(failure.message).toContain('others than root can write to /home/dev/theirs_1');
      expect(failure.advice).toContain('/var/lib/portables');
      const extended = { ...forTesting, extensions: [path] };
      const other = await failureOf(host.onHost.attach(`${place}/lies_1`, extended, quietProgress()));
      expect(other.message).toContain('others than root can write to /home/dev/theirs_1');
    }
    expect(await leftOn(lab)).toEqual([]);
  });

  test('paths that mean something else on the way are refused', async () => {
    const { lab, host } = on('forky');
    const hostile = ['', 'lies_1', '-x', '/a:b', '/a%n', '/a\nb', "/it's", '/x/-a', '/x/..', '/x/'];
    for (const path of hostile) {
      const failure = await failureOf(host.onHost.attach(path, forTesting, quietProgress()));
      expect(failure.message, path).toContain(`portabled cannot work with the path ${JSON.stringify(path)}`);
      const extended = { ...forTesting, extensions: [path] };
      expect(await failureOf(host.onHost.attach(`${place}/lies_1`, extended, quietProgress())), path).toMatchObject({ kind: 'refused' });
    }
    for (const profile of ['../trusted', '', 'unknown', '-x']) {
      const failure = await failureOf(host.onHost.attach(`${place}/lies_1`, { ...forTesting, profile }, quietProgress()));
      expect(failure.kind, profile).toBe('refused');
    }
    for (const prefix of ['', '*', 'a b', '-x', 'a/b']) {
      const failure = await failureOf(host.onHost.attach(`${place}/lies_1`, { ...forTesting, prefixes: [prefix] }, quietProgress()));
      expect(failure.message, prefix).toContain('is no prefix of units');
    }
    expect(await leftOn(lab)).toEqual([]);
  });

  test.each(suites)('%s: units that do not start are named, and the image stays attached', async suite => {
    const { lab } = on(suite);
    const host = laboratory.host(lab, 'container', { deadlines: { ...defaultDeadlines, settle: 2000 } }); // on a machine under load
    const path = `${place}/broken_1`;
    const failure = await failureOf(host.onHost.attach(path, forTesting, quietProgress()));
    expect(failure).toMatchObject({ kind: 'failed-to-start', detail: expect.stringContaining('broken.service (exit-code, 203)') });
    expect((await host.images()).find(image => image.name === 'broken_1')?.attached?.units).toEqual(['broken.service']);
    await detach(host, path);
    expect(await leftOn(lab)).toEqual([]);
  });

  test.each(suites)('%s: another image of the same name is told, not taken along', async suite => {
    const { lab, host } = on(suite);
    await host.onHost.attach(`${place}/lies_1`, forTesting, quietProgress());
    const second = await failureOf(host.onHost.attach(`${place}/lies_2.raw`, forTesting, quietProgress()));
    expect(second.message).toContain(`the same image as ${place}/lies_1`);
    const again = await failureOf(host.onHost.attach(`${place}/lies_1`, forTesting, quietProgress()));
    expect(again.message).toContain('it is attached already');
    await host.onHost.reattach(`${place}/lies_2.raw`, forTesting, quietProgress());
    expect((await host.images()).filter(image => image.attached).map(({ path }) => path)).toEqual([`${place}/lies_2.raw`]);
    await detach(host, `${place}/lies_2.raw`);
    expect(await leftOn(lab)).toEqual([]);
  });

  test.each(suites)('%s: of images of one name, those go that portabled takes for one another, and are told', async suite => {
    const { lab, host } = on(suite);
    const extension = '/opt/images/laid';
    const release = join(lab.root, extension, 'usr/lib/extension-release.d');
    mkdirSync(release, { recursive: true });
    writeFileSync(join(release, 'extension-release.laid'), 'ID=_any\n');
    const [over, plain, lasting] = [`${place}/same_1`, `${place}/same_2`, `${place}/same_3`];
    for (const [n, path] of [over, plain, lasting].entries()) makeTree(join(lab.root, path), tickingUnits(`same-${n}`), 'ID=same\n');
    const attached = async () => (await host.images()).flatMap(({ path, attached: there }) => (there ? [path] : [])).sort();
    const attach = (path: string, options: Partial<AttachOptions> = {}) =>
      host.onHost.attach(path, { ...forTesting, ...options }, quietProgress());

    await attach(over, { extensions: [extension] });
    await attach(lasting, { runtime: false }); // what is attached for good is another place
    if (lab.systemd <= 252) {
      const failure = await failureOf(attach(plain));
      expect(failure.message).toContain(`the same image as ${over}`);
      // what portablectl does with both
      await inside(lab, `portablectl attach --runtime --quiet ${plain} same`);
      const going = await host.onHost.affectedByDetach(plain);
      expect(new Set(going.units.map(unit => unit.from))).toEqual(new Set([over, plain]));
      await detach(host, plain);
      expect(await attached()).toEqual([lasting]);
    } else {
      await attach(plain);
      const again = await failureOf(attach(`${place}/same_4`, { extensions: [extension] })); // told before it is looked for
      expect(again.kind).toBe('refused');
      const { units } = await host.onHost.affectedByDetach(plain);
      expect(new Set(units.map(unit => unit.from))).toEqual(new Set([plain]));
      await detach(host, plain);
      expect(await attached()).toEqual([over, lasting]);
      await host.onHost.reattach(over, { ...forTesting, extensions: [extension] }, quietProgress());
      expect(await attached()).toEqual([over, lasting]);
      await detach(host, over);
    }
    await detach(host, lasting);
    expect(await leftOn(lab)).toEqual([]);
    await inside(lab, `rm -r ${place}/same_* ${extension}`);
  });

  test.each(suites)('%s: a swap that takes away what is called otherwise is refused', async suite => {
    const { lab, host } = on(suite);
    const [first, second, other] = [`${place}/near_1`, `${place}/near_2`, `${place}/near-by_1`];
    for (const path of [first, second]) makeTree(join(lab.root, path), { 'near.service': service('ExecStart=/bin/busybox sleep 1000') });
    makeTree(join(lab.root, other), { 'near-by.service': service('ExecStart=/bin/busybox sleep 1000') });
    await host.onHost.attach(first, forTesting, quietProgress());
    await host.onHost.attach(other, forTesting, quietProgress());
    const swapping = host.onHost.reattach(second, forTesting, quietProgress());
    if (lab.systemd <= 252) expect((await failureOf(swapping)).message).toContain(`the same image as ${other}`);
    else await swapping;
    const there = lab.systemd <= 252 ? first : second;
    expect((await inside(lab, 'systemctl is-active near.service near-by.service')).split('\n', 2)).toEqual(['active', 'active']);
    await detach(host, there);
    if (lab.systemd > 252) await detach(host, other);
    expect(await leftOn(lab)).toEqual([]);
    await inside(lab, `rm -r ${place}/near*`);
  });

  test.each(suites)('%s: what cannot take the place of another leaves that one attached', async suite => {
    const { lab, host } = on(suite);
    const [old, next] = [`${place}/lies_1`, `${place}/lies_2.raw`];
    await host.onHost.attach(old, forTesting, quietProgress());
    const unfit = { ...forTesting, extensions: [`${place}/broken_1`] }; // it lacks what makes an extension
    const failure = await failureOf(host.onHost.reattach(next, unfit, quietProgress()));
    expect(failure).toMatchObject({ kind: 'refused', advice: expect.stringContaining(`${old} is attached again`) });
    expect((await host.images()).filter(image => image.attached).map(({ path }) => path)).toEqual([old]);
    await detach(host, old);
    expect(await leftOn(lab)).toEqual([]);
  });

  test.each(suites)('%s: what portabled refuses to swap in leaves the other attached, and running', async suite => {
    const { lab, host } = on(suite);
    const old = `${place}/lies_1`;
    await host.onHost.attach(old, { ...forTesting, profile: 'trusted', start: true }, quietProgress());
    const attached = async () => (await host.images()).flatMap(({ path, attached: there }) => (there ? [[path, there.units]] : []));
    const before = await attached();
    const since = (await lab.run('systemctl', 'show', '-P', 'ActiveEnterTimestampMonotonic', 'lies.service')).stdout;
    const asked = { ...forTesting, prefixes: ['lies'] }; // of which it has none
    const failure = await failureOf(host.onHost.reattach(`${place}/lies_3`, asked, quietProgress()));
    expect(failure).toMatchObject({ kind: 'refused', advice: expect.stringContaining(`${old} is attached again.`) });
    expect(await attached()).toEqual(before);
    expect((await lab.run('systemctl', 'show', '-P', 'ActiveEnterTimestampMonotonic', 'lies.service')).stdout).toBe(since);
    expect((await lab.run('readlink', '/run/systemd/system.attached/lies.service.d/10-profile.conf')).stdout).toContain('/trusted/');
    await detach(host, old);
    expect(await leftOn(lab)).toEqual([]);
  });

  test.each(suites)('%s: cancelled while it starts, nothing stays attached', async suite => {
    const { lab, host } = on(suite);
    const stop = new AbortController();
    const progress = { signal: stop.signal, report: (message: string) => (message.startsWith('Starting') ? stop.abort() : undefined) };
    const failure = await failureOf(host.onHost.attach(`${place}/lies_1`, { ...forTesting, enable: true }, progress));
    expect(failure.kind).toBe('cancelled');
    expect(await leftOn(lab)).toEqual([]);
    expect((await lab.run('systemctl', 'is-active', 'lies.service')).stdout.trim()).toBe('inactive');
  });

  test.each(suites)('%s: cancelled while what was swapped in starts, the other one is attached again', async suite => {
    const { lab, host } = on(suite);
    const [old, next] = [`${place}/lies_1`, `${place}/lies_2.raw`];
    await host.onHost.attach(old, { ...forTesting, profile: 'trusted' }, quietProgress());
    const stop = new AbortController();
    const progress = { signal: stop.signal, report: (message: string) => (message.startsWith('Starting') ? stop.abort() : undefined) };
    const failure = await failureOf(host.onHost.reattach(next, forTesting, progress));
    expect(failure).toMatchObject({ kind: 'cancelled', advice: `${old} is attached again, and its units are stopped.` });
    expect((await host.images()).filter(image => image.attached).map(({ path }) => path)).toEqual([old]);
    const profile = '/run/systemd/system.attached/lies.service.d/10-profile.conf';
    expect((await lab.run('readlink', profile)).stdout).toContain('/trusted/');
    await detach(host, old);
    expect(await leftOn(lab)).toEqual([]);
  });

  test.each(suites)('%s: an image in memory is moved to stay, and is there after a reboot', async suite => {
    const { lab, host } = on(suite);
    await lab.run(
      'sh',
      '-c',
      `mkdir -p -m 700 /run/portables && cp -a ${place}/lies_1 /run/portables/moved_1 && cd /run/portables/moved_1/usr/lib && sed -i s/lies/moved/g os-release && cd systemd/system && for u in lies*; do sed s/lies/moved/g $u >moved\${u#lies}; rm $u; done`,
    );
    await host.onHost.attach('/run/portables/moved_1', forTesting, quietProgress());
    const stop = new AbortController();
    const stopping = { signal: stop.signal, report: (message: string) => void (message.startsWith('Copying ') && stop.abort()) };
    const stopped = failureOf(host.onHost.makePersistent('/run/portables/moved_1', { enable: false }, stopping));
    expect(await stopped).toMatchObject({ kind: 'cancelled' });
    await until(async () => !(await lab.run('ls', '-A', place)).stdout.includes('moved_1'), 'the copy to go', 20);
    const { hostPath } = await host.onHost.makePersistent('/run/portables/moved_1', { enable: false }, quietProgress());
    expect(hostPath).toBe(`${place}/moved_1`);
    expect((await lab.run('sh', '-c', 'ls -A /run/portables')).stdout).toBe('');
    await host.dispose();
    await lab.reboot();
    const after = laboratory.host(lab, 'container');
    expect((await after.images()).filter(image => image.attached)).toMatchObject([{ path: hostPath, attached: { runtime: false } }]);
    await detach(after, hostPath);
    await after.onHost.remove(hostPath, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
  });

  test('without rights: looks, and is told what is not allowed', async () => {
    const { lab } = on('forky');
    await lab.run('chmod', '700', place); // as portabled makes it: this user does not see into it
    const host = laboratory.host(lab, 'ssh without rights');
    const [image] = (await host.images()).filter(({ name }) => name === 'lies_1');
    expect(image?.path).toBe(`${place}/lies_1`);
    const looked = await host.onHost.metadata('lies_1', { prefixes: [], extensions: [] }, new AbortController().signal);
    expect([...looked.units.keys()]).toContain('lies.service');
    for (const trying of [
      host.onHost.attach(`${place}/lies_1`, forTesting, quietProgress()),
      host.onHost.remove(`${place}/lies_1`, quietProgress()),
      host.onHost.markReadOnly(`${place}/lies_1`, true, quietProgress()),
    ]) {
      expect(await failureOf(trying)).toMatchObject({ kind: 'not-allowed' });
    }
    expect(await leftOn(lab)).toEqual([]);
  });
});
