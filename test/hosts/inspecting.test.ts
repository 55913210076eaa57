/** Looking at hosts and images has portabled open none of them: it mounts images as root, so that is for what the user asked for. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEvent } from '../../client/src/common/event.ts';
import { createHostRegistry } from '../../client/src/common/host-registry.ts';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { createImageStates } from '../../client/src/images/states.ts';
import { createHostContents } from '../../client/src/tree/host-contents.ts';
import { childrenOfHost, childrenOfHostImage, hostItem } from '../../client/src/tree/host-items.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, packTree, tickingUnits } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory, quietProgress, until } from './laboratory.ts';

const suites: readonly Suite[] = ['bookworm', 'forky'];
const place = '/var/lib/portables';

/** What portabled is asked on a host, by whomever, until it is closed. */
interface Overheard {
  /** Members that were called since the last time, in order; what was asked before this is among them. */
  take(): Promise<readonly string[]>;
  close(): void;
}

async function overhear(lab: LabHost): Promise<Overheard> {
  const match = "type='method_call',destination='org.freedesktop.portable1'";
  const argv = ['-t', String(lab.leader()), '-a', 'busctl', 'monitor', '--json=short', '--match', match];
  const monitor = spawn('nsenter', argv, { stdio: ['ignore', 'pipe', 'ignore'] });
  const calls: { readonly member: string; readonly words: string }[] = [];
  createInterface(monitor.stdout).on('line', line => {
    const { type, member, payload } = JSON.parse(line);
    if (type === 'method_call') calls.push({ member, words: JSON.stringify(payload) });
  });
  const mark = (text: string) => lab.run('busctl', 'get-property', 'org.freedesktop.portable1', '/', 'org.example.Mark', text);
  const heard = (text: string): number => calls.findIndex(({ words }) => words.includes(`"${text}"`));
  // not every version says when it listens
  await until(async () => {
    await mark('First');
    return heard('First') >= 0;
  }, 'busctl to listen');
  let marks = 0;
  return {
    take: async () => {
      const text = `Mark${++marks}`;
      await mark(text);
      await until(() => heard(text) >= 0, 'the mark');
      const before = calls.splice(0, heard(text) + 1).filter(({ words }) => !words.includes('org.example.Mark'));
      return before.map(({ member }) => member);
    },
    close: () => monitor.kill(),
  };
}

describeOnHosts('what portabled looks into', () => {
  let laboratory: Laboratory;
  const images = new Map<Suite, readonly ImageFacts[]>();
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
    for (const [suite, lab] of laboratory.hosts) {
      makeTree(join(lab.root, place, 'lies_1'), tickingUnits('lies'));
      const raw = await packTree(makeTree(join(lab.root, place, 'packed_1'), tickingUnits('packed')));
      const here = makeTree(join(laboratory.directory, suite, 'here_1'), tickingUnits('here'));
      images.set(suite, [here, { ...raw, path: join(laboratory.directory, suite, 'packed_1.raw') }]);
      await lab.run('chmod', '755', place);
    }
  });
  afterAll(() => laboratory?.close());

  test.concurrent.each(suites)('%s: images only when the user acts, not for the views', async suite => {
    const lab = laboratory.labOf(suite);
    const host = laboratory.host(lab, 'container');
    const [here] = images.get(suite) ?? [];
    if (!here) throw new Error('no image');
    await host.deploy(here, forTesting, quietProgress());
    await host.onHost.attach(`${place}/packed_1.raw`, forTesting, quietProgress());

    const registry = createHostRegistry({
      definitions: () => [host.definition],
      create: () => host,
      remembered: () => host.id,
      remember: async () => {},
      defaultHost: () => '',
      failed: () => {},
    });
    registry.reload();
    const changed = createEvent();
    const list = images.get(suite) ?? [];
    const model = { onDidChange: changed.event, images: () => list, problem: () => undefined, loaded: () => true };
    const workspace = { ...model, refresh: async () => {}, current: async () => list, watch: () => ({ dispose: () => {} }) };
    const contents = createHostContents(registry);
    const states = createImageStates(workspace, registry);

    const bus = await overhear(lab);
    try {
      const watches = [contents.watch(), states.watch()];
      await until(() => contents.of(host).kind === 'known' && states.of(here).kind === 'known', 'the views to be filled');
      const rows = childrenOfHost(host, contents.of(host));
      for (const row of rows) {
        hostItem(row, true, contents.of(host));
        if (row.kind === 'host-image') for (const unit of childrenOfHostImage(row)) hostItem(unit, true, contents.of(host));
      }
      expect(rows.length).toBeGreaterThan(2);
      await Promise.all([contents.refresh(host), states.refresh()]);
      // what rows and editors tell further
      await host.facts();
      await host.onHost.profileFiles();
      await host.versions(here);
      await host.attachedFiles(here);
      await host.units.explain('here.service');
      await host.onHost.affectedByDetach(`${place}/packed_1.raw`);
      const seen = await bus.take();
      expect(seen).toContain('ListImages');
      expect([...new Set(seen)].sort()).toEqual(['Get', 'ListImages']);

      // what is heard from the host fills them anew
      const before = contents.of(host);
      await lab.run('systemctl', 'daemon-reload');
      await until(() => contents.of(host) !== before, 'the view to be filled anew');
      expect([...new Set(await bus.take())].sort()).toEqual(['Get', 'ListImages']);

      for (const watch of watches) watch.dispose();
      await host.onHost.metadata(`${place}/packed_1.raw`, { prefixes: [], extensions: [] }, new AbortController().signal);
      expect((await bus.take()).filter(member => member.startsWith('GetImage'))).toEqual(['GetImageMetadata']);
    } finally {
      bus.close();
    }
    await host.onHost.detach(
      `${place}/packed_1.raw`,
      { clean: false, reload: true, agreed: Object.keys(tickingUnits('packed')) },
      quietProgress(),
    );
    await host.detach(here, quietProgress());
  });
});
