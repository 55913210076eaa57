import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Bus, openBus } from '../../../client/src/hosts/bus/bus.ts';
import { BusError } from '../../../client/src/hosts/bus/bus-error.ts';
import { type Answer, type FakeBus, fakeBus } from './fake-bus.ts';
import { fakeClock } from './fake-clock.ts';

const call = { destination: 'org.example.A', path: '/org/example/A', interface: 'org.example.A', member: 'Ask' };
const deadline = { deadline: 1000 };

async function connected(
  answer?: (call: { readonly member?: string }) => Answer,
): Promise<{ bus: Bus; fake: FakeBus; clock: ReturnType<typeof fakeClock> }> {
  const fake = fakeBus(answer);
  const clock = fakeClock();
  return { bus: await openBus(fake.stream, { uid: 1000, clock, ...deadline }), fake, clock };
}

/** The reason that a promise of the bus rejects with. */
async function reasonOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    error => (error instanceof BusError ? error.reason : `not a BusError: ${error}`),
  );
}

describe('authentication', () => {
  test('claims the user id in hex and says hello', async () => {
    const { fake } = await connected();
    expect(fake.authenticated()).toBe('\0AUTH EXTERNAL 31303030');
    expect(fake.calls).toEqual(['Hello']);
  });

  test.each([
    ['no', 'REJECTED EXTERNAL\r\n', 'rejected'],
    ['what a shell says at login', 'Welcome to my machine!\r\nOK 00\r\n', 'malformed'],
    ['a line without end', 'x'.repeat(5000), 'malformed'],
    ['nothing, and goes', '', 'closed'],
  ])('a bus that says %s', async (_what, greeting, reason) => {
    const fake = fakeBus(undefined, greeting);
    const opening = openBus(fake.stream, { uid: 0, clock: fakeClock(), ...deadline });
    if (greeting === '') fake.far.end();
    expect(await reasonOf(opening)).toBe(reason);
    expect(fake.stream.destroyed).toBe(true);
  });

  test('a bus that says nothing is given up at the deadline', async () => {
    const fake = fakeBus(undefined, '');
    const clock = fakeClock();
    const opening = reasonOf(openBus(fake.stream, { uid: 0, clock, ...deadline }));
    await turn();
    clock.pass(1000);
    expect(await opening).toBe('timeout');
    expect(fake.stream.destroyed).toBe(true);
  });
});

describe('calls', () => {
  test('values come back: 64-bit integers as bigint, variants bare, dictionaries as maps, bytes as a buffer', async () => {
    const body = [18446744073709551615n, -5n, ['u', 7], [['a', ['s', 'x']]], Buffer.from([1, 2]), [['n', 3n]], true];
    const { bus } = await connected(() => ({ signature: 'txva{sv}aya(st)b', body }));
    expect(await bus.call(call, deadline)).toEqual([
      18446744073709551615n,
      -5n,
      7,
      new Map([['a', 'x']]),
      Buffer.from([1, 2]),
      [['n', 3n]],
      true,
    ]);
  });

  test('an error comes back with its name and text', async () => {
    const { bus } = await connected(() => ({ error: 'org.example.Error.No', text: 'not today' }));
    await expect(bus.call(call, deadline)).rejects.toMatchObject({
      reason: 'reply',
      errorName: 'org.example.Error.No',
      message: 'not today',
    });
  });

  test.each([
    ['the deadline', 'timeout', ({ clock }: { clock: ReturnType<typeof fakeClock> }) => clock.pass(1000)],
    ['close()', 'closed', ({ bus }: { bus: Bus }) => bus.close()],
    ['the end of the stream', 'closed', ({ fake }: { fake: FakeBus }) => void fake.far.end()],
    ['a broken stream', 'closed', ({ fake }: { fake: FakeBus }) => void fake.stream.destroy(new Error('cable'))],
    ['nonsense', 'malformed', ({ fake }: { fake: FakeBus }) => void fake.far.write(Buffer.alloc(16, 0xff))],
  ] as const)('a pending call ends with %s', async (_what, reason, end) => {
    const connection = await connected(() => 'silence');
    const answer = reasonOf(connection.bus.call(call, deadline));
    await turn();
    end(connection);
    expect(await answer).toBe(reason);
    expect(connection.bus.load.pending).toBe(0);
  });

  test('a cancelled call ends at once, and the next one is not harmed', async () => {
    const { bus } = await connected(({ member }) => (member === 'Wait' ? 'silence' : { signature: '', body: [] }));
    const stop = new AbortController();
    const answer = reasonOf(bus.call({ ...call, member: 'Wait' }, { ...deadline, signal: stop.signal }));
    stop.abort();
    expect(await answer).toBe('cancelled');
    expect(await bus.call(call, deadline)).toEqual([]);
  });

  test('after the end every call is refused with the reason, and the event has fired once', async () => {
    const { bus, fake } = await connected(() => 'silence');
    const events: string[] = [];
    bus.onClosed(({ reason }) => events.push(reason));
    fake.far.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await turn();
    expect(await reasonOf(bus.call(call, deadline))).toBe('malformed');
    bus.close();
    expect(events).toEqual(['malformed']);
    expect(bus.closedBy?.message).toContain('cannot be read');
  });

  test('a body that does not fit its signature is the caller’s mistake, and nothing is sent', async () => {
    const { bus, fake } = await connected();
    await expect(bus.call({ ...call, signature: 'u', body: ['x'] }, deadline)).rejects.toThrow(TypeError);
    expect(fake.calls).toEqual(['Hello']);
    expect(bus.load.pending).toBe(0);
  });

  test('messages arrive whole however the stream cuts them', async () => {
    const { bus, fake } = await connected(() => ({ signature: 's', body: ['y'.repeat(100_000)] }));
    const write = fake.far.write.bind(fake.far);
    fake.far.write = ((bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += 997) write(bytes.subarray(at, at + 997));
      return true;
    }) as typeof fake.far.write;
    const answers = await Promise.all([bus.call(call, deadline), bus.call(call, deadline)]);
    expect(answers.map(([text]) => (typeof text === 'string' ? text.length : 0))).toEqual([100_000, 100_000]);
  });
});

describe('signals', () => {
  const match = { sender: 'org.example.A', interface: 'org.example.A', member: 'Changed' };
  const changed = { path: '/a', interface: 'org.example.A', member: 'Changed' };

  test('one rule on the bus for equal matches, gone with the last of them', async () => {
    const { bus, fake } = await connected();
    const heard: string[] = [];
    const one = await bus.subscribe(match, () => heard.push('one'), deadline);
    const two = await bus.subscribe(match, () => heard.push('two'), deadline);
    fake.signal(changed);
    await turn();
    one.dispose();
    one.dispose();
    fake.signal(changed);
    await turn();
    expect(heard).toEqual(['one', 'two', 'two']);
    expect(bus.load.rules).toBe(1);
    two.dispose();
    await turn();
    const rule = "type='signal',sender='org.example.A',interface='org.example.A',member='Changed'";
    expect(fake.calls).toEqual(['Hello', `AddMatch ${rule}`, `RemoveMatch ${rule}`]);
    expect(bus.load.rules).toBe(0);
  });

  test('only what was asked for arrives, and nothing that was sent to us alone', async () => {
    const { bus, fake } = await connected();
    const heard: unknown[] = [];
    await bus.subscribe({ ...match, pathNamespace: '/a' }, ({ body }) => heard.push(body[0]), deadline);
    const say = (text: string, fields: object) => fake.signal({ ...changed, ...fields, signature: 's', body: [text] });
    say('right', {});
    say('below', { path: '/a/b' });
    say('beside', { path: '/ab' });
    say('other member', { member: 'Moved' });
    say('forged', { destination: ':1.7' });
    await turn();
    expect(heard).toEqual(['right', 'below']);
  });

  test('a handler that throws harms nobody', async () => {
    const fake = fakeBus();
    const errors: unknown[] = [];
    const bus = await openBus(fake.stream, { uid: 0, clock: fakeClock(), onHandlerError: error => errors.push(error), ...deadline });
    const heard: string[] = [];
    await bus.subscribe(
      match,
      () => {
        throw new Error('clumsy');
      },
      deadline,
    );
    await bus.subscribe(match, () => heard.push('still'), deadline);
    fake.signal(changed);
    await turn();
    expect(heard).toEqual(['still']);
    expect(errors).toHaveLength(1);
    expect(bus.closedBy).toBeUndefined();
  });

  test('a rule that the bus refuses is not kept', async () => {
    const { bus } = await connected(({ member }) =>
      member === 'AddMatch' ? { error: 'org.freedesktop.DBus.Error.LimitsExceeded', text: 'enough' } : { signature: '', body: [] },
    );
    expect(await reasonOf(bus.subscribe(match, () => {}, deadline))).toBe('reply');
    expect(bus.load.rules).toBe(0);
  });
});
