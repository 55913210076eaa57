/** Every operation on images that lie on a host, on every version: its outcome, and that it leaves the files that portablectl leaves there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AttachOptions, forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import { type LabHost, type Suite, suites } from '../../lab/hosts.ts';
import { makeTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress } from './laboratory.ts';

const place = '/var/lib/portables';
const all = suites.map(({ suite }) => suite);
const wanted = '[Install]\nWantedBy=multi-user.target\n';

/** Units of an image: a service that is enabled and keeps state, a socket with its service, a template, a target. */
const units = (prefix: string): Readonly<Record<string, string>> => ({
  ...tickingUnits(prefix),
  [`${prefix}.service`]: `[Unit]\nDescription=x\n[Service]\nExecStart=/bin/busybox sleep 1000\nStateDirectory=${prefix}\n${wanted}`,
  [`${prefix}-group.target`]: `[Unit]\nDescription=x\n${wanted}`,
});

/** Files of attachments and of enabling, each with mode, size and where it points: of both places, and the links of images. */
const snapshotScript = `cd /
for d in etc/systemd/system.attached run/systemd/system.attached etc/portables run/portables; do
  [ -d $d ] || continue
  find $d -mindepth 1 -printf '%p %y %m %l\\n'
  find $d -type f -exec cksum {} +
done | sort; find etc/systemd/system run/systemd/system -lname '*.attached*' | sort`;

async function snapshot(lab: LabHost): Promise<string> {
  return (await lab.run('sh', '-c', snapshotScript)).stdout;
}

interface Choice {
  readonly name: string;
  readonly options: Partial<AttachOptions>;
  /** The same for portablectl. */
  readonly flags: readonly string[];
  /** The first systemd that can do it. */
  readonly since?: number;
  /** Prefixes for portablectl. */
  readonly prefixes?: readonly string[];
}

const addon = `${place}/addon`;
/** Where only files are compared: neither reloads nor starts, which take time. */
const files = { reload: false, start: false } as const;

const choices: readonly Choice[] = [
  { name: 'for testing', options: {}, flags: ['--runtime'] },
  { name: 'for good, enabled', options: { runtime: false, enable: true }, flags: ['--enable'] },
  { name: 'enabled for this boot, not started', options: { enable: true, ...files }, flags: ['--runtime', '--enable'] },
  { name: 'profile trusted', options: { profile: 'trusted', ...files }, flags: ['--runtime', '--profile=trusted'] },
  { name: 'without a reload', options: files, flags: ['--runtime'] },
  { name: 'all copied', options: { copyMode: 'copy', ...files }, flags: ['--runtime', '--copy=copy'] },
  { name: 'all linked', options: { copyMode: 'symlink', ...files }, flags: ['--runtime', '--copy=symlink'] },
  { name: 'mixed', options: { copyMode: 'mixed', ...files }, flags: ['--runtime', '--copy=mixed'], since: 256 },
  {
    name: 'by prefixes',
    options: { prefixes: ['demo-asked', 'demo-group'], ...files },
    flags: ['--runtime'],
    prefixes: ['demo-asked', 'demo-group'],
  },
  { name: 'with an extension', options: { extensions: [addon] }, flags: ['--runtime', `--extension=${addon}`], since: 249 },
  { name: 'forced', options: { force: true, ...files }, flags: ['--runtime', '--force'], since: 249 },
];

describeOnHosts('operations on images that lie on a host', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(all);
    for (const lab of laboratory.hosts.values()) {
      const prefixes = 'PORTABLE_PREFIXES=demo demo-asked demo-group';
      for (const image of ['demo_1', 'demo_2'])
        makeTree(join(lab.root, place, image), units('demo'), `ID=demo\nVERSION_ID=1\n${prefixes}\n`);
      makeTree(join(lab.root, place, 'other_1'), units('other'));
      makeExtension(lab);
      await lab.run('chmod', '755', place);
    }
  });
  afterAll(() => laboratory?.close());

  function on(suite: Suite): { lab: LabHost; host: Host } {
    const lab = laboratory.labOf(suite);
    return { lab, host: laboratory.host(lab, 'container') };
  }
  async function detach(host: Host, path: string, { clean = false, reload = true } = {}): Promise<void> {
    const { units, files } = await host.onHost.affectedByDetach(path);
    const changes = await host.onHost.detach(path, { clean, reload, agreed: units.map(({ name }) => name) }, quietProgress());
    const removed = changes.filter(({ type }) => type === 'unlink').map(({ path: gone }) => gone);
    expect(removed.filter(gone => !/\.(d|attached)$/.test(gone) && !files.includes(gone)).sort(), 'what was not told beforehand').toEqual(
      [],
    );
    // units that are links go when they are disabled, and portabled finds the rest
    const linked = (file: string): boolean => /\.attached\/[^/]+$/.test(file);
    expect(files.filter(file => !removed.includes(file) && !linked(file)).sort(), 'what stayed').toEqual([]);
  }

  describe.each(suites)('systemd $systemd', ({ suite, systemd }) => {
    test('lists what lies there', async () => {
      const { host } = on(suite);
      const images = await host.images();
      expect(images.map(({ name, path, state, readOnly }) => [name, path, state, readOnly]).sort()).toEqual(
        ['addon', 'demo_1', 'demo_2', 'other_1'].map(name => [name, `${place}/${name}`, 'detached', false]),
      );
      expect(await host.onHost.pool()).toMatchObject({ path: place });
      expect(await host.onHost.profiles()).toEqual(expect.arrayContaining(['default', 'nonetwork', 'strict', 'trusted']));
    });

    test('looks into an image', async () => {
      const { host } = on(suite);
      const { signal } = new AbortController();
      const metadata = await host.onHost.metadata('demo_1', { prefixes: [], extensions: [] }, signal);
      expect(metadata).toMatchObject({ path: `${place}/demo_1`, osRelease: expect.stringContaining('ID=demo') });
      expect([...metadata.units.keys()].sort()).toEqual(Object.keys(units('demo')).sort());
      expect(metadata.units.get('demo.service')).toContain('StateDirectory=demo');
      const extended = host.onHost.metadata('demo_1', { prefixes: [], extensions: [addon] }, signal);
      if (systemd < 249)
        expect(await failureOf(extended)).toMatchObject({ kind: 'refused', message: expect.stringContaining('knows no extension images') });
      else expect([...(await extended).units.keys()]).toContain('demo-addon.service');
    });

    test.each(choices)('attaches and detaches as portablectl does: $name', async ({ options, flags, since = 0, prefixes = [] }) => {
      const { lab, host } = on(suite);
      const path = `${place}/demo_1`;
      const attaching = host.onHost.attach(path, { ...forTesting, ...options }, quietProgress());
      if (systemd < since) {
        expect(await failureOf(attaching)).toMatchObject({
          kind: 'refused',
          message: expect.stringContaining(`Attaching ${path} on ${lab.name}: `),
        });
        expect(await leftOn(lab)).toEqual([]);
        return;
      }
      const { started } = await attaching;
      expect(started.some(({ name, active }) => name === 'demo.service' && active === 'active')).toBe(options.start ?? true);
      const [image] = (await host.images()).filter(({ name }) => name === 'demo_1');
      const runtime = options.runtime ?? true;
      expect(image).toMatchObject({ path, attached: { runtime, extensions: options.extensions ?? [] } });
      const ours = await snapshot(lab);
      await detach(host, path, { reload: options.reload ?? true });
      const oursAfter = await snapshot(lab);

      const done = await lab.run('portablectl', 'attach', '--no-reload', ...flags, path, ...prefixes);
      expect(done.stderr, 'portablectl').not.toMatch(/AttachImage failed|Failed to attach/);
      expect(ours).toEqual(await snapshot(lab));
      await lab.run(
        'portablectl',
        'detach',
        '--no-reload',
        ...flags.filter(flag => /^--(runtime|enable|extension)/.test(flag)),
        path,
        ...prefixes,
      );
      expect(oursAfter).toEqual(await snapshot(lab));
      expect(await leftOn(lab)).toEqual([]);
    });

    test('puts a new version in the place of the old one, and restarts', async () => {
      const { lab, host } = on(suite);
      const [old, next] = [`${place}/demo_1`, `${place}/demo_2`];
      const pid = async () => (await lab.run('systemctl', 'show', '-P', 'MainPID', 'demo.service')).stdout;
      await host.onHost.attach(old, forTesting, quietProgress());
      const before = await pid();
      await host.onHost.reattach(next, { ...forTesting, start: false }, quietProgress());
      if (systemd >= 248) expect(await pid()).toBe(before);
      await host.onHost.reattach(old, forTesting, quietProgress());
      expect(await pid()).not.toBe(before);
      await host.onHost.reattach(next, forTesting, quietProgress());
      const ours = await snapshot(lab);
      await detach(host, next);
      expect(await leftOn(lab)).toEqual([]);
      if (systemd < 248) return;
      await lab.run('portablectl', 'attach', '--runtime', '--now', old);
      await lab.run('portablectl', 'reattach', '--runtime', '--now', next);
      expect(ours).toEqual(await snapshot(lab));
      await detach(host, next);
      expect(await leftOn(lab)).toEqual([]);
    });

    test('keeps for good what was there until the next reboot, and cleans up', async () => {
      const { lab, host } = on(suite);
      const path = `${place}/demo_1`;
      await host.onHost.attach(path, { ...forTesting, profile: 'trusted' }, quietProgress());
      await host.onHost.makePersistent(path, { enable: true }, quietProgress());
      const [image] = (await host.images()).filter(({ name }) => name === 'demo_1');
      expect(image).toMatchObject({ path, state: 'running', attached: { runtime: false } });
      expect(image?.attached?.units).toHaveLength(Object.keys(units('demo')).length);
      expect((await snapshot(lab)).split('\n').filter(line => / l /.test(line) && /profile/.test(line))).toContainEqual(
        expect.stringContaining('trusted'),
      );
      expect((await lab.run('test', '-d', '/var/lib/demo')).code).toBe(0);
      await detach(host, path, { clean: true });
      expect((await lab.run('sh', '-c', 'ls -d /var/lib/demo /var/lib/private/demo 2>/dev/null')).stdout).toBe('');
      expect(await leftOn(lab)).toEqual([]);
    });

    test('marks, limits and removes', async () => {
      const { lab, host } = on(suite);
      const path = `${place}/gone_1`;
      makeTree(join(lab.root, path), units('gone'));
      const { onHost } = host;
      await onHost.markReadOnly(path, false, quietProgress());
      const limited = await failureOf(onHost.setLimit(path, 2 ** 20, quietProgress()));
      expect(limited).toMatchObject({ kind: 'refused', message: expect.stringContaining(`Limiting ${path} on ${lab.name}: `) });
      expect(limited.advice).toContain('btrfs');
      expect((await failureOf(onHost.setLimit(undefined, 2 ** 20, quietProgress()))).advice).toContain('btrfs');
      await onHost.attach(path, { ...forTesting, ...files }, quietProgress());
      expect(await failureOf(onHost.remove(path, quietProgress()))).toMatchObject({ kind: 'refused', advice: 'Detach it first.' });
      await detach(host, path);
      await onHost.remove(path, quietProgress());
      expect((await lab.run('test', '-e', path)).code).not.toBe(0);
      expect(await failureOf(onHost.attach(path, forTesting, quietProgress()))).toMatchObject({
        message: expect.stringContaining(`there is no ${path}`),
      });
    });

    test('names the units that go, and those that need them', async () => {
      const { lab, host } = on(suite);
      const path = `${place}/demo_1`;
      await host.onHost.attach(path, forTesting, quietProgress());
      const needy = '[Unit]\nBindsTo=demo.service\nAfter=demo.service\n[Service]\nExecStart=/bin/sleep 1000\n';
      await lab.run(
        'sh',
        '-c',
        `printf '%s' "$1" >/run/systemd/system/needy.service; systemctl daemon-reload; systemctl start needy`,
        'sh',
        needy,
      );
      const affected = await host.onHost.affectedByDetach(path);
      expect(affected.units.map(({ name }) => name).sort()).toEqual(Object.keys(units('demo')).sort());
      expect(affected.units.find(({ name }) => name === 'demo.service')).toEqual({ name: 'demo.service', from: path, active: 'active' });
      expect(affected.dependents).toEqual([{ name: 'needy.service', needs: 'demo.service', stops: true }]);
      const unasked = await failureOf(host.onHost.detach(path, { clean: false, reload: true, agreed: [] }, quietProgress()));
      expect(unasked).toMatchObject({ kind: 'refused', message: expect.stringContaining('it would take away demo') });
      await detach(host, path);
      await lab.run('sh', '-c', 'systemctl stop needy; rm /run/systemd/system/needy.service; systemctl daemon-reload');
      const forced = await host.onHost.affectedByForce(path, forTesting, new AbortController().signal);
      expect(forced.units).toEqual([]);
      expect(await leftOn(lab)).toEqual([]);
    });
  });
});

/** An extension image whose only content is one more unit for `demo`. */
function makeExtension(lab: LabHost): void {
  const write = (path: string, text: string): void => {
    mkdirSync(join(lab.root, addon, dirname(path)), { recursive: true });
    writeFileSync(join(lab.root, addon, path), text);
  };
  write('usr/lib/extension-release.d/extension-release.addon', 'ID=demo\nVERSION_ID=1\n');
  write('usr/lib/systemd/system/demo-addon.service', '[Unit]\nDescription=x\n[Service]\nExecStart=/bin/busybox sleep 1000\n');
}
