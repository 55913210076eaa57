/** Deploying an image together with extension images of this machine: brought, attached, changed, taken back and cleaned up as one. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, packTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, until } from './laboratory.ts';

const suites: readonly Suite[] = ['bullseye', 'bookworm', 'trixie', 'forky'];
const kinds = (['bookworm', 'trixie', 'forky'] as const).flatMap(suite => (['directory', 'raw'] as const).map(kind => ({ suite, kind })));

const service = (file: string): string => `[Service]\nExecStart=/bin/busybox sh -c "cat ${file}; exec sleep 1000"\n`;

describeOnHosts('deploying with extension images', () => {
  let laboratory: Laboratory;
  let odd = 0;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
  });
  afterAll(() => laboratory?.close());

  const labOf = (suite: Suite): LabHost => laboratory.labOf(suite);

  interface Made {
    readonly image: ImageFacts;
    readonly brings: readonly string[];
    change(what: 'base' | 'tools' | 'settings', path: string, text: string): Promise<void>;
  }

  /** An image, and two that lie over it: programs with a service of their own (a sysext), and settings (a confext, which 255 was the first to know). */
  async function make(name: string, kind: ImageFacts['kind'], confext: boolean): Promise<Made> {
    const directory = join(laboratory.directory, `with-${kind}-${name}`);
    const base = makeTree(join(directory, `${name}_1`), {
      [`${name}.service`]: service('/usr/share/tool'),
      [`${name}-plain.service`]: service('/etc/plain'),
    });
    const trees = { base: base.path, tools: join(directory, `${name}-tools_2.1`), settings: join(directory, `${name}-settings`) };
    const write = (what: keyof Made['image'] | string, path: string, text: string): void => {
      mkdirSync(dirname(join(what, path)), { recursive: true });
      writeFileSync(join(what, path), text);
    };
    write(trees.base, 'usr/share/tool', 'of the base\n');
    write(trees.base, 'etc/plain', 'plain\n');
    const release = readFileSync(join(trees.base, 'usr/lib/os-release'), 'utf8');
    write(trees.tools, `usr/lib/extension-release.d/extension-release.${name}-tools_2.1`, release);
    write(trees.tools, 'usr/share/tool', 'first\n');
    write(trees.tools, `usr/lib/systemd/system/${name}-added.service`, service('/usr/share/tool'));
    write(trees.settings, `etc/extension-release.d/extension-release.${name}-settings`, release);
    write(trees.settings, 'etc/plain', 'set\n');
    const pack = async (path: string): Promise<string> => (kind === 'raw' ? (await packTree({ ...base, path })).path : path);
    const overlays = [trees.tools, ...(confext ? [trees.settings] : [])];
    const image = { ...base, kind, path: await pack(base.path) };
    const brings = await Promise.all(overlays.map(pack));
    return {
      image,
      brings,
      change: async (what, path, text) => {
        write(trees[what], path, text);
        await pack(trees[what]);
      },
    };
  }

  const pidOf = async (lab: LabHost, unit: string): Promise<string> =>
    (await lab.run('systemctl', 'show', '-P', 'MainPID', unit)).stdout.trim();
  const saidBy = async (lab: LabHost, unit: string): Promise<string> => {
    const invocation = (await lab.run('systemctl', 'show', '-P', 'InvocationID', unit)).stdout.trim();
    return (await lab.run('journalctl', '-o', 'cat', `_SYSTEMD_INVOCATION_ID=${invocation}`)).stdout;
  };
  const says = (lab: LabHost, unit: string, text: string): Promise<void> =>
    until(async () => (await saidBy(lab, unit)).includes(text), `${unit} to say ${text}`);
  /** Of one image, by how their names begin. */
  const copiesOn = async (lab: LabHost, name: string): Promise<readonly string[]> => {
    const { stdout } = await lab.run('sh', '-c', 'ls -A /run/portables/.#versions /var/lib/portables/.#versions 2>/dev/null');
    return stdout.split('\n').filter(line => line.startsWith(`${name}_`) || line.startsWith('.upload'));
  };

  test.each(kinds)('$suite, $kind: brought, changed, back, and away', async ({ suite, kind }) => {
    const lab = labOf(suite);
    const host: Host = laboratory.host(lab, 'ssh');
    const name = `ext${suite}${kind}`;
    const [own, plain, added] = [`${name}.service`, `${name}-plain.service`, `${name}-added.service`];
    const confext = lab.systemd >= 255;
    const overBase = lab.systemd >= 258; // until then an extension image lay over its own units only
    const seen = overBase ? [own, plain, added] : [added];
    const { image, brings, change } = await make(name, kind, confext);
    const options = { ...forTesting, brings };
    const deploy = () => host.deploy(image, options, quietProgress());

    const first = await deploy();
    expect(first).toMatchObject({ how: 'attached', copied: true });
    await says(lab, own, overBase ? 'first' : 'of the base');
    await says(lab, added, 'first');
    await says(lab, plain, overBase ? 'set' : 'plain');
    const before = await Promise.all([own, plain, added].map(unit => pidOf(lab, unit)));
    expect(await deploy(), 'the same again').toMatchObject({ how: 'unchanged', copied: false, restarted: [], hostPath: first.hostPath });
    expect(await Promise.all([own, plain, added].map(unit => pidOf(lab, unit)))).toEqual(before);

    await change('tools', 'usr/share/tool', 'second\n');
    const second = await deploy();
    expect(second).toMatchObject({ how: 'reattached', copied: true, hostPath: first.hostPath, restarted: seen.toSorted() });
    await says(lab, added, 'second');

    await change('tools', `usr/lib/systemd/system/${added}`, `${service('/usr/share/tool')}Nice=1\n`);
    expect((await deploy()).restarted, 'a unit of an extension').toEqual(kind === 'directory' ? [added] : seen.toSorted());

    await change('base', 'etc/other', 'third\n');
    await change('tools', 'usr/share/tool', 'third\n');
    const third = await deploy();
    expect(third.hostPath).not.toBe(first.hostPath);
    await says(lab, added, 'third');
    const versions = await host.versions(image);
    expect(versions.filter(version => version.attached)).toMatchObject([
      { path: third.hostPath, extensions: expect.arrayContaining([expect.stringContaining(`${name}-tools_2.1`)]) },
    ]);
    const [old] = versions.filter(version => !version.attached);
    if (!old) throw new Error('no version is kept');
    for (const { bytes } of versions) expect(bytes).toBeGreaterThan(100_000);

    expect(await host.rollBack(image, old, quietProgress())).toMatchObject({ how: 'reattached', copied: false, hostPath: first.hostPath });
    await says(lab, added, 'second');
    expect((await host.versions(image)).filter(version => version.attached)).toMatchObject([{ name: old.name }]);
    const others = (await host.versions(image)).filter(version => !version.attached);
    expect(await host.removeVersions(image, others, quietProgress())).toEqual([]);
    expect((await host.versions(image)).map(version => version.name)).toEqual([old.name]);
    expect(await copiesOn(lab, name)).toHaveLength(2 + brings.length); // the image, what lies over it, and the link that holds them together

    expect(await host.deploy(image, forTesting, quietProgress()), 'without them').toMatchObject({ how: 'reattached' });
    await says(lab, own, 'of the base');
    expect((await lab.run('systemctl', 'is-active', added)).stdout.trim()).toBe('inactive');
    expect(await deploy(), 'with them again').toMatchObject({ how: 'reattached' });
    await host.detach(image, quietProgress());
    await host.dispose();
    expect(await leftOn(lab)).toEqual([]);
    expect(await copiesOn(lab, name)).toEqual([]);
    await laboratory.noSshLeft();
  });

  test('what portabled refuses leaves all as it was', async () => {
    const lab = labOf('trixie');
    const host = laboratory.host(lab, 'ssh');
    const { image, brings, change } = await make('fits', 'directory', true);
    const options = { ...forTesting, brings };
    await host.deploy(image, options, quietProgress());
    const [state, there] = [await host.imageState(image), await copiesOn(lab, 'fits')];
    await change('base', 'etc/other', 'x\n');
    await change('tools', 'usr/lib/extension-release.d/extension-release.fits-tools_2.1', 'ID=another\nVERSION_ID=7\n');
    const failure = await failureOf(host.deploy(image, options, quietProgress()));
    expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining('Deploying fits_1') });
    expect(await copiesOn(lab, 'fits')).toEqual(there);
    expect(await host.imageState(image)).toMatchObject({ attached: true, running: true, hostPath: state.attached && state.hostPath });
    await host.detach(image, quietProgress());
    expect(await copiesOn(lab, 'fits')).toEqual([]);
  });

  test('room is needed for all of it together', async () => {
    const lab = labOf('trixie');
    const host = laboratory.host(lab, 'ssh');
    const { image, brings } = await make('roomy', 'directory', true);
    const mebibytes = (bytes: number): Buffer => Buffer.alloc(bytes * 1024 * 1024, 'ballast');
    for (const path of [image.path, ...brings])
      writeFileSync(join(path, path === image.path ? 'usr/ballast' : 'usr/ballast').replace('settings/usr', 'settings/etc'), mebibytes(5));
    await lab.run('sh', '-c', 'mkdir -p -m 700 /var/lib/portables; mount -t tmpfs -o size=14m,mode=700 none /var/lib/portables');
    const failure = await failureOf(host.deploy(image, { ...forTesting, runtime: false, brings }, quietProgress()));
    expect(failure.message).toMatch(
      /there is not enough room in \/var\/lib\/portables on the host: it needs 1[7-9]\.\d MiB, 1[34]\.\d MiB are free\.$/,
    );
    expect(await copiesOn(lab, 'roomy')).toEqual([]);
    await lab.run('umount', '/var/lib/portables');
  });

  test('systemd 247 knows none, and says so before anything is copied', async () => {
    const host = laboratory.host(labOf('bullseye'), 'ssh');
    const { image, brings } = await make('older', 'directory', false);
    const failure = await failureOf(host.deploy(image, { ...forTesting, brings }, quietProgress()));
    expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining('knows no extension images') });
    expect(await copiesOn(labOf('bullseye'), 'older')).toEqual([]);
  });

  test.each([
    ['nothing', (directory: string) => join(directory, 'missing.raw'), 'is no extension image'],
    ['a file of another kind', (directory: string) => join(directory, 'text'), 'is no extension image'],
    ['an odd name', (directory: string) => join(directory, 'a b; $(x)'), 'portabled cannot work with the name "a b; $(x)"'],
  ])('%s is refused', async (_what, at, says) => {
    const lab = labOf('forky');
    const host = laboratory.host(lab, 'ssh');
    const { image } = await make(`odd${odd++}`, 'directory', false);
    writeFileSync(join(laboratory.directory, 'text'), '');
    mkdirSync(join(laboratory.directory, 'a b; $(x)'), { recursive: true });
    const failure = await failureOf(host.deploy(image, { ...forTesting, brings: [at(laboratory.directory)] }, quietProgress()));
    expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining(says) });
    expect(await copiesOn(lab, 'odd')).toEqual([]);
  });
});
