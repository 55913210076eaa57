/** Images with odd names: what is brought gets a name that portabled can work with, what lies there is taken as it is, and what we refuse does go wrong. */
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { nameFault } from '../../client/src/hosts/deploy/image-names.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import { makeTree, packTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress } from './laboratory.ts';

const suites: readonly Suite[] = ['bullseye', 'bookworm', 'trixie', 'forky'];

describeOnHosts('odd names', () => {
  let laboratory: Laboratory;

  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
  });
  afterAll(() => laboratory?.close());

  const labOf = (suite: Suite): LabHost => laboratory.labOf(suite);

  const units = (prefix: string) => ({ [`${prefix}.service`]: '[Service]\nExecStart=/bin/busybox sleep 1000\n' });

  const brought = [
    'x_1.0 (copy)',
    'x_größe',
    'x_2026-01-01T10:00',
    'x_50%i',
    'x_"a"; $(touch hit) `x`',
    "x_it's",
    'x_a\\b',
    'x_line\nbreak',
    'x_ ',
  ];
  test.each(suites.flatMap(suite => (['directory', 'raw'] as const).map(kind => ({ suite, kind }))))(
    '$suite, $kind: brought, swapped and detached',
    async ({ suite, kind }) => {
      const lab = labOf(suite);
      const host = laboratory.host(lab, 'ssh');
      for (const name of brought.filter((_, n) => (kind === 'directory' ? true : n % 4 === 0))) {
        const tree = makeTree(join(laboratory.directory, `${suite}-${kind}`, name), units('x'));
        const image = kind === 'raw' ? await packTree(tree) : tree;
        const deploy = () => host.deploy(image, forTesting, quietProgress());
        expect(await deploy(), name).toMatchObject({ how: 'attached' });
        expect(await host.imageState(image), name).toMatchObject({ attached: true, running: true });
        appendFileSync(join(tree.path, 'usr/lib/systemd/system/x.service'), '# changed\n');
        if (kind === 'raw') await packTree(tree);
        expect(await deploy(), name).toMatchObject({ how: 'reattached', restarted: ['x.service'] });
        const versions = await host.versions(image);
        expect(versions, name).toHaveLength(2);
        const old = versions.filter(({ attached }) => !attached);
        expect(await host.removeVersions(image, old, quietProgress()), name).toEqual([]);
        await host.detach(image, quietProgress());
        expect(await leftOn(lab), name).toEqual([]);
        expect((await lab.run('sh', '-c', 'ls / /root /run/portables 2>/dev/null | grep -c hit || true')).stdout.trim(), name).toBe('0');
        rmSync(tree.path, { recursive: true });
      }
    },
  );

  test.each(suites)('%s: no unit can be chosen by the name, but by prefixes', async suite => {
    const lab = labOf(suite);
    const host = laboratory.host(lab, 'container');
    for (const name of ['größe_1', 'my app', '-y', 'a:b']) {
      const image = makeTree(join(laboratory.directory, `${suite}-prefix`, name), units('x'), 'ID=x\nVERSION_ID=1\n');
      const failure = await failureOf(host.deploy(image, forTesting, quietProgress()));
      expect(failure, name).toMatchObject({ kind: 'refused', message: expect.stringContaining('none can begin with') });
      expect(failure.advice, name).toContain('Attach with Options');
      const options = { ...forTesting, prefixes: ['x'] };
      expect(await host.deploy(image, options, quietProgress()), name).toMatchObject({ how: 'attached' });
      appendFileSync(join(image.path, 'usr/lib/systemd/system/x.service'), '# changed\n');
      await host.deploy(image, options, quietProgress());
      const old = (await host.versions(image)).find(({ attached }) => !attached);
      if (!old) throw new Error('the version before is gone');
      expect(await host.rollBack(image, old, quietProgress(), options.prefixes), name).toMatchObject({ how: 'reattached' });
      await host.detach(image, quietProgress());
      expect(await leftOn(lab), name).toEqual([]);
    }
  });

  const there = ['x_a b', 'x_a;b $(id)', 'x_(a)*b', 'x_größe', 'x_a\\b', 'x_\\x41'];
  test.each(suites)('%s: taken as they lie there', async suite => {
    const lab = labOf(suite);
    const host = laboratory.host(lab, 'ssh');
    // 247 takes what follows a colon for an extension image, in its own marker
    for (const name of suite === 'bullseye' ? there : [...there, 'x_2026-01-01T10:00']) {
      expect(nameFault(name)).toBeUndefined();
      const path = `/var/lib/portables/${name}`;
      makeTree(join(lab.root, path), units('x'), 'ID=x\nVERSION_ID=1\n');
      await host.onHost.attach(path, forTesting, quietProgress());
      const listed = (await host.images()).find(image => image.path === path);
      expect(listed?.attached, name).toMatchObject({ units: ['x.service'], states: [{ name: 'x.service', active: 'active' }] });
      await host.onHost.detach(path, { clean: false, reload: true, agreed: ['x.service'] }, quietProgress());
      await lab.run('rm', '-rf', path);
      expect(await leftOn(lab), name).toEqual([]);
    }
  });

  // what portablectl makes of those that are refused
  const refused: readonly (readonly [string, 'no start' | 'no detach' | 'no detach on 252' | 'no detach on 262'])[] = [
    ['x_50%i', 'no start'],
    ['x_a ', 'no start'],
    ["x_it's", 'no detach on 262'],
    ['x_a"b', 'no detach on 262'],
    ['x+a:b', 'no detach on 252'],
    ['x:y', 'no detach'],
    ['xé', 'no detach'],
  ];
  test.each(suites.filter(suite => suite !== 'bullseye'))('%s: what is refused does go wrong', async suite => {
    const lab = labOf(suite);
    for (const [name, wrong] of refused) {
      expect(nameFault(name), name).toBeDefined();
      const path = `/var/lib/portables/${name}`;
      // of this type, since the start of others is over before their program is tried
      const waits = { 'x.service': '[Service]\nType=exec\nExecStart=/bin/busybox sleep 1000\n' };
      makeTree(join(lab.root, path), waits, 'ID=x\nVERSION_ID=1\n');
      const script = `portablectl attach --runtime --quiet "$1" x && systemctl start x.service
systemctl is-active --quiet x.service; echo "start $?"; systemctl stop x.service
portablectl detach --runtime --quiet "$1" >/dev/null 2>&1; echo "detach $?"
rm -rf "$1" /run/systemd/system.attached /run/portables/*; systemctl daemon-reload; systemctl reset-failed`;
      const { stdout } = await lab.run('sh', '-c', script, 'sh', path);
      const [starts, detaches] = ['start 0', 'detach 0'].map(line => stdout.includes(line));
      const version = /on (\d+)$/.exec(wrong)?.[1];
      const happens = version === undefined || (version === '252' ? lab.systemd <= 252 : lab.systemd >= 262);
      expect({ starts, detaches }, `${name}: ${stdout}`).toEqual({
        starts: wrong !== 'no start',
        detaches: !(wrong.startsWith('no detach') && happens),
      });
    }
  });
});
