/** A host over a bus and programs that a test controls; what real ones do is in test/hosts. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { forTesting } from '../../../client/src/hosts/attach/attach-options.ts';
import type { Message } from '../../../client/src/hosts/bus/wire.ts';
import { defaultDeadlines } from '../../../client/src/hosts/clock.ts';
import type { Host, HostDefinition } from '../../../client/src/hosts/contract.ts';
import { createHost } from '../../../client/src/hosts/host.ts';
import { createProcessGroup } from '../../../client/src/hosts/transport/process.ts';
import type { Transport } from '../../../client/src/hosts/transport/transport.ts';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { type Answer, type FakeBus, fakeBus } from './fake-bus.ts';
import { fakeClock } from './fake-clock.ts';
import { type Ending, fakeSpawn } from './fake-spawn.ts';

const image: ImageFacts = { path: '/nowhere/hello_1', name: 'hello_1', kind: 'directory', prefix: 'hello', units: [] };

interface Setup {
  readonly host: Host;
  /** One for each connection, in order. */
  readonly buses: FakeBus[];
  readonly programs: () => readonly string[];
  readonly clock: ReturnType<typeof fakeClock>;
  readonly log: string[];
}

function setup(
  options: {
    uid?: number;
    portabled?: boolean;
    answer?: (call: Message) => Answer | undefined;
    definition?: HostDefinition;
    refuse?: () => boolean;
    /** How programs end; by default well, with nothing to say. */
    end?: (args: readonly string[]) => Ending;
    /** How the question for the user ends, first. */
    who?: Ending[];
  } = {},
): Setup {
  const { uid = 0, portabled = true, definition = { kind: 'ssh', name: 'vm', destination: 'me@vm' } } = options;
  const { refuse = () => false, end = () => ({ code: 0 }), who = [] } = options;
  const buses: FakeBus[] = [];
  const { spawn, started } = fakeSpawn((_program, args) =>
    args.includes('id -u; id -un') ? (who.shift() ?? { code: 0, stdout: `${uid}\nme\n` }) : end(args),
  );
  const group = createProcessGroup(spawn);
  const respond = (call: Message): Answer => {
    const own = options.answer?.(call);
    if (own) return own;
    if (call.member === 'Get' && call.body[1] === 'Version') return { signature: 'v', body: [['s', '257.13-1']] };
    if (call.member === 'Get' && call.body[1] === 'SystemState') return { signature: 'v', body: [['s', 'running']] };
    if (call.member === 'Get' && call.body[1] === 'Profiles') return { signature: 'v', body: [['as', ['default']]] };
    if (call.member === 'GetConnectionUnixUser') return { signature: 'u', body: [uid] };
    if (call.member === 'ListNames') return { signature: 'as', body: [['org.freedesktop.systemd1']] };
    if (call.member === 'ListActivatableNames') return { signature: 'as', body: [portabled ? ['org.freedesktop.portable1'] : []] };
    return { signature: '', body: [] };
  };
  const transport: Transport = {
    sharesFiles: false,
    openBus: async () => {
      if (refuse()) throw new Error('connect ECONNREFUSED');
      const bus = fakeBus(respond);
      buses.push(bus);
      return bus.stream;
    },
    run: ([program, ...args]) => group.start(program, args),
    dispose: () => group.dispose(),
  };
  const clock = fakeClock();
  const log: string[] = [];
  const deps = {
    spawn,
    connect: () => {
      throw new Error('not used');
    },
    platform: 'linux',
    readText: () => '',
    clock,
    deadlines: defaultDeadlines,
    machineId: 'm',
    uid: 0,
    log: (line: string) => void log.push(line),
  } as const;
  return {
    host: createHost(definition, deps, transport),
    buses,
    programs: () => started.map(({ program, args }) => [program, ...args].join(' ')),
    clock,
    log,
  };
}

const progress = (signal = new AbortController().signal) => ({ signal, report: () => {} });

describe('the connection', () => {
  test('comes with the first question, and is shared', async () => {
    const { host, buses } = setup();
    expect(host.status).toEqual({ state: 'idle' });
    expect(buses).toHaveLength(0);
    const states = await Promise.all([host.imageState(image), host.imageState(image), host.connect()]);
    expect(states.slice(0, 2)).toEqual([{ attached: false }, { attached: false }]);
    expect(buses).toHaveLength(1);
    expect(host.status).toEqual({ state: 'connected', systemd: { major: 257, full: '257.13-1' }, portabled: true, rights: 'root' });
    expect(host.id).toBe('ssh:me@vm');
  });

  test('questions at the same time share one look at what is attached', async () => {
    const { host, programs } = setup();
    await host.connect();
    await Promise.all([host.imageState(image), host.imageState({ ...image, path: '/b' }), host.attachedFiles(image)]);
    expect(programs()).toHaveLength(1);
    await host.imageState(image);
    expect(programs()).toHaveLength(2);
  });

  test('breaks: unreachable, told once; the next question makes a new one', async () => {
    const { host, buses } = setup();
    const states: string[] = [];
    host.onDidChange(() => states.push(host.status.state));
    await host.connect();
    buses[0]?.far.destroy();
    await turn();
    await turn();
    expect(host.status).toMatchObject({
      state: 'unreachable',
      error: { kind: 'unreachable', message: 'Staying connected to vm: the connection to the host broke.' },
    });
    await host.imageState(image);
    expect(buses).toHaveLength(2);
    expect(states).toEqual(['connecting', 'connected', 'unreachable', 'connecting', 'connected']);
  });

  test('cannot be made: the failure names the host, and is the status', async () => {
    let down = true;
    const { host } = setup({ refuse: () => down });
    await expect(host.connect()).rejects.toMatchObject({ name: 'HostFailure', message: 'Connecting to vm: connect ECONNREFUSED.' });
    expect(host.status.state).toBe('unreachable');
    down = false;
    await host.connect();
    expect(host.status.state).toBe('connected');
  });

  test('a bus that never answers is given up at the deadline', async () => {
    const { host, clock } = setup({ answer: ({ member }) => (member === 'ListNames' ? 'silence' : undefined) });
    const connecting = host.connect();
    const failed = expect(connecting).rejects.toMatchObject({ kind: 'timeout' });
    await turn();
    await turn();
    clock.pass(defaultDeadlines.connect);
    await failed;
  });

  test('cancelled while it is made: the caller is let go at once', async () => {
    const { host } = setup({ answer: ({ member }) => (member === 'ListNames' ? 'silence' : undefined) });
    const stop = new AbortController();
    const connecting = host.connect(stop.signal);
    stop.abort();
    await expect(connecting).rejects.toMatchObject({ kind: 'cancelled' });
    await host.dispose();
    expect(host.status).toEqual({ state: 'idle' });
  });
});

describe('listening', () => {
  const rulesOf = ({ calls }: FakeBus) =>
    calls.filter(call => /^(AddMatch|RemoveMatch|Subscribe|Unsubscribe)/.test(call)).map(call => call.split(' ')[0]);

  test('only while there is a listener', async () => {
    const { host, buses } = setup();
    await host.connect();
    const [bus] = buses;
    if (!bus) throw new Error('no bus');
    expect(rulesOf(bus)).toEqual([]);
    const one = host.onDidChange(() => {});
    const two = host.onDidChange(() => {});
    await turn();
    await turn();
    expect(rulesOf(bus)).toEqual(['AddMatch', 'AddMatch', 'AddMatch', 'AddMatch', 'Subscribe']);
    one.dispose();
    one.dispose();
    await turn();
    expect(rulesOf(bus)).toHaveLength(5);
    two.dispose();
    await turn();
    expect(rulesOf(bus).slice(5)).toEqual(['RemoveMatch', 'RemoveMatch', 'RemoveMatch', 'RemoveMatch', 'Unsubscribe']);
  });

  test('a burst of signals is one event, 150 ms after the first', async () => {
    const { host, buses, clock } = setup();
    let heard = 0;
    host.onDidChange(() => heard++);
    await host.connect();
    await turn();
    await turn();
    heard = 0;
    const manager = { path: '/org/freedesktop/systemd1', interface: 'org.freedesktop.systemd1.Manager' };
    for (const member of ['Reloading', 'UnitFilesChanged', 'JobRemoved', 'UnitNew', 'UnitRemoved'])
      buses[0]?.signal({ ...manager, member });
    await turn();
    clock.pass(149);
    expect(heard).toBe(0);
    clock.pass(1);
    expect(heard).toBe(1);
    buses[0]?.signal({ ...manager, member: 'UnitNew' });
    await turn();
    clock.pass(1000);
    expect(heard).toBe(1);
  });
});

test('a host that lets nobody listen is not left half listened to', async () => {
  const refused = { error: 'org.freedesktop.DBus.Error.LimitsExceeded', text: 'too many' };
  const { host, buses, log } = setup({ answer: ({ member }) => (member === 'Subscribe' ? refused : undefined) });
  await host.connect();
  host.onDidChange(() => {});
  while (!log.some(line => line.includes('cannot listen for changes'))) await turn();
  await turn();
  const rules = (method: string) => buses[0]?.calls.filter(call => call.startsWith(`${method} `)).length;
  expect(rules('AddMatch')).toBeGreaterThan(0);
  expect(rules('RemoveMatch')).toBe(rules('AddMatch'));
});

describe('a host that goes', () => {
  const said = { code: 1, stderr: 'nsenter: cannot open /proc/7/ns/ipc: No such file or directory' };
  const isState = ({ member, body }: Message): boolean => member === 'Get' && body[1] === 'SystemState';
  const state = (word: string): Answer => ({ signature: 'v', body: [['s', word]] });
  const away = { kind: 'unreachable', advice: expect.stringContaining('Try again') };

  /** A host on which a program fails while it goes, in an order of its own. */
  function failing(answer: (bus: FakeBus | undefined) => Answer | undefined, before?: (bus: FakeBus | undefined) => Ending): Setup {
    const made = setup({
      end: args => (args.some(word => word.includes('20-portable.conf')) ? (before ? before(made.buses[0]) : said) : { code: 0 }),
      answer: call => (isState(call) ? answer(made.buses[0]) : undefined),
    });
    return made;
  }
  const cut = (bus: FakeBus | undefined): 'silence' => {
    bus?.far.destroy();
    return 'silence';
  };

  const orders: readonly (readonly [string, () => Setup])[] = [
    ['a program first, then the bus', () => failing(cut)],
    [
      'the bus first, then a program',
      () =>
        failing(
          () => 'silence',
          bus => {
            cut(bus);
            return said;
          },
        ),
    ],
    [
      'the bus, while a program runs on',
      () =>
        failing(
          () => 'silence',
          bus => void cut(bus),
        ),
    ],
    [
      'the manager, before a bus that starts it in vain',
      () => failing(() => ({ error: 'org.freedesktop.DBus.Error.Spawn.ChildExited', text: 'exited' })),
    ],
    [
      'the manager, before a bus that misses it',
      () => failing(() => ({ error: 'org.freedesktop.DBus.Error.NameHasNoOwner', text: 'no owner' })),
    ],
    ['the manager, asked when it goes', () => failing(() => ({ error: 'org.freedesktop.DBus.Error.NoReply', text: 'disconnected' }))],
    ['all of it in good order', () => failing(() => state('stopping'))],
  ];
  const actions: readonly (readonly [string, (host: Host) => Promise<unknown>])[] = [
    ['a question', host => host.imageState(image)],
    ['an operation', host => host.detach(image, progress())],
    ['a unit', host => host.units.attachedSince('/nowhere/hello_1')],
  ];
  test.each(orders.flatMap(([order, make]) => actions.map(([action, act]) => ({ order, action, make, act }))))(
    '$order: $action cannot be reached, whatever was noticed first',
    async ({ make, act }) => {
      const { host } = make();
      await host.connect();
      await expect(act(host)).rejects.toMatchObject(away);
    },
  );

  test('what it said first is kept as the detail', async () => {
    const { host } = failing(() => state('stopping'));
    const failure = {
      message: 'Asking vm for the state of hello_1: the host is shutting down.',
      detail: expect.stringContaining('nsenter'),
    };
    await expect(host.imageState(image)).rejects.toMatchObject(failure);
  });

  test('a failure on a host that stays is its own', async () => {
    const { host } = failing(() => state('degraded'));
    await expect(host.imageState(image)).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('nsenter') });
  });

  test('a host that is too busy to say has not gone', async () => {
    const { host, clock } = failing(() => 'silence');
    await host.connect();
    const failed = expect(host.imageState(image)).rejects.toMatchObject({ kind: 'refused' });
    for (let i = 0; i < 10; i++) await turn();
    clock.pass(defaultDeadlines.call);
    await failed;
  });

  test('met while it goes: not connected, and nothing refused', async () => {
    const gone = { error: 'org.freedesktop.DBus.Error.ServiceUnknown', text: 'no such name' };
    const { host } = setup({ answer: ({ member, body }) => (member === 'Get' && body[1] === 'Version' ? gone : undefined) });
    await expect(host.connect()).rejects.toMatchObject({ kind: 'unreachable', detail: 'no such name' });
  });
});

describe('what cannot be done', () => {
  test('without portabled', async () => {
    const { host } = setup({ portabled: false });
    const refused = { kind: 'no-portabled', message: expect.stringContaining('vm'), advice: expect.stringContaining('systemd-container') };
    await expect(host.attachAndStart(image, forTesting, progress())).rejects.toMatchObject(refused);
    await expect(host.images()).rejects.toMatchObject(refused);
    expect(await host.imageState(image)).toEqual({ attached: false });
  });

  test.each<readonly [HostDefinition, string]>([
    [{ kind: 'ssh', name: 'vm', destination: 'me@vm' }, 'add the SSH host root@vm.'],
    [{ kind: 'local', name: 'this machine' }, 'add the SSH host root@localhost'],
  ])('without rights on $kind', async (definition, advice) => {
    const { host } = setup({ uid: 1000, definition });
    const failing = host.attachAndStart(image, forTesting, progress());
    await expect(failing).rejects.toMatchObject({
      kind: 'not-allowed',
      advice: expect.stringContaining(advice),
      detail: expect.stringContaining('me (user id 1000)'),
    });
  });

  test('who we are there is asked again where that could not be told', async () => {
    const { host } = setup({ uid: 1000, who: [{ code: 1, stderr: 'out of processes' }] });
    await expect(host.attachAndStart(image, forTesting, progress())).rejects.toMatchObject({
      message: expect.stringContaining('out of processes'),
    });
    await expect(host.attachAndStart(image, forTesting, progress())).rejects.toMatchObject({ kind: 'not-allowed' });
  });

  test.each(['a b_1', "it's_1", '-x_1', '.hidden', 'a%n_1', 'a:b', 'ä_1', 'x'.repeat(300)])('with the image name %j', async name => {
    const { host, programs } = setup();
    await expect(host.attachAndStart({ ...image, name }, forTesting, progress())).rejects.toMatchObject({ kind: 'refused' });
    expect(programs()).toEqual([]);
  });

  test.each(['../trusted', '', '-x', 'a/b', 'unknown'])('with the profile %j', async profile => {
    const { host, programs } = setup();
    await expect(host.attachAndStart(image, { ...forTesting, profile }, progress())).rejects.toMatchObject({ kind: 'refused' });
    expect(programs().filter(line => line.includes('upload'))).toEqual([]);
  });

  test('detaching what is not attached', async () => {
    const { host } = setup();
    await expect(host.detach(image, progress())).rejects.toMatchObject({
      kind: 'refused',
      message: 'Detaching hello_1 from vm: hello_1 is not attached there.',
    });
  });

  test('waiting for its turn, an operation can be cancelled; the one before goes on', async () => {
    const { host } = setup({ answer: ({ member, body }) => (member === 'Get' && body[1] === 'Profiles' ? 'silence' : undefined) });
    await host.connect();
    const first = host.attachAndStart(image, forTesting, progress());
    const stop = new AbortController();
    const second = host.detach(image, progress(stop.signal));
    await turn();
    stop.abort();
    await expect(second).rejects.toMatchObject({ kind: 'cancelled' });
    let ended = false;
    first.catch(() => {
      ended = true;
    });
    await turn();
    expect(ended).toBe(false);
  });
});

test('an answer of the wrong shape is a failure, not a crash', async () => {
  const { host } = setup({ answer: ({ member }) => (member === 'ListImages' ? { signature: 's', body: ['hm'] } : undefined) });
  await expect(host.images()).rejects.toMatchObject({ name: 'HostFailure', message: expect.stringContaining('Listing the images of vm') });
});
