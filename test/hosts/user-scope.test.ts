/** A user's own manager and portabled (systemd 260): images are brought to the user's own directories, without root anywhere. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type AttachOptions, forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import { collect } from '../../client/src/hosts/transport/process.ts';
import { planOn } from '../../client/src/preview/attach-plan.ts';
import { checkPlan } from '../../client/src/preview/check-plan.ts';
import type { LabHost } from '../../lab/hosts.ts';
import { answerPlan } from '../../server/src/node/plan-request.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { some } from '../images/some.ts';
import { makeTree, packTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, openLaboratory, quietProgress, until } from './laboratory.ts';
import { placeTool, runTool } from './tool-inside.ts';
import { startUserManager } from './user-manager.ts';
import { inside, type Ways, waysOf } from './ways.ts';

const sockets = 'systemd-nsresourced.socket systemd-mountfsd.socket';

describeOnHosts("images of a user's own manager", () => {
  let laboratory: Laboratory;
  let ways: Ways;
  const lab = (): LabHost => ways.lab('forky');

  beforeAll(async () => {
    laboratory = await openLaboratory(['forky', 'trixie']);
    ways = waysOf(laboratory);
    ways.alias('own', lab());
    await startUserManager(lab());
  });
  afterEach(() => ways.close());
  afterAll(() => laboratory?.close());

  const reach = (deps = {}): Host => ways.reach({ destination: 'own', scope: 'user' }, undefined, deps).host;

  let made = 0;
  /** An image for a user, in a directory of its own. */
  function make(name: string, { scope = 'user', units = tickingUnits(name) } = {}): ImageFacts {
    const release = `ID=${name}\nVERSION_ID=1\nPORTABLE_PREFIXES=${name}\nPORTABLE_SCOPE=${scope}\n`;
    const image = makeTree(join(laboratory.directory, `${made++}`, `${name}_1`), {}, release);
    for (const [unit, text] of Object.entries(units)) write(image, `usr/lib/systemd/user/${unit}`, text.replaceAll('/run/', '%t/'));
    return image;
  }
  function write({ path }: Pick<ImageFacts, 'path'>, file: string, text: string): void {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  /** Whatever an attach makes in the user's directories, and nothing else. */
  const left = (): Promise<string> =>
    inside(
      lab(),
      'find /run/user/1000/portables /run/user/1000/systemd/user.attached /home/dev/.config/portables /home/dev/.config/systemd/user.attached /home/dev/.local/state/portables -mindepth 1 2>/dev/null || :',
    );
  const systemctl = async (host: Host, ...words: string[]): Promise<string> =>
    (await collect(host.transport.run(['systemctl', '--user', ...words]))).stdout.toString('utf8').trim();

  const places = [
    { runtime: true, pool: '/run/user/1000/portables' },
    { runtime: false, pool: '/home/dev/.local/state/portables' },
  ];
  const programs = [
    { how: 'rsync', rsync: 'rsync' },
    { how: 'a stream', rsync: '' },
  ];
  test.each(some(places.flatMap(place => programs.map(program => ({ ...place, ...program })))))(
    'by $how, runtime $runtime: deployed, deployed again, rolled back, cleaned up and gone',
    async ({ runtime, pool, rsync }) => {
      const host = reach({ copySettings: () => ({ rsync: { program: rsync, options: [] }, keepVersions: 1 }) });
      const image = make('brought');
      write(image, 'etc/closed/file', 'x');
      const options: AttachOptions = { ...forTesting, runtime };
      const first = await host.deploy(image, options, quietProgress());
      expect(first).toMatchObject({ how: 'attached', copied: true });
      expect(dirname(first.hostPath)).toBe(`${pool}/.#versions`);
      expect(await inside(lab(), `stat -c '%U %a' '${pool}/.#versions'`)).toBe('dev 700\n');
      expect(await inside(lab(), `find '${first.hostPath}' ! -user dev`)).toBe('');
      expect(await systemctl(host, 'show', '-P', 'RootDirectory', 'brought.service')).toBe(first.hostPath);
      const pid = await systemctl(host, 'show', '-P', 'MainPID', 'brought.service');
      expect(await host.deploy(image, options, quietProgress())).toMatchObject({ how: 'unchanged', copied: false, restarted: [] });
      expect(await systemctl(host, 'show', '-P', 'MainPID', 'brought.service')).toBe(pid);

      write(image, 'etc/line', 'another');
      const second = await host.deploy(image, options, quietProgress());
      expect(second).toMatchObject({ how: 'reattached', copied: true, restarted: expect.arrayContaining(['brought.service']) });
      expect(await systemctl(host, 'show', '-P', 'MainPID', 'brought.service')).not.toBe(pid);
      expect(await host.imageState(image)).toMatchObject({ attached: true, running: true, runtime, hostPath: second.hostPath });
      expect((await host.attachedFiles(image)).some(file => file.endsWith('/user.attached/brought.service'))).toBe(true);
      expect(await host.units.attachedSince(second.hostPath)).toBeGreaterThan(0);

      const versions = await host.versions(image);
      expect(versions.map(({ attached }) => attached)).toEqual([true, false]);
      const [, old] = versions;
      if (!old) throw new Error('no version is kept');
      expect(await host.rollBack(image, old, quietProgress())).toMatchObject({ how: 'reattached', hostPath: first.hostPath });
      const others = (await host.versions(image)).filter(({ attached }) => !attached);
      expect(await host.removeVersions(image, others, quietProgress())).toEqual([]);
      expect(await host.versions(image)).toMatchObject([{ path: first.hostPath, attached: true }]);
      await host.detach(image, quietProgress());
      expect(await left()).toBe('');
    },
  );

  test.each([true, false])("runtime %s: what is planned is what lies there, under the user's own profile", async runtime => {
    const host = reach();
    const image = make('planned');
    const place = '/home/dev/.config/systemd/portable/profile/mine';
    await inside(lab(), `runuser -u dev -- sh -c 'mkdir -p ${place}; printf "[Service]\\nNice=5\\n" >${place}/service.conf'`);
    const options: AttachOptions = { ...forTesting, runtime, profile: 'mine' };
    const language = { plan: answerPlan };
    await checkPlan(language, host, image, options, quietProgress());
    expect((await host.onHost.profileFiles()).find(({ name }) => name === 'mine')).toMatchObject({ path: `${place}/service.conf` });
    await host.deploy(image, options, quietProgress());
    expect(await systemctl(host, 'show', '-P', 'Nice', 'planned.service')).toBe('5');
    const planned = await planOn(language, host, image, options, quietProgress().signal);
    if (planned?.result.outcome !== 'attached') throw new Error(JSON.stringify(planned));
    const ours = planned.result.files.map(({ path, kind, text, source }) => [path, kind === 'link' ? `-> ${source}` : (text ?? '')]);
    const { links, units } = await host.places();
    const written = [links, units].map(pair => (runtime ? pair.runtime : pair.persistent)).join(' ');
    const files = `find ${written} -name '.#versions' -prune -o ! -type d -print`;
    const printed = await inside(
      lab(),
      `${files} | sort | while read -r f; do printf '%s\\0' "$f"; if [ -L "$f" ]; then printf '%s %s' '->' "$(readlink "$f")"; else cat "$f"; fi; printf '\\0'; done`,
    );
    const parts = printed.split('\0').slice(0, -1);
    expect(parts.length).toBeGreaterThan(4);
    expect(ours.flat()).toEqual(parts);
    await host.detach(image, quietProgress());
    await inside(lab(), `rm -r ${place}`);
    expect(await left()).toBe('');
  });

  test('a tree whose directories the user may not write to goes again, too', async () => {
    const host = reach();
    const image = make('closed');
    write(image, 'usr/share/closed/deep/file', 'x');
    for (const directory of ['usr/share/closed/deep', 'usr/share/closed']) chmodSync(join(image.path, directory), 0o555);
    await host.deploy(image, forTesting, quietProgress());
    chmodSync(join(image.path, 'usr/share/closed'), 0o755);
    write(image, 'usr/share/closed/new', 'x');
    expect(await host.deploy(image, forTesting, quietProgress())).toMatchObject({ how: 'reattached' });
    await host.detach(image, quietProgress());
    expect(await left()).toBe('');
  });

  test('with an extension image of this machine', async () => {
    const host = reach();
    const image = make('based');
    const addon = join(laboratory.directory, 'based-addon');
    write({ path: addon }, 'usr/lib/extension-release.d/extension-release.based-addon', 'ID=based\nVERSION_ID=1\n');
    write({ path: addon }, 'usr/share/tool', 'of the extension');
    const script = '[Service]\nExecStart=/bin/busybox sh -c "cat /usr/share/tool; sleep 1000"\n';
    write({ path: addon }, 'usr/lib/systemd/user/based-addon.service', `[Unit]\nDescription=x\n${script}`);
    const { hostPath } = await host.deploy(image, { ...forTesting, brings: [addon] }, quietProgress());
    expect(await systemctl(host, 'is-active', 'based.service', 'based-addon.service')).toBe('active\nactive');
    const pid = await systemctl(host, 'show', '-P', 'MainPID', 'based-addon.service');
    await until(async () => (await inside(lab(), `cat /proc/${pid}/root/usr/share/tool || :`)) === 'of the extension', 'the extension');
    expect(await host.versions(image)).toMatchObject([
      { path: hostPath, attached: true, extensions: [expect.stringContaining('based-addon')] },
    ]);
    await host.detach(image, quietProgress());
    expect(await left()).toBe('');
  });

  test('made persistent: the copy moves to where images stay', async () => {
    const host = reach();
    const image = make('stays');
    const { hostPath } = await host.deploy(image, forTesting, quietProgress());
    const outcome = await host.onHost.makePersistent(hostPath, { enable: false }, quietProgress());
    expect(dirname(outcome.hostPath)).toBe('/home/dev/.local/state/portables');
    expect(await host.imageState(image)).toMatchObject({ attached: true, running: true, runtime: false, hostPath: outcome.hostPath });
    await host.detach(image, quietProgress());
    expect(await left()).toBe('');
  });

  test('a raw image: what mounts it there is named before anything is copied; without user namespaces, afterwards', async () => {
    const host = reach();
    const image = await packTree(make('packed'));
    const failure = await failureOf(host.deploy(image, forTesting, quietProgress()));
    expect(failure).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('a raw image of a user is mounted by systemd-mountfsd.socket, systemd-nsresourced.socket'),
      setUp: 'sudo systemctl enable --now systemd-mountfsd.socket systemd-nsresourced.socket',
    });
    await inside(lab(), `systemctl start ${sockets}`);
    // these hosts may not load BPF programs, without which systemd-nsresourced has no user namespaces to give
    const second = await failureOf(host.deploy(image, forTesting, quietProgress()));
    expect(second).toMatchObject({ kind: 'refused', message: expect.stringContaining('the host cannot do that for a user') });
    expect(second.advice).toContain('BPF');
    await inside(lab(), `systemctl stop ${sockets}`);
    expect(await left()).toBe('');
  });

  test('an image for the system, and one without units for users, are refused and leave nothing', async () => {
    const host = reach();
    const system = await failureOf(host.deploy(make('system', { scope: 'system' }), forTesting, quietProgress()));
    expect(system).toMatchObject({ kind: 'refused', advice: expect.stringContaining('PORTABLE_SCOPE=user') });
    expect(system.message).toContain('the image is not made for a user');
    const without = await failureOf(host.deploy(make('empty', { units: {} }), forTesting, quietProgress()));
    expect(without).toMatchObject({ kind: 'refused', advice: expect.stringContaining('usr/lib/systemd/user') });
    const both = make('both', { scope: 'any' });
    await host.deploy(both, forTesting, quietProgress());
    await host.detach(both, quietProgress());
    expect(await left()).toBe('');
  });

  test.each([
    [
      'the pool',
      'mkdir -p /home/dev/.local/state/portables; chmod 777 /home/dev/.local/state/portables',
      'rmdir /home/dev/.local/state/portables',
    ],
    ['a directory above it', 'chmod g+w /home/dev/.local', 'chmod g-w /home/dev/.local'],
    ["root's directory", 'mkdir -p -m 755 /home/dev/.local/state/portables', 'rmdir /home/dev/.local/state/portables'],
  ])('nothing is brought where others could change it: %s', async (_what, open, close) => {
    const host = reach();
    const image = make('careful');
    await host.connect();
    await inside(lab(), `runuser -u dev -- mkdir -p /home/dev/.local/state; ${open}`);
    const failure = await failureOf(host.deploy(image, { ...forTesting, runtime: false }, quietProgress()));
    await inside(lab(), close);
    expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining('others could change what is copied') });
    expect(failure.detail).toMatch(
      /\/home\/dev\/\.local(\/state\/portables)? (is not a directory that only dev can write|can be written by others than dev)/,
    );
    expect(await left()).toBe('');
  });

  test('on this machine: in place where nobody else can write, from a copy elsewhere, and never where portabled would remove it', async () => {
    await placeTool(lab());
    const image = make('mine', { units: { 'mine.service': tickingUnits('mine')['mine.service'] ?? '' } });
    await inside(lab(), 'chmod 1777 /srv; mkdir -p /run/user/1000/portables; chown dev:dev /run/user/1000/portables');
    const copied = ['/srv/mine_1', '/home/dev/open/mine_1', '/run/user/1000/portables/mine_1'];
    const all = ['/home/dev/mine_1', ...copied];
    for (const place of all) await cp(image.path, `/proc/${lab().leader()}/root${place}`, { recursive: true, verbatimSymlinks: true });
    await inside(lab(), `chown -R dev:dev /home/dev ${copied.join(' ')}; chmod 775 /home/dev/open`);
    const own = (path: string) => runTool(lab(), 'dev', { path, own: true }, ['XDG_RUNTIME_DIR=/run/user/1000', 'HOME=/home/dev']);
    const running = (hostPath: unknown) => ({ hostPath, state: { attached: true, running: true, hostPath }, after: { attached: false } });
    for (const place of copied) {
      expect(await own(place), place).toMatchObject(running(expect.stringMatching(/^\/run\/user\/1000\/portables\/\.#versions\/mine_1_/)));
      expect((await lab().run('test', '-f', `${place}/usr/lib/os-release`)).code, place).toBe(0);
    }
    await inside(lab(), 'rm -r /run/user/1000/portables/mine_1');
    expect(await own('/home/dev/mine_1')).toMatchObject(running('/home/dev/mine_1'));
    expect(await left()).toBe('');
    await inside(lab(), `rm -rf ${all.join(' ')}; chmod 755 /srv`);
  });

  test('why did it fail: a filter that cannot be loaded, capabilities that may not be changed', async () => {
    // it inherits a filter under which the kernel refuses further ones
    const filter = '[Service]\\nSystemCallFilter=~seccomp\\nSystemCallErrorNumber=EINVAL\\n';
    const place = '/run/systemd/system/user@1000.service.d';
    const restart = 'systemctl daemon-reload; systemctl restart user@1000.service';
    await inside(lab(), `mkdir -p ${place}; printf '${filter}' >${place}/filter.conf; ${restart}`);
    const host = reach();
    // services of images get a user namespace, in which they may change capabilities: these are of none
    const plain = {
      filter: 'SystemCallFilter=~swapon',
      bounding: 'CapabilityBoundingSet=CAP_CHOWN',
      ambient: 'AmbientCapabilities=CAP_KILL',
    };
    await inside(lab(), 'runuser -u dev -- mkdir -p /run/user/1000/systemd/user');
    for (const [name, line] of Object.entries(plain)) {
      const file = `/run/user/1000/systemd/user/why-${name}.service`;
      await inside(lab(), `printf '%s\\n' '[Service]' '${line}' 'ExecStart=/bin/sleep 1000' >${file}`);
    }
    await systemctl(host, 'daemon-reload');
    for (const [unit, says, key] of [
      ['why-filter.service', 'the filter of system calls could not be set up: Invalid argument', 'SystemCallFilter'],
      [
        'why-bounding.service',
        'the capabilities of CapabilityBoundingSet= could not be set: Operation not permitted',
        'CapabilityBoundingSet',
      ],
      ['why-ambient.service', 'the capabilities of AmbientCapabilities= could not be set: Operation not permitted', 'AmbientCapabilities'],
    ] as const) {
      await systemctl(host, 'start', unit);
      await until(async () => (await systemctl(host, 'show', '-P', 'ActiveState', unit)) === 'failed', `${unit} to fail`);
      expect(await host.units.explain(unit)).toMatchObject({ message: `${unit}: ${says}.`, blame: { key } });
    }
    await inside(lab(), `rm -r ${place} /run/user/1000/systemd/user/why-*; ${restart}`);
    await until(async () => (await lab().run('test', '-S', '/run/user/1000/bus')).code === 0, "the user's bus");
    expect(await left()).toBe('');
  });

  test('what lies on the host: attached from there', async () => {
    const host = reach();
    await host.connect();
    expect(host.status).toMatchObject({ state: 'connected', systemd: { major: 262 }, portabled: true, rights: 'own' });
    expect(await host.images()).toEqual([]);
    const image = make('lies');
    await cp(image.path, `${lab().root}/home/dev/lies_1`, { recursive: true, verbatimSymlinks: true });
    await inside(lab(), 'chown -R dev:dev /home/dev/lies_1');
    await host.onHost.attach('/home/dev/lies_1', { ...forTesting, prefixes: ['lies'] }, quietProgress());
    expect(await systemctl(host, 'is-active', 'lies.service')).toBe('active');
    const agreed = (await host.onHost.affectedByDetach('/home/dev/lies_1')).units.map(({ name }) => name);
    await host.onHost.detach('/home/dev/lies_1', { clean: false, reload: true, agreed }, quietProgress());
    expect(await left()).toBe('');
  });

  test('before 260 there is no portabled for users', async () => {
    const { host } = ways.reach({ destination: ways.alias('own-257', ways.lab('trixie')), scope: 'user' });
    await host.connect();
    expect(host.status).toMatchObject({ state: 'connected', portabled: false, rights: 'own' });
    expect(await failureOf(host.deploy(make('early'), forTesting, quietProgress()))).toMatchObject({ kind: 'no-portabled' });
  });
});
