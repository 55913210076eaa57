/** Which capabilities a service keeps (src/core/load-fragment.c, config_parse_capability_set; unit.c, unit_patch_contexts). */
import { capabilitySet } from '../../catalogue/grammars/capability.ts';
import { rememberedTexts } from '../../unit/recent.ts';
import type { UnitSettings } from '../settings.ts';

let names: readonly string[] | undefined;
/** The names of all capabilities, in lower case. */
function allCapabilities(systemd: number): readonly string[] {
  names ??= (capabilitySet.words?.({ version: systemd, section: 'Service', key: 'CapabilityBoundingSet', unitType: 'service' }) ?? []).map(
    name => name.toLowerCase(),
  );
  return names;
}

/** What directives take away from the bounding set. */
const takenBy: Readonly<Record<string, readonly string[]>> = {
  PrivateDevices: ['cap_mknod', 'cap_sys_rawio'],
  ProtectKernelModules: ['cap_sys_module'],
  ProtectKernelLogs: ['cap_syslog'],
  ProtectClock: ['cap_sys_time', 'cap_wake_alarm'],
};

/** The bounding set with what other directives take away from it. */
export function boundingSet(settings: UnitSettings, on: (key: string) => boolean): ReadonlySet<string> {
  const set = new Set(capabilityBits(settings, 'CapabilityBoundingSet', true));
  for (const [key, taken] of Object.entries(takenBy)) if (on(key)) for (const name of taken) set.delete(name);
  return set;
}

/** From this version on, a set that was never touched and one that holds everything are not the same. */
const toldApartFrom = 258;

/** What assignments come to: under a profile, those of most services are the profile's. */
const knownSets = rememberedTexts<ReadonlySet<string>>(200);

/** A set as its assignments build it up: the first one replaces what was there at the beginning (everything, or nothing), as does one that names nothing. */
export function capabilityBits(settings: UnitSettings, key: string, everything: boolean): ReadonlySet<string> {
  const emptied = settings.emptied([key]) !== undefined;
  const asked = [settings.systemd, everything, emptied, ...settings.all([key]).map(({ value }) => value)].join('\n');
  return knownSets(asked, () => readSet(settings, key, everything, emptied));
}

function readSet(settings: UnitSettings, key: string, everything: boolean, emptied: boolean): ReadonlySet<string> {
  const all = allCapabilities(settings.systemd);
  const initial = everything ? all.length : 0;
  let set = new Set(emptied ? [] : everything ? all : []);
  let untouched = !emptied;
  for (const { value, judged } of settings.all([key])) {
    const inverted = value.startsWith('~');
    const named = judged.parts.map(({ text }) => text.toLowerCase()).filter(name => all.includes(name));
    const replaces = everything && settings.systemd >= toldApartFrom ? untouched : set.size === initial;
    untouched = false;
    if (named.length === 0 || replaces) set = new Set(inverted ? all.filter(name => !named.includes(name)) : named);
    else if (inverted) for (const name of named) set.delete(name);
    else for (const name of named) set.add(name);
  }
  return set;
}
