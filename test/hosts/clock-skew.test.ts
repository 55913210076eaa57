/**
 * Clocks that disagree. All hosts here have the kernel's clock, so it is ours that is set wrong; what the host's kernel, systemd and files say is
 * the truth that it is held against.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { systemClock } from '../../client/src/hosts/clock.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, tickingUnits } from './images.ts';
import { describeOnHosts, type Laboratory, leftOn, openLaboratory, quietProgress } from './laboratory.ts';

const hour = 3_600_000;

describeOnHosts('clocks that disagree', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(['trixie']);
  });
  afterAll(() => laboratory?.close());

  /** A host as a machine sees it whose clock is so many ms ahead of the host's. */
  const seenFrom = (ahead: number): Host =>
    laboratory.host(laboratory.lab, 'ssh', { clock: { ...systemClock, now: () => Date.now() + ahead } });
  const make = (name: string): ImageFacts => makeTree(join(laboratory.directory, name), tickingUnits(name.split('_', 1)[0] ?? name));

  test.each([-24 * hour, -hour, hour, 24 * hour])('%d ms: what the host says of times is told by our clock', async ahead => {
    const host = seenFrom(ahead);
    const image = make(`skew${Math.abs(ahead)}${ahead < 0 ? 'behind' : 'ahead'}_1`);
    const before = Date.now() + ahead;
    await host.deploy(image, forTesting, quietProgress());
    const state = await host.imageState(image);
    const since = state.attached ? state.units.find(({ name }) => name.endsWith('.service') && !name.includes('asked'))?.since : undefined;
    expect(since).toBeGreaterThan(before - 5000); // hosts tell whole seconds
    expect(since).toBeLessThan(Date.now() + ahead + 5000);
    await host.detach(image, quietProgress());
    expect(await leftOn(laboratory.lab)).toEqual([]);
  });

  test('set back between two deploys: the new version counts as the newer one, and one can go back', async () => {
    const image = make('setback_1');
    const deploy = async (host: Host, round: string): Promise<string> => {
      writeFileSync(join(image.path, 'etc/round'), round);
      return (await host.deploy(image, forTesting, quietProgress())).hostPath;
    };
    const first = await deploy(seenFrom(hour), 'first');
    const later = seenFrom(-hour);
    const second = await deploy(later, 'second');
    const versions = await later.versions(image);
    expect(versions.map(({ path, attached }) => [path, attached])).toEqual([
      [second, true],
      [first, false],
    ]);
    const [, old] = versions;
    if (!old) throw new Error('no version is kept');
    expect(await later.rollBack(image, old, quietProgress())).toMatchObject({ hostPath: first });
    const third = await deploy(later, 'third');
    expect((await later.versions(image)).map(({ path }) => path)).toEqual([third, first]);
    await later.detach(image, quietProgress());
    expect(await leftOn(laboratory.lab)).toEqual([]);
  });

  test('a host whose `date` says nothing that can be read is taken to be right', async () => {
    const { lab } = laboratory;
    await lab.run('sh', '-c', 'printf "#!/bin/sh\\necho yesterday\\n" >/usr/local/bin/date; chmod 755 /usr/local/bin/date');
    const host = seenFrom(0);
    const image = make('mute_1');
    await host.deploy(image, forTesting, quietProgress());
    expect(await host.imageState(image)).toMatchObject({ attached: true, running: true });
    await host.detach(image, quietProgress());
    await lab.run('rm', '/usr/local/bin/date');
  });
});
