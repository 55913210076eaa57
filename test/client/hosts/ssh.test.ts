import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { asRoot } from '../../../client/src/hosts/attach/rights.ts';
import { quoteForShell, type SshDeps, sshTransport } from '../../../client/src/hosts/ssh/ssh.ts';
import { explainSsh } from '../../../client/src/hosts/ssh/ssh-errors.ts';
import { fakeSpawn } from './fake-spawn.ts';

const never = new AbortController().signal;

function transport(
  destination: string,
  options: {
    platform?: NodeJS.Platform;
    configFile?: string;
    codes?: (args: readonly string[]) => { code: number; stderr?: string } | undefined;
    program?: string;
    more?: { sudo?: true; scope?: 'user' };
    openAskpass?: SshDeps['openAskpass'];
  } = {},
) {
  const fake = fakeSpawn(
    (_program, args) =>
      options.codes?.(args) ??
      (args.includes('systemd-stdio-bridge') || (args.includes('-T') && !args.includes('-N')) ? undefined : { code: 0 }),
  );
  const removed: string[] = [];
  const ssh = sshTransport(
    { kind: 'ssh', name: 'vm', destination, ...options.more },
    {
      spawn: fake.spawn,
      platform: options.platform ?? 'linux',
      configFile: options.configFile,
      program: options.program,
      openAskpass: options.openAskpass,
      makeControlDirectory: async () => '/run/user/1/psvc-abc',
      removeDirectory: async path => void removed.push(path),
    },
  );
  return { ssh, fake, removed };
}

describe('command lines', () => {
  test('a bus: one master, then a session over it; the master is told to exit, its directory removed', async () => {
    const { ssh, fake, removed } = transport('build', { configFile: '/home/me/ssh config' });
    await ssh.openBus(never);
    await ssh.dispose();
    const common =
      '-F|/home/me/ssh config|-o|BatchMode=yes|-o|ConnectTimeout=10|-o|ServerAliveInterval=5|-o|ServerAliveCountMax=3|-o|ClearAllForwardings=yes|-o|PermitLocalCommand=no|-o|RemoteCommand=none|-o|RequestTTY=no';
    const control = '-o|ControlPath=/run/user/1/psvc-abc/m';
    expect(fake.started.map(({ args }) => args.join('|'))).toEqual([
      `${common}|-o|ControlMaster=auto|-o|ControlPersist=30|${control}|-f|-N|-T|--|build`,
      `${common}|-o|ControlMaster=no|${control}|-T|--|build|systemd-stdio-bridge`,
      `${common}|${control}|-O|exit|--|build`,
    ]);
    expect(removed).toEqual(['/run/user/1/psvc-abc']);
    expect(fake.started.every(({ ended }) => ended)).toBe(true);
  });

  test('a new bus does not go over an old master, which may hang on a dead line', async () => {
    const { ssh, fake } = transport('build');
    await ssh.openBus(never);
    await ssh.openBus(never);
    expect(fake.started.map(({ args }) => args.find(arg => ['-f', 'systemd-stdio-bridge', 'exit'].includes(arg)))).toEqual([
      '-f',
      'systemd-stdio-bridge',
      'exit',
      '-f',
      'systemd-stdio-bridge',
    ]);
    await ssh.dispose();
  });

  test('Windows has no control master', async () => {
    const { ssh, fake } = transport('build', { platform: 'win32' });
    await ssh.openBus(never);
    await ssh.dispose();
    expect(fake.started).toHaveLength(1);
    expect(fake.started[0]?.args.join(' ')).toContain('-o ControlMaster=no -o ControlPath=none -T -- build systemd-stdio-bridge');
  });

  test('another ssh program', async () => {
    const { ssh, fake } = transport('build', { program: '/opt/ssh' });
    await ssh.openBus(never);
    await ssh.dispose();
    expect(new Set(fake.started.map(({ program }) => program))).toEqual(new Set(['/opt/ssh']));
    expect(ssh.ssh?.command()[0]).toBe('/opt/ssh');
  });

  test('through sudo: the bus, and every program', async () => {
    const { ssh, fake } = transport('build', { more: { sudo: true } });
    await ssh.openBus(never);
    ssh.run(['sh', '-c', 'id']);
    ssh.run(['journalctl', '-u', 'a b']);
    await ssh.dispose();
    expect(fake.started.map(({ args }) => args.at(-1)).slice(1, 4)).toEqual([
      'sudo -n -- systemd-stdio-bridge',
      'sudo -n -- sh -c id',
      `sudo -n -- sh -c 'exec "$@"' sh journalctl -u 'a b'`,
    ]);
    expect(ssh.ssh?.before).toEqual(['sudo', '-n', '--']);
  });

  test("the user's own bus is named, since 257 takes --user for the system's", async () => {
    const { ssh, fake } = transport('build', { more: { scope: 'user' } });
    await ssh.openBus(never);
    await ssh.dispose();
    expect(fake.started[1]?.args.at(-1)).toBe(
      `sh -c 'exec systemd-stdio-bridge -p "unix:path=\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/bus"'`,
    );
  });

  test.each([
    ['linux', 'quietly', ['BatchMode=yes never', 'BatchMode=yes never']],
    ['linux', 'may-ask', ['BatchMode=no force', 'BatchMode=yes never']], // what goes over the shared connection needs no answer
    ['win32', 'quietly', ['BatchMode=yes never']],
    ['win32', 'may-ask', ['BatchMode=no force']],
  ] as const)('%s, %s: who asks', async (platform, asking, expected) => {
    let closed = 0;
    const session = {
      environment: { SSH_ASKPASS_REQUIRE: 'force' },
      declined: new AbortController().signal,
      asking: false,
      close: async () => void closed++,
    };
    const { ssh, fake } = transport('build', { platform, openAskpass: async () => session });
    await ssh.openBus(never, asking);
    const seen = fake.started.map(
      ({ args, environment }) => `${args.find(arg => arg.startsWith('BatchMode'))} ${environment?.SSH_ASKPASS_REQUIRE}`,
    );
    expect(seen).toEqual(expected);
    await ssh.dispose();
    expect(closed).toBe(asking === 'may-ask' ? 1 : 0);
  });

  test.each([
    '-oProxyCommand=evil',
    '',
    'a b',
    'me@-oProxyCommand=evil',
    'ssh://-x',
    'a\nb',
    'a\0b',
    'a;b',
    'a$(b)',
    'a`b`',
    "a'b",
    'a\\b',
  ])('%j is no destination: nothing is started', async destination => {
    const { ssh, fake } = transport(destination);
    await expect(ssh.openBus(never)).rejects.toMatchObject({ name: 'HostFailure', kind: 'unreachable' });
    expect(await ssh.run(['true']).ended).toMatchObject({ code: null, stderr: expect.stringContaining('no ssh destination') });
    expect(fake.started).toEqual([]);
  });
});

describe('quoting', () => {
  test.each(['', 'plain', "it's", '$(id)', '`id`', 'a;b|c&d', 'two\nlines', '-n', '"x"', '\\', '~', '*', 'ä ö', '=x', '!!', '#', "'\\''"])(
    '%j arrives as it is',
    word => {
      const { stdout } = spawnSync('sh', ['-c', `printf '%s.' ${quoteForShell(word)}`], { encoding: 'utf8' });
      expect(stdout).toBe(`${word}.`);
    },
  );
  test('NUL cannot be sent', () => expect(() => quoteForShell('a\0b')).toThrow(TypeError));
});

/** What OpenSSH 9.2 says, and what is made of it. */
describe('failures of ssh', () => {
  const bridge = { name: 'vm', destination: 'me@vm', program: 'systemd-stdio-bridge' };
  test.each<readonly [number | null, string, string, string]>([
    [255, 'ssh: Could not resolve hostname vm: Name or service not known', 'unreachable', 'no machine of that name is known'],
    [255, 'ssh: connect to host vm port 22: Connection refused', 'unreachable', 'connection refused'],
    [255, 'ssh: connect to host vm port 22: Connection timed out', 'timeout', 'connection timed out'],
    [255, 'ssh: connect to host vm port 22: No route to host', 'unreachable', 'there is no route to it'],
    [255, 'me@vm: Permission denied (publickey,password).', 'not-allowed', 'ssh was not let in'],
    [
      255,
      'No ED25519 host key is known for vm and you have requested strict checking.\r\nHost key verification failed.',
      'not-allowed',
      'its host key is not known yet',
    ],
    [
      255,
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nHost key verification failed.',
      'not-allowed',
      'its host key is not the one that was known',
    ],
    [255, 'Bad owner or permissions on /home/me/.ssh/config', 'unreachable', 'ssh does not take its configuration'],
    [
      255,
      '/x: line 3: Bad configuration option: Hots\n/x: terminating, 1 bad configuration options',
      'unreachable',
      'ssh does not take its configuration',
    ],
    [255, 'client_loop: send disconnect: Broken pipe', 'unreachable', 'the ssh connection broke'],
    [255, 'something new', 'unreachable', 'ssh ended unexpectedly'],
    [null, 'spawn ssh ENOENT', 'unreachable', 'there is no ssh program on this machine'],
    [127, 'sh: 1: systemd-stdio-bridge: not found', 'unreachable', 'it has no systemd-stdio-bridge'],
    [1, 'sudo: command not found', 'unreachable', 'systemd-stdio-bridge found no system bus there'], // not asked for
    [1, '', 'unreachable', 'systemd-stdio-bridge found no system bus there'],
    [0, '', 'unreachable', 'its bus closed the connection'],
  ])('exit %s, %j', (code, stderr, kind, why) => {
    const failure = explainSsh({ code, stderr }, bridge);
    expect(failure).toMatchObject({ kind, message: `vm cannot be reached: ${why}.` });
    expect(failure.advice).toMatch(/./);
    expect(failure.detail ?? '').toBe(stderr);
  });

  test.each([
    [1, 'sudo: a password is required', 'not-allowed', 'sudo does not let this user in without a password'],
    [1, 'Sorry, user me may not run sudo on vm.', 'not-allowed', 'sudo does not let this user in without a password'],
    [127, 'sh: 1: sudo: not found', 'unreachable', 'it has no sudo'],
    [127, 'sh: 1: systemd-stdio-bridge: not found', 'unreachable', 'it has no systemd-stdio-bridge'],
    [1, '', 'unreachable', 'systemd-stdio-bridge found no system bus there'],
  ])('through sudo: exit %s, %j', (code, stderr, kind, why) => {
    const failure = explainSsh({ code, stderr }, { ...bridge, sudo: true });
    expect(failure).toMatchObject({ kind, message: `vm cannot be reached: ${why}.` });
    expect(failure.setUp !== undefined).toBe(kind === 'not-allowed');
  });

  test("no bus of the user's own", () => {
    expect(explainSsh({ code: 1, stderr: '' }, { ...bridge, scope: 'user' })).toMatchObject({
      message: 'vm cannot be reached: systemd-stdio-bridge found no bus of this user there.',
    });
  });

  test('the master cannot be made: that is what openBus says, and no session is tried', async () => {
    const refused = { code: 255, stderr: 'ssh: connect to host build port 22: Connection refused' };
    const { ssh, fake } = transport('build', { codes: args => (args.includes('-N') ? refused : undefined) });
    await expect(ssh.openBus(never)).rejects.toMatchObject({ message: 'vm cannot be reached: connection refused.' });
    expect(fake.started).toHaveLength(1);
    await ssh.dispose();
  });
});

test.each([
  ['vm', 'root@vm'],
  ['me@vm', 'root@vm'],
  ['ssh://me@vm:2222', 'ssh://root@vm:2222'],
  ['ssh://vm', 'ssh://root@vm'],
])('%s as root is %s', (destination, root) => expect(asRoot(destination)).toBe(root));
