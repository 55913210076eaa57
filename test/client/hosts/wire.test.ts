import encoder from 'dbus-next/lib/message.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encodeCall, maxMessage, messageLength } from '../../../client/src/hosts/bus/wire.ts';

const call = { destination: 'org.example.A', path: '/org/example/A', interface: 'org.example.A', member: 'Ask' };

/** A message with that body, as bytes. */
function message(signature: string, body: readonly unknown[]): Buffer {
  return encoder.marshall({ ...call, type: 1, flags: 0, serial: 3, signature, body })[0];
}

test('a call reads back as it was written', () => {
  const bytes = encodeCall({ ...call, signature: 'sas', body: ['ä', ['x', '']] }, 9, {});
  expect(messageLength(bytes)).toBe(bytes.length);
  expect(decode(bytes)).toEqual({ type: 'call', serial: 9, ...call, body: ['ä', ['x', '']] });
});

test('flags say that no answer is wanted, and that polkit may ask', () => {
  expect(encodeCall(call, 1, { noReply: true })[2]).toBe(1);
  expect(encodeCall(call, 1, { interactive: true })[2]).toBe(4);
});

describe('what no honest bus sends', () => {
  const corrupt = (bytes: Buffer, change: (copy: Buffer) => void): Buffer => {
    const copy = Buffer.from(bytes);
    change(copy);
    return copy;
  };
  const bodyAt = (bytes: Buffer): number => bytes.length - bytes.readUInt32LE(4);

  test.each<readonly [string, Buffer]>([
    ['another byte order mark', corrupt(message('', []), b => b.writeUInt8(0, 0))],
    ['another protocol', corrupt(message('', []), b => b.writeUInt8(2, 3))],
    ['a huge body', corrupt(message('', []), b => b.writeUInt32LE(maxMessage, 4))],
    ['huge header fields', corrupt(message('', []), b => b.writeUInt32LE(0xffffffff, 12))],
  ])('%s is refused by its first 16 bytes', (_what, bytes) => {
    expect(() => messageLength(bytes.subarray(0, 16))).toThrow();
  });

  test.each<readonly [string, Buffer]>([
    ['a string longer than the message', corrupt(message('s', ['abc']), b => b.writeUInt32LE(1000, bodyAt(b)))],
    ['an array longer than the message', corrupt(message('au', [[1, 2]]), b => b.writeUInt32LE(0x7fffffff, bodyAt(b)))],
    ['bytes longer than the message', corrupt(message('ay', [[1, 2]]), b => b.writeUInt32LE(0x7fffffff, bodyAt(b)))],
    ['a descriptor', corrupt(message('u', [0]), b => b.write('h', b.indexOf('\x01g\0\x01u') + 4))],
    ['an unknown type', corrupt(message('u', [0]), b => b.write('Z', b.indexOf('\x01g\0\x01u') + 4))],
    ['a variant of two values', corrupt(message('v', [['(uu)', [1, 2]]]), b => b.write('\x02uu\0', bodyAt(b), 'latin1'))],
    ['variants without end', message('v', [nested(70)])],
  ])('%s', (_what, bytes) => {
    expect(() => decode(bytes)).toThrow();
  });

  test('an array of empty structs does not go on for ever', () => {
    const bytes = corrupt(message('a(u)', [[[1]]]), b => b.write('a()u', b.indexOf('a(u)'), 'latin1'));
    expect(() => decode(bytes)).toThrow('empty struct');
  });

  test('mutated and random bytes throw or decode, and quickly', () => {
    const whole = message('a{sv}a(ssbtttso)ayv', [
      [['k', ['as', ['x']]]],
      [['n', 't', true, 1n, 2n, 3n, 's', '/o']],
      [1, 2, 3],
      ['d', 1.5],
    ]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }), changes => {
        const copy = Buffer.from(whole);
        for (const [at, byte] of changes) copy[at] = byte;
        try {
          if (messageLength(copy) <= copy.length) decode(copy);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});

function nested(depth: number): readonly [string, unknown] {
  return depth === 0 ? ['u', 1] : ['v', nested(depth - 1)];
}
