/** What the profile makes of settings of the unit by coming after them (src/core/load-fragment.c). */
import { parseBoolean } from '../../catalogue/grammars/boolean.ts';
import { repetitionOf } from '../../catalogue/repetition.ts';
import { boundingSet, capabilityBits } from '../../portable/exposure/capabilities.ts';
import { families, systemCalls } from '../../portable/exposure/filters.ts';
import type { UnitSettings } from '../../portable/settings.ts';
import { remembered } from '../../unit/recent.ts';
import type { WholeReport, WholeUnit } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type AttachedUnit, inProfile, isOfProfile, profileName, shortened } from './attached-unit.ts';

const sameMeaning = (a: string, b: string): boolean => {
  const [first, second] = [parseBoolean(a), parseBoolean(b)];
  return a === b || (first !== undefined && first === second);
};

/** The directives of a profile, and whether assignments to them add up. */
const directivesOf = remembered(({ fragment, systemd }: WholeUnit) => {
  const keys = new Set(fragment.sections.flatMap(({ assignments }) => assignments.map(({ key }) => key.text)));
  return [...keys].map(key => ({ key, adds: repetitionOf('Service', key, systemd) === 'adds' }));
});

/** Settings of the unit that the profile sets anew, or empties. */
export function overridden(unit: AttachedUnit): readonly WholeReport[] {
  const { own, whole, alone } = unit;
  return directivesOf(alone).flatMap(({ key, adds }): readonly WholeReport[] => {
    if (!own.sets(key)) return [];
    if (adds) return emptiedBy(unit, key);
    const mine = own.one(key);
    const theirs = whole.one(key);
    if (!mine || !theirs || !isOfProfile(unit, theirs) || sameMeaning(mine.value, theirs.value)) return [];
    const message = `${key}=${quoted(mine.value)} has no effect: ${profileName(unit)} comes later and sets ${key}=${quoted(theirs.value)}.`;
    return [{ at: mine, message, ...inProfile(unit, theirs) }];
  });
}

/** The assignments of a list that an empty one of the profile forgets. */
function emptiedBy(unit: AttachedUnit, key: string): readonly WholeReport[] {
  const empty = unit.alone.emptied([key]);
  if (!empty) return [];
  return unit.own.all([key]).map(at => ({
    at,
    message: `${key}= of this unit has no effect: ${profileName(unit)} comes later and empties the list.`,
    ...inProfile(unit, empty),
  }));
}

/** A list that allows or forbids, and what it comes to. */
interface AccessList {
  readonly key: string;
  /** What stands for its members in messages. */
  readonly members: string;
  /** What it lets through, of what can be named; `everythingElse` where it only forbids. */
  readonly allowed: (settings: UnitSettings) => { readonly names: ReadonlySet<string>; readonly everythingElse: boolean };
}

const lists: readonly AccessList[] = [
  {
    key: 'SystemCallFilter',
    members: 'system calls',
    allowed: settings => {
      const { allows, named } = systemCalls(settings);
      return { names: allows ? named : new Set(), everythingElse: !allows };
    },
  },
  {
    key: 'RestrictAddressFamilies',
    members: 'address families',
    allowed: settings => {
      const { allows, named } = families(settings);
      return { names: allows ? named : new Set(), everythingElse: !allows };
    },
  },
  {
    key: 'CapabilityBoundingSet',
    members: 'capabilities',
    allowed: settings => ({ names: capabilityBits(settings, 'CapabilityBoundingSet', true), everythingElse: false }),
  },
];

/** The assignments of the unit to a list that the profile goes on with, with those of the profile. */
function mixed(unit: AttachedUnit, key: string) {
  if (!unit.own.sets(key)) return undefined;
  const settings = unit.whole.all([key]);
  const [mine] = settings;
  const theirs = settings.find(setting => isOfProfile(unit, setting));
  return mine && theirs && !isOfProfile(unit, mine) && !theirs.value.startsWith('~') ? { mine, theirs } : undefined;
}

/** A list of what is forbidden in the unit, from which the list of what is allowed in the profile is only taken away. */
export function undoesProfile(unit: AttachedUnit): readonly WholeReport[] {
  return lists.flatMap(({ key, members, allowed }): readonly WholeReport[] => {
    const both = mixed(unit, key);
    if (!both?.mine.value.startsWith('~')) return [];
    const [now, meant] = [allowed(unit.whole), allowed(unit.alone)];
    const more = (now.everythingElse && !meant.everythingElse) || [...now.names].some(name => !meant.names.has(name));
    if (!more) return [];
    const { mine, theirs } = both;
    const message = `This undoes ${profileName(unit)}: a list that begins by forbidding stays one, so ${key}=${quoted(shortened(theirs.value))} of the profile only takes its ${members} out of what is forbidden here, and nearly everything is allowed.`;
    return [{ at: mine, message, remedies: [{ kind: 'remove' }], ...inProfile(unit, theirs) }];
  });
}

/** How many of the added members a message names. */
const most = 3;

/** A list of what is allowed in the unit to which the profile adds. */
export function widened(unit: AttachedUnit): readonly WholeReport[] {
  return lists.flatMap(({ key, members, allowed }): readonly WholeReport[] => {
    const both = mixed(unit, key);
    if (!both || both.mine.value.startsWith('~')) return [];
    const before = allowed(unit.own).names;
    const usable = key === 'CapabilityBoundingSet' ? bounding(unit.whole) : allowed(unit.whole).names;
    const added = [...usable].filter(name => !before.has(name)).sort();
    if (added.length === 0) return [];
    const [some, rest] = [added.slice(0, most), added.length - most];
    const named = `${some.map(name => (name.startsWith('cap_') ? name.toUpperCase() : name)).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    const message = `${profileName(unit).replace(/^t/, 'T')} adds to this list, so the service may use ${members} that are not in it: ${named}.`;
    return [{ at: both.mine, message, ...inProfile(unit, both.theirs) }];
  });
}

const bounding = (settings: UnitSettings): ReadonlySet<string> => {
  const isOn = (key: string): boolean => {
    const setting = settings.one(key);
    return setting !== undefined && parseBoolean(setting.value) === true;
  };
  return boundingSet(settings, isOn);
};
