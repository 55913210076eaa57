/** What may stand in a message that anybody can send. */
import type { UserPlaces } from '../protocol-host.ts';

/** A field of a message that may be anything. */
export function field(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
}

/** Whether it is a list of texts. */
export const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(entry => typeof entry === 'string');

/** Where a user's portabled puts what it attaches; undefined for what names no such places. */
export function userPlacesIn(value: unknown): UserPlaces | undefined {
  const [links, units] = [field(value, 'links'), field(value, 'units')];
  return typeof links === 'string' && typeof units === 'string' ? { links, units } : undefined;
}

/** A systemd version out of a setting or message; undefined where it is none. */
export function versionOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1000 ? value : undefined;
}
