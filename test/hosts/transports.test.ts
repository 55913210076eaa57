/** How real hosts are reached: past which questions, through which others, and what is told when the way breaks. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, connect as tcp } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../client/src/hosts/contract.ts';
import { createGate } from '../../client/src/hosts/gate.ts';
import { collect } from '../../client/src/hosts/transport/process.ts';
import type { Suite } from '../../lab/hosts.ts';
import { describeOnHosts, failureOf, type Laboratory, openLaboratory, shortDeadlines, until } from './laboratory.ts';
import { inside, type Ways, waysOf } from './ways.ts';

const suites: readonly Suite[] = ['trixie', 'forky'];
const password = `it's "$(id)" \`x\` \\ ü`;
const passphrase = 'a b;c $HOME';

describeOnHosts('the way to a host', () => {
  let laboratory: Laboratory;
  let ways: Ways;
  const servers: Server[] = [];
  const lab = (suite: Suite) => ways.lab(suite);
  const alias: Ways['alias'] = (...args) => ways.alias(...args);
  const reach: Ways['reach'] = (...args) => ways.reach(...args);

  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
    ways = waysOf(laboratory);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await ways.close();
  });
  afterAll(() => laboratory?.close());

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

    test('what is shared lies in a directory that nobody else may open, with a short path', async () => {
      await connected();
      const directories = laboratory.controlSockets().map(name => join(laboratory.directory, name));
      expect(directories).not.toEqual([]);
      for (const directory of directories) expect(statSync(directory).mode & 0o777).toBe(0o700);
      const sockets = directories.flatMap(directory => readdirSync(directory).map(name => join(directory, name)));
      expect(sockets.filter(path => statSync(path).isSocket())).not.toEqual([]);
      for (const path of sockets) expect(path.length).toBeLessThan(104); // what macOS lets a socket have
    });

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
        .filter(line => line.includes(ways.config) && line.includes('ControlMaster=auto'));
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
});
