/** A message bus at the other end of a stream, that says what a test wants it to say. */
import type { Duplex } from 'node:stream';
import { duplexPair } from 'node:stream';
import encoder from 'dbus-next/lib/message.js';
import { decode, type Message, messageLength } from '../../../client/src/hosts/bus/wire.ts';

/** What a call is answered with: values and their signature, an error, or nothing at all. */
export type Answer =
  | { readonly signature: string; readonly body: readonly unknown[] }
  | { readonly error: string; readonly text: string }
  | 'silence';

export interface FakeBus {
  /** Our end of the stream, to hand to `openBus`. */
  readonly stream: Duplex;
  /** The bus's end, to write nonsense to, or to cut. */
  readonly far: Duplex;
  /** Calls as they came, in words: `Hello`, `AddMatch type='signal',...`. */
  readonly calls: string[];
  readonly authenticated: () => string | undefined;
  signal(fields: {
    readonly path: string;
    readonly interface: string;
    readonly member: string;
    readonly sender?: string;
    readonly destination?: string;
    readonly signature?: string;
    readonly body?: readonly unknown[];
  }): void;
}

/** Creates a bus that greets, takes match rules, and otherwise answers as told. */
export function fakeBus(
  answer: (call: Message) => Answer = () => ({ signature: '', body: [] }),
  greeting = 'OK 0123456789abcdef\r\n',
): FakeBus {
  const [stream, far] = duplexPair();
  const calls: string[] = [];
  let received = Buffer.alloc(0);
  let authentication: string | undefined;
  let begun = false;
  let serial = 0;

  // marshalling takes any header fields; its type names those of a call
  const write = (message: object): void => {
    const marshall: (message: never) => [Buffer, unknown[]] = encoder.marshall;
    far.write(marshall({ serial: ++serial, flags: 1, ...message } as never)[0]);
  };

  function take(call: Message): void {
    const [first] = call.body;
    calls.push(typeof first === 'string' ? `${call.member} ${first}` : `${call.member}`);
    const said = call.interface === 'org.freedesktop.DBus' && call.member === 'Hello' ? { signature: 's', body: [':1.7'] } : answer(call);
    if (said === 'silence') return;
    if ('error' in said) write({ type: 3, replySerial: call.serial, errorName: said.error, signature: 's', body: [said.text] });
    else write({ type: 2, replySerial: call.serial, ...said });
  }

  far.on('error', () => {});
  far.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    if (!begun) {
      const text = received.toString('latin1');
      if (authentication === undefined && text.includes('\r\n')) {
        authentication = text.slice(0, text.indexOf('\r\n'));
        far.write(greeting);
      }
      const begin = text.indexOf('BEGIN\r\n');
      if (begin < 0) return;
      begun = true;
      received = received.subarray(begin + 7);
    }
    while (received.length >= 16 && received.length >= messageLength(received)) {
      const length = messageLength(received);
      const message = decode(received.subarray(0, length));
      received = received.subarray(length);
      if (message) take(message);
    }
  });

  return {
    stream,
    far,
    calls,
    authenticated: () => authentication,
    signal: ({ sender = ':1.0', ...fields }) => write({ type: 4, sender, signature: '', body: [], ...fields }),
  };
}
