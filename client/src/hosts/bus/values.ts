/** Checks of values that came over the bus: their types are the other side's promise, not ours. */
import { BusError } from './bus-error.ts';

/** The value as a string. Throws a BusError when it is none; so do the others here. */
export function asText(value: unknown): string {
  if (typeof value !== 'string') throw unexpected('a string', value);
  return value;
}

/** The value as a bigint, as 64-bit integers arrive. */
export function asBigInt(value: unknown): bigint {
  if (typeof value !== 'bigint') throw unexpected('a 64-bit integer', value);
  return value;
}

/** The value as a list. */
export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unexpected('a list', value);
  return value;
}

/** The value as a boolean. */
export function asTruth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw unexpected('a boolean', value);
  return value;
}

/** The value as bytes, as `ay` arrives. */
export function asBytes(value: unknown): Buffer {
  if (!Buffer.isBuffer(value)) throw unexpected('bytes', value);
  return value;
}

/** The value as a dictionary. */
export function asDictionary(value: unknown): ReadonlyMap<unknown, unknown> {
  if (!(value instanceof Map)) throw unexpected('a dictionary', value);
  return value;
}

/** The value as a list of strings. */
export function asTexts(value: unknown): readonly string[] {
  return asList(value).map(asText);
}

function unexpected(expected: string, found: unknown): BusError {
  return new BusError('malformed', `the answer does not hold ${expected} where one belongs, but ${found === null ? 'null' : typeof found}`);
}
