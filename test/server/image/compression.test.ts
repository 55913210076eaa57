import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../../server/src/image/compression/crc32.ts';
import { ownDecompressors } from '../../../server/src/image/compression/own.ts';
import { chooseDecompressor } from '../../../server/src/image/compression.ts';
import { decompressors } from '../../../server/src/node/images/decompressors.ts';
import { packedSamples } from './packed-samples.ts';

/** Also by our own zstd, which only Node before 22.15 uses. */
const samples = packedSamples.flatMap(sample => [
  { ...sample, by: decompressors },
  ...(sample.compression === 'zstd' ? [{ ...sample, name: `${sample.name}, by our own`, by: ownDecompressors }] : []),
]);
type Sample = (typeof samples)[number];
const titled = samples.map(sample => [`${sample.compression}: ${sample.name}`, sample] as const);
const unpack = ({ compression, by }: Sample) => chooseDecompressor(by, compression);

test.each(titled)('%s', async (_, sample) => {
  const bytes = await unpack(sample)(sample.packed, sample.size);
  expect(bytes.length).toBe(sample.size);
  expect(createHash('sha256').update(bytes).digest('hex').slice(0, 32)).toBe(sample.sha256);
});

// microlzma does not say where it ends
test.each(titled.filter(([, { size, compression }]) => size > 0 && compression !== 'microlzma'))(
  '%s: more than the limit is refused',
  async (_, sample) => {
    const refused = unpack(sample)(sample.packed, sample.size - 1);
    await expect(refused).rejects.toMatchObject({ name: 'ImageError', kind: 'corrupt' });
  },
);

test.each(titled.filter(([, { compression }]) => ['lz4', 'microlzma', 'deflate', 'zstd'].includes(compression)))(
  '%s: cut anywhere it is a part of the whole',
  async (_, sample) => {
    const whole = await unpack(sample)(sample.packed, sample.size);
    for (const limit of [0, 1, 10, 299, 1000, sample.size - 1]) {
      if (limit > sample.size) continue;
      const part = await unpack(sample)(sample.packed, limit, 'cut');
      expect([part.length, Buffer.compare(part, whole.subarray(0, limit))]).toEqual([limit, 0]);
    }
  },
);

describe('bad blocks are errors or bounded answers', () => {
  const bounded = async (sample: Sample, packed: Uint8Array) => {
    try {
      expect((await unpack(sample)(packed, 4096)).length).toBeLessThanOrEqual(4096);
    } catch (error) {
      expect(error).toMatchObject({ name: 'ImageError', kind: 'corrupt' });
    }
  };
  const small = titled.filter(([, { packed }]) => packed.length < 2500);

  test.each(small)('%s: cut off', async (_, sample) => {
    for (let length = 0; length < sample.packed.length; length++) await bounded(sample, sample.packed.subarray(0, length));
  });

  test.each(small)('%s: changed', async (_, sample) => {
    const change = fc.tuple(fc.nat(sample.packed.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async changes => {
        const packed = sample.packed.slice();
        for (const [at, byte] of changes) packed[at] = byte;
        await bounded(sample, packed);
      }),
      { numRuns: 200, seed: 20_260_101 },
    );
  });

  test.each(samples.filter(({ name }) => /text|fast|mixed$/.test(name)))('$compression: any bytes', async sample => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), packed => bounded(sample, packed)),
      { numRuns: 300, seed: 20_260_101 },
    );
  });
});

test('what no decompressor is there for is not supported', () => {
  expect(() => chooseDecompressor({}, 'xz')).toThrow(expect.objectContaining({ kind: 'unsupported' }));
});

test.each([
  ['', 0],
  ['123456789', 0xcbf4_3926],
  ['The quick brown fox jumps over the lazy dog', 0x414f_a339],
])('the CRC-32 of %j', (text, expected) => {
  expect(crc32(new TextEncoder().encode(text))).toBe(expected);
});
