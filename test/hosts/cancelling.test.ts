/** An attach that is cancelled at each of its steps leaves nothing. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, packTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress } from './laboratory.ts';

describeOnHosts('cancelling', () => {
  let laboratory: Laboratory;
  let tree: ImageFacts;
  let raw: ImageFacts;

  beforeAll(async () => {
    laboratory = await openLaboratory(['trixie']);
    tree = makeTree(join(laboratory.directory, 'cancel_1'), tickingUnits('cancel'));
    for (let i = 0; i < 8; i++)
      appendFileSync(
        join(tree.path, 'usr/ballast'),
        Buffer.from(Array.from({ length: 1024 * 1024 }, () => Math.floor(Math.random() * 256))),
      );
    raw = await packTree(tree);
  });
  afterAll(() => laboratory?.close());

  const stages = [/^Reading/, /^Copying to .*: /, /^Attaching/, /^Reloading/, /^Starting \S+\.socket/, /^Starting \S+\.service/] as const;
  const cases = (['container', 'ssh'] as const).flatMap(way => stages.map(stage => ({ way, stage })));

  test.each(cases)('$way: cancelled at $stage', async ({ way, stage }) => {
    const host = laboratory.host(laboratory.lab, way);
    await host.connect();
    for (const image of /Reading|Copying/.test(stage.source) ? [tree, raw] : [tree]) {
      const stop = new AbortController();
      const progress = { signal: stop.signal, report: (message: string) => void (stage.test(message) && stop.abort()) };
      const failure = await failureOf(host.attachAndStart(image, forTesting, progress));
      expect(failure).toMatchObject({ kind: 'cancelled', message: `Attaching cancel_1 on ${host.name}: cancelled.`, advice: '' });
      expect(await host.imageState(image)).toEqual({ attached: false });
      expect(await leftOn(laboratory.lab)).toEqual([]);
    }
    expect(host.status.state).toBe('connected');
    await host.dispose();
    await laboratory.noSshLeft();
  });

  test.each(['Copying', 'Attaching'])('cancelled while a running image is replaced, at "%s": it goes on running', async stage => {
    const host = laboratory.host(laboratory.lab, 'container');
    const { hostPath } = await host.attachAndStart(tree, forTesting, quietProgress());
    writeFileSync(join(tree.path, 'etc/changed'), stage);
    const stop = new AbortController();
    const progress = { signal: stop.signal, report: (message: string) => void (message.startsWith(stage) && stop.abort()) };
    expect(await failureOf(host.attachAndStart(tree, forTesting, progress))).toMatchObject({ kind: 'cancelled' });
    expect(await host.imageState(tree)).toMatchObject({ attached: true, running: true, hostPath });
    await host.detach(tree, quietProgress());
    expect(await leftOn(laboratory.lab)).toEqual([]);
  });

  test('the host is disposed of while an image is attached to it', async () => {
    const host = laboratory.host(laboratory.lab, 'ssh');
    const attaching = failureOf(
      host.attachAndStart(tree, forTesting, {
        signal: new AbortController().signal,
        report: message => void (message.startsWith('Reloading') && host.dispose()),
      }),
    );
    expect(await attaching).toMatchObject({ kind: 'cancelled' });
    await host.dispose();
    expect(await leftOn(laboratory.lab)).toEqual([]);
    await laboratory.noSshLeft();
  });
});
