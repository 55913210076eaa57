/** The addresses of documents about units and profiles: what they show is in them. */
import { profileAddressPath } from '../../../server/src/protocol-profiles.ts';

export const effectiveScheme = 'portable-effective';

/** An address apart, as `vscode.Uri` takes and gives it. */
export interface Address {
  readonly path: string;
  readonly query: string;
}

/** What an effective unit is made of: an open document, and the profile if it is not the chosen one. */
export interface EffectiveAddress {
  readonly uri: string;
  readonly profile?: string;
}

/** The address of the effective unit of a document; the title of its editor is the unit's name. */
export function effectiveAddress({ uri, profile }: EffectiveAddress): Address {
  const name = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  return {
    path: `${profile === undefined ? '' : `/${profile}`}/${name}`,
    query: JSON.stringify({ uri, ...(profile !== undefined && { profile }) }),
  };
}

/** What an address of `effectiveAddress` shows; undefined for any other. */
export function readEffectiveAddress({ query }: Address): EffectiveAddress | undefined {
  try {
    const read: unknown = JSON.parse(query);
    if (typeof read !== 'object' || read === null) return undefined;
    const uri: unknown = Reflect.get(read, 'uri');
    const profile: unknown = Reflect.get(read, 'profile');
    if (typeof uri !== 'string') return undefined;
    return { uri, ...(typeof profile === 'string' && { profile }) };
  } catch {
    return undefined;
  }
}

/** The address of a profile for services, as a version of systemd brings it or a host has it. */
export const profileAddress = (name: string, systemd: number): Address => ({ path: profileAddressPath(name), query: String(systemd) });

/** The profile and the version that an address of `profileAddress` names; undefined for any other. */
export function readProfileAddress({ path, query }: Address): { readonly name: string; readonly systemd: number } | undefined {
  const name = /^\/portable\/profile\/([^/]+)\/service\.conf$/.exec(path)?.[1];
  return name !== undefined && /^\d{3}$/.test(query) ? { name, systemd: Number(query) } : undefined;
}
