import { expect, test } from 'vitest';
import { memorySource } from '../../../server/src/image/byte-source.ts';
import { gathering } from '../../../server/src/image/gathering.ts';

const bytes = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

/** A source that notes what was read of it. */
function noted() {
  const reads: string[] = [];
  const source = memorySource(bytes);
  return {
    reads,
    source: {
      size: source.size,
      async read(offset: number, length: number, into?: Uint8Array) {
        reads.push(`${offset}+${length}`);
        const found = await source.read(offset, length);
        into?.set(found);
        return into?.subarray(0, length) ?? found;
      },
    },
  };
}

test('neighbours are read in one go, others by themselves, all to where they belong', async () => {
  const { reads, source } = noted();
  const out = new Uint8Array(300);
  const handed: Uint8Array[] = [];
  const gathered = gathering(source);
  await gathered.copy(1000, out.subarray(200, 300));
  await gathered.copy(1100, out.subarray(0, 100));
  await gathered.hand(1200, 50, async part => void handed.push(part.slice()));
  await gathered.copy(5000, out.subarray(100, 200));
  await gathered.finish();
  expect(reads).toEqual(['1000+250', '5000+100']);
  expect(out).toEqual(Uint8Array.from([...bytes.subarray(1100, 1200), ...bytes.subarray(5000, 5100), ...bytes.subarray(1000, 1100)]));
  expect(handed).toEqual([bytes.slice(1200, 1250)]);
});

test('what is read at once is bounded', async () => {
  const { reads, source } = noted();
  const out = new Uint8Array(1 << 20);
  const gathered = gathering(source);
  for (let at = 0; at < out.length; at += 65_536) await gathered.copy(at, out.subarray(at, at + 65_536));
  await gathered.finish();
  expect(reads.length).toBe(2);
  expect(Buffer.compare(out, bytes)).toBe(0);
});

test('a failure is told, and nothing is asked for again', async () => {
  const gathered = gathering(memorySource(new Uint8Array(100)));
  await gathered.copy(90, new Uint8Array(20));
  await expect(gathered.finish()).rejects.toThrow('ends after 100 bytes');
  await gathered.finish();
});
