/** What the ways to a host share: turns, sudo, rights, and what the log tells. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { askRights, polkitRulesOn, setUpLine } from '../../../client/src/hosts/attach/rights.ts';
import type { Bus } from '../../../client/src/hosts/bus/bus.ts';
import { BusError } from '../../../client/src/hosts/bus/bus-error.ts';
import type { Systemd } from '../../../client/src/hosts/bus/systemd.ts';
import type { MethodCall } from '../../../client/src/hosts/bus/wire.ts';
import { limited } from '../../../client/src/hosts/clock.ts';
import { clockAhead, inOurTime } from '../../../client/src/hosts/clock-skew.ts';
import type { HostDefinition } from '../../../client/src/hosts/contract.ts';
import { createGate } from '../../../client/src/hosts/gate.ts';
import { createProcessGroup } from '../../../client/src/hosts/transport/process.ts';
import { throughSudo } from '../../../client/src/hosts/transport/sudo.ts';
import { shortened, tracedBus, tracedSpawn } from '../../../client/src/hosts/transport/trace.ts';
import type { Transport } from '../../../client/src/hosts/transport/transport.ts';
import { fakeClock } from './fake-clock.ts';
import { fakeSpawn } from './fake-spawn.ts';

const options = { deadline: 1000 };

function fake(answer: (call: MethodCall) => unknown): Bus {
  return {
    call: async call => {
      const value = answer(call);
      if (value instanceof Error) throw value;
      return [value];
    },
    subscribe: () => Promise.reject(new Error('not used')),
    close: () => {},
    closedBy: undefined,
    onClosed: () => ({ dispose: () => {} }),
    name: ':1.7',
    load: { rules: 0, pending: 0 },
  };
}

test('a gate lets only so many in, in order, and the next when one leaves; leaving twice counts once', async () => {
  const gate = createGate(2);
  const entered: number[] = [];
  const leaves: (() => void)[] = [];
  const all = [0, 1, 2, 3].map(async i => {
    const leave = await gate.enter();
    entered.push(i);
    leaves.push(leave);
  });
  await Promise.all(all.slice(0, 2));
  await new Promise(setImmediate);
  expect(entered).toEqual([0, 1]);
  leaves[0]?.();
  leaves[0]?.();
  await all[2];
  await new Promise(setImmediate);
  expect(entered).toEqual([0, 1, 2]);
  leaves[1]?.();
  await all[3];
  expect(entered).toEqual([0, 1, 2, 3]);
});

test.each<[readonly [string, ...string[]], readonly string[]]>([
  [['systemd-stdio-bridge'], ['sudo', '-n', '--', 'systemd-stdio-bridge']],
  [
    ['sh', '-c', 'x'],
    ['sudo', '-n', '--', 'sh', '-c', 'x'],
  ],
  [
    ['rsync', '--server'],
    ['sudo', '-n', '--', 'rsync', '--server'],
  ],
  [
    ['journalctl', '-u', 'a b'],
    ['sudo', '-n', '--', 'sh', '-c', 'exec "$@"', 'sh', 'journalctl', '-u', 'a b'],
  ],
])('through sudo, %j becomes %j', (argv, expected) => expect(throughSudo(argv)).toEqual(expected));

describe('rights', () => {
  const ssh: HostDefinition = { kind: 'ssh', name: 'vm', destination: 'me@vm' };
  const polkit = (granted: (action: string) => boolean) => (call: MethodCall) =>
    call.member === 'GetConnectionUnixUser' ? 1000 : [granted(String(call.body?.[1])), false, new Map()];
  test.each<[string, HostDefinition, (call: MethodCall) => unknown, string]>([
    ['root', ssh, () => 0, 'root'],
    ['root through sudo', { ...ssh, sudo: true }, () => 0, 'sudo'],
    ['every action granted', ssh, polkit(() => true), 'polkit'],
    ['units only', ssh, polkit(action => action.includes('systemd1')), 'none'],
    ['nothing', ssh, polkit(() => false), 'none'],
    ['no polkit', ssh, call => (call.member === 'GetConnectionUnixUser' ? 1000 : new BusError('reply', 'no such name')), 'none'],
    ['an answer of another shape', ssh, call => (call.member === 'GetConnectionUnixUser' ? 1000 : 'yes'), 'none'],
    ["the user's own units", { ...ssh, scope: 'user' }, () => 1000, 'own'],
  ])('%s', async (_what, definition, answer, rights) => expect(await askRights(fake(answer), definition, options)).toBe(rights));

  test.each<[string, unknown, string]>([
    ['local', 'local', 'polkit-pkla'],
    ['js', 'js', 'polkit'],
    ['nothing', new BusError('reply', 'no such name'), 'polkit'],
  ])('a polkit that says %s', async (_what, answer, rules) =>
    expect(
      await polkitRulesOn(
        fake(() => answer),
        options,
      ),
    ).toBe(rules),
  );

  test('a bus that breaks is not "no rights"', async () => {
    const broken = {
      ...fake(call => (call.member === 'GetConnectionUnixUser' ? 1000 : new BusError('closed', 'gone'))),
      closedBy: new BusError('closed', 'gone'),
    };
    await expect(askRights(broken, ssh, options)).rejects.toThrow('gone');
  });

  test.each([
    ['sudo', 'dev ALL=(root) NOPASSWD: /'],
    ['polkit', 'subject.user == "dev"'],
    ['polkit-pkla', '\nIdentity=unix-user:dev\nAction=org'],
  ] as const)('the line for %s, as a shell reads it', (kind, holds) => {
    const text = (user?: string) => {
      const script = setUpLine(kind, user).replace(/ \| sudo .*$/, '');
      return spawnSync('sh', ['-c', `id() { echo me; }; ${script}`], { encoding: 'utf8' }).stdout;
    };
    expect(text('dev')).toContain(holds);
    expect(text()).toBe(text('me')); // unknown: the shell's own user
    expect(text("x' ; rm -rf /")).toBe(text('me')); // no name: not put into a command line
  });
});

describe('the log at debug level', () => {
  test('a call, its arguments and its answer, on one line each', async () => {
    const lines: string[] = [];
    const bus = tracedBus(
      fake(() => [1n, new Map([['a', 'b\nc']])]),
      'vm',
      line => lines.push(line),
    );
    await bus.call({ destination: 'd', path: '/p', interface: 'i.f', member: 'Ask', signature: 's', body: ['x'.repeat(1000)] }, options);
    expect(lines).toEqual([
      expect.stringMatching(/^vm call 1: i\.f\.Ask\["x+… \(1004 characters\)$/),
      String.raw`vm answer 1: [["1",[["a","b\nc"]]]]`,
    ]);
  });

  test('no environment, credential or file of an image is told', async () => {
    const lines: string[] = [];
    const answer = [
      new Map<string, unknown>([
        ['Environment', ['A=hush']],
        ['SetCredential', [['a', Buffer.from('hush')]]],
        ['Nice', 5],
      ]),
      Buffer.from('hush'),
    ];
    const bus = tracedBus(
      fake(() => answer),
      'vm',
      line => lines.push(line),
    );
    await bus.call({ destination: 'd', path: '/p', interface: 'i.f', member: 'GetAll' }, options);
    expect(lines[1]).toBe('vm answer 1: [[[["Environment","…"],["SetCredential","…"],["Nice",5]],"… (bytes)"]]');
  });

  test('a refusal', async () => {
    const lines: string[] = [];
    const bus = tracedBus(
      fake(() => new BusError('reply', 'no', { errorName: 'org.x.No' })),
      'vm',
      line => lines.push(line),
    );
    await expect(bus.call({ destination: 'd', path: '/p', interface: 'i', member: 'Ask' }, options)).rejects.toThrow('no');
    expect(lines[1]).toBe('vm answer 1: org.x.No: no');
  });

  test('a program, how it ended, and nothing of its environment or input', async () => {
    const lines: string[] = [];
    const { spawn } = fakeSpawn(() => ({ code: 3, stderr: 'no\nway' }));
    const child = tracedSpawn(spawn, line => lines.push(line))('ssh', ['-T', '--', 'vm', "echo 'a b'"], { TOKEN: 'hush' });
    child.stdin.write('hush');
    await new Promise(resolve => child.on('close', resolve));
    expect(lines).toEqual([`[1] ssh -T -- vm "echo 'a b'"`, '[1] ended with 3: no way']);
  });

  test.each([
    ['a\x1b[31mb\u2028c', 'a [31mb c'],
    [undefined, ''],
    [Buffer.from('x'), '"… (bytes)"'],
  ])('%j is told as %j', (value, text) => expect(shortened(value)).toBe(text));
});

describe('a host whose clock is wrong', () => {
  const at = Date.UTC(2026, 10, 23, 12);
  const ask = (printed: string, code = 0) => {
    const { spawn } = fakeSpawn(() => ({ code, stdout: printed }));
    const group = createProcessGroup(spawn);
    const transport: Transport = {
      sharesFiles: false,
      openBus: () => Promise.reject(new Error('not used')),
      run: ([program, ...args]) => group.start(program, args),
      dispose: () => group.dispose(),
    };
    return clockAhead(transport, { clock: { ...fakeClock(), now: () => at }, deadline: 1000 });
  };
  const hour = 3600;
  test.each([
    ['hours ahead', `${at / 1000 + 5 * hour}\n`, 5 * hour * 1000 + 500],
    ['years behind', `${at / 1000 - 20_000 * hour}\n`, -20_000 * hour * 1000 + 500],
    ['right', `${at / 1000}\n`, 0],
    ['a moment off', `${at / 1000 + 2}\n`, 0],
    ['unreadable', 'date: invalid option', 0],
  ])('%s', async (_what, printed, ahead) => expect(await ask(printed)).toBe(ahead));
  test('unknown where it cannot be asked', async () => expect(await ask('', 255)).toBe(0));

  test('since when a unit is active is told by our clock', async () => {
    const details = { fragment: '', dropIns: [], triggers: [] };
    const unit = { name: 'a.service', load: 'loaded', active: 'active', sub: 'running', object: '/a' };
    let asked = 0;
    const told = (since?: number) =>
      inOurTime({ details: async () => ({ ...details, ...(since !== undefined && { since }) }) } as unknown as Systemd, async () => {
        asked++;
        return 5 * hour * 1000;
      }).details(unit);
    expect((await told(at)).since).toBe(at - 5 * hour * 1000);
    expect((await told()).since).toBeUndefined();
    expect(asked).toBe(1);
  });
});

test('a deadline does not pass while the user thinks', () => {
  const clock = fakeClock();
  let asking = false;
  const { signal } = limited(
    clock,
    2500,
    () => new Error('late'),
    undefined,
    () => asking,
  );
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds * 2; i++) clock.pass(500);
  };
  pass(2);
  asking = true;
  pass(600);
  asking = false;
  pass(1);
  expect(signal.aborted).toBe(false);
  pass(3);
  expect(signal.reason).toMatchObject({ message: 'late' });
});
