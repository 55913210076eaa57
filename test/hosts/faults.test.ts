/** What breaks in the middle: portabled, the ssh connection, the whole host. Told within the deadline, undone, and the next try works. */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host, Progress } from '../../client/src/hosts/contract.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, tickingUnits } from './images.ts';
import {
  describeOnHosts,
  failureOf,
  type Laboratory,
  leftOn,
  openLaboratory,
  quietProgress,
  shortDeadlines,
  until,
  type Way,
} from './laboratory.ts';

const mebibyte = 1024 * 1024;

describeOnHosts('what breaks in the middle', () => {
  let laboratory: Laboratory;
  let image: ImageFacts;
  let large: ImageFacts;

  beforeAll(async () => {
    laboratory = await openLaboratory(['trixie']);
    image = makeTree(join(laboratory.directory, 'fault_1'), tickingUnits('fault'));
    large = makeTree(join(laboratory.directory, 'large_1'), tickingUnits('large'));
    const ballast = Buffer.alloc(8 * mebibyte, 'ballast');
    for (let i = 0; i < 8; i++) appendFileSync(join(large.path, 'usr/ballast'), ballast);
  });
  afterAll(() => laboratory?.close());
  beforeEach(() => laboratory.lab.up());

  const host = (way: Way): Host => laboratory.host(laboratory.lab, way, { deadlines: shortDeadlines });

  /** The next action connects anew, and all of it works. */
  async function worksAgain(again: Host): Promise<void> {
    await again.attachAndStart(image, forTesting, quietProgress());
    expect(again.status.state).toBe('connected');
    expect(await again.imageState(image)).toMatchObject({ attached: true, running: true });
    await again.detach(image, quietProgress());
    expect(await leftOn(laboratory.lab)).toEqual([]);
  }

  /** Progress that does something once, when a report begins so. */
  function at(report: string, act: () => void): Progress {
    let acted = false;
    return {
      signal: new AbortController().signal,
      report: message => {
        if (acted || !message.startsWith(report)) return;
        acted = true;
        act();
      },
    };
  }

  const signalPortabled = (signal: string): void => {
    const inside = ['-t', String(laboratory.lab.leader()), '-m', '-p', '-r', '-w'];
    execFileSync('nsenter', [...inside, '--', 'systemctl', 'kill', `--signal=${signal}`, 'systemd-portabled']);
  };
  const killSsh = (which: RegExp): void => {
    for (const pid of pidsOf(which)) process.kill(pid, 'SIGKILL');
  };
  const pidsOf = (which: RegExp): readonly number[] => {
    const listed = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    return listed.filter(line => line.includes(laboratory.sshConfig) && which.test(line)).map(line => Number.parseInt(line, 10));
  };

  test('portabled is killed while it attaches', async () => {
    const { lab } = laboratory;
    const victim = host('container');
    await victim.connect();
    const stopped = at('Attaching', () => {
      signalPortabled('STOP'); // before it gets the call
      void lab.run('systemctl', 'kill', '--signal=KILL', 'systemd-portabled');
    });
    const failure = await failureOf(victim.attachAndStart(image, forTesting, stopped));
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('systemd-portabled ended before it answered') });
    expect(await leftOn(lab)).toEqual([]);
    await worksAgain(victim);
  });

  test('portabled does not answer', async () => {
    const { lab } = laboratory;
    const victim = host('container');
    await victim.connect();
    await lab.run('sh', '-c', 'systemctl start systemd-portabled; systemctl kill --signal=STOP systemd-portabled');
    const began = Date.now();
    const failure = await failureOf(victim.images());
    expect(failure).toMatchObject({ kind: 'timeout', advice: expect.stringContaining(lab.name) });
    expect(Date.now() - began).toBeLessThan(shortDeadlines.attach + 1000);
    await lab.run('systemctl', 'kill', '--signal=KILL', 'systemd-portabled');
    await worksAgain(victim);
  });

  test('what portabled left half attached when it died is cleared by the next attach', async () => {
    const { lab } = laboratory;
    const victim = host('container');
    const { hostPath } = await victim.attachAndStart(image, forTesting, quietProgress());
    await victim.detach(image, quietProgress());
    const dropIn = '/run/systemd/system.attached/fault.service.d';
    await lab.run(
      'sh',
      '-c',
      `mkdir -p ${dropIn}; echo "# Drop-in created for image '${hostPath}', do not edit." >${dropIn}/20-portable.conf`,
    );
    await worksAgain(victim);
  });

  test.each(['ControlMaster=auto', 'systemd-stdio-bridge', 'sh -c'])(
    'the ssh process of %s is killed while an image is copied',
    async which => {
      const victim = host('ssh');
      await victim.connect();
      const began = Date.now();
      const failure = await failureOf(
        victim.attachAndStart(
          large,
          forTesting,
          at(`Copying to ${victim.name}:`, () => killSsh(new RegExp(which))),
        ),
      );
      expect(failure.kind).toBe('unreachable');
      expect(Date.now() - began).toBeLessThan(10_000);
      await until(async () => (await leftOn(laboratory.lab)).length === 0, 'the host to clear up');
      await worksAgain(victim);
      await victim.dispose();
      await laboratory.noSshLeft();
    },
  );

  test.each(['Attaching', 'Reloading', 'Starting'])('the ssh connection is killed at "%s"', async stage => {
    const victim = host('ssh');
    const failure = await failureOf(
      victim.attachAndStart(
        image,
        forTesting,
        at(stage, () => killSsh(/ssh /)),
      ),
    );
    expect(failure).toMatchObject({ kind: 'unreachable' });
    expect(await leftOn(laboratory.lab)).toEqual([]);
    await worksAgain(victim);
    await victim.dispose();
    await laboratory.noSshLeft();
  });

  test.each(['container', 'ssh'] as const)('the host is gone in the middle of a copy (%s), and comes back', async way => {
    const { lab } = laboratory;
    const victim = host(way);
    await victim.connect();
    const seen: string[] = [];
    const listener = victim.onDidChange(() => seen.push(victim.status.state));
    const began = Date.now();
    const gone = at(`Copying to ${victim.name}:`, () => process.kill(lab.leader() ?? Number.NaN, 'SIGKILL')); // and all in its pid namespace
    const failure = await failureOf(victim.attachAndStart(large, forTesting, gone));
    expect(['unreachable', 'timeout']).toContain(failure.kind);
    expect(failure.message).toContain(lab.name);
    expect(Date.now() - began).toBeLessThan(30_000);
    await until(() => victim.status.state === 'unreachable', 'the status', 20);
    expect(await failureOf(victim.images())).toMatchObject({ kind: expect.stringMatching(/unreachable|timeout/) });
    await lab.start();
    listener.dispose();
    await worksAgain(victim);
    await victim.dispose();
  });

  test('a host that powers off is seen to go', async () => {
    const { lab } = laboratory;
    const victim = host('ssh');
    const listener = victim.onDidChange(() => {});
    await victim.connect();
    await lab.poweroff();
    await until(() => victim.status.state === 'unreachable', 'the status', 20);
    expect(victim.status).toMatchObject({ error: { message: expect.stringContaining(lab.name), advice: expect.stringMatching(/./) } });
    await lab.start();
    listener.dispose();
    await worksAgain(victim);
  });
});
