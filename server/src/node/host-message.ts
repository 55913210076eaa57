/** `portable/host`: what a client says of the active host, each part checked, for anybody can send anything. */
import { type KnownHost, knownHost } from '../portable/known-host.ts';
import type { HostDropIn, HostFacts, HostNames, HostUnitFile } from '../protocol-host.ts';
import { field, isTexts, userPlacesIn } from './message-fields.ts';

/** The host that a message tells of; undefined for one that tells of none. Parts that are no facts count as unknown. */
export function hostOf(message: unknown): KnownHost | undefined {
  const host = field(message, 'host');
  const name = field(host, 'name');
  if (typeof name !== 'string') return undefined;
  const [architecture, units, dropIns] = ['architecture', 'units', 'dropIns'].map(part => field(host, part));
  const [users, groups] = ['users', 'groups'].map(part => namesIn(field(host, part)));
  const user = userPlacesIn(field(host, 'user'));
  const facts: HostFacts = {
    ...{ name, scope: field(host, 'scope') === 'user' ? 'user' : 'system' },
    ...(user && { user }),
    ...(typeof architecture === 'string' && { architecture }),
    ...(Array.isArray(units) && { units: units.filter(isUnitFile) }),
    ...(Array.isArray(dropIns) && { dropIns: dropIns.filter(isDropIn) }),
    ...(users && { users }),
    ...(groups && { groups }),
  };
  return knownHost(facts);
}

const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string';

const isUnitFile = (value: unknown): value is HostUnitFile =>
  typeof field(value, 'name') === 'string' && isTextOrAbsent(field(value, 'image'));

const isDropIn = (value: unknown): value is HostDropIn =>
  typeof field(value, 'path') === 'string' && isTextOrAbsent(field(value, 'text')) && isTextOrAbsent(field(value, 'target'));

function namesIn(value: unknown): HostNames | undefined {
  const names = field(value, 'names');
  return isTexts(names) ? { names, complete: field(value, 'complete') === true } : undefined;
}
