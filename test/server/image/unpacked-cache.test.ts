import { expect, test } from 'vitest';
import { createUnpackedCache } from '../../../server/src/image/unpacked-cache.ts';

const size = 4096;
const block = (value: number) => new Uint8Array(size).fill(value);
const inRoom = (value: number) => async (room: Uint8Array) => room.fill(value);
const firstOf = (bytes: Uint8Array) => bytes[0];
const never = async () => Promise.reject(new Error('it was made twice'));

test('a block is made once, and handed out again', async () => {
  const cache = createUnpackedCache(4 * size);
  expect(await Promise.all([cache.use('a', size, inRoom(1), firstOf), cache.use('a', size, never, firstOf)])).toEqual([1, 1]);
  expect(await cache.use('a', size, never, firstOf)).toBe(1);
  expect(cache.has('a')).toBe(true);
});

test('what is spent is not kept, and its memory holds the next one', async () => {
  const cache = createUnpackedCache(4 * size);
  const rooms = new Set<ArrayBufferLike>();
  const make = (value: number) => async (room: Uint8Array) => {
    rooms.add(room.buffer);
    return room.fill(value);
  };
  for (let value = 0; value < 10; value++) {
    const key = `${value}`;
    expect(await cache.use(key, size, make(value), firstOf)).toBe(value);
    const both = [cache.use(key, size, never, firstOf, true), cache.use(key, size, never, firstOf)];
    expect(await Promise.all(both)).toEqual([value, value]);
    expect(cache.has(key)).toBe(true); // the other still looked at it
    await cache.use(key, size, never, firstOf, true);
    expect(cache.has(key)).toBe(false);
  }
  expect(rooms.size).toBe(1);
});

test('what is made elsewhere than in its room is kept as well', async () => {
  const cache = createUnpackedCache(4 * size);
  await cache.use('a', size, async () => block(7).subarray(0, 10), firstOf);
  expect(await cache.use('a', size, never, bytes => [bytes.length, bytes[9]])).toEqual([10, 7]);
});

test('the least recently used blocks go first, and their memory holds the next ones', async () => {
  const cache = createUnpackedCache(2 * size);
  const rooms = new Set<ArrayBufferLike>();
  const make = (value: number) => async (room: Uint8Array) => {
    rooms.add(room.buffer);
    return room.fill(value);
  };
  for (let value = 0; value < 100; value++) {
    await cache.use('often', size, make(200), firstOf);
    expect(await cache.use(`${value}`, size, make(value), firstOf)).toBe(value);
  }
  expect(cache.has('often')).toBe(true);
  expect(cache.has('98')).toBe(false);
  expect(rooms.size).toBeLessThan(6);
});

test('memory that someone still waits for or looks at is not used again', async () => {
  const cache = createUnpackedCache(size);
  const values = Array.from({ length: 50 }, (_, value) => value);
  const slowly = (value: number) => async (room: Uint8Array) => {
    await new Promise(done => setImmediate(done));
    return room.fill(value);
  };
  const all = (bytes: Uint8Array) => bytes.every(byte => byte === bytes[0]) && bytes[0];
  const asked = values.flatMap(value => [
    cache.use(`${value}`, size, slowly(value), all),
    cache.use(`${value % 7}`, size, slowly(value % 7), all),
  ]);
  expect(await Promise.all(asked)).toEqual(values.flatMap(value => [value, value % 7]));
});

test('a block that could not be made is made anew', async () => {
  const cache = createUnpackedCache(4 * size);
  const failed = [never, never].map(make => cache.use('a', size, make, firstOf).catch((error: Error) => error.message));
  expect(await Promise.all(failed)).toEqual(['it was made twice', 'it was made twice']);
  expect(await cache.use('a', size, inRoom(3), firstOf)).toBe(3);
});
