/** Units that systemd refuses to read: an image that holds one is not left half attached, and can be detached. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach-options.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress } from './laboratory.ts';

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
});
