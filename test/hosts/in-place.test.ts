/** An image that is attached from where it lies on this machine: what changes there, and extension images that lie there, too. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabHost, type Suite, suites } from '../../lab/hosts.ts';
import { some } from '../images/some.ts';
import { makeTree, tickingUnits } from './images.ts';
import type { Asked } from './inside.ts';
import { describeOnHosts, type Laboratory, leftOn, openLaboratory, until } from './laboratory.ts';
import { placeTool, runTool } from './tool-inside.ts';
import { inside } from './ways.ts';

/** Without bullseye, whose C library is too old for the Node and its libraries that are put there. */
const tried = some(suites.filter(({ systemd }) => systemd > 247).reverse());
const image = '/var/lib/portables/lasting_1';
const addon = '/opt/images/lasting-addon';

describeOnHosts('attached where it lies', () => {
  let laboratory: Laboratory;

  beforeAll(async () => {
    laboratory = await openLaboratory(tried.map(({ suite }) => suite));
    await Promise.all([...laboratory.hosts.values()].map(placeTool));
    for (const lab of laboratory.hosts.values()) {
      makeTree(join(lab.root, image), tickingUnits('lasting'));
      for (const place of [addon, '/home/dev/lasting-addon']) makeExtension(join(lab.root, place));
      await inside(lab, 'chmod 755 /var/lib/portables; chown -R dev:dev /home/dev/lasting-addon');
    }
  });
  afterAll(() => laboratory?.close());

  function makeExtension(path: string): void {
    write(path, 'usr/lib/extension-release.d/extension-release.lasting-addon', 'ID=lasting\nVERSION_ID=1.0\n');
    write(path, 'usr/share/tool', 'first');
    write(path, 'usr/lib/systemd/system/lasting-addon.service', '[Unit]\nDescription=x\n[Service]\nExecStart=/bin/busybox sleep 1000\n');
  }
  function write(directory: string, file: string, text: string): void {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
  const labOf = (suite: Suite): LabHost => laboratory.labOf(suite);
  const act = (lab: LabHost, asked: Partial<Asked> = {}): Promise<unknown> => runTool(lab, 'root', { path: image, ...asked });
  /** Two looks at the clock of files differ only after that time. */
  const nextTick = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 20));

  describe.each(tried)('systemd $systemd', ({ suite }) => {
    test('unit files that changed there are attached anew, and what else changed restarts its services', async () => {
      const lab = labOf(suite);
      const root = join(lab.root, image);
      const deploy: Partial<Asked> = { steps: ['deploy'] };
      expect(await act(lab, deploy)).toMatchObject({ how: 'attached', copied: false, hostPath: image });
      expect(await act(lab, deploy)).toMatchObject({ how: 'unchanged', restarted: [] });

      await nextTick();
      const text = tickingUnits('lasting')['lasting.service']?.replace('tick', 'tock') ?? '';
      write(root, 'usr/lib/systemd/system/lasting.service', text);
      expect(await act(lab, deploy)).toMatchObject({ how: 'reattached', copied: false, restarted: ['lasting.service'] });
      expect(await inside(lab, 'systemctl cat lasting.service')).toContain('tock');
      expect(await act(lab, deploy)).toMatchObject({ how: 'unchanged', restarted: [] });

      await nextTick();
      write(root, 'etc/other', 'x');
      expect(await act(lab, deploy)).toMatchObject({ how: 'unchanged', restarted: ['lasting.service'] });
      await act(lab, { steps: ['detach'] });
      expect(await leftOn(lab)).toEqual([]);
      expect((await lab.run('test', '-d', image)).code).toBe(0);
    });

    test('extension images of this machine lie over it from where they are', async () => {
      const lab = labOf(suite);
      const deploy: Partial<Asked> = { steps: ['deploy'], brings: [addon] };
      const first = await act(lab, deploy);
      expect(first).toMatchObject({ how: 'attached', copied: false, hostPath: image });
      const marker = await inside(lab, 'head -n1 /run/systemd/system.attached/lasting-addon.service.d/20-portable.conf');
      expect(marker).toContain(`'${image}:${addon}'`);
      const tool = async () => inside(lab, `cat /proc/$(systemctl show -P MainPID lasting-addon.service)/root/usr/share/tool || :`);
      await until(async () => (await tool()) === 'first', 'the extension');
      expect(await act(lab, deploy)).toMatchObject({ how: 'unchanged', restarted: [] });
      await nextTick();
      write(join(lab.root, addon), 'usr/share/tool', 'second');
      expect(await act(lab, deploy)).toMatchObject({ how: 'unchanged', restarted: expect.arrayContaining(['lasting-addon.service']) });
      await until(async () => (await tool()) === 'second', 'the changed extension');
      expect(await act(lab, { steps: ['deploy'] })).toMatchObject({ how: 'reattached' });
      expect((await lab.run('systemctl', 'is-active', 'lasting-addon.service')).stdout).toBe('inactive\n');
      await act(lab, { steps: ['detach'] });
      expect(await leftOn(lab)).toEqual([]);
    });

    test('no link is left of a name by which portabled does not find its own', async () => {
      const lab = labOf(suite);
      const path = '/opt/images/lasting_a:b';
      makeTree(join(lab.root, path), tickingUnits('lasting'), 'ID=lasting\nVERSION_ID=1.0\n');
      expect(await act(lab, { path })).toMatchObject({ how: 'attached', copied: false, hostPath: path, after: { attached: false } });
      expect(await leftOn(lab)).toEqual([]);
    });

    test('one that others can write to is copied, and the image with it', async () => {
      const lab = labOf(suite);
      const asked: Partial<Asked> = { brings: ['/home/dev/lasting-addon'] };
      const copy = expect.stringMatching(/^\/run\/portables\/\.#versions\/lasting_1_/);
      expect(await act(lab, asked)).toMatchObject({ how: 'attached', copied: true, hostPath: copy, after: { attached: false } });
      expect(await leftOn(lab)).toEqual([]);
    });
  });
});
