/** How real hosts are reached: as whom, past which questions, and what is told when the way breaks. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer, type Server, connect as tcp } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Ask, openAskpass, type Question } from '../../client/src/hosts/askpass.ts';
import { forTesting } from '../../client/src/hosts/attach-options.ts';
import type { Host, HostDefinition } from '../../client/src/hosts/contract.ts';
import { createGate } from '../../client/src/hosts/gate.ts';
import { createHost, type HostDeps } from '../../client/src/hosts/host.ts';
import { collect } from '../../client/src/hosts/process.ts';
import { setUpLine } from '../../client/src/hosts/rights.ts';
import { systemDeps } from '../../client/src/hosts/system-deps.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import { makeTree, tickingUnits } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, leftOn, openLaboratory, quietProgress, shortDeadlines, until } from './laboratory.ts';

const suites: readonly Suite[] = ['trixie', 'forky'];
const password = `it's "$(id)" \`x\` \\ ü`;
const passphrase = 'a b;c $HOME';

describeOnHosts('the way to a host', () => {
  let laboratory: Laboratory;
  let config: string;
  const made: Host[] = [];
  const servers: Server[] = [];

  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
    config = `${laboratory.sshConfig}-more`; // begins as the laboratory's, so that it finds our processes
    writeFileSync(config, `Include ${laboratory.sshConfig}\n`, { mode: 0o600 });
  });
  afterEach(async () => {
    await Promise.all(made.splice(0).map(host => host.dispose()));
    for (const server of servers.splice(0)) server.close();
    await laboratory.noSshLeft();
  });
  afterAll(() => laboratory?.close());

  function lab(suite: Suite): LabHost {
    const found = laboratory.hosts.get(suite);
    if (!found) throw new Error(`${suite} was not booted`);
    return found;
  }

  /** A `Host` of the configuration: `dev` on a lab host, with other options where given. */
  function alias(name: string, target: LabHost, options: Readonly<Record<string, string>> = {}): string {
    const all = {
      HostName: target.sshHost,
      User: 'dev',
      IdentityFile: `"${target.sshKey}"`,
      IdentitiesOnly: 'yes',
      IdentityAgent: 'none',
      UserKnownHostsFile: `"${join(laboratory.directory, 'known_hosts')}"`,
      GlobalKnownHostsFile: '/dev/null',
      ...options,
    };
    const lines = Object.entries(all).map(([key, value]) => `  ${key} ${value}`);
    writeFileSync(config, `${readFileSync(config, 'utf8')}Host ${name}\n${lines.join('\n')}\n`);
    return name;
  }

  interface Reached {
    readonly host: Host;
    readonly questions: Question[];
    readonly trace: string[];
  }

  function reach(
    definition: Partial<HostDefinition> & { destination: string },
    answer: Ask = async () => undefined,
    deps: Partial<HostDeps> = {},
  ): Reached {
    const questions: Question[] = [];
    const trace: string[] = [];
    const ask: Ask = async (question, signal) => {
      questions.push(question);
      return answer(question, signal);
    };
    const program = join(import.meta.dirname, '../../client/src/hosts/askpass-program.ts');
    const own = systemDeps({
      sshConfigFile: config,
      openAskpass: (directory, host) => openAskpass(directory, host, { ask, platform: 'linux', node: process.execPath, program }),
      log: line => trace.push(line),
      trace: line => trace.push(line),
    });
    const host = createHost({ kind: 'ssh', name: `my ${definition.destination}`, ...definition } as HostDefinition, { ...own, ...deps });
    made.push(host);
    return { host, questions, trace };
  }

  async function inside(target: LabHost, script: string): Promise<string> {
    const { code, stdout, stderr } = await target.run('sh', '-c', script);
    if (code !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout;
  }

  describe('rights', () => {
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
      await inside(target, `${setUpLine('sudo', 'dev')}; visudo -c`);
      await host.connect();
      expect(host.status).toMatchObject({ state: 'connected', portabled: true, rights: 'sudo' });
      const image = makeTree(join(laboratory.directory, suite, 'sudone_1'), tickingUnits('sudone'));
      const { hostPath } = await host.attachAndStart(image, forTesting, quietProgress());
      expect(await host.imageState(image)).toMatchObject({ attached: true, running: true });
      expect(await inside(target, `stat -c %u ${hostPath} ${hostPath}/usr`)).toBe('0\n0\n');
      await host.detach(image, quietProgress());
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
      await inside(target, setUpLine('polkit', 'dev'));
      const { host } = reach({ destination });
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
      await inside(target, 'rm -r /etc/polkit-1/rules.d/49-portable-services.rules /opt/images /home/dev/images');
    });

    // why portabled's own copying is not used for these users: the service runs from what the user can write, and the copy is the user's
    test.each(suites)("%s: portabled's copy mode `mixed` leaves the service in the user's directory", async suite => {
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
  });

  describe('questions', () => {
    beforeAll(async () => {
      const set = lab('trixie').run('sh', '-c', 'printf "%s\\n" "$1" | chpasswd', 'sh', `dev:${password}`);
      expect((await set).code).toBe(0);
    });
    const asking = { PubkeyAuthentication: 'no', PreferredAuthentications: 'password', NumberOfPasswordPrompts: '2' };

    test('a password: nobody is asked in the background, once when the user acts, and it is told to nobody', async () => {
      const destination = alias('password', lab('trixie'), asking);
      const { host, questions, trace } = reach({ destination }, async () => password);
      expect(await failureOf(host.connect())).toMatchObject({ kind: 'not-allowed', advice: expect.stringContaining('Reconnect asks') });
      expect(questions).toEqual([]);
      await host.connect(undefined, 'may-ask');
      expect(questions).toMatchObject([{ kind: 'secret', host: 'my password', destination, prompt: expect.stringMatching(/password/) }]);
      await host.images();
      expect(await collect(host.transport.run(['id', '-un']))).toMatchObject({ code: 0, stdout: Buffer.from('dev\n') });
      expect(questions).toHaveLength(1);
      expect(trace.join('\n')).toContain('ListImages');
      expect(trace.join('\n')).not.toContain(password);
    });

    test('a wrong password is asked for again, until ssh gives up; declined, it is over at once', async () => {
      const destination = alias('mistaken', lab('trixie'), asking);
      const wrong = reach({ destination }, async () => 'wrong');
      expect(await failureOf(wrong.host.connect(undefined, 'may-ask'))).toMatchObject({
        kind: 'not-allowed',
        advice: expect.stringContaining('password was wrong'),
      });
      expect(wrong.questions).toHaveLength(2);
      const declined = reach({ destination });
      expect(await failureOf(declined.host.connect(undefined, 'may-ask'))).toMatchObject({ kind: 'cancelled' });
      expect(declined.questions).toHaveLength(1);
    });

    test('cancelled while the question stands: it is withdrawn', async () => {
      const destination = alias('patient', lab('trixie'), asking);
      const cancel = new AbortController();
      let withdrawn = false;
      const { host } = reach({ destination }, (_question, signal) => {
        signal.addEventListener('abort', () => {
          withdrawn = true;
        });
        cancel.abort();
        return new Promise(() => {});
      });
      expect(await failureOf(host.connect(cancel.signal, 'may-ask'))).toMatchObject({ kind: 'cancelled' });
      await host.dispose();
      expect(withdrawn).toBe(true);
    });

    test("a key's passphrase", async () => {
      const key = join(laboratory.directory, 'locked key');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', key]);
      await inside(lab('trixie'), `echo '${readFileSync(`${key}.pub`, 'utf8').trim()}' >>/home/dev/.ssh/authorized_keys`);
      const destination = alias('locked', lab('trixie'), { IdentityFile: `"${key}"`, PasswordAuthentication: 'no' });
      const { host, questions } = reach({ destination }, async () => passphrase);
      await host.connect(undefined, 'may-ask');
      expect(questions).toMatchObject([{ kind: 'secret', prompt: expect.stringContaining('passphrase') }]);
    });

    test('a new host key: with its fingerprint; trusted only by yes', async () => {
      const known = join(laboratory.directory, 'known new');
      const destination = alias('new', lab('forky'), { UserKnownHostsFile: `"${known}"`, StrictHostKeyChecking: 'ask' });
      const quiet = reach({ destination });
      expect(await failureOf(quiet.host.connect())).toMatchObject({
        kind: 'not-allowed',
        message: expect.stringContaining('not known yet'),
      });
      const declined = reach({ destination });
      expect(await failureOf(declined.host.connect(undefined, 'may-ask'))).toMatchObject({ kind: 'cancelled' });
      expect(existsSync(known)).toBe(false);
      const { host, questions } = reach({ destination }, async () => 'yes');
      await host.connect(undefined, 'may-ask');
      const fingerprint = execFileSync('ssh-keygen', ['-lf', join(lab('forky').root, 'etc/ssh/ssh_host_ed25519_key.pub')], {
        encoding: 'utf8',
      });
      expect(questions).toMatchObject([{ kind: 'host-key', prompt: expect.stringContaining(fingerprint.split(' ')[1] ?? '-') }]);
      expect(readFileSync(known, 'utf8')).toContain(lab('forky').sshHost);
    });

    test('a changed host key: nobody is asked, nothing is offered', async () => {
      const known = join(laboratory.directory, 'known changed');
      const other = readFileSync(join(lab('trixie').root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
      writeFileSync(known, `${lab('forky').sshHost} ${other}`);
      const destination = alias('changed', lab('forky'), { UserKnownHostsFile: `"${known}"`, StrictHostKeyChecking: 'ask' });
      const { host, questions } = reach({ destination }, async () => 'yes');
      for (const asking of ['quietly', 'may-ask'] as const) {
        const failure = await failureOf(host.connect(undefined, asking));
        expect(failure).toMatchObject({ kind: 'not-allowed', message: expect.stringContaining('not the one that was known') });
        expect(failure.setUp).toBeUndefined();
      }
      expect(questions).toEqual([]);
      expect(readFileSync(known, 'utf8')).toBe(`${lab('forky').sshHost} ${other}`);
    });

    test('through a jump host, which asks in the same way', async () => {
      // hosts of the laboratory only reach this machine: it passes on
      const far = lab('forky');
      const forward = createServer(socket => {
        const onward = tcp(far.sshPort, far.sshHost);
        for (const end of [socket, onward]) end.on('error', () => {});
        socket.pipe(onward).pipe(socket);
      });
      servers.push(forward);
      const gateway = lab('trixie').sshHost.replace(/\.2$/, '.1');
      await new Promise<void>(resolve => forward.listen(0, gateway, resolve));
      const address = forward.address();
      const port = typeof address === 'object' && address ? String(address.port) : '';
      const jump = alias('jump', lab('trixie'), asking);
      const options = { HostName: gateway, Port: port, ProxyJump: jump, HostKeyAlias: far.sshHost };
      const destination = alias('behind', far, options);
      const { host, questions } = reach({ destination }, async () => password);
      expect((await failureOf(host.connect())).kind).not.toBe('cancelled'); // the jump host, too, asks nobody unasked
      expect(questions).toEqual([]);
      await host.connect(undefined, 'may-ask');
      expect(host.status).toMatchObject({ state: 'connected', systemd: { major: far.systemd } });
      expect(questions).toMatchObject([{ kind: 'secret', host: 'my behind' }]);
    });
  });

  describe('what breaks', () => {
    const connected = async (): Promise<Host> => {
      const { host } = reach({ destination: `${lab('trixie').name}-root` }, undefined, { deadlines: shortDeadlines });
      await host.connect();
      return host;
    };

    test('the bus is started anew', async () => {
      const host = await connected();
      // without logind, which does not come back to the bus by itself, every login waits for it
      await inside(lab('trixie'), 'systemctl restart dbus.service && systemctl restart systemd-logind.service');
      await until(() => host.status.state === 'unreachable', 'the status');
      const back = async () =>
        host.images().then(
          () => true,
          () => false,
        );
      await until(back, 'portabled and systemd to be on the bus again', 20);
      expect(host.status).toMatchObject({ state: 'connected', portabled: true });
    });

    test('the shared connection is killed between two calls', async () => {
      const host = await connected();
      const masters = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
        .split('\n')
        .filter(line => line.includes(config) && line.includes('ControlMaster=auto'));
      expect(masters).not.toEqual([]);
      for (const line of masters) process.kill(Number.parseInt(line, 10), 'SIGKILL');
      await until(() => host.status.state === 'unreachable', 'the status');
      expect(await host.images()).toBeInstanceOf(Array);
    });

    test('twenty hosts, three of them dead: the others come, the dead say so', async () => {
      const silent = createServer(() => {}); // takes connections, and never says a word
      const closed = createServer();
      servers.push(silent);
      const portOf = async (server: Server): Promise<string> => {
        await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
        const address = server.address();
        return typeof address === 'object' && address ? String(address.port) : '';
      };
      const [silentPort, closedPort] = [await portOf(silent), await portOf(closed)];
      await new Promise(resolve => closed.close(resolve));
      const dead = [
        alias('dead-silent', lab('trixie'), { HostName: '127.0.0.1', Port: silentPort }),
        alias('dead-closed', lab('trixie'), { HostName: '127.0.0.1', Port: closedPort }),
        alias('dead-name', lab('trixie'), { HostName: 'nowhere.invalid' }),
      ];
      const alive = Array.from({ length: 17 }, (_, i) => alias(`alive-${i}`, lab(i % 2 === 0 ? 'trixie' : 'forky')));
      const gate = createGate(6);
      const hosts = [...dead, ...alive].map(
        destination => reach({ destination }, undefined, { gate, deadlines: { ...shortDeadlines, connect: 8000 } }).host,
      );
      expect(hosts.map(host => host.status.state)).toEqual(hosts.map(() => 'idle')); // configured, and nothing more
      expect(laboratory.sshProcesses()).toEqual([]);
      await Promise.allSettled(hosts.map(host => host.connect()));
      const states = hosts.map(host => (host.status.state === 'unreachable' ? host.status.error.message : host.status.state));
      expect(states.slice(3)).toEqual(alive.map(() => 'connected'));
      expect(states.slice(0, 3)).toEqual([
        expect.stringMatching(/dead-silent.*(time|timed out)/),
        'my dead-closed cannot be reached: connection refused.',
        'my dead-name cannot be reached: no machine of that name is known.',
      ]);
    });
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
      const target = lab('trixie');
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
      const target = lab('trixie');
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
      const { host } = reach({ destination: alias('höst-☃', lab('trixie')) });
      await host.connect();
      expect(host.status.state).toBe('connected');
    });
  });

  test("the user's own units (systemd 262): everything is allowed there, and nothing of the system's is seen", async () => {
    const { host } = reach({ destination: alias('own', lab('forky')), scope: 'user' });
    await host.connect();
    expect(host.status).toMatchObject({ state: 'connected', systemd: { major: 262 }, portabled: true, rights: 'own' });
    expect(await host.images()).toEqual([]);
    await inside(lab('forky'), 'systemctl start systemd-nsresourced.socket systemd-mountfsd.socket');
    const image = makeTree(join(laboratory.directory, 'own_1'), {}, 'ID=own\nPORTABLE_SCOPE=user\n');
    mkdirSync(join(image.path, 'usr/lib/systemd/user'), { recursive: true });
    writeFileSync(join(image.path, 'usr/lib/systemd/user/own.service'), tickingUnits('own')['own.service'] ?? '');
    await cp(image.path, `${lab('forky').root}/home/dev/own_1`, { recursive: true, verbatimSymlinks: true });
    await inside(lab('forky'), 'chown -R dev:dev /home/dev/own_1');
    await host.onHost.attach('/home/dev/own_1', { ...forTesting, prefixes: ['own'] }, quietProgress());
    const state = await collect(host.transport.run(['systemctl', '--user', 'is-active', 'own.service']));
    expect(state.stdout.toString('utf8')).toBe('active\n');
    await host.onHost.detach('/home/dev/own_1', { clean: false, reload: true, agreed: ['own.service'] }, quietProgress());
    expect(await inside(lab('forky'), 'find /run/user/1000/systemd/user.attached /home/dev/.config/systemd 2>/dev/null | wc -l')).toBe(
      '0\n',
    );
  });

  test("the user's own units before 260: there is no portabled for them", async () => {
    const { host } = reach({ destination: alias('own-257', lab('trixie')), scope: 'user' });
    await host.connect();
    expect(host.status).toMatchObject({ state: 'connected', portabled: false, rights: 'own' });
  });
});
