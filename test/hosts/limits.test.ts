/** Limits and marks where a host keeps its images on btrfs, which alone has them: what is set is what the kernel enforces and portablectl shows. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import { type LabHost, type Suite, suites } from '../../lab/hosts.ts';
import { must } from '../../lab/processes.ts';
import { installImageTools } from '../../lab/tools.ts';
import { makeTree, tickingUnits } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory, quietProgress } from './laboratory.ts';
import { inside } from './ways.ts';

const pool = '/var/lib/portables';
const [image, other] = [`${pool}/kept_1`, `${pool}/other_1`] as const;
const mib = 2 ** 20;

describeOnHosts('images on btrfs', () => {
  let laboratory: Laboratory;
  let directory: string;
  /** What keeps a disk in use, given back in the end. */
  const loops: string[] = [];

  beforeAll(async () => {
    await installImageTools();
    directory = mkdtempSync(join(tmpdir(), 'limits-'));
    laboratory = await openLaboratory(suites.map(({ suite }) => suite));
    for (const lab of laboratory.hosts.values()) await mountPool(lab);
  });
  afterAll(async () => {
    await laboratory?.close();
    for (const loop of loops) await must('losetup', ['--detach', loop]);
    rmSync(directory, { recursive: true, force: true });
  });

  /** A disk with two images that are subvolumes, in the place of the host's directory of images. */
  async function mountPool(lab: LabHost): Promise<void> {
    const [disk, mount] = [join(directory, `${lab.suite}.disk`), join(directory, lab.suite)];
    await must('truncate', ['--size=300M', disk]);
    await must('mkfs.btrfs', ['--quiet', disk]);
    const loop = (await must('losetup', ['--find', '--show', disk])).trim();
    loops.push(loop);
    mkdirSync(mount);
    await must('mount', [loop, mount]);
    await must('btrfs', ['quota', 'enable', mount]);
    for (const path of [image, other]) {
      const tree = join(mount, path.slice(pool.length));
      await must('btrfs', ['subvolume', 'create', tree]);
      makeTree(tree, tickingUnits(path === image ? 'kept' : 'other'));
    }
    await must('umount', [mount]);
    const [major, minor] = (await must('stat', ['--format=%t %T', loop])).trim().split(' ');
    await inside(lab, `mkdir -p ${pool}; mknod /dev/pool b 0x${major} 0x${minor}; mount -t btrfs /dev/pool ${pool}; chmod 755 ${pool}`);
  }

  const on = (suite: Suite): { readonly host: Host; readonly lab: LabHost } => {
    const lab = laboratory.labOf(suite);
    return { lab, host: laboratory.host(lab, 'ssh') };
  };
  const fill = (lab: LabHost, path: string, size: number) => lab.run('dd', 'if=/dev/zero', `of=${path}`, 'bs=1M', `count=${size}`);

  describe.each(suites)('systemd $systemd', ({ suite }) => {
    test('an image is limited, and all of them together', async () => {
      const { host, lab } = on(suite);
      expect(await host.onHost.pool()).toMatchObject({ path: pool });
      await host.onHost.setLimit(undefined, 120 * mib, quietProgress());
      await host.onHost.setLimit(image, 20 * mib, quietProgress());
      expect(await host.onHost.pool()).toMatchObject({ path: pool, limit: 120 * mib, usage: expect.any(Number) });
      expect((await fill(lab, `${image}/usr/filling`, 30)).stderr).toContain('Disk quota exceeded');
      await inside(lab, `rm ${image}/usr/filling; sync -f ${pool}`);
      expect((await fill(lab, `${pool}/filling`, 150)).stderr).toContain('Disk quota exceeded');
      await inside(lab, `rm ${pool}/filling; sync -f ${pool}`);
      await host.onHost.setLimit(undefined, undefined, quietProgress());
      await host.onHost.setLimit(image, undefined, quietProgress());
      expect((await fill(lab, `${image}/usr/filling`, 30)).code).toBe(0);
      await inside(lab, `rm ${image}/usr/filling`);
    });

    test('one that is marked read-only cannot be written to, and is shown so; attached, it runs', async () => {
      const { host, lab } = on(suite);
      const listed = async () => (await host.images()).find(({ name }) => name === 'kept_1');
      expect(await listed()).toMatchObject({ kind: 'subvolume', path: image, readOnly: false });
      await inside(lab, `cd ${image}; mkdir -p proc sys dev run tmp var/tmp; touch etc/resolv.conf etc/machine-id`);
      await host.onHost.markReadOnly(image, true, quietProgress());
      expect(await listed()).toMatchObject({ readOnly: true });
      expect((await lab.run('touch', `${image}/usr/file`)).stderr).toContain('Read-only file system');
      await host.onHost.attach(image, { ...forTesting, profile: 'trusted' }, quietProgress());
      expect(await inside(lab, 'systemctl is-active kept.service')).toBe('active\n');
      expect(await listed()).toMatchObject({ state: expect.stringMatching(/^running/), attached: { runtime: true } });
      const agreed = (await host.onHost.affectedByDetach(image)).units.map(({ name }) => name);
      await host.onHost.detach(image, { clean: false, reload: true, agreed }, quietProgress());
      await host.onHost.markReadOnly(image, false, quietProgress());
      expect(await listed()).toMatchObject({ readOnly: false });
    });

    test('one is removed, which a mark does not keep portabled from', async () => {
      const { host, lab } = on(suite);
      await host.onHost.markReadOnly(other, true, quietProgress());
      await host.onHost.remove(other, quietProgress());
      expect((await lab.run('test', '-e', other)).code).toBe(1);
    });

    test('an image of this machine is brought there for good, and changed', async () => {
      const { host } = on(suite);
      const facts = makeTree(join(directory, `brought-${suite}`, 'brought_1'), tickingUnits('brought'));
      const options = { ...forTesting, runtime: false };
      expect(await host.deploy(facts, options, quietProgress())).toMatchObject({ how: 'attached', copied: true });
      writeFileSync(join(facts.path, 'etc/line'), 'x');
      expect(await host.deploy(facts, options, quietProgress())).toMatchObject({ how: 'reattached', copied: true });
      await host.detach(facts, quietProgress());
    });
  });
});
