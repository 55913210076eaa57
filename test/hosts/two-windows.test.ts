/** Two windows, each a process of its own, that work on one image on one host at the same time: both end with a clear result, and nothing is half done. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import { makeTree, tickingUnits } from './images.ts';
import type { Asked } from './inside.ts';
import { describeOnHosts, type Laboratory, leftOn, openLaboratory, until } from './laboratory.ts';
import { placeTool, toolArguments } from './tool-inside.ts';
import { inside } from './ways.ts';

const suites: readonly Suite[] = ['bullseye', 'bookworm', 'trixie', 'forky'];
const rounds = 4;

/** A process that does what it is asked, one after the other. */
interface Window {
  ask(asked: Asked): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** What it may say of what it was asked: done, or a failure in the user's words. */
const clear = (done: readonly string[]) =>
  expect.toSatisfy(
    (said: Record<string, unknown>) =>
      done.includes(String(said.how ?? 'detached')) ||
      (said.name === 'HostFailure' && said.kind === 'refused' && String(said.message).length > 20 && said.advice !== ''),
    'a result or a failure in plain words',
  );

describeOnHosts('two windows at once', () => {
  let laboratory: Laboratory;

  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
    // Node does not start on bullseye, whose C library is older than it wants
    for (const [suite, lab] of laboratory.hosts) if (suite !== 'bullseye') await placeTool(lab);
  });
  afterAll(() => laboratory?.close());

  function open(child: ChildProcessByStdio<Writable, Readable, null>): Window {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
    return {
      ask: async asked => {
        child.stdin.write(`${JSON.stringify(asked)}\n`);
        const { value } = await lines.next();
        return JSON.parse(value ?? '{"message":"the window ended"}');
      },
      close: async () => {
        child.stdin.end();
        await ended;
      },
    };
  }

  const openHere = (): Window =>
    open(spawn(process.execPath, [join(import.meta.dirname, 'inside.ts')], { stdio: ['pipe', 'pipe', 'inherit'] }));
  /** One on the machine itself. */
  function openOn(lab: LabHost): Window {
    const entering = ['-t', `${lab.leader()}`, '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--', ...toolArguments()];
    return open(spawn('nsenter', entering, { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  const cases = suites.flatMap(suite => [
    { suite, way: 'ssh' as const },
    ...(suite === 'bullseye' ? [] : [{ suite, way: 'on the machine itself' as const }]),
  ]);

  test.each(cases)('$suite, $way', async ({ suite, way }) => {
    const lab = laboratory.labOf(suite);
    const there = way !== 'ssh';
    const path = there ? '/home/dev/shared_1' : join(laboratory.directory, suite, 'shared_1');
    const tree = there ? join(lab.root, path) : path;
    // what an attempt before left
    rmSync(tree, { recursive: true, force: true });
    await inside(lab, 'for i in /run/portables/.#versions/*; do [ ! -e "$i" ] || portablectl detach --now --runtime "$i"; done');
    makeTree(tree, tickingUnits('shared'));
    mkdirSync(join(tree, 'usr/share'), { recursive: true });
    if (there) await inside(lab, 'chown -R dev:dev /home/dev');
    const start = (): Window =>
      there ? openOn(lab) : open(spawn(process.execPath, [join(import.meta.dirname, 'inside.ts')], { stdio: ['pipe', 'pipe', 'inherit'] }));
    const ssh = there ? {} : { ssh: { destination: `${lab.name}-root`, config: laboratory.sshConfig } };
    const windows = [start(), start()] as const;
    const both = (...steps: readonly NonNullable<Asked['steps']>[]) =>
      Promise.all(windows.map((window, i) => window.ask({ path, steps: steps[i] ?? [], ...ssh })));
    try {
      for (let round = 0; round < rounds; round++) {
        writeFileSync(join(tree, 'usr/share/round'), `${suite} ${round}`);
        const outcomes = await both(['deploy'], ['deploy']);
        const ways = outcomes.map(({ how }) => how).sort();
        expect(ways, JSON.stringify(outcomes)).toEqual([round === 0 ? 'attached' : 'reattached', 'unchanged']);
        expect(outcomes[0]?.hostPath).toBe(outcomes[1]?.hostPath);
        await expectWhole(lab, String(outcomes[0]?.hostPath), `${suite} ${round}`);
        expect((await versions(lab)).length).toBe(Math.min(round + 1, 2));
      }
      for (let round = 0; round < rounds; round++) {
        writeFileSync(join(tree, 'usr/share/round'), `again ${round}`);
        const [deployed = {}, detached = {}] = await both(['deploy'], ['detach']);
        expect(deployed).toEqual(clear(['attached', 'reattached', 'unchanged']));
        expect(detached).toEqual(clear(['detached']));
        const found = await attachedPaths(lab);
        if (found.length === 0) expect(await leftOn(lab)).toEqual([]);
        else await expectWhole(lab, found[0] ?? '', deployed.how === undefined ? undefined : `again ${round}`);
      }
      await both(['deploy'], ['deploy']);
      const ends = await both(['detach'], ['detach']);
      for (const end of ends) expect(end).toEqual(clear(['detached']));
    } finally {
      await Promise.all(windows.map(window => window.close()));
    }
    expect(await leftOn(lab)).toEqual([]);
    await laboratory.noSshLeft();
  });

  /** An image that lies on the host, which both windows work on there: by ssh, or on the machine itself. */
  async function placed(suite: Suite, ssh: boolean) {
    const lab = laboratory.labOf(suite);
    const path = `/var/lib/portables/placed-${ssh ? 'far' : 'near'}_1`;
    const prefix = ssh ? 'placed-far' : 'placed-near';
    await inside(lab, 'chmod 755 /var/lib/portables');
    const service = (said: string): string =>
      `[Unit]\nDescription=${said}\n[Service]\nEnvironment="SAID=${said}"\nExecStart=/bin/busybox sleep 1000\n`;
    makeTree(join(lab.root, path), { [`${prefix}.service`]: service('first'), [`${prefix}-more.service`]: service('more') });
    const windows = ssh ? ([openHere(), openHere()] as const) : ([openOn(lab), openOn(lab)] as const);
    const reached = ssh && { ssh: { destination: `${lab.name}-root`, config: laboratory.sshConfig } };
    return {
      lab,
      path,
      write: (file: string, text: string) => writeFileSync(join(lab.root, path, file), text),
      say: (said: string) => writeFileSync(join(lab.root, path, `usr/lib/systemd/system/${prefix}.service`), service(said)),
      both: (...steps: readonly NonNullable<Asked['steps']>[]) =>
        Promise.all(windows.map((window, i) => window.ask({ path, steps: steps[i] ?? [], ...reached }))),
      /** It is attached from there, loaded and running as its unit file was when it said that; or nothing of it is left. */
      expectWhole: async (said?: string): Promise<void> => {
        const found = await attachedPaths(lab);
        if (said === undefined && found.length === 0) return expect(await leftOn(lab)).toEqual([]);
        expect(found).toEqual([path]);
        const shown = async (property: string) => inside(lab, `systemctl show -P ${property} ${prefix}.service`);
        expect(await shown('RootDirectory')).toBe(`${path}\n`);
        expect(await shown('ActiveState')).toBe('active\n');
        expect(await shown('NeedDaemonReload')).toBe('no\n');
        const environment = await inside(lab, `cat /proc/${(await shown('MainPID')).trim()}/environ`);
        expect(environment).toContain(`SAID=${said ?? (await shown('Description')).trim()}\0`);
      },
      close: async () => {
        await Promise.all(windows.map(window => window.close()));
        expect(await leftOn(lab)).toEqual([]);
        await laboratory.noSshLeft();
      },
    };
  }

  test.each(suites.filter(suite => suite !== 'bullseye').map(suite => ({ suite })))('$suite, attached where it lies', async ({ suite }) => {
    const { both, say, write, expectWhole: expectThere, close } = await placed(suite, false);
    try {
      for (let round = 0; round < rounds; round++) {
        say(`round ${round}`);
        const outcomes = await both(['deploy'], ['deploy']);
        const ways = outcomes.map(({ how }) => how).sort();
        expect(ways, JSON.stringify(outcomes)).toEqual([round === 0 ? 'attached' : 'reattached', 'unchanged']);
        await expectThere(`round ${round}`);
        write('etc/other', `${round}`);
        const restarted = (await both(['deploy'], ['deploy'])).map(outcome => outcome.restarted);
        expect(restarted).toContainEqual([]);
        expect(restarted).toContainEqual(expect.arrayContaining(['placed-near.service', 'placed-near-more.service']));
      }
      for (let round = 0; round < rounds; round++) {
        say(`again ${round}`);
        const [deployed = {}, detached = {}] = await both(['deploy'], ['detach']);
        expect(deployed).toEqual(clear(['attached', 'reattached', 'unchanged']));
        expect(detached).toEqual(clear(['detached']));
        await expectThere();
      }
      await both(['detach'], ['detach']);
    } finally {
      await close();
    }
  });

  test.each(suites.map(suite => ({ suite })))('$suite, an image of the host itself', async ({ suite }) => {
    const { both, expectWhole: expectThere, close } = await placed(suite, true);
    try {
      for (let round = 0; round < rounds; round++) {
        const attached = await both(['attach there'], ['attach there']);
        expect(attached.map(({ how }) => how).sort(), JSON.stringify(attached)).toEqual(['attached', undefined]);
        for (const outcome of attached) expect(outcome).toEqual(clear(['attached']));
        await expectThere('first');
        const ends = await both(['detach there'], round % 2 ? ['attach there'] : ['detach there']);
        for (const end of ends) expect(end).toEqual(clear(['attached', 'detached']));
        await expectThere();
        await both(['detach there'], []);
      }
    } finally {
      await close();
    }
  });

  async function versions(lab: LabHost): Promise<readonly string[]> {
    const listed = await inside(lab, `ls -A '/run/portables/.#versions' 2>/dev/null || :`);
    return listed.split('\n').filter(line => line !== '');
  }

  /** The paths that the units are attached from. */
  async function attachedPaths(lab: LabHost): Promise<readonly string[]> {
    const listed = await inside(
      lab,
      `sed -n "s/^# Drop-in created for image '\\(.*\\)', do not edit.$/\\1/p" /run/systemd/system.attached/*.d/20-portable.conf 2>/dev/null | sort -u`,
    );
    return listed.split('\n').filter(line => line !== '');
  }

  /** Every unit is attached from that one copy, which holds what was deployed; it runs; and no temporary place is left. */
  async function expectWhole(lab: LabHost, path: string, content: string | undefined): Promise<void> {
    expect(await attachedPaths(lab)).toEqual([path]);
    const units = await inside(lab, 'cd /run/systemd/system.attached; ls -d *.service *.socket');
    expect(units.trim().split('\n')).toEqual(Object.keys(tickingUnits('shared')).sort());
    if (content !== undefined) expect(await inside(lab, `cat '${path}/usr/share/round'`)).toBe(content);
    expect(await inside(lab, 'systemctl is-active shared.service')).toBe('active\n');
    expect(await inside(lab, 'systemctl show -P RootDirectory shared.service')).toBe(`${path}\n`);
    await until(async () => !(await versions(lab)).some(name => name.startsWith('.upload')), 'the keepers to clear up');
  }
});
