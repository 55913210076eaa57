/** The filters of a service: address families, system calls and IP addresses, as their assignments build them up (src/core/load-fragment.c). */
import { callsOfGroup } from '../../catalogue/system-call-groups.ts';
import { rememberedTexts } from '../../unit/recent.ts';
import type { UnitSettings } from '../settings.ts';

/** Address families that may be used: those named, or all but those. */
export interface Families {
  readonly allows: boolean;
  /** In upper case, as `AF_UNIX`. */
  readonly named: ReadonlySet<string>;
}

/** Other names of the same families. */
const aliases: Readonly<Record<string, string>> = { AF_LOCAL: 'AF_UNIX', AF_FILE: 'AF_UNIX', AF_ROUTE: 'AF_NETLINK' };

/** RestrictAddressFamilies= (config_parse_address_families): the first assignment decides whether it allows or forbids. */
export function families(settings: UnitSettings): Families {
  let allows = false;
  let decided = false;
  let named = new Set<string>();
  for (const { value, judged } of settings.all(['RestrictAddressFamilies'])) {
    if (value === 'none') {
      allows = true;
      decided = false;
      named = new Set();
      continue;
    }
    const inverted = value.startsWith('~');
    if (!decided) allows = !inverted;
    decided = true; // also once the later ones took all names away again
    for (const { kind, text } of judged.parts) {
      if (kind === 'inversion') continue;
      const name = text.toUpperCase();
      const family = aliases[name] ?? name;
      if (allows === !inverted) named.add(family);
      else named.delete(family);
    }
  }
  return { allows, named };
}

/** System calls that may be made: those named, or all but those. */
export interface SystemCalls {
  readonly allows: boolean;
  readonly named: ReadonlySet<string>;
}

/** What the filters of assignments let through: under a profile, those of most services are the profile's. */
const knownFilters = rememberedTexts<SystemCalls>(200);

/** SystemCallFilter= (config_parse_syscall_filter): the first assignment decides, and one that allows begins with @default. */
export function systemCalls(settings: UnitSettings): SystemCalls {
  const key = [settings.systemd, ...settings.all(['SystemCallFilter']).map(({ value }) => value)].join('\n');
  return knownFilters(key, () => readSystemCalls(settings));
}

function readSystemCalls(settings: UnitSettings): SystemCalls {
  let allows = false;
  let decided = false;
  const named = new Set<string>();
  for (const { value, judged } of settings.all(['SystemCallFilter'])) {
    const inverted = value.startsWith('~');
    if (!decided) {
      decided = true; // also once the later ones took all names away again
      allows = !inverted;
      if (allows) for (const call of callsOfGroup('default', settings.systemd)) named.add(call);
    }
    for (const { kind, text } of judged.parts) {
      if (kind === 'inversion') continue;
      const name = text.replace(/:.*$/, '');
      const calls = name.startsWith('@') ? callsOfGroup(name, settings.systemd) : [name];
      for (const call of calls) {
        if (allows === !inverted) named.add(call);
        else named.delete(call);
      }
    }
  }
  return { allows, named };
}

/** What the IP filters let through. */
export interface AddressFilter {
  /** Everything is denied that is not allowed expressly. */
  readonly deniesAll: boolean;
  readonly allowsLocalhost: boolean;
  readonly allowsOthers: boolean;
  /** A BPF program of the user's own filters. */
  readonly ownFilter: boolean;
}

const isLocalhost = (text: string): boolean =>
  /^(?:.*\.)?localhost(?:\.localdomain)?\.?$/i.test(text) || /^127(?:\.\d+){3}(?:\/|$)/.test(text) || /^::1(?:\/128)?$/.test(text);

/** IPAddressAllow=, IPAddressDeny= and the BPF filters. */
export function addressFilter(settings: UnitSettings): AddressFilter {
  const words = (key: string) => settings.all([key]).flatMap(({ judged }) => judged.parts.map(({ text }) => text));
  const denied = words('IPAddressDeny');
  const allowed = words('IPAddressAllow');
  const everything = (family: RegExp): boolean => denied.some(text => text === 'any' || (family.test(text) && /\/0+$/.test(text)));
  return {
    deniesAll: everything(/\./) && everything(/:/),
    allowsLocalhost: allowed.some(isLocalhost),
    allowsOthers: allowed.some(text => !isLocalhost(text)),
    ownFilter: settings.all(['IPIngressFilterPath', 'IPEgressFilterPath']).length > 0,
  };
}
