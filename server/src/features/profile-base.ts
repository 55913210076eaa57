/** A profile beside those that systemd brings: which of them it began as, most likely, and what it does otherwise. */
import { type ShippedProfile, shippedProfile, shippedProfiles } from '../portable/profiles.ts';
import { shortened } from '../rules/sandbox/attached-unit.ts';
import { parseUnit } from '../unit/parse.ts';
import type { Span } from '../unit/tree.ts';
import type { JudgedUnit } from './judge.ts';
import { differingDirectives } from './profiles.ts';

/** The shipped profile that a profile is nearest to. */
export interface ProfileBase {
  readonly name: ShippedProfile;
  /** The directives that are set otherwise, or only in one of the two; in order of the first that has them. */
  readonly differing: readonly string[];
}

/** The base of a profile for services; undefined for any other document. */
export function baseOf({ unit, text }: Pick<JudgedUnit, 'unit' | 'text'>, systemd: number): ProfileBase | undefined {
  if (unit.role !== 'profile' || unit.kind !== 'service') return undefined;
  const [nearest] = shippedProfiles
    .map(name => ({ name, differing: differingDirectives(text, shippedProfile(name, systemd)) }))
    .sort((a, b) => a.differing.length - b.differing.length);
  return nearest;
}

/** A remark at the end of a line. */
export interface Remark {
  readonly at: Span;
  readonly text: string;
}

/** Directives that the header names, which the base sets and the profile does not. */
const mostNamed = 3;

/** What the base has in the place of each line that differs, and behind [Service] what only the base has. */
export function remarksOf(judged: JudgedUnit, systemd: number): readonly Remark[] {
  const base = baseOf(judged, systemd);
  if (!base || base.differing.length === 0) return [];
  const theirs = valuesIn(shippedProfile(base.name, systemd));
  const left = new Set(base.differing);
  const remarks: Remark[] = [];
  for (const { name, assignments } of judged.tree.sections) {
    if (name.text !== 'Service') continue;
    // a list is spoken of at its last line
    for (const { key, start, end } of [...assignments].reverse()) {
      if (!left.delete(key.text)) continue;
      const values = theirs.get(key.text);
      const text = values === undefined ? `not in ${base.name}` : `${base.name}: ${shortened(values.join(' ')) || 'empty'}`;
      remarks.push({ at: { start, end }, text });
    }
  }
  const missing = [...left].filter(key => theirs.has(key));
  const header = judged.tree.sections.find(({ name }) => name.text === 'Service')?.header;
  if (header && missing.length > 0) {
    const more = missing.length - mostNamed;
    const named = missing.slice(0, mostNamed).map(key => `${key}=`);
    remarks.push({ at: header, text: `${base.name} also sets ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}` });
  }
  return remarks.sort((a, b) => a.at.start - b.at.start);
}

/** What a profile sets in [Service]: all values of a directive, in order. */
function valuesIn(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const { name, assignments } of parseUnit(text).sections) {
    if (name.text !== 'Service') continue;
    for (const { key, value } of assignments) values.set(key.text, [...(values.get(key.text) ?? []), value]);
  }
  return values;
}

/** What the profiles that systemd brings make of a directive, each value with those that have it; undefined where none sets it. */
export function inShipped(
  key: string,
  systemd: number,
): readonly { readonly profiles: readonly string[]; readonly value: string }[] | undefined {
  const byValue = new Map<string, string[]>();
  for (const name of shippedProfiles) {
    const value = valuesIn(shippedProfile(name, systemd)).get(key)?.join(' ');
    if (value !== undefined) byValue.set(value, [...(byValue.get(value) ?? []), name]);
  }
  return byValue.size === 0 ? undefined : [...byValue].map(([value, profiles]) => ({ profiles, value }));
}
