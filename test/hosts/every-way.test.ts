/** The whole path of an image: every version of systemd, every way to reach it, both kinds of image. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host, LogEntry } from '../../client/src/hosts/contract.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, packTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, type Way } from './laboratory.ts';

const suites: readonly Suite[] = ['bookworm', 'trixie', 'forky'];

describeOnHosts('an image on a real host', () => {
  let laboratory: Laboratory;
  let images: Readonly<Record<'directory' | 'raw', ImageFacts>>;

  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
    const directory = makeTree(join(laboratory.directory, 'probe_1.0'), tickingUnits('probe'));
    images = { directory, raw: await packTree(directory) };
  });
  afterAll(() => laboratory?.close());

  const labOf = (suite: Suite): LabHost => laboratory.labOf(suite);

  const ways = suites.flatMap(suite =>
    (['container', 'ssh'] as const).flatMap(way => (['directory', 'raw'] as const).map(kind => ({ suite, way, kind }))),
  );

  test.each(ways)('$suite, $way, $kind: attached, running, heard and gone again', async ({ suite, way, kind }) => {
    const lab = labOf(suite);
    const host = laboratory.host(lab, way);
    const image = images[kind];
    const other = images[kind === 'raw' ? 'directory' : 'raw'];

    await host.connect();
    expect(host.status).toMatchObject({ state: 'connected', systemd: { major: lab.systemd }, portabled: true });
    expect(await host.images()).toEqual([]);
    expect(await host.imageState(image)).toEqual({ attached: false });

    const outcome = await host.attachAndStart(image, forTesting, quietProgress());
    expect(outcome.hostPath).toMatch(
      /^\/run\/portables\/\.#versions\/probe_1\.0_[0-9a-f]{8}-\d{8}T\d{6}Z-[0-9a-f]{10}-([0-9a-f]{10}|\.raw)$/,
    );
    expect(outcome.changes).toEqual(host.lastChanges(image));
    const units = [
      { name: 'probe-asked.service', active: 'inactive', sub: 'dead' },
      { name: 'probe-asked.socket', active: 'active', sub: 'listening' },
      { name: 'probe.service', active: 'active', sub: 'running' },
    ];
    const state = await host.imageState(image);
    expect(state).toMatchObject({ attached: true, running: true, runtime: true, profile: 'default', hostPath: outcome.hostPath, units });
    expect(await host.imageState(other), 'the other image of the same name').toEqual({ attached: false });
    await expectOwnedByRoot(lab, outcome.hostPath);

    const files = await host.attachedFiles(image);
    expect(files).toContain('/run/systemd/system.attached/probe.service');
    expect(files).toContain('/run/systemd/system.attached/probe.service.d/20-portable.conf');
    expect((await host.images()).map(({ name, state }) => [name, state])).toEqual([
      [expect.stringMatching(/^probe_1\.0_/), 'running-runtime'],
    ]);
    expect(await nextLog(host, 'tick')).toMatchObject({ unit: 'probe.service', priority: 6, message: 'tick' });

    await host.detach(image, quietProgress());
    expect(await host.imageState(image)).toEqual({ attached: false });
    await host.dispose();
    expect(await leftOn(lab)).toEqual([]);
    expect(await unitsLeft(lab)).toEqual('');
    await laboratory.noSshLeft();
    const follower = await lab.run('sh', '-c', 'grep -l "(journalctl) [^Z]" /proc/[0-9]*/stat');
    expect(follower.stdout, 'a journalctl that still runs').toEqual('');
  });

  test.each(suites)('%s, ssh without rights: looks, and is told what it may not do and how it could', async suite => {
    const lab = labOf(suite);
    const host = laboratory.host(lab, 'ssh without rights' satisfies Way);
    expect(await host.images()).toEqual([]);
    expect(await host.imageState(images.directory)).toEqual({ attached: false });
    const failure = await failureOf(host.attachAndStart(images.directory, forTesting, quietProgress()));
    expect(failure).toMatchObject({ kind: 'not-allowed' });
    expect(failure.message).toBe(`Attaching probe_1.0 on ${host.name}: the host does not allow it to this user.`);
    expect(failure.advice).toContain(`add the SSH host root@${lab.name}-dev.`);
    expect(failure.detail).toContain('dev (user id 1000)');
    const unread = await failureOf(nextLog(host, 'tick'));
    expect(unread).toMatchObject({ kind: 'not-allowed', advice: expect.stringContaining('systemd-journal') });
    expect(await leftOn(lab)).toEqual([]);
    await host.dispose();
    await laboratory.noSshLeft();
  });
});

/** The next entry with that message. */
async function nextLog(host: Host, message: string): Promise<LogEntry | undefined> {
  const end = new AbortController();
  for await (const entry of host.logs({ units: ['probe.service'], image: 'probe_1.0', lines: 1 }, end.signal)) {
    if (entry.message !== message) continue;
    end.abort();
    return entry;
  }
  return undefined;
}

async function unitsLeft(lab: LabHost): Promise<string> {
  return (await lab.run('systemctl', 'list-units', '--all', '--no-legend', '--plain', 'probe*')).stdout;
}

async function expectOwnedByRoot(lab: LabHost, path: string): Promise<void> {
  const { stdout } = await lab.run(
    'find',
    path,
    '(',
    '!',
    '-uid',
    '0',
    '-o',
    '!',
    '-gid',
    '0',
    '-o',
    '-perm',
    '-2',
    '!',
    '-type',
    'l',
    ')',
  );
  expect(stdout).toBe('');
}
