/** A shell in the sandbox of a unit: it sees the image, in the container and over ssh, whether or not the unit runs. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { quoteForShell } from '../../client/src/hosts/ssh/ssh.ts';
import type { TerminalProgram } from '../../client/src/hosts/units-contract.ts';
import type { Suite } from '../../lab/hosts.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, openLaboratory, quietProgress, type Way } from './laboratory.ts';
import { startUserManager } from './user-manager.ts';
import { type Ways, waysOf } from './ways.ts';

const suites: readonly Suite[] = ['bookworm', 'forky'];
const place = '/var/lib/portables';
const unit = 'shelled.service';

describeOnHosts('a shell in a sandbox', () => {
  let laboratory: Laboratory;
  let ways: Ways;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
    ways = waysOf(laboratory);
    for (const lab of laboratory.hosts.values()) {
      const text = '[Service]\nType=exec\nPrivateTmp=yes\nEnvironment="QUOTED=a b;$(id)"\nExecStart=/bin/busybox sleep 1000\n';
      makeTree(join(lab.root, place, 'shelled_1'), { [unit]: text });
      makeTree(join(lab.root, place, 'bare_1'), { 'bare.service': text });
      await lab.run('sh', '-c', `chmod 755 ${place}; rm ${place}/bare_1/bin/sh`);
      const host = laboratory.host(lab, 'container');
      for (const name of ['shelled_1', 'bare_1'])
        await host.onHost.attach(`${place}/${name}`, { ...forTesting, profile: 'trusted' }, quietProgress());
    }
  }, 120_000);
  afterAll(() => laboratory?.close());

  const entries: readonly Way[] = ['container', 'ssh'];
  test.each(suites.flatMap(suite => entries.map(way => ({ suite, way }))))('$suite, $way', async ({ suite, way }) => {
    const lab = laboratory.labOf(suite);
    const host = laboratory.host(lab, way);
    await host.units.act('start', [unit], { runtime: true }, quietProgress());
    expect(await say(await host.units.shell(unit), 'cat /usr/lib/os-release')).toContain('PORTABLE_PREFIXES=shelled');
    await host.units.act('stop', [unit], { runtime: true }, quietProgress());
    const said = await say(await host.units.shell(unit), 'cat /usr/lib/os-release; echo "<$QUOTED>"');
    expect(said).toContain('PORTABLE_PREFIXES=shelled');
    expect(said).toContain('<a b;$(id)>');
    const refusal = await failureOf(host.units.shell('bare.service'));
    expect(refusal).toMatchObject({ kind: 'refused', message: expect.stringContaining('its image holds no shell') });
    await host.dispose();
  });

  test("forky, of a user's manager, by that user", async () => {
    const target = ways.lab('forky');
    await startUserManager(target);
    const { host } = ways.reach({ destination: ways.alias('own', target), scope: 'user' });
    const release = 'ID=owned\nVERSION_ID=1\nPORTABLE_SCOPE=user\n';
    const image = makeTree(join(laboratory.directory, 'owned_1'), {}, release);
    const place = join(image.path, 'usr/lib/systemd/user');
    mkdirSync(place, { recursive: true });
    const text = '[Service]\nPrivateTmp=yes\nEnvironment="QUOTED=a b;$(id)"\nExecStart=/bin/busybox sleep 1000\n';
    writeFileSync(join(place, 'owned.service'), text);
    await host.deploy(image, forTesting, quietProgress());
    const entered = await say(await host.units.shell('owned.service'), 'cat /usr/lib/os-release');
    expect(entered).toContain('ID=owned');
    await host.units.act('stop', ['owned.service'], { runtime: true }, quietProgress());
    const said = await say(await host.units.shell('owned.service'), 'cat /usr/lib/os-release; echo "<$QUOTED>"');
    expect(said).toContain('ID=owned');
    expect(said).toContain('<a b;$(id)>');
    await host.detach(image, quietProgress());
    await ways.close();
  });

  test('who has no rights is told so', async () => {
    const host = laboratory.host(laboratory.lab, 'ssh without rights');
    expect(await failureOf(host.units.shell(unit))).toMatchObject({ kind: 'not-allowed' });
    expect(await failureOf(host.units.act('start', [unit], { runtime: true }, quietProgress()))).toMatchObject({ kind: 'not-allowed' });
    await host.dispose();
  });
});

/** What a terminal program says when lines are typed into it, at a terminal that `script` makes. */
function say({ program, args }: TerminalProgram, line: string): Promise<string> {
  const command = [program, ...args].map(quoteForShell).join(' ');
  const child = spawn('script', ['-qefc', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise(resolve => {
    let said = '';
    let typed = false;
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (typed || !/[#$] /.test(said)) return; // the prompt
      typed = true;
      child.stdin.end(`${line}\nexit\n`);
    });
    child.on('close', () => resolve(said));
  });
}
