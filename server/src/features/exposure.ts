/** How exposed an open service will be under its profile: over its [Service], row by row, and what would lower it. */
import { type Exposure, exposureOf, printed } from '../portable/exposure/exposure.ts';
import type { ExposureRow } from '../protocol-profiles.ts';
import type { Target, TargetProfile } from '../rules/rule.ts';
import { wholeUnit } from '../rules/whole-unit.ts';
import { parseUnit } from '../unit/parse.ts';
import { attachedAs, managerOfUnit } from './effective.ts';
import { fitting, type Line } from './fitting.ts';
import { type Edit, eolOf } from './fixes.ts';
import type { JudgedUnit } from './judge.ts';
import { type Profiles, profileText } from './profiles.ts';

/** The exposure of an open service under a profile, its `20-portable.conf` and the drop-ins of the host counted; undefined for what systemd would not load, and other units. */
export function exposureUnder(judged: JudgedUnit, profile: TargetProfile | undefined, target: Target): Exposure | undefined {
  if (judged.unit.kind !== 'service') return undefined;
  const effective = attachedAs(judged, profile, target);
  const whole = effective && wholeUnit(effective.loaded, target);
  return whole && exposureOf(whole, architectureFor(judged, target), { loaded: true, manager: managerOfUnit(judged, target) });
}

/** What the service will run on: the host's architecture where that is known, else what its image is made for. */
const architectureFor = ({ image }: JudgedUnit, { architecture }: Target): string | undefined =>
  architecture ?? image?.architecture()?.name;

/** The exposure by the unit's own file, as `systemd-analyze security --offline=yes` computes it. */
export function exposureAlone(judged: JudgedUnit, target: Target): Exposure | undefined {
  const { unit, tree } = judged;
  if (unit.kind !== 'service' || unit.role !== 'unit') return undefined;
  const named = unit.name === undefined ? {} : { name: unit.name };
  const whole = wholeUnit({ ...named, kind: 'service', sources: [{ path: '', unit, tree: () => tree }] }, target);
  return whole && exposureOf(whole, architectureFor(judged, target));
}

/** One exposure of several. */
export interface NamedExposure {
  readonly profile: string;
  readonly printed: string;
  readonly rating: string;
}

/** The exposures under the chosen profile, the others, and without any attach, in this order; those that are not known are left out. */
export function exposuresOf(judged: JudgedUnit, { chosen, all }: Profiles, target: Target): readonly NamedExposure[] {
  const named = [chosen, ...all.filter(({ name }) => name !== chosen.name)].filter(
    profile => profileText(profile, target.systemd) !== undefined,
  );
  const under = [
    ...named.map(profile => [profile.name, exposureUnder(judged, profile, target)] as const),
    ['unit alone', exposureAlone(judged, target)] as const,
  ];
  return under.flatMap(([profile, exposure]) =>
    exposure ? [{ profile, printed: printed(exposure.tenths), rating: exposure.rating }] : [],
  );
}

/** What costs how much, dearest first; then what does not apply, and what is good. Where a line would lower it and fits, with that. */
export function exposureRows({ assessed }: Exposure, fits: (line: Line) => boolean = () => true): readonly ExposureRow[] {
  const order = { bad: 0, none: 1, good: 2 } as const;
  return assessed
    .map(
      ({ assessment: { name, directive, risk, remedy }, state, tenths }): ExposureRow => ({
        name,
        directive,
        risk,
        state,
        tenths,
        ...(remedy !== undefined && state === 'bad' && fits({ directive, value: remedy }) && { remedy }),
      }),
    )
    .sort((a, b) => order[a.state] - order[b.state] || b.tenths - a.tenths || (a.name < b.name ? -1 : 1));
}

/** A line that lowers an exposure. */
export interface Tightening {
  readonly title: string;
  readonly edit: Edit;
}

/** So many are offered, those that help most first. */
const mostOffered = 5;

/** Lines that could be added to [Service] to lower the exposure under a profile, each with what comes of it. */
export function tighteningsOf(judged: JudgedUnit, profile: TargetProfile, target: Target): readonly Tightening[] {
  const now = exposureUnder(judged, profile, target);
  const section = judged.tree.sections.findLast(({ name }) => name.text === 'Service');
  if (!now || !section) return [];
  const eol = eolOf(judged.text);
  const last = (section.assignments.at(-1) ?? section.header).end;
  const fits = fitting(judged, profile, target);
  const lines = new Set(
    now.assessed.flatMap(({ assessment: { directive, remedy }, state }) =>
      state === 'bad' && remedy && fits({ directive, value: remedy }) ? [`${directive}=${remedy}`] : [],
    ),
  );
  const better = [...lines].flatMap(line => {
    const edit = { start: last, end: last, text: `${eol}${line}` };
    const text = judged.text.slice(0, last) + edit.text + judged.text.slice(last);
    const then = exposureUnder({ ...judged, text, tree: parseUnit(text) }, profile, target);
    return then && then.tenths < now.tenths ? [{ line, edit, tenths: then.tenths }] : [];
  });
  return better
    .sort((a, b) => a.tenths - b.tenths)
    .slice(0, mostOffered)
    .map(({ line, edit, tenths }) => ({
      title: `Add ${line}: exposure ${printed(now.tenths)} to ${printed(tenths)} under ${profile.name}`,
      edit,
    }));
}
