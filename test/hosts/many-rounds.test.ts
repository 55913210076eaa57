/** Attaching and detaching again and again on one connection leaves nothing behind and makes nothing grow. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { defaultDeadlines } from '../../client/src/hosts/clock.ts';
import { makeTree, packTree, tickingUnits } from './images.ts';
import { describeOnHosts, type Laboratory, leftOn, openLaboratory, quietProgress } from './laboratory.ts';

const rounds = 50;

describeOnHosts('fifty rounds', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(['trixie']);
  });
  afterAll(() => laboratory?.close());

  /** What may not grow: match rules on the host's bus, our processes, our open files. */
  async function load(): Promise<Readonly<Record<'rules' | 'ssh' | 'sockets' | 'files', number>>> {
    const { lab } = laboratory;
    const stats = ['org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.Debug.Stats', 'GetAllMatchRules'] as const;
    const { stdout } = await lab.run('busctl', '--json=short', 'call', ...stats);
    const all: { data: [Record<string, readonly string[]>] } = JSON.parse(stdout);
    const rules = Object.values(all.data[0]).flat();
    return {
      // portabled comes and goes with its own; those about the manager are logind's, always, and ours
      rules: rules.filter(rule => rule.includes("sender='org.freedesktop.systemd1'")).length,
      ssh: laboratory.sshProcesses().length,
      sockets: laboratory.controlSockets().length,
      files: readdirSync('/proc/self/fd').length,
    };
  }

  test(`${rounds} rounds over one ssh connection`, { timeout: 600_000 }, async () => {
    const { lab, directory } = laboratory;
    const tree = makeTree(join(directory, 'rounds_1'), tickingUnits('rounds'));
    const images = [tree, await packTree(tree)];
    const idle = await load();
    // what does not start is told elsewhere
    const host = laboratory.host(lab, 'ssh', { deadlines: { ...defaultDeadlines, settle: 50 } });
    const listener = host.onDidChange(() => {});
    let before: Awaited<ReturnType<typeof load>> | undefined;
    for (let round = 0; round < rounds; round++) {
      const image = images[round % 2] ?? tree;
      await host.attachAndStart(image, forTesting, quietProgress());
      expect(await host.imageState(image)).toMatchObject({ attached: true, running: true });
      await host.detach(image, quietProgress());
      if (round === 1) before = await load(); // both kinds were seen once
    }
    expect(await load()).toEqual(before);
    expect(await leftOn(lab)).toEqual([]);
    listener.dispose();
    await host.dispose();
    await laboratory.noSshLeft();
    expect(await load()).toEqual(idle);
  });
});
