/**
 * D-Bus messages as bytes, by dbus-next's encoder and decoder. The decoder trusts its input: it reads past the end without noticing, and an
 * array length from the peer can keep it looping. Everything that comes in is therefore bounded here before it gets there.
 */
import DBusBuffer, { type TypeTree } from 'dbus-next/lib/dbus-buffer.js';
import encoder from 'dbus-next/lib/message.js';

/** A method call that is about to be sent. */
export interface MethodCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  /** One value per type of the signature; a variant is `[signature, value]`, 64-bit integers are bigint. */
  readonly body?: readonly unknown[];
}

/** A received message. Variants are unwrapped, dictionaries are Maps, `ay` is a Buffer, 64-bit integers are bigint. */
export interface Message {
  readonly type: 'call' | 'return' | 'error' | 'signal';
  readonly serial: number;
  readonly replySerial?: number;
  readonly errorName?: string;
  readonly sender?: string;
  readonly destination?: string;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly body: readonly unknown[];
}

/** Bytes of the largest message that we take; the system bus's daemon passes on up to 32 MiB, all that we ask for stays far below. */
export const maxMessage = 16 * 1024 * 1024;

const maxDepth = 64; // of nested containers, the limit of the D-Bus specification ("Valid Signatures" and "Valid Messages")
const typeNames = [undefined, 'call', 'return', 'error', 'signal'] as const;
const littleEndian = 0x6c;
const bigEndian = 0x42;
const fieldTree: TypeTree = {
  type: '(',
  child: [
    { type: 'y', child: [] },
    { type: 'v', child: [] },
  ],
};

/** The bytes of a method call. Throws a TypeError when the body does not fit the signature. `interactive`: polkit may ask the user. */
export function encodeCall(
  call: MethodCall,
  serial: number,
  flags: { readonly interactive?: boolean; readonly noReply?: boolean },
): Buffer {
  try {
    const [bytes] = encoder.marshall({
      type: 1,
      flags: (flags.noReply ? 1 : 0) | (flags.interactive ? 4 : 0),
      serial,
      destination: call.destination,
      path: call.path,
      interface: call.interface,
      member: call.member,
      signature: call.signature ?? '',
      body: call.body ?? [],
    });
    return bytes;
  } catch (error) {
    throw new TypeError(`${call.interface}.${call.member} cannot be sent: ${error instanceof Error ? error.message : error}`);
  }
}

/** How long the message that starts with these 16 bytes is. Throws when they are no start of a message that we take. */
export function messageLength(head: Buffer): number {
  const endian = head[0];
  if (endian !== littleEndian && endian !== bigEndian) throw new Error(`byte order mark ${endian}, expected 'l' or 'B'`);
  if (head[3] !== 1) throw new Error(`protocol version ${head[3]}, expected 1`);
  const u32 = (at: number) => (endian === littleEndian ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const length = 16 + align8(u32(12)) + u32(4);
  if (length > maxMessage) throw new Error(`a message of ${length} bytes, more than ${maxMessage}`);
  return length;
}

/** Reads one whole message. Throws when it is malformed in any way; undefined for a type that this version of the protocol does not know. */
export function decode(bytes: Buffer): Message | undefined {
  const endian = bytes[0] ?? 0;
  const u32 = (at: number) => (endian === littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const type = typeNames[bytes[1] ?? 0];
  if (!type) return undefined;
  const reader = new BoundedReader(bytes.subarray(16), 0, endian, null, { ayBuffer: true });
  const fields = new Map<unknown, unknown>();
  for (const field of asArray(reader.readArray(fieldTree, u32(12)))) {
    const [code, value] = asArray(field);
    fields.set(code, value);
  }
  reader.align(3);
  const text = (code: number): string | undefined => {
    const value = fields.get(code);
    if (value !== undefined && typeof value !== 'string') throw new Error(`header field ${code} is not a string`);
    return value;
  };
  const signature = text(8) ?? '';
  const replySerial = fields.get(5);
  if (replySerial !== undefined && typeof replySerial !== 'number') throw new Error('the reply serial is not a number');
  const optional = {
    replySerial,
    path: text(1),
    interface: text(2),
    member: text(3),
    errorName: text(4),
    destination: text(6),
    sender: text(7),
  };
  return {
    type,
    serial: u32(8),
    body: reader.read(signature),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** dbus-next's reader, held inside the message. */
class BoundedReader extends DBusBuffer {
  #depth = 0;

  override readInt8(): number {
    this.#need(1);
    return super.readInt8();
  }

  override readString(length: number): string {
    this.#need(length + 1);
    return super.readString(length);
  }

  override readArray(element: TypeTree, length: number): unknown {
    this.#need(length);
    const items = super.readArray(element, length);
    this.#need(0);
    return element.type === '{' && Array.isArray(items) ? new Map(items) : items;
  }

  override readVariant(): unknown {
    const [types, values] = asArray(super.readVariant());
    if (asArray(types).length !== 1) throw new Error('a variant that does not hold exactly one value');
    return asArray(values)[0];
  }

  override readTree(tree: TypeTree): unknown {
    // an empty struct would let an array go on for ever without reading a byte
    if (tree.type === '(' && tree.child.length === 0) throw new Error('an empty struct');
    if (tree.type === '{' && tree.child.length !== 2) throw new Error('a dictionary entry that is not a pair');
    if (tree.type === 'h') throw new Error('a file descriptor, which was never agreed on');
    if (++this.#depth > maxDepth) throw new Error(`values nested deeper than ${maxDepth}`);
    const value = super.readTree(tree);
    this.#depth--;
    return value;
  }

  #need(bytes: number): void {
    if (!(this.pos + bytes <= this.buffer.length)) throw new Error(`the message ends ${this.pos + bytes - this.buffer.length} bytes early`);
  }
}

function asArray(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('a container was expected');
  return value;
}

function align8(length: number): number {
  return Math.ceil(length / 8) * 8;
}
