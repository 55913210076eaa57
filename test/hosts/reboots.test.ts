/** A host that is rebooted in good order in the middle of something: told as such, nothing half attached, nothing temporary, and the next try works. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, until } from './laboratory.ts';

const stages = [/^Copying/, /^Checking/, /^Waiting/, /^Attaching/, /^Reloading/, /^Starting/];
const ways = (['container', 'ssh'] as const).flatMap(way => [true, false].map(runtime => ({ way, runtime })));

describeOnHosts('a host that is rebooted', () => {
  let laboratory: Laboratory;
  let image: ImageFacts;
  beforeAll(async () => {
    laboratory = await openLaboratory(['trixie']);
    image = makeTree(join(laboratory.directory, 'reboot_1'), tickingUnits('reboot'));
  });
  afterAll(() => laboratory?.close());
  beforeEach(() => laboratory.lab.up());

  async function temporaries(): Promise<string> {
    return (
      await laboratory.lab.run('sh', '-c', 'ls -d /run/portables/.#versions/.upload* /var/lib/portables/.#versions/.upload* 2>/dev/null')
    ).stdout;
  }

  test.each(ways.flatMap(way => stages.map(stage => ({ ...way, stage }))))(
    '$way, for this boot $runtime: at $stage',
    async ({ way, runtime, stage }) => {
      const { lab } = laboratory;
      const options = { ...forTesting, runtime };
      writeFileSync(join(image.path, 'usr/ballast'), randomBytes(4 * 1024 * 1024));
      const host = laboratory.host(lab, way);
      await host.connect();
      const leader = lab.leader();
      let asked = false;
      const report = (message: string): void => {
        if (asked || !stage.test(message)) return;
        asked = true;
        execFileSync('nsenter', ['-t', String(leader), '-m', '-p', '-r', '-w', '--', 'systemctl', 'reboot', '--no-block']);
      };
      const attaching = host.attachAndStart(image, options, { signal: new AbortController().signal, report });
      const failure = await failureOf(attaching).catch((error: Error) => {
        if (error.message !== 'it did not fail') throw error;
      }); // it may have been quicker than the reboot
      if (failure) expect(['unreachable', 'timeout'], `${failure.message} ${failure.detail}`).toContain(failure.kind);
      expect(asked).toBe(true);
      await until(() => lab.leader() !== undefined && lab.leader() !== leader, 'the host to reboot', 60);
      await until(async () => /running|degraded/.test((await lab.run('systemctl', 'is-system-running')).stdout), 'the host to be up', 60);
      await until(
        () =>
          host.connect().then(
            () => true,
            () => false,
          ),
        'the host to be reached',
        20,
      );
      const state = await host.imageState(image);
      if (runtime) expect(state).toEqual({ attached: false });
      // whatever portabled had come to, the image is there whole
      else if (state.attached) expect((await lab.run('test', '-e', `${state.hostPath}/usr/ballast`)).code).toBe(0);
      await host.deploy(image, options, quietProgress());
      expect(await host.imageState(image)).toMatchObject({ attached: true });
      await host.detach(image, quietProgress());
      expect(await leftOn(lab)).toEqual([]);
      expect(await temporaries()).toBe('');
      await host.dispose();
    },
  );
});
