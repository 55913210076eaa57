/** Our own zstd beside that of zlib. */
import { readFileSync } from 'node:fs';
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zstdFrames } from '../../../server/src/image/compression/zstd/zstd.ts';
import { noise, words } from './real-squashfs.ts';

const pack = (bytes: Uint8Array, level = 3, more: Readonly<Record<number, number>> = {}): Uint8Array =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level, ...more } });

/** A megabyte of a program, which has something of everything. */
const program = readFileSync(process.execPath).subarray(20 << 20, 21 << 20);
const alphabet = (length: number, letters: number) => noise(length, 7).map(byte => byte % letters);

const inputs: Readonly<Record<string, Uint8Array>> = {
  nothing: new Uint8Array(),
  'one byte': Uint8Array.of(7),
  zeros: new Uint8Array(300_000),
  words: words(200_000),
  noise: noise(150_000, 1),
  'two letters': alphabet(140_000, 2),
  'forty letters': alphabet(140_000, 40),
  'a program': program,
  'repeats far back': Buffer.concat([noise(200_000, 2), words(100), noise(200_000, 2)]),
  'short repeats': Buffer.concat(Array.from({ length: 3_000 }, (_, i) => noise(3 + (i % 9), i % 50))),
};

describe.each(Object.keys(inputs))('%s', name => {
  const bytes = inputs[name] ?? new Uint8Array();

  test.each([-5, 1, 3, 9, 19])('level %d', level => {
    expect(Buffer.compare(zstdFrames(pack(bytes, level), bytes.length), bytes)).toBe(0);
  });

  test('with checksum, without size, in small frames', () => {
    const packed = pack(bytes, 3, { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_contentSizeFlag]: 0 });
    expect(Buffer.compare(zstdFrames(packed, bytes.length), bytes)).toBe(0);
    const parts = Array.from({ length: Math.ceil(bytes.length / 50_000) }, (_, i) => pack(bytes.subarray(i * 50_000, (i + 1) * 50_000)));
    const skipped = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
    expect(Buffer.compare(zstdFrames(Buffer.concat([skipped, ...parts, skipped]), bytes.length), bytes)).toBe(0);
  });

  test('cut anywhere it is a part of the whole, and more than the limit is refused', () => {
    const packed = pack(bytes);
    for (const limit of [0, 1, 2, 299, 4096, 131_071, 131_072, bytes.length - 1]) {
      if (limit < 0 || limit >= bytes.length) continue;
      expect(Buffer.compare(zstdFrames(packed, limit, 'cut'), bytes.subarray(0, limit)), String(limit)).toBe(0);
      expect(() => zstdFrames(packed, limit), String(limit)).toThrow();
    }
  });
});

test('bytes of a packed block changed or cut off are an error or a bounded answer', () => {
  const samples = [pack(alphabet(3_000, 40)), pack(program.subarray(0, 20_000), 19), pack(inputs['short repeats'] ?? program)];
  const outcomes = { error: 0, answer: 0 };
  const attempt = (packed: Uint8Array) => {
    try {
      expect(zstdFrames(packed, 30_000).length).toBeLessThanOrEqual(30_000);
      outcomes.answer++;
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      outcomes.error++;
    }
  };
  for (const sample of samples) {
    for (let length = 0; length < sample.length; length += 1 + (length >> 5)) attempt(sample.subarray(0, length));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), changes => {
        const packed = sample.slice();
        for (const [at, byte] of changes) packed[at] = byte;
        attempt(packed);
      }),
      { numRuns: 500, seed: 20_260_101 },
    );
  }
  expect(outcomes.error).toBeGreaterThan(500);
});

test('a bomb is refused at its limit', () => {
  const bomb = pack(new Uint8Array(64 << 20));
  expect(bomb.length).toBeLessThan(10_000);
  expect(() => zstdFrames(bomb, 131_072)).toThrow('holds too much');
});
