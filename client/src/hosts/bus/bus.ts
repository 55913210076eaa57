/** A connection to a message bus over any byte stream: calls that always end, signals that are only received while somebody listens. */
import type { Duplex } from 'node:stream';
import { createEvent, type Event } from '../../common/event.ts';
import { type Clock, systemClock } from '../clock.ts';
import { BusError } from './bus-error.ts';
import { asText } from './values.ts';
import { decode, encodeCall, type Message, type MethodCall, messageLength } from './wire.ts';

/** Which signals; the bus compares all that are given. `sender` is required: the bus vouches for it, so nobody else's signals arrive. */
export interface Match {
  readonly sender: string;
  readonly path?: string;
  readonly pathNamespace?: string;
  readonly interface?: string;
  readonly member?: string;
}

/** How long a call may take, in ms, and what ends it earlier. */
export interface CallOptions {
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Bus {
  /** Calls a method; resolves with the values of the answer. Rejects with a BusError, at the latest at the deadline. */
  call(call: MethodCall, options: CallOptions): Promise<readonly unknown[]>;
  /** Receives signals from the moment that it resolves until `dispose`. Equal matches share one rule on the bus. */
  subscribe(match: Match, handler: (signal: Message) => void, options: CallOptions): Promise<{ dispose(): void }>;
  /** Ends the connection; what is pending is rejected. */
  close(): void;
  /** The reason, once the connection has ended. */
  readonly closedBy: BusError | undefined;
  readonly onClosed: Event<BusError>;
  /** Our unique name on the bus, as `:1.42`. */
  readonly name: string;
  /** How many rules and calls the bus knows of us: for tests of leaks. */
  readonly load: { readonly rules: number; readonly pending: number };
}

export interface BusOptions extends CallOptions {
  /** User id to claim in AUTH EXTERNAL; the kernel checks it on a local socket, `systemd-stdio-bridge` takes any. */
  readonly uid: number;
  readonly clock?: Clock;
  /** Lets polkit on the host ask its user; only sensible where that user sits here. */
  readonly interactive?: boolean;
  /** Told when a handler of a signal throws: that ends neither the connection nor the other handlers. */
  readonly onHandlerError?: (error: unknown) => void;
}

const dbus = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const;
const maxAuthLine = 1024;

/** Authenticates over a fresh stream and says hello. Rejects with a BusError and destroys the stream when that fails or takes too long. */
export async function openBus(stream: Duplex, options: BusOptions): Promise<Bus> {
  const { bus, named } = createConnection(stream, options);
  try {
    const [name] = await bus.call({ ...dbus, member: 'Hello' }, options);
    named(asText(name));
  } catch (error) {
    bus.close();
    throw error;
  }
  return bus;
}

interface Pending {
  resolve(body: readonly unknown[]): void;
  reject(error: BusError): void;
}

interface Rule {
  readonly text: string;
  readonly handlers: Set<{ readonly match: Match; readonly handler: (signal: Message) => void }>;
  readonly added: Promise<unknown>;
}

function createConnection(
  stream: Duplex,
  { uid, clock = systemClock, interactive = false, onHandlerError }: BusOptions,
): { readonly bus: Bus; named(name: string): void } {
  const pending = new Map<number, Pending>();
  const rules = new Map<string, Rule>();
  const closed = createEvent<BusError>();
  const waiting: Buffer[] = []; // written before the authentication is through
  let ready = false;
  let lastSerial = 0;
  let ownName = '';
  let closedBy: BusError | undefined;
  let received: Buffer = Buffer.alloc(0);
  let chunks: Buffer[] = [];
  let arrived = 0;
  let wanted = 1; // bytes that must be there before it is worth to look again

  function close(error: BusError): void {
    if (closedBy) return;
    closedBy = error;
    stream.destroy();
    rules.clear();
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.reject(error);
    closed.fire(error);
  }

  function send(bytes: Buffer): void {
    if (ready) stream.write(bytes);
    else waiting.push(bytes);
  }

  function nextSerial(): number {
    lastSerial = lastSerial === 0xffffffff ? 1 : lastSerial + 1;
    return lastSerial;
  }

  /** Takes the server's one line of the authentication; true when through. */
  function authenticate(): boolean {
    const end = received.indexOf('\r\n');
    if (end < 0 && received.length <= maxAuthLine) return false;
    const line = received.toString('latin1', 0, end < 0 ? maxAuthLine : end);
    if (line.startsWith('REJECTED')) throw new BusError('rejected', `the bus does not accept user id ${uid}: ${line}`);
    if (end < 0 || !/^OK [0-9a-f]+$/i.test(line))
      throw new BusError('malformed', `the other side does not speak D-Bus: it said ${JSON.stringify(line.slice(0, 200))}`);
    received = received.subarray(end + 2);
    ready = true;
    stream.write('BEGIN\r\n');
    for (const bytes of waiting.splice(0)) stream.write(bytes);
    return true;
  }

  function take(chunk: Buffer): void {
    chunks.push(chunk);
    arrived += chunk.length;
    if (arrived < wanted) return;
    received = Buffer.concat([received, ...chunks]);
    chunks = [];
    wanted = 1;
    while ((ready || authenticate()) && received.length >= 16 && !closedBy) {
      const length = messageLength(received);
      if (received.length < length) {
        wanted = length;
        break;
      }
      const message = decode(received.subarray(0, length));
      received = received.subarray(length);
      if (message) dispatch(message);
    }
    arrived = received.length;
  }

  function dispatch(message: Message): void {
    if (message.type === 'signal') {
      // nobody on the bus may speak to us alone in another's name: our rules, which name the sender, only ever match broadcasts
      if (message.destination !== undefined) return;
      const handlers = [...rules.values()].flatMap(rule => [...rule.handlers]).filter(({ match }) => fits(match, message));
      for (const { handler } of handlers) {
        try {
          handler(message);
        } catch (error) {
          onHandlerError?.(error);
        }
      }
      return;
    }
    if (message.type === 'call' || message.replySerial === undefined) return; // we offer nothing on the bus
    const call = pending.get(message.replySerial);
    if (!call) return;
    pending.delete(message.replySerial);
    if (message.type === 'return') call.resolve(message.body);
    else {
      const said = message.body[0];
      const errorName = message.errorName ?? 'org.freedesktop.DBus.Error.Failed';
      call.reject(new BusError('reply', typeof said === 'string' ? said : errorName, { errorName }));
    }
  }

  stream.on('data', (chunk: Buffer) => {
    if (closedBy) return;
    try {
      take(chunk);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      close(error instanceof BusError ? error : new BusError('malformed', `the bus sent a message that cannot be read: ${why}`));
    }
  });
  stream.on('error', cause => close(new BusError('closed', `the connection to the bus broke: ${cause.message}`, { cause })));
  stream.on('end', () => close(new BusError('closed', 'the bus closed the connection')));
  stream.on('close', () => close(new BusError('closed', 'the connection to the bus was closed')));
  stream.write(`\0AUTH EXTERNAL ${Buffer.from(String(uid)).toString('hex')}\r\n`);

  const bus: Bus = {
    call: (call, { deadline, signal }) =>
      new Promise((resolve, reject) => {
        if (closedBy) return reject(closedBy);
        if (signal?.aborted) return reject(new BusError('cancelled', `${call.member} was cancelled`));
        const serial = nextSerial();
        const bytes = encodeCall(call, serial, { interactive }); // a TypeError here is the caller's mistake, and rejects
        const settle = (): void => {
          pending.delete(serial);
          stop();
          signal?.removeEventListener('abort', cancelled);
        };
        const fail = (error: BusError): void => {
          settle();
          reject(error);
        };
        const cancelled = (): void => fail(new BusError('cancelled', `${call.member} was cancelled`));
        const stop = clock.after(deadline, () => fail(new BusError('timeout', `no answer to ${call.member} within ${deadline / 1000} s`)));
        signal?.addEventListener('abort', cancelled);
        pending.set(serial, {
          resolve: body => {
            settle();
            resolve(body);
          },
          reject: fail,
        });
        send(bytes);
      }),

    subscribe: async (match, handler, options) => {
      const text = ruleText(match);
      const existing = rules.get(text);
      const rule = existing ?? {
        text,
        handlers: new Set(),
        added: bus.call({ ...dbus, member: 'AddMatch', signature: 's', body: [text] }, { deadline: options.deadline }), // others may share it
      };
      rules.set(text, rule);
      const own = { match, handler };
      rule.handlers.add(own);
      const dispose = (): void => {
        if (!rule.handlers.delete(own) || rule.handlers.size > 0 || rules.get(text) !== rule) return;
        rules.delete(text);
        // the bus works in order, so a rule that is added again right after survives
        if (!closedBy) send(encodeCall({ ...dbus, member: 'RemoveMatch', signature: 's', body: [text] }, nextSerial(), { noReply: true }));
      };
      try {
        await rule.added;
      } catch (error) {
        dispose();
        throw error;
      }
      return { dispose };
    },

    close: () => close(new BusError('closed', 'the connection was closed from here')),
    get closedBy() {
      return closedBy;
    },
    onClosed: closed.event,
    get name() {
      return ownName;
    },
    get load() {
      return { rules: rules.size, pending: pending.size };
    },
  };
  return {
    bus,
    named: name => {
      ownName = name;
    },
  };
}

function ruleText(match: Match): string {
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['type', 'signal'],
    ['sender', match.sender],
    ['path', match.path],
    ['path_namespace', match.pathNamespace],
    ['interface', match.interface],
    ['member', match.member],
  ];
  return parts.flatMap(([key, value]) => (value === undefined ? [] : [`${key}='${value}'`])).join(',');
}

function fits(match: Match, signal: Message): boolean {
  const below =
    match.pathNamespace === undefined || signal.path === match.pathNamespace || signal.path?.startsWith(`${match.pathNamespace}/`) === true;
  return (
    below &&
    (match.path === undefined || match.path === signal.path) &&
    (match.interface === undefined || match.interface === signal.interface) &&
    (match.member === undefined || match.member === signal.member)
  );
}
