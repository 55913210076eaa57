/** Measures a deploy over ssh beside the script that a good engineer would write, and calls to portabled over connections that stand beside busctl. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { createHost } from '../../client/src/hosts/host.ts';
import { systemDeps } from '../../client/src/hosts/system-deps.ts';
import { bootHost, installHostTools, type LabHost, writeSshConfig } from '../../lab/hosts.ts';
import { must } from '../../lab/processes.ts';
import { installTools } from '../../lab/tools.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { median } from './measure.ts';

/** What was found: milliseconds or bytes, medians. */
export interface Found {
  readonly what: string;
  readonly unit: 'ms' | 'bytes';
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
}

/** Right in /run/portables, a reattach would remove the image. */
const forGood = { ...forTesting, runtime: false };

const mebibyte = 1024 * 1024;

/** Boots a host and measures there. `rounds` deploys each, in turns, of an image of that many MiB in which one line changes every time. */
export async function measureDeploys(rounds: number, size = 300): Promise<readonly Found[]> {
  await installHostTools();
  await installTools([
    { probe: 'mksquashfs', package: 'squashfs-tools' },
    { probe: '/bin/busybox', package: 'busybox-static' },
    { probe: 'rsync', package: 'rsync' },
  ]);
  const directory = mkdtempSync(join(tmpdir(), 'deploy-bench-'));
  const lab = await bootHost(`bench-${process.pid}`, 'trixie');
  try {
    const sshConfig = await writeSshConfig(directory, [lab]);
    const host = createHost(
      { kind: 'ssh', name: lab.name, destination: `${lab.name}-root` },
      systemDeps({ sshConfigFile: sshConfig, log: () => {} }),
    );
    const near = createHost({ kind: 'container', name: lab.name, pidFile: lab.pidFile }, systemDeps({ log: () => {} }));
    try {
      const ssh = ['-F', sshConfig, '-o', 'ControlMaster=auto', '-o', `ControlPath=${directory}/m`, '-o', 'ControlPersist=60'];
      const remote = (command: string): Promise<string> => must('ssh', [...ssh, `${lab.name}-root`, command]);
      const ours = makeImage(directory, 'ours', size);
      const theirs = makeImage(directory, 'theirs', size);
      const progress = { signal: new AbortController().signal, report: () => {} };
      // beside the one that runs, which portabled refuses to swap in place, and from a copy of it, so that little crosses the line
      const on = (n: number): string => `/var/lib/portables/theirs_${n}.raw`;
      const copy = (n: number): readonly string[] => [
        '-a',
        '--inplace',
        '--no-whole-file',
        '--ignore-times', // the copy there may be as old as the image here, to the second
        '--no-owner',
        '--no-group',
        '-e',
        `ssh ${ssh.join(' ')}`,
        theirs.facts.path,
        `${lab.name}-root:${on(n)}`,
      ];
      const change = async (n: number): Promise<void> => {
        for (const image of [ours, theirs]) await image.change(n);
      };

      // first deploys fill the caches, and open the connections that both then share
      await change(0);
      await host.deploy(ours.facts, forGood, progress);
      await remote('mkdir -p -m 0700 /var/lib/portables');
      await must('rsync', copy(0));
      await remote(`portablectl attach -q --now ${on(0)} theirs`);

      const pairs = [];
      for (let n = 1; n <= rounds; n++) {
        await change(n);
        const one = () => measured(lab, async () => void (await host.deploy(ours.facts, forGood, progress)));
        const other = () =>
          measured(lab, async () => {
            await remote(`cp --reflink=auto ${on(n - 1)} ${on(n)}`);
            await must('rsync', copy(n));
            await remote(`portablectl reattach -q --now ${on(n)} theirs && rm ${on(n - 1)}`);
          });
        if (n % 2 === 0) pairs.push({ ours: await one(), theirs: await other() });
        else {
          const second = await other();
          pairs.push({ ours: await one(), theirs: second });
        }
      }
      const portabled = ['org.freedesktop.portable1', '/org/freedesktop/portable1', 'org.freedesktop.portable1.Manager'] as const;
      const get = ['busctl', 'get-property', ...portabled, 'Profiles'] as const;
      const calls = [];
      const callsHere = [];
      await near.onHost.profiles(); // opens the connection that then stands
      for (let n = 0; n < rounds * 4; n++) {
        calls.push({
          ours: await time(async () => void (await host.onHost.profiles())),
          theirs: await time(async () => void (await remote(get.join(' ')))),
        });
        callsHere.push({
          ours: await time(async () => void (await near.onHost.profiles())),
          theirs: await time(async () => void (await must('busctl', [`--address=unix:path=${lab.busSocket}`, ...get.slice(1)]))),
        });
      }
      return [
        row(
          `deploy one line of ${size} MiB`,
          'ms',
          pairs.map(p => ({ ours: p.ours.ms, theirs: p.theirs.ms })),
        ),
        row(
          'bytes on the wire',
          'bytes',
          pairs.map(p => ({ ours: p.ours.bytes, theirs: p.theirs.bytes })),
        ),
        row('a warm call over ssh', 'ms', calls),
        row('a warm call without ssh', 'ms', callsHere),
      ];
    } finally {
      await near.dispose();
      await host.dispose();
    }
  } finally {
    await lab.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function row(what: string, unit: Found['unit'], pairs: readonly { readonly ours: number; readonly theirs: number }[]): Found {
  return {
    what,
    unit,
    ours: median(pairs.map(p => p.ours)),
    theirs: median(pairs.map(p => p.theirs)),
    ratio: median(pairs.map(p => p.ours / p.theirs)),
  };
}

/** A squashfs image of that many MiB that does not compress; `change` changes a line of it and packs it again. */
function makeImage(directory: string, name: string, size: number): { readonly facts: ImageFacts; change(n: number): Promise<void> } {
  const tree = join(directory, `${name}_1`);
  const path = `${tree}.raw`;
  for (const place of ['proc', 'sys', 'dev', 'run', 'tmp', 'var/tmp', 'etc', 'bin', 'usr/lib/systemd/system', 'usr/share']) {
    mkdirSync(join(tree, place), { recursive: true });
  }
  for (const file of ['etc/resolv.conf', 'etc/machine-id']) writeFileSync(join(tree, file), '');
  writeFileSync(join(tree, 'usr/lib/os-release'), `ID=${name}\nVERSION_ID=1\nPORTABLE_PREFIXES=${name}\n`);
  writeFileSync(join(tree, `usr/lib/systemd/system/${name}.service`), '[Service]\nExecStart=/bin/busybox sleep 100000\n');
  copyFileSync('/bin/busybox', join(tree, 'bin/busybox'));
  chmodSync(join(tree, 'bin/busybox'), 0o755);
  symlinkSync('busybox', join(tree, 'bin/sh'));
  for (let n = 0; n < size; n++) appendFileSync(join(tree, 'usr/share/ballast'), randomBytes(mebibyte));
  const facts: ImageFacts = { path, name: `${name}_1`, kind: 'raw', prefix: name, units: [] };
  return {
    facts,
    change: async n => {
      writeFileSync(join(tree, 'etc/line'), `this is line ${n}\n`);
      await must('mksquashfs', [tree, path, '-noappend', '-no-progress', '-quiet', '-all-root', '-noI', '-noD', '-noF', '-noX']);
    },
  };
}

async function time(work: () => Promise<void>): Promise<number> {
  const begun = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begun) / 1e6;
}

/** Milliseconds, and bytes over the network of the host in both directions, all protocols included. */
async function measured(lab: LabHost, work: () => Promise<void>): Promise<{ readonly ms: number; readonly bytes: number }> {
  const before = await traffic(lab);
  const ms = await time(work);
  return { ms, bytes: (await traffic(lab)) - before };
}

async function traffic(lab: LabHost): Promise<number> {
  const { stdout } = await lab.run('cat', '/proc/net/dev');
  const counts = stdout.split('\n').map(line => /^\s*(\S+):\s*(\d+)(?:\s+\d+){7}\s+(\d+)/.exec(line));
  return counts.reduce((sum, count) => (count === null || count[1] === 'lo' ? sum : sum + Number(count[2]) + Number(count[3])), 0);
}
