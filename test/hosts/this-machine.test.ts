/** The local transport, on a machine that has a portabled: in place where only root can write, from a copy elsewhere. */
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTree, tickingUnits } from './images.ts';
import type { Asked } from './inside.ts';
import { describeOnHosts, type Laboratory, leftOn, openLaboratory } from './laboratory.ts';
import { placeTool, runTool } from './tool-inside.ts';

describeOnHosts('attaching to the machine that this runs on', () => {
  let laboratory: Laboratory;

  /** Our own code and a Node to run it, inside the host, beside an image in several places. */
  beforeAll(async () => {
    laboratory = await openLaboratory(['trixie']);
    const { lab, directory } = laboratory;
    const inside = (path: string): string => `/proc/${lab.leader()}/root${path}`;
    const tree = makeTree(join(directory, 'here_1'), tickingUnits('here'));
    const twin = makeTree(join(directory, 'here_2'), tickingUnits('here'));
    await lab.run('chmod', '755', '/var/lib/portables');
    const places = ['/var/lib/portables/here_1', '/home/dev/here_1', '/tmp/here_1', '/run/portables/here_2', '/var/lib/portables/here_2'];
    for (const place of places) {
      await mkdir(dirname(inside(place)), { recursive: true });
      await cp(place.endsWith('1') ? tree.path : twin.path, inside(place), { recursive: true, verbatimSymlinks: true });
    }
    await lab.run('chown', '-R', 'dev:dev', '/home/dev/here_1');
    await placeTool(lab);
  });
  afterAll(() => laboratory?.close());

  const here = (user: 'root' | 'dev', path: string, asked: Partial<Asked> = {}): Promise<unknown> =>
    runTool(laboratory.lab, user, { path, ...asked });
  const stays = async (path: string): Promise<boolean> => (await laboratory.lab.run('test', '-f', `${path}/usr/lib/os-release`)).code === 0;
  const running = (hostPath: unknown) => ({ hostPath, state: { attached: true, running: true, hostPath }, after: { attached: false } });
  const copy = expect.stringMatching(/^\/run\/portables\/\.#versions\/here_[12]_[0-9a-f]{8}-/);

  test.each<readonly [string, unknown]>([
    ['/var/lib/portables/here_1', '/var/lib/portables/here_1'],
    ['/home/dev/here_1', copy],
    ['/tmp/here_1', copy],
    ['/run/portables/here_2', copy], // portabled would remove it there
    ['/var/lib/portables/here_2', copy], // and would remove that one, too
  ])('root attaches %s, and it stays', async (path, hostPath) => {
    expect(await here('root', path)).toMatchObject(running(hostPath));
    expect(await stays(path)).toBe(true);
    expect(await stays('/run/portables/here_2')).toBe(true);
    expect((await leftOn(laboratory.lab)).filter(file => !file.startsWith('/run/portables/here_2'))).toEqual([]);
  });

  test('what portablectl attached from a user’s directory is seen and can be detached', async () => {
    await laboratory.lab.run('portablectl', 'attach', '--runtime', '--now', '/home/dev/here_1');
    expect(await here('root', '/home/dev/here_1', { steps: ['detach'] })).toMatchObject({
      state: { attached: true, hostPath: '/home/dev/here_1' },
      after: { attached: false },
    });
    expect(await stays('/home/dev/here_1')).toBe(true);
  });

  test.each([
    ['/home/dev/here_1', 'root@localhost'],
    ['/var/lib/portables/here_1', 'root@localhost'],
  ])('a user without rights may not attach %s, and is told what to do', async (path, advice) => {
    expect(await here('dev', path)).toMatchObject({ kind: 'not-allowed', advice: expect.stringContaining(advice) });
    expect((await laboratory.lab.run('sh', '-c', 'ls /run/systemd/system.attached 2>/dev/null')).stdout).toBe('');
  });
});
