/** What breaks or is stopped in the middle of a deploy: what ran goes on, nothing is left, and the next try works. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host, Progress } from '../../client/src/hosts/contract.ts';
import { usualCopySettings } from '../../client/src/hosts/deploy/brought-images.ts';
import type { LabHost } from '../../lab/hosts.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, until } from './laboratory.ts';

const mebibyte = 1024 * 1024;
const forGood = { ...forTesting, runtime: false };

describeOnHosts('a deploy that breaks', () => {
  let laboratory: Laboratory;
  let lab: LabHost;
  let image: ImageFacts;
  let round = 0;

  beforeAll(async () => {
    laboratory = await openLaboratory(['trixie']);
    lab = laboratory.lab;
    image = makeTree(join(laboratory.directory, 'break_1'), tickingUnits('break'));
  });
  afterAll(() => laboratory?.close());
  beforeEach(() => lab.up());

  /** Makes the image another one, with so much that is new. */
  function change(bytes = 0): void {
    round++;
    writeFileSync(join(image.path, 'etc/round'), `${round}`);
    writeFileSync(join(image.path, 'usr/ballast'), randomBytes(bytes));
  }

  /** A host over ssh; copies take their time, so that something can happen meanwhile. */
  const slowHost = (program = 'rsync'): Host =>
    laboratory.host(lab, 'ssh', { copySettings: () => ({ ...usualCopySettings, rsync: { program, options: ['--bwlimit=3m'] } }) });

  /** Temporary places, and versions in the order of their names. */
  async function copies(): Promise<readonly string[]> {
    const { stdout } = await lab.run(
      'sh',
      '-c',
      'ls -A /run/portables/.#versions /var/lib/portables/.#versions 2>/dev/null | grep -e _ -e upload',
    );
    return stdout.split('\n').filter(line => line !== '');
  }

  /** Progress that does something once, when a report fits. */
  function at(report: RegExp, act: () => unknown, signal = new AbortController().signal): Progress {
    let acted = false;
    return {
      signal,
      report: message => {
        if (acted || !report.test(message)) return;
        acted = true;
        act();
      },
    };
  }

  const inside = (): readonly string[] => ['-t', String(lab.leader()), '-m', '-p', '-r', '-w', '--'];

  const copied = /^Copying to \S+: [1-9]/;

  function killSsh(which: RegExp): void {
    const listed = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    const victims = listed.filter(line => line.includes(laboratory.sshConfig) && /^\s*\d+ ssh /.test(line) && which.test(line));
    if (victims.length === 0) throw new Error(`no ssh process is like ${which}`);
    let killed = 0;
    for (const line of victims) {
      try {
        process.kill(Number.parseInt(line, 10), 'SIGKILL');
        killed++;
      } catch {
        // it ended by itself since it was listed
      }
    }
    if (killed === 0) throw new Error(`the ssh processes like ${which} had ended`);
  }

  /** What was attached is attached and runs, and what lay there lies there. */
  async function isAsBefore(host: Host, before: string, there: readonly string[]): Promise<void> {
    await until(async () => (await copies()).join() === there.join(), 'the host to clear up', 20);
    const state = await host.imageState(image);
    expect(state).toMatchObject({ attached: true, running: true, hostPath: before });
    expect((await lab.run('systemctl', 'is-active', 'break.service')).stdout.trim()).toBe('active');
  }

  async function worksAgain(host: Host, options = forTesting): Promise<void> {
    const { hostPath } = await host.deploy(image, options, quietProgress());
    expect(await host.imageState(image)).toMatchObject({ attached: true, running: true, hostPath });
    await host.detach(image, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
    expect(await copies()).toEqual([]);
  }

  test.each(['rsync', ''])('cancelled at every step, copied by %j', async program => {
    const host = slowHost(program);
    change();
    const steps: string[] = [];
    await host.deploy(image, forTesting, { signal: new AbortController().signal, report: message => steps.push(message) });
    change();
    const { hostPath } = await host.deploy(image, forTesting, {
      signal: new AbortController().signal,
      report: message => steps.push(message),
    });
    await host.removeVersions(
      image,
      (await host.versions(image)).filter(version => !version.attached),
      quietProgress(),
    );
    const there = await copies();
    change(program ? 6 * mebibyte : 0);
    const kinds = [...new Set(steps.map(step => step.replace(/\d[\d.]*/g, '0').replace(/(Re)?[Ss]tarting .*/, '$1Starting')))];
    const stages = [
      /^Reading/,
      /^Copying/,
      ...(program ? [copied] : []),
      /^Checking/,
      /^Waiting/,
      /^Attaching/,
      /^Reloading/,
      /^Restarting/,
    ];
    expect(kinds.length, kinds.join(', ')).toBeGreaterThanOrEqual(stages.length - 2);
    for (const stage of stages) {
      const stop = new AbortController();
      const failure = await failureOf(
        host.deploy(
          image,
          forTesting,
          at(stage, () => stop.abort(), stop.signal),
        ),
      );
      expect(failure, String(stage)).toMatchObject({ kind: 'cancelled', message: `Deploying break_1 to ${host.name}: cancelled.` });
      await isAsBefore(host, hostPath, there);
    }
    await worksAgain(host);
    await host.dispose();
    await laboratory.noSshLeft();
  });

  test.each([
    ['what rsync speaks through', /rsync --server/],
    ['the keeper', /sh -c 'set -u/],
    ['the shared connection', /ControlMaster=auto/],
  ])('ssh is killed while it copies: %s', async (_what, which) => {
    const host = slowHost();
    change();
    const { hostPath } = await host.deploy(image, forTesting, quietProgress());
    const there = await copies();
    change(12 * mebibyte);
    const failure = await failureOf(
      host.deploy(
        image,
        forTesting,
        at(copied, () => killSsh(which)),
      ),
    );
    expect(failure).toMatchObject({ kind: 'unreachable' });
    await isAsBefore(host, hostPath, there);
    await worksAgain(host);
    await host.dispose();
    await laboratory.noSshLeft();
  });

  test.each([/^Waiting/, /^Attaching/, /^Reloading/, /^Restarting/])('ssh is killed at %s', async stage => {
    const host = laboratory.host(lab, 'ssh');
    change();
    const { hostPath } = await host.deploy(image, forTesting, quietProgress());
    const there = await copies();
    change();
    const failure = await failureOf(
      host.deploy(
        image,
        forTesting,
        at(stage, () => killSsh(/./)),
      ),
    );
    expect(failure).toMatchObject({ kind: 'unreachable' });
    await isAsBefore(host, hostPath, there);
    await worksAgain(host);
    await host.dispose();
  });

  test('portabled is killed while it swaps: what ran is attached and runs', async () => {
    const host = laboratory.host(lab, 'ssh');
    change();
    const { hostPath } = await host.deploy(image, forTesting, quietProgress());
    const there = await copies();
    change();
    const killed = at(/^Attaching/, () => {
      execFileSync('nsenter', [...inside(), 'systemctl', 'kill', '--signal=STOP', 'systemd-portabled.service']); // before it gets the call
      void lab.run('systemctl', 'kill', '--signal=KILL', 'systemd-portabled.service');
    });
    const failure = await failureOf(host.deploy(image, forTesting, killed));
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('systemd-portabled ended') });
    await isAsBefore(host, hostPath, there);
    await worksAgain(host);
    await host.dispose();
  });

  test.each([
    ['for this boot', /^Attaching/, forTesting],
    ['for good', /^Reloading/, forGood],
  ])('the host is reset while a version attached %s is swapped', async (_what, stage, options) => {
    const host = slowHost();
    change();
    const { hostPath } = await host.deploy(image, options, quietProgress());
    change();
    const failure = await failureOf(host.deploy(image, options, at(stage, reset)));
    expect(['unreachable', 'timeout']).toContain(failure.kind);
    await lab.start();
    await host.connect().catch(() => host.connect()); // the first may still meet the old connection
    const state = await host.imageState(image);
    if (options.runtime) expect(state).toEqual({ attached: false });
    else {
      // whichever of them portabled had come to, it is whole
      const path = state.attached ? state.hostPath : '';
      expect((await lab.run('test', '-e', `${path}/usr/lib/os-release`)).code, `${path}, after ${hostPath}`).toBe(0);
      expect(await host.deploy(image, options, quietProgress())).toMatchObject({ how: expect.stringMatching(/reattached|unchanged/) });
      await host.detach(image, quietProgress()); // what nobody enabled does not run after a boot, nor after a deploy then
    }
    await worksAgain(host, options);
    await host.dispose();
  });

  const reset = (): void => void process.kill(lab.leader() ?? Number.NaN, 'SIGKILL');

  test('the disk is too small, or becomes full meanwhile', async () => {
    const host = slowHost();
    change(12 * mebibyte);
    await lab.run('sh', '-c', 'mkdir -p -m 700 /var/lib/portables; mount -t tmpfs -o size=8m,mode=700 none /var/lib/portables');
    const failure = await failureOf(host.deploy(image, forGood, quietProgress()));
    expect(failure.message).toMatch(
      /there is not enough room in \/var\/lib\/portables on the host: it needs \d+\.\d MiB, \d\.\d MiB are free\.$/,
    );
    expect(await copies()).toEqual([]);

    await lab.run('mount', '-o', 'remount,size=24m', '/var/lib/portables');
    const fill = () =>
      execFileSync('nsenter', [...inside(), 'sh', '-c', 'dd if=/dev/zero of=/var/lib/portables/.other bs=1M 2>/dev/null; true']);
    const full = await failureOf(host.deploy(image, forGood, at(copied, fill)));
    expect(full).toMatchObject({ kind: 'refused', message: expect.stringContaining('there is not enough room in /var/lib/portables') });
    expect(await copies()).toEqual([]);
    expect(await host.imageState(image)).toEqual({ attached: false });
    await lab.run('rm', '/var/lib/portables/.other');
    await worksAgain(host, forGood);
    await lab.run('umount', '/var/lib/portables');
  });

  test('the image is deleted on the host while it is attached', async () => {
    const host = laboratory.host(lab, 'ssh');
    change();
    const { hostPath } = await host.deploy(image, forTesting, quietProgress());
    await lab.run('rm', '-rf', hostPath);
    expect((await host.deploy(image, forTesting, quietProgress())).hostPath).not.toBe(hostPath);
    expect(await host.imageState(image)).toMatchObject({ attached: true, running: true });
    const again = await host.imageState(image);
    await lab.run('rm', '-rf', again.attached ? again.hostPath : '');
    await host.detach(image, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
    await worksAgain(host);
  });

  test('the image changes while it is copied', async () => {
    const host = slowHost();
    change(12 * mebibyte);
    const failure = await failureOf(
      host.deploy(
        image,
        forTesting,
        at(copied, () => change()),
      ),
    );
    expect(failure).toMatchObject({
      message: expect.stringContaining('could not be read whole'),
      advice: expect.stringContaining('Try again'),
    });
    expect(await leftOn(lab)).toEqual([]);
    await worksAgain(host);
  });

  test('the host loses power in the middle of a copy that would stay: the next one sweeps', async () => {
    const host = slowHost();
    change(12 * mebibyte);
    const failure = await failureOf(host.deploy(image, forGood, at(copied, reset)));
    expect(['unreachable', 'timeout']).toContain(failure.kind);
    await lab.start();
    expect(await copies()).toEqual([expect.stringMatching(/^\.upload-/)]);
    await worksAgain(host, forGood);
    await host.dispose();
  });
});
