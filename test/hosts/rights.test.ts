/** What one may do on real hosts: as root through sudo, by a polkit rule, in user scope; and that hostile words stay words. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import { setUpLine } from '../../client/src/hosts/attach/rights.ts';
import { collect } from '../../client/src/hosts/transport/process.ts';
import type { Suite } from '../../lab/hosts.ts';
import { bounded } from '../images/some.ts';
import { makeTree, packTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, until } from './laboratory.ts';
import { inside, type Ways, waysOf } from './ways.ts';

const suites: readonly Suite[] = bounded ? ['bullseye', 'forky'] : ['bullseye', 'bookworm', 'trixie', 'forky'];
/** The host that hostile words are tried on, booted either way. */
const hostile: Suite = 'forky';
const withMixed = suites.filter(suite => suite === 'trixie' || suite === 'forky');

describeOnHosts('rights on a host', () => {
  let laboratory: Laboratory;
  let ways: Ways;
  const lab = (suite: Suite) => ways.lab(suite);
  const alias: Ways['alias'] = (...args) => ways.alias(...args);
  const reach: Ways['reach'] = (...args) => ways.reach(...args);

  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
    ways = waysOf(laboratory);
  });
  afterEach(async () => {
    await ways.close();
  });
  afterAll(() => laboratory?.close());

  test.each(suites)('%s: through sudo, once its line was run there', async suite => {
    const target = lab(suite);
    const destination = alias(`sudo-${suite}`, target);
    const { host } = reach({ destination, sudo: true });
    const refused = await failureOf(host.connect());
    expect(refused).toMatchObject({
      kind: 'not-allowed',
      setUp: setUpLine('sudo'),
      detail: expect.stringContaining('password is required'),
    });
    await inside(target, `echo 'dev ALL=(root) NOPASSWD: /usr/bin/systemd-stdio-bridge' >/etc/sudoers.d/portable-services`); // not enough
    expect(await failureOf(host.connect())).toMatchObject({ kind: 'not-allowed', setUp: setUpLine('sudo') });
    await inside(target, `rm /etc/sudoers.d/portable-services; ${setUpLine('sudo', 'dev')}; visudo -c`);
    await host.connect();
    expect(host.status).toMatchObject({ state: 'connected', portabled: true, rights: 'sudo' });
    const image = makeTree(join(laboratory.directory, suite, 'sudone_1'), tickingUnits('sudone'));
    const { hostPath } = await host.attachAndStart(image, forTesting, quietProgress());
    expect(await host.imageState(image)).toMatchObject({ attached: true, running: true });
    expect(await inside(target, `stat -c %u ${hostPath} ${hostPath}/usr`)).toBe('0\n0\n');
    await host.detach(image, quietProgress());
    for (const kind of ['directory', 'raw'] as const) {
      for (const round of [1, 2]) {
        writeFileSync(join(image.path, 'etc/round'), `${kind} ${round}`);
        const facts = kind === 'raw' ? await packTree(image) : image;
        const outcome = await host.deploy(facts, forTesting, quietProgress());
        expect(outcome).toMatchObject({ how: round === 1 ? 'attached' : 'reattached', copied: true });
        expect(await inside(target, `stat -c %u ${outcome.hostPath}`)).toBe('0\n');
        if (round === 2) await host.detach(facts, quietProgress());
      }
    }
    expect(await leftOn(target)).toEqual([]);
    await inside(target, 'rm /etc/sudoers.d/portable-services');
  });

  test.each(suites)('%s: by a polkit rule, what lies on the host already; without, nothing', async suite => {
    const target = lab(suite);
    const destination = alias(`polkit-${suite}`, target);
    const none = reach({ destination });
    await none.host.connect();
    expect(none.host.status).toMatchObject({ rights: 'none' });
    await none.host.dispose();
    const { host } = reach({ destination });
    await inside(target, await host.setUpLine('polkit', 'dev'));
    const granted = async () => {
      await host.dispose();
      await host.connect();
      return host.status.state === 'connected' && host.status.rights === 'polkit';
    };
    await until(granted, 'polkit to read its rule');
    const image = makeTree(join(laboratory.directory, suite, 'polite_1'), tickingUnits('polite'));
    const refused = await failureOf(host.attachAndStart(image, forTesting, quietProgress()));
    expect(refused).toMatchObject({ kind: 'not-allowed', setUp: setUpLine('sudo') });
    expect(await leftOn(target)).toEqual([]);

    await inside(target, 'mkdir -p -m 755 /opt/images /home/dev/images; chown dev /home/dev/images');
    for (const place of ['/opt/images', '/home/dev/images'])
      await cp(image.path, `${target.root}${place}/polite_1`, { recursive: true, verbatimSymlinks: true });
    const options = { ...forTesting, prefixes: ['polite'] };
    expect(await failureOf(host.onHost.attach('/home/dev/images/polite_1', options, quietProgress()))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('others than root can write'),
    });
    await host.onHost.attach('/opt/images/polite_1', options, quietProgress());
    expect((await inside(target, 'systemctl is-active polite.service')).trim()).toBe('active');
    await host.onHost.detach(
      '/opt/images/polite_1',
      { clean: false, reload: true, agreed: [...Object.keys(tickingUnits('polite'))] },
      quietProgress(),
    );
    expect(await leftOn(target)).toEqual([]);
    await inside(
      target,
      'rm -rf /etc/polkit-1/*/49-portable-services.* /etc/polkit-1/*/*/49-portable-services.* /opt/images /home/dev/images',
    );
  });

  // why portabled's own copying is not used for these users: the service runs from what the user can write, and the copy is the user's
  test.each(withMixed)("%s: portabled's copy mode `mixed` leaves the service in the user's directory", async suite => {
    const target = lab(suite);
    const image = makeTree(join(laboratory.directory, suite, 'mixed_1'), tickingUnits('mixed'));
    const archive = execFileSync('tar', ['-C', image.path, '-cf', '-', '.'], { maxBuffer: 64 * 1024 * 1024 });
    const { host } = reach({ destination: alias(`mixed-${suite}`, target) });
    await host.connect();
    const { transport } = host;
    const unpack = transport.run(['sh', '-c', 'mkdir -p ~/mixed_1; tar -C ~/mixed_1 -xf -']);
    unpack.stdin.end(archive);
    unpack.stdout.resume();
    expect((await unpack.ended).code).toBe(0);
    const call = (method: string, ...args: string[]) =>
      collect(
        transport.run([
          'busctl',
          'call',
          'org.freedesktop.portable1',
          '/org/freedesktop/portable1',
          'org.freedesktop.portable1.Manager',
          method,
          ...args,
        ]),
      );
    await inside(target, setUpLine('polkit', 'dev'));
    const attach = () => call('AttachImage', 'sassbs', '/home/dev/mixed_1', '1', 'mixed', 'default', 'true', 'mixed');
    await until(async () => (await attach()).code === 0, 'polkit to allow it');
    expect(await inside(target, 'grep ^RootDirectory= /run/systemd/system.attached/mixed.service.d/20-portable.conf')).toBe(
      'RootDirectory=/home/dev/mixed_1\n',
    );
    expect(await inside(target, 'stat -c %U /run/portables/mixed_1')).toBe('dev\n');
    expect((await call('DetachImage', 'sb', '/home/dev/mixed_1', 'true')).code).toBe(0);
    await inside(target, 'rm /etc/polkit-1/rules.d/49-portable-services.rules');
  });

  describe('hostile words', () => {
    const words = [
      'two words',
      `it's "quoted"`,
      '; touch /run/pwned',
      '$(touch /run/pwned)',
      '`touch /run/pwned`',
      'a\nb',
      '-rf',
      'ünïcödé ☃',
      '*',
      '~',
      '\\',
      '',
    ];

    test.each(['root', 'sudo'] as const)('arrive as they are, as %s', async way => {
      const target = lab(hostile);
      if (way === 'sudo') await inside(target, setUpLine('sudo', 'dev'));
      const destination = way === 'sudo' ? alias('quoting', target) : `${target.name}-root`;
      const { host } = reach({ destination, ...(way === 'sudo' && { sudo: true }) });
      await host.connect();
      const { stdout } = await collect(host.transport.run(['printf', '%s\\0', ...words]));
      expect(stdout.toString('utf8').split('\0')).toEqual([...words, '']);
      expect((await collect(host.transport.run(['id', '-u']))).stdout.toString('utf8')).toBe('0\n');
      if (way === 'sudo') await inside(target, 'rm /etc/sudoers.d/portable-services');
    });

    test('as names of images, units and directories, here and there', async () => {
      const target = lab(hostile);
      const { host } = reach({ destination: `${target.name}-root` });
      const all = words.slice(0, 8).join(' ').replaceAll('/', '%');
      for (const word of words.slice(0, 8)) {
        const odd = makeTree(join(laboratory.directory, all, `${word.replaceAll('/', '%')}_1`), {});
        expect(await failureOf(host.attachAndStart(odd, forTesting, quietProgress())), word).toMatchObject({ kind: 'refused' });
      }
      const plain = makeTree(join(laboratory.directory, all, 'plain_1'), tickingUnits('plain'));
      await host.attachAndStart(plain, forTesting, quietProgress());
      expect(await host.imageState(plain)).toMatchObject({ attached: true, running: true });
      await host.detach(plain, quietProgress());
      for (const word of words.slice(0, 8)) {
        const dropIn = `/run/systemd/system.attached/${word.replaceAll('/', '%')}.service.d`;
        await target.run('mkdir', '-p', dropIn);
        await target.run(
          'sh',
          '-c',
          `printf "# Drop-in created for image '%s', do not edit.\\n" "$2" >"$1/20-portable.conf"`,
          'sh',
          dropIn,
          `/x/${word}`,
        );
      }
      const image = makeTree(join(laboratory.directory, 'plain_2'), tickingUnits('plain'));
      expect(await host.imageState(image)).toEqual({ attached: false });
      await inside(target, 'rm -rf /run/systemd/system.attached; test ! -e /run/pwned');
      expect(await leftOn(target)).toEqual([]);
    });

    test('as destinations: ssh is not even started', async () => {
      for (const word of ['-oProxyCommand=touch x', 'a;touch x', '$(touch x)', 'a b', 'a\nb', `me@'x'`, 'a|b', 'a`b`']) {
        const { host, trace } = reach({ destination: word });
        expect(await failureOf(host.connect(undefined, 'may-ask'))).toMatchObject({
          kind: 'unreachable',
          message: expect.stringContaining('no ssh destination'),
        });
        expect(trace.filter(line => line.includes('ssh -'))).toEqual([]);
      }
    });

    test('a host with a name beyond ASCII', async () => {
      const { host } = reach({ destination: alias('höst-☃', lab(hostile)) });
      await host.connect();
      expect(host.status.state).toBe('connected');
    });
  });
});
