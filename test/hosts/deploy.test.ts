/** Deploying to real hosts: what is copied, attached, restarted, kept, rolled back and cleaned up, and nothing else. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { usualCopySettings } from '../../client/src/hosts/deploy/brought-images.ts';
import { spawnGroup } from '../../client/src/hosts/transport/process.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { makeTree, packTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, until } from './laboratory.ts';

const suites: readonly Suite[] = ['bullseye', 'bookworm', 'trixie', 'forky'];

const service = (says: string): string => `[Service]\nExecStart=/bin/busybox sh -c "echo ${says}; cat /etc/payload; exec sleep 1000"\n`;

describeOnHosts('deploying', () => {
  let laboratory: Laboratory;

  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
  });
  afterAll(() => laboratory?.close());

  /** An image of two services, a stopped one and a socket; `change` makes a file of it another. */
  async function makeImage(
    name: string,
    kind: ImageFacts['kind'],
  ): Promise<{ image: ImageFacts; change(path: string, text: string): Promise<void> }> {
    const units = {
      [`${name}.service`]: service('one'),
      [`${name}-two.service`]: service('two'),
      [`${name}-idle.service`]: service('idle'),
      [`${name}-idle.socket`]: `[Socket]\nListenStream=/run/${name}.sock\n`,
      [`${name}-at@.service`]: service('instance %i'),
    };
    const tree = makeTree(join(laboratory.directory, `${kind}-${name}`, `${name}_1`), units);
    writeFileSync(join(tree.path, 'etc/payload'), 'first\n');
    const image = kind === 'raw' ? await packTree(tree) : tree;
    const change = async (path: string, text: string): Promise<void> => {
      writeFileSync(join(tree.path, path), text);
      if (kind === 'raw') await packTree(tree);
    };
    return { image, change };
  }

  const labOf = (suite: Suite): LabHost => laboratory.labOf(suite);

  /** Capabilities of files below a path of a host, which has no getfattr itself. */
  const attributesOn = (lab: LabHost, path: string): string => {
    const there = `/proc/${lab.leader()}/root${path}`;
    return execFileSync('getfattr', ['-R', '-h', '-d', '-m', 'security.capability', '-e', 'hex', '--absolute-names', there], {
      encoding: 'utf8',
    });
  };

  async function pidsOf(lab: LabHost, ...units: readonly string[]): Promise<readonly string[]> {
    const shown = await Promise.all(units.map(unit => lab.run('systemctl', 'show', '-P', 'MainPID', unit)));
    return shown.map(({ stdout }) => stdout.trim());
  }

  /** Versions and temporary places that lie on a host. */
  async function copiesOn(lab: LabHost): Promise<readonly string[]> {
    const { stdout } = await lab.run('sh', '-c', 'ls -A /run/portables/.#versions /var/lib/portables/.#versions 2>/dev/null | grep _');
    return stdout.split('\n').filter(line => line !== '');
  }

  const kinds = [
    ...suites.map(suite => ({ suite, kind: 'directory' as const })),
    ...(['bookworm', 'forky'] as const).map(suite => ({ suite, kind: 'raw' as const })),
  ];

  test.each(kinds)('$suite, $kind: again and again, back, and away', async ({ suite, kind }) => {
    const lab = labOf(suite);
    const host = laboratory.host(lab, 'ssh');
    const name = `${suite}${kind}`;
    const { image, change } = await makeImage(name, kind);
    const [one, two, instance] = [`${name}.service`, `${name}-two.service`, `${name}-at@x.service`];
    const deploy = () => host.deploy(image, forTesting, quietProgress());

    const first = await deploy();
    expect(first).toMatchObject({ how: 'attached', copied: true, restarted: [] });
    await lab.run('systemctl', 'start', instance);
    const before = await pidsOf(lab, one, two, instance);
    expect(before).not.toContain('0');

    expect(await deploy(), 'the same again').toMatchObject({ how: 'unchanged', copied: false, restarted: [], hostPath: first.hostPath });
    expect(await pidsOf(lab, one, two, instance)).toEqual(before);

    // 247 cannot swap: there all stops and starts again
    await change(`usr/lib/systemd/system/${two}`, service('two, changed'));
    const second = await deploy();
    expect(second).toMatchObject({ how: 'reattached', copied: true });
    expect(second.hostPath).not.toBe(first.hostPath);
    const swaps = lab.systemd >= 248;
    const after = await pidsOf(lab, one, two, instance);
    if (swaps) {
      expect(second.restarted).toEqual(kind === 'directory' ? [two] : [instance, two, one].toSorted());
      expect(after[0] === before[0], 'the service whose unit is as it was').toBe(kind === 'directory');
    }
    expect(after[1]).not.toBe(before[1]);
    expect(after).not.toContain('0');

    await change('etc/payload', 'second\n');
    const third = await deploy();
    if (swaps) expect(third.restarted).toEqual([instance, two, one].toSorted());
    await until(async () => (await logOf(lab, one)).includes('second'), 'the service to say what it reads');
    expect((await lab.run('systemctl', 'is-active', `${name}-idle.service`)).stdout.trim(), 'what did not run').toBe('inactive');
    const versions = await host.versions(image);
    expect(versions.find(version => version.attached)?.path).toBe(third.hostPath);
    expect(versions.filter(version => !version.attached).map(({ path }) => path)).toContain(second.hostPath);
    for (const { bytes } of versions) expect(bytes).toBeGreaterThan(100_000);

    const old = versions.find(version => version.path === second.hostPath);
    if (!old) throw new Error('the version before is gone');
    expect(await host.rollBack(image, old, quietProgress())).toMatchObject({ how: 'reattached', copied: false, hostPath: second.hostPath });
    expect(await host.imageState(image)).toMatchObject({ attached: true, running: true, hostPath: second.hostPath });

    const others = (await host.versions(image)).filter(version => !version.attached);
    expect(await host.removeVersions(image, others, quietProgress())).toEqual([]);
    expect((await host.versions(image)).map(({ path }) => path)).toEqual([second.hostPath]);

    await host.detach(image, quietProgress());
    await host.dispose();
    expect(await leftOn(lab)).toEqual([]);
    expect(await copiesOn(lab)).toEqual([]);
    await laboratory.noSshLeft();
  });

  test('the version before the last goes, unless a service still runs from it', async () => {
    const lab = labOf('trixie');
    const host = laboratory.host(lab, 'ssh');
    const { image, change } = await makeImage('keeping', 'directory');
    const paths: string[] = [];
    for (const says of ['a', 'b', 'c', 'd']) {
      await change('usr/lib/systemd/system/keeping-two.service', service(says));
      paths.push((await host.deploy(image, forTesting, quietProgress())).hostPath);
    }
    const there = (await host.versions(image)).map(({ path }) => path);
    expect(there).toEqual([paths[3], paths[2], paths[0]]); // keeping.service runs from the first one
    expect(await pidsOf(lab, 'keeping.service')).not.toContain('0');
    await host.detach(image, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
  });

  test('a socket whose unit changed listens where it says now; what its service served is served again', async () => {
    const lab = labOf('forky');
    const host = laboratory.host(lab, 'ssh');
    const { image, change } = await makeImage('listen', 'directory');
    await host.deploy(image, forTesting, quietProgress());
    await lab.run('systemctl', 'start', 'listen-idle.service');
    await change('usr/lib/systemd/system/listen-idle.socket', '[Socket]\nListenStream=/run/listen-other.sock\n');
    expect(await host.deploy(image, forTesting, quietProgress())).toMatchObject({ restarted: ['listen-idle.socket'] });
    expect((await lab.run('test', '-S', '/run/listen-other.sock')).code).toBe(0);
    expect(await pidsOf(lab, 'listen-idle.service')).not.toContain('0');
    await host.detach(image, quietProgress());
  });

  test('drop-ins of the host that changed restart their service, and a unit that is gone is stopped', async () => {
    const lab = labOf('trixie');
    const host = laboratory.host(lab, 'ssh');
    const { image } = await makeImage('dropin', 'directory');
    await host.deploy(image, forTesting, quietProgress());
    await lab.run(
      'sh',
      '-c',
      'mkdir -p /etc/systemd/system/dropin.service.d; printf "[Service]\\nNice=3\\n" >/etc/systemd/system/dropin.service.d/9.conf',
    );
    expect(await host.deploy(image, forTesting, quietProgress())).toMatchObject({ how: 'unchanged', restarted: ['dropin.service'] });
    const gone = ['dropin-two.service', 'dropin-at@x.service'];
    await lab.run('systemctl', 'start', ...gone);
    for (const name of ['dropin-two', 'dropin-at@']) rmSync(join(image.path, `usr/lib/systemd/system/${name}.service`));
    expect((await host.deploy(image, forTesting, quietProgress())).restarted).not.toContain('dropin-two.service');
    expect((await lab.run('systemctl', 'is-active', ...gone)).stdout.trim()).toBe('inactive\ninactive');
    expect(await host.deploy(image, { ...forTesting, profile: 'strict' }, quietProgress())).toMatchObject({
      how: 'reattached',
      copied: false,
      restarted: ['dropin.service'],
    });
    await host.detach(image, quietProgress());
    await lab.run('rm', '-r', '/etc/systemd/system/dropin.service.d');
  });

  test('for good: below /var/lib/portables, and still there after a reboot', async () => {
    const lab = labOf('bookworm');
    const host = laboratory.host(lab, 'ssh');
    const { image, change } = await makeImage('lasting', 'raw');
    const forGood = { ...forTesting, runtime: false };
    const { hostPath } = await host.deploy(image, forGood, quietProgress());
    expect(hostPath).toMatch(/^\/var\/lib\/portables\/\.#versions\//);
    await change('etc/payload', 'second\n');
    expect(await host.deploy(image, forGood, quietProgress())).toMatchObject({ how: 'reattached' });
    const state = await host.imageState(image);
    await lab.reboot();
    await host.connect().catch(() => host.connect()); // the first may still meet the old connection
    expect(await host.imageState(image)).toMatchObject({ attached: true, runtime: false, hostPath: state.attached && state.hostPath });
    expect(await host.deploy(image, forTesting, quietProgress()), 'for this boot from now on').toMatchObject({
      how: 'reattached',
      copied: true,
    });
    expect(await host.imageState(image)).toMatchObject({ attached: true, runtime: true });
    await host.detach(image, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
    expect(await copiesOn(lab)).toEqual([]);
  });

  test.each(['rsync', ''])('a copy by %j is the tree: modes, links, holes, odd names', async program => {
    const lab = labOf('trixie');
    const { image } = await makeImage(program ? 'byrsync' : 'bytar', 'directory');
    const at = (...parts: string[]): string => join(image.path, 'srv', ...parts);
    mkdirSync(at('-a b', 'it\'s $(x);\n"ü"'), { recursive: true });
    writeFileSync(at('tool'), 'x', { mode: 0o755 });
    chmodSync(at('tool'), 0o4755);
    linkSync(at('tool'), at('-a b', 'hard'));
    writeFileSync(at('-a b', 'capable'), 'x', { mode: 0o755 });
    symlinkSync('/etc/shadow', at('absolute'));
    symlinkSync('../../../../outside', at('-a b', 'up'));
    writeFileSync(at('everybody'), '');
    chmodSync(at('everybody'), 0o666);
    writeFileSync(at('hole'), 'x');
    truncateSync(at('hole'), 8 * 1024 * 1024);
    execFileSync('mkfifo', [at('fifo')]);
    const bindService = '0x0100000200040000000000000000000000000000'; // cap_net_bind_service, as setcap writes it
    execFileSync('setfattr', ['-n', 'security.capability', '-v', bindService, at('-a b', 'capable')]);

    const host = laboratory.host(lab, 'ssh', { copySettings: () => ({ ...usualCopySettings, rsync: { program, options: [] } }) });
    const listing = ['-mindepth', '1', '-printf', '%P\\0%y %m %U:%G %s %n %l\\0'] as const;
    const expected = execFileSync('find', [join(image.path, 'srv'), ...listing], { encoding: 'utf8' });
    for (const round of [1, 2]) {
      writeFileSync(join(image.path, 'etc/payload'), `${round}`);
      const { hostPath } = await host.deploy(image, forTesting, quietProgress());
      const copied = await lab.run('find', join(hostPath, 'srv'), ...listing);
      // what everybody could write is closed, since root runs it
      expect(sorted(copied.stdout)).toEqual(sorted(expected).map(entry => entry.replace(/^(everybody\0f) 666/, '$1 664')));
      expect(Number((await lab.run('du', '-k', join(hostPath, 'srv/hole'))).stdout.split('\t')[0])).toBeLessThan(1024);
      expect(attributesOn(lab, hostPath)).toContain(bindService);
    }
    const [raw, capable] = ['0x0100000200200000000000000000000000000000', at('-a b', 'capable')]; // cap_net_raw
    execFileSync('setfattr', ['-n', 'security.capability', '-v', raw, capable]);
    const changed = await host.deploy(image, forTesting, quietProgress());
    expect(changed, 'an attribute alone').toMatchObject({ how: 'reattached', copied: true });
    expect(attributesOn(lab, changed.hostPath)).toContain(raw);
    await host.detach(image, quietProgress());
    expect(await leftOn(lab)).toEqual([]);
  });

  test('of a raw image that was sent before, only what changed goes; also where there is no rsync', async () => {
    const lab = labOf('bookworm');
    const lines: string[] = [];
    const spawn: typeof spawnGroup = (program, args, environment) => {
      lines.push(args.join(' '));
      return spawnGroup(program, args, environment);
    };
    const copySettings = () => ({ ...usualCopySettings, rsync: { program: '', options: [] } });
    const host = laboratory.host(lab, 'ssh', { copySettings, spawn });
    const { image } = await makeImage('blocks', 'raw');
    await host.deploy(image, forTesting, quietProgress());
    const streamed = () => lines.filter(line => line.includes('cp --sparse=always')).length;
    const patched = () => lines.filter(line => line.includes('conv=notrunc')).length;
    expect([streamed(), patched()]).toEqual([1, 0]);
    appendFileSync(image.path, Buffer.alloc(8192, 'grown'));
    await host.deploy(image, forTesting, quietProgress());
    expect([streamed(), patched()], 'of another size').toEqual([2, 0]);
    const change = (text: string): void => {
      const file = openSync(image.path, 'r+');
      writeSync(file, text, statSync(image.path).size - 100);
      closeSync(file);
    };
    const sumOn = async (path: string) => (await lab.run('cksum', path)).stdout.split(' ')[0];
    const sumHere = () => execFileSync('cksum', [image.path], { encoding: 'utf8' }).split(' ')[0];
    change('other');
    const { hostPath } = await host.deploy(image, forTesting, quietProgress());
    expect([streamed(), patched()]).toEqual([2, 1]);
    expect(await sumOn(hostPath)).toBe(sumHere());

    // somebody wrote to what lies there, and gave it a right after that
    await lab.run('sh', '-c', 'printf odd | dd of="$1" conv=notrunc bs=1 seek=200; sleep 0.1; chmod 0600 "$1"', 'sh', hostPath);
    change('another');
    const next = await host.deploy(image, forTesting, quietProgress());
    expect([streamed(), patched()], 'made from what is not what it should be: another one').toEqual([3, 2]);
    expect(await sumOn(next.hostPath)).toBe(sumHere());
    // and without that, it is seen beforehand
    await lab.run('sh', '-c', 'printf odd | dd of="$1" conv=notrunc bs=1 seek=200', 'sh', next.hostPath);
    change('third');
    const last = await host.deploy(image, forTesting, quietProgress());
    expect([streamed(), patched()]).toEqual([4, 2]);
    expect(await sumOn(last.hostPath)).toBe(sumHere());
    await host.detach(image, quietProgress());
    expect(await copiesOn(lab)).toEqual([]);
  });

  test('a raw image that its service may write to is deployed again and again', async () => {
    const lab = labOf('forky');
    const trusted = { ...forTesting, profile: 'trusted' }; // the others mount it read-only
    const host = laboratory.host(lab, 'ssh');
    const units = { 'writes.service': service('one').replace('echo one', 'echo one >/var/tmp/said') };
    const tree = makeTree(join(laboratory.directory, 'ext4', 'writes_1'), units);
    writeFileSync(join(tree.path, 'etc/payload'), 'first\n');
    const path = `${tree.path}.raw`;
    execFileSync('truncate', ['-s', '8M', path]);
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-d', tree.path, path]);
    const image: ImageFacts = { ...tree, path, kind: 'raw', fileSystem: 'ext4' };
    const { hostPath: first } = await host.deploy(image, trusted, quietProgress());
    const sumOf = async (at: string) => (await lab.run('cksum', at)).stdout.split(' ')[0];
    const sumHere = () => execFileSync('cksum', [path], { encoding: 'utf8' }).split(' ')[0];
    await until(
      async () => (await lab.run('sync')).code === 0 && (await sumOf(first)) !== sumHere(),
      'what mounting changed to be written',
    );
    for (const round of ['a', 'b', 'c']) {
      const file = openSync(path, 'r+');
      writeSync(file, round, statSync(path).size - 100);
      closeSync(file);
      expect(await host.deploy(image, trusted, quietProgress()), round).toMatchObject({ how: 'reattached', copied: true });
      await lab.run('sync');
    }
    await host.detach(image, quietProgress());
    expect(await copiesOn(lab)).toEqual([]);
  });

  test('a restarted service that does not last is told of when the deploy is over', async () => {
    const lab = labOf('forky');
    const host = laboratory.host(lab, 'ssh');
    const { image, change } = await makeImage('brief', 'directory');
    const first = await host.deploy(image, forTesting, quietProgress());
    expect(first.later).toBeUndefined();
    await change('usr/lib/systemd/system/brief-two.service', service('lasts'));
    expect(await (await host.deploy(image, forTesting, quietProgress())).later).toBeUndefined();
    await change('usr/lib/systemd/system/brief-two.service', '[Service]\nExecStart=/bin/busybox sh -c "sleep 1; exit 3"\n');
    const { restarted, later } = await host.deploy(image, forTesting, quietProgress());
    expect(restarted).toEqual(['brief-two.service']);
    expect(await later).toMatchObject({ kind: 'failed-to-start', failures: [{ unit: 'brief-two.service' }] });
    expect(await host.imageState(image), 'nothing is undone').toMatchObject({ attached: true, running: true });
    await host.detach(image, quietProgress());
  });

  test('an image that is a symbolic link is not followed', async () => {
    const host = laboratory.host(labOf('trixie'), 'ssh');
    for (const kind of ['directory', 'raw'] as const) {
      const { image } = await makeImage('linked', kind);
      const path = join(laboratory.directory, kind === 'raw' ? 'linked_2.raw' : 'linked_2');
      symlinkSync(image.path, path);
      const failure = await failureOf(host.deploy({ ...image, name: 'linked_2', path }, forTesting, quietProgress()));
      expect(failure).toMatchObject({ kind: 'refused', advice: 'Take the image that the link points to.' });
    }
    expect(await leftOn(labOf('trixie'))).toEqual([]);
  });

  test('two windows deploy at once: the same image, and others', async () => {
    const lab = labOf('trixie');
    const windows = [laboratory.host(lab, 'ssh'), laboratory.host(lab, 'container')] as const;
    const [both, other] = await Promise.all([makeImage('both', 'directory'), makeImage('other', 'raw')]);
    for (const round of [1, 2]) {
      await both.change('etc/payload', `${round}`);
      const outcomes = await Promise.all([
        ...windows.map(window => window.deploy(both.image, forTesting, quietProgress())),
        windows[0].deploy(other.image, forTesting, quietProgress()),
      ]);
      expect(outcomes[0]?.hostPath).toBe(outcomes[1]?.hostPath);
      for (const image of [both.image, other.image])
        expect(await windows[1].imageState(image)).toMatchObject({ attached: true, running: true });
    }
    expect((await copiesOn(lab)).filter(file => file.startsWith('both_'))).toHaveLength(2);
    await Promise.all([windows[0].detach(both.image, quietProgress()), windows[1].detach(other.image, quietProgress())]);
    expect(await leftOn(lab)).toEqual([]);
    expect(await copiesOn(lab)).toEqual([]);
  });

  async function logOf(lab: LabHost, unit: string): Promise<string> {
    return (await lab.run('journalctl', '-u', unit, '-o', 'cat', '-n', '5')).stdout;
  }
});

function sorted(listed: string): readonly string[] {
  const fields = listed.split('\0');
  return fields
    .flatMap((name, i) => (i % 2 === 0 && name !== '' ? [`${name}\0${fields[i + 1]?.replace(/^d (\S+ \S+) .*/, 'd $1')}`] : []))
    .sort();
}
