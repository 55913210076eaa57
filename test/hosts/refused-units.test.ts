/** Units that systemd refuses to read: an image that holds one is not left half attached, and can be detached. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, until } from './laboratory.ts';
import { inside } from './ways.ts';

const suites: readonly Suite[] = ['bookworm', 'trixie', 'forky'];

const good = '[Service]\nExecStart=/bin/busybox sleep 1000\n\n[Install]\nWantedBy=multi-user.target\n';
/** Saved as ISO 8859-1. */
const unreadable = Buffer.from(`[Unit]\nDescription=Caf\xe9\n${good}`, 'latin1');

describeOnHosts('units that systemd refuses to read', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
  });
  afterAll(() => laboratory?.close());

  const image = (directory: string, prefix: string): ImageFacts =>
    makeTree(directory, { [`${prefix}.service`]: good, [`${prefix}-encoding.service`]: good });

  /** What lies where links of enabled units go. */
  const links = async (lab: LabHost): Promise<number> => (await leftOn(lab)).filter(path => path.includes('.wants/')).length;

  /** Makes a unit unreadable that is attached, and has systemd see it. */
  async function spoil(lab: LabHost, runtime: boolean, unit: string): Promise<void> {
    const file = `${runtime ? '/run' : '/etc'}/systemd/system.attached/${unit}`;
    const script = `printf '[Unit]\\nDescription=\\351\\n' >"$1" && systemctl daemon-reload`;
    expect(await lab.run('sh', '-c', script, 'sh', file)).toMatchObject({ code: 0 });
  }

  const cases = suites.flatMap(suite => [true, false].map(runtime => ({ suite, runtime })));

  test.each(cases)('$suite, gone after a reboot: $runtime: an attach that would enable one is undone', async ({ suite, runtime }) => {
    const lab = laboratory.labOf(suite);
    const host = laboratory.host(lab, 'ssh');
    const facts = image(join(laboratory.directory, `${suite}-${runtime}`, 'broken_1'), 'broken');
    writeFileSync(join(facts.path, 'usr/lib/systemd/system/broken-encoding.service'), unreadable);
    const options = { ...forTesting, runtime, enable: true };
    const failure = await failureOf(host.deploy(facts, options, quietProgress()));
    expect(failure).toMatchObject({
      kind: 'refused',
      message: `Deploying broken_1 to ${host.name}: systemd refuses to read broken-encoding.service.`,
      advice: 'The problems shown for the unit file name the line.',
    });
    expect(await leftOn(lab)).toEqual([]);
    expect(await host.versions(facts)).toEqual([]);

    const path = '/var/lib/portables/bad_1';
    const there = image(join(lab.root, path), 'bad');
    writeFileSync(join(there.path, 'usr/lib/systemd/system/bad-encoding.service'), unreadable);
    expect(await failureOf(host.onHost.attach(path, options, quietProgress()))).toMatchObject({
      message: `Attaching ${path} on ${host.name}: systemd refuses to read bad-encoding.service.`,
    });
    expect(await leftOn(lab)).toEqual([]);
    await host.onHost.remove(path, quietProgress());
  });

  test.each(cases)('$suite, gone after a reboot: $runtime: one that became unreadable is detached', async ({ suite, runtime }) => {
    const lab = laboratory.labOf(suite);
    const host = laboratory.host(lab, 'ssh');
    const options = { ...forTesting, runtime, enable: true };

    const brought = image(join(laboratory.directory, `${suite}-${runtime}`, 'later_1'), 'later');
    await host.deploy(brought, options, quietProgress());
    expect(await links(lab)).toBe(2);
    await spoil(lab, runtime, 'later-encoding.service');
    await host.detach(brought, quietProgress());
    expect(await leftOn(lab)).toEqual([]);

    const path = '/var/lib/portables/there_1';
    image(join(lab.root, path), 'there');
    await host.onHost.attach(path, options, quietProgress());
    await spoil(lab, runtime, 'there-encoding.service');
    const agreed = ['there.service', 'there-encoding.service'];
    await host.onHost.detach(path, { clean: false, reload: true, agreed }, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
    await host.onHost.remove(path, quietProgress());
  });

  describe.each(suites)('%s: links that cannot be removed are told in the end', suite => {
    const wants = '/run/systemd/system.attached/multi-user.target.wants';
    const options = { ...forTesting, enable: true };
    /** What nobody can remove, as root can where it is not in use: a directory on a file system that is mounted read-only. */
    const fix = (lab: LabHost) => inside(lab, `mount --bind ${wants} ${wants} && mount -o remount,ro,bind ${wants}`);
    const loosen = (lab: LabHost) => inside(lab, `umount ${wants}; rm -rf /run/systemd/system.attached; systemctl daemon-reload`);

    test('by a deploy that swaps, detach, and what fails otherwise', async () => {
      const lab = laboratory.labOf(suite);
      const host = laboratory.host(lab, 'ssh');
      const facts = image(join(laboratory.directory, suite, 'stay_1'), 'stay');
      const left = { kind: 'refused', final: true, message: expect.stringContaining(`${wants}/stay-encoding.service`) };
      await host.deploy(facts, options, quietProgress());
      await spoil(lab, true, 'stay-encoding.service');
      await fix(lab);
      // for good, which portabled cannot swap
      const outcome = await host.deploy(facts, { ...forTesting, runtime: false }, quietProgress());
      expect(outcome).toMatchObject({ how: 'reattached', hostPath: expect.stringMatching(/^\/var\/lib\/portables/) });
      const later = await outcome.later;
      expect(later).toMatchObject(left);
      expect(later?.message).toMatch(/^Deploying stay_1 to .*: it is done, but links of what was there before could not be removed: /);
      await host.detach(facts, quietProgress());
      await loosen(lab);

      await host.deploy(facts, options, quietProgress());
      await spoil(lab, true, 'stay-encoding.service');
      await fix(lab);
      writeFileSync(join(facts.path, 'usr/lib/systemd/system/stay.service'), '[Service]\nType=exec\nExecStart=/no/such\n');
      const failure = await failureOf(host.deploy(facts, { ...forTesting, runtime: false }, quietProgress()));
      expect(failure).toMatchObject({ kind: 'failed-to-start', advice: expect.stringContaining(`${wants}/stay-encoding.service`) });
      await host.detach(facts, quietProgress());
      await loosen(lab);

      await host.deploy(facts, options, quietProgress()).catch(() => {}); // it does not start
      await spoil(lab, true, 'stay-encoding.service');
      await fix(lab);
      const detached = await failureOf(host.detach(facts, quietProgress()));
      expect(detached).toMatchObject(left);
      expect(detached.message).toMatch(/^Detaching stay_1 from .*: it is detached, but links could not be removed: /);
      expect(host.lastChanges(facts), 'nothing of it is there any more').toBeUndefined();
      expect(await host.imageState(facts)).toEqual({ attached: false });
      await loosen(lab);
      expect(await leftOn(lab)).toEqual([]);
    });

    test('by a swap, making persistent and detach of whom polkit lets do that, who may remove no file', async () => {
      const lab = laboratory.labOf(suite);
      const host = laboratory.host(lab, 'ssh without rights');
      const root = laboratory.host(lab, 'ssh');
      await inside(lab, await root.setUpLine('polkit', 'dev'));
      await until(async () => {
        await host.connect();
        return host.status.state === 'connected' && host.status.rights === 'polkit';
      }, 'polkit to read its rule');

      const odd = '/opt/images/x_a:b'; // portabled misses its own link to it
      const other = '/var/lib/portables/x_c';
      await inside(lab, 'mkdir -p /run/portables; chmod 755 /var/lib/portables /run/portables');
      for (const path of [odd, other]) makeTree(join(lab.root, path), { 'x.service': good }, 'ID=x\nVERSION_ID=1\n');
      const link = '/run/portables/x_a:b';
      await host.onHost.attach(odd, forTesting, quietProgress());
      const swapped = await failureOf(host.onHost.reattach(other, forTesting, quietProgress()));
      expect(swapped).toMatchObject({
        kind: 'refused',
        final: true,
        message: expect.stringMatching(/: it is done, but links of .*: .*x_a:b\.$/),
      });
      const attached = async () =>
        (await host.images()).flatMap(({ path, attached: there }) => (there ? [[path, there.states[0]?.active]] : []));
      expect(await attached()).toEqual([[other, 'active']]);
      const agreed = ['x.service'];
      await host.onHost.detach(other, { clean: false, reload: true, agreed }, quietProgress());
      await inside(lab, `rm ${link}; mkdir -p /run/portables; chmod 700 /run/portables`); // as where copies were brought

      await host.onHost.attach(odd, forTesting, quietProgress());
      const detached = await failureOf(host.onHost.detach(odd, { clean: false, reload: true, agreed }, quietProgress()));
      expect(detached.message).toMatch(/: it is detached, but links could not be removed: .*x_a:b\.$/);
      await inside(lab, `rm -r ${link} ${odd} ${other}`);

      const path = '/var/lib/portables/last_1';
      image(join(lab.root, path), 'last');
      await root.onHost.attach(path, options, quietProgress()); // up to 252, polkit lets nobody enable units
      await spoil(lab, true, 'last-encoding.service');
      await inside(lab, `ln -sf /run/systemd/system.attached/last-encoding.service ${wants}/`); // 252 is about to remove it
      await fix(lab);
      const made = await failureOf(host.onHost.makePersistent(path, { enable: false }, quietProgress()));
      expect(made).toMatchObject({
        final: true,
        message: expect.stringContaining(
          `it is done, but links of what was there before could not be removed: ${wants}/last-encoding.service`,
        ),
      });
      expect((await host.images()).find(({ name }) => name === 'last_1')?.attached).toMatchObject({ runtime: false });
      await host.onHost.detach(path, { clean: false, reload: true, agreed: ['last.service', 'last-encoding.service'] }, quietProgress());
      await loosen(lab);
      await root.onHost.remove(path, quietProgress());
      expect(await leftOn(lab)).toEqual([]);
    });
  });
});
