/** A unit as its host will have it, line by line: where each comes from, and whether it still counts. */
import { emptinessOf, repetitionOf } from '../catalogue/repetition.ts';
import { catText, type EffectiveFile, type EffectiveUnit, effectiveUnit } from '../portable/effective.ts';
import { type KnownHost, placesOfUser } from '../portable/known-host.ts';
import { portableDropIn } from '../portable/plan/drop-in.ts';
import { shippedFile } from '../portable/profiles.ts';
import type { EffectiveLine } from '../protocol-profiles.ts';
import { readingOf } from '../rules/reading.ts';
import type { Target, TargetProfile } from '../rules/rule.ts';
import { managerOfSubject } from '../rules/sandbox/attached-unit.ts';
import { lineIndex } from '../unit/line-index.ts';
import type { Manager } from '../unit/search-path.ts';
import type { JudgedUnit } from './judge.ts';
import { profileText } from './profiles.ts';

/** The document that shows a unit. */
export interface EffectiveDocument {
  /** As `systemctl cat` would print it. */
  readonly text: string;
  readonly lines: readonly EffectiveLine[];
  readonly files: readonly (EffectiveFile & { readonly first: number })[];
}

/**
 * What an open service or other unit becomes under a profile on the target's host, its image attached from where it lies and until the next
 * reboot; undefined for what is no unit. Without a profile the unit stands alone under `20-portable.conf`.
 */
export function attachedAs(judged: JudgedUnit, profile: TargetProfile | undefined, target: Target): EffectiveUnit | undefined {
  const { systemd, host } = target;
  const { unit, inTree, tree } = judged;
  const hostDropIns = dropInsOf(host);
  if (unit.role !== 'unit' || unit.name === undefined || unit.placeholders) return undefined;
  const path = inTree?.root ?? `/${unit.name.replace(/[-@.].*$/, '')}`;
  const base = { path, kind: 'directory' as const, units: [], ...(inTree?.release && { release: inTree.release }) };
  const manager = managerOfUnit(judged, target);
  const text = profile && unit.kind === 'service' ? profileText(profile, systemd, manager) : undefined;
  const link = profile && (profile.path ?? shippedFile(profile.name, 'service', systemd, manager)?.path);
  return effectiveUnit({
    name: unit.name,
    unit: { text: judged.text, tree },
    ...(text !== undefined && { profile: { text, ...(link !== undefined && { target: link }) } }),
    dropIn: portableDropIn(unit.name, { systemd, base, extensions: [], from: base, force: false }),
    runtime: true,
    ...(manager === 'user' && { place: placesOfUser(host).units }),
    ...(hostDropIns && { hostDropIns }),
  });
}

/** Whose manager will run an open unit. */
export const managerOfUnit = ({ among, inTree }: JudgedUnit, target: Target): Manager =>
  managerOfSubject({ target, ...(among && { among }), ...(inTree && { inTree }) });

/** The drop-ins that a host has by itself, where they are known. What is attached to a user's own manager lies elsewhere, and is not told. */
export const dropInsOf = (host: KnownHost | undefined): KnownHost['dropIns'] => (host?.scope === 'system' ? host.dropIns : undefined);

/** The document of a unit. */
export function effectiveDocument({ loaded, files }: EffectiveUnit, systemd: number): EffectiveDocument {
  const text = catText(files, systemd);
  const fates = fatesOf({ loaded, files }, systemd);
  const lines: EffectiveLine[] = [];
  const placed: (EffectiveFile & { first: number })[] = [];
  /** Where each assignment begins in the document, by its file and line. */
  const starts = new Map<string, number>();
  files.forEach((file, n) => {
    if (n > 0) lines.push({ file: n });
    placed.push({ ...file, first: lines.length });
    lines.push({ file: n });
    const content = catText([file], systemd).split('\n').slice(1, -1);
    content.forEach((_, line) => {
      starts.set(`${n} ${line}`, lines.length);
      lines.push({ file: n, line });
    });
  });
  for (const { file, line, last, fate, by } of fates) {
    for (let at = line; at <= last; at++) {
      const place = starts.get(`${file} ${at}`);
      const shown = place === undefined ? undefined : lines[place];
      if (place === undefined || !shown) continue;
      const reason = by && starts.get(`${by.file} ${by.line}`);
      lines[place] = { ...shown, fate, ...(reason !== undefined && { by: reason }) };
    }
  }
  return { text, lines, files: placed };
}

interface Placed {
  readonly file: number;
  readonly line: number;
  readonly last: number;
}
type Fate = Placed & { readonly fate: NonNullable<EffectiveLine['fate']>; readonly by?: Placed };

/** The assignments that do not count any more, and for which others. */
function fatesOf({ loaded, files }: EffectiveUnit, systemd: number): readonly Fate[] {
  const fates: Fate[] = [];
  const standing = new Map<string, Placed[]>();
  loaded.sources.forEach((source, file) => {
    const tree = source.tree();
    const lines = lineIndex(files[file]?.text ?? tree.text);
    for (const { assignment, section, standing: stand, faults } of readingOf({ tree, unit: source.unit, target: { systemd } })
      .assignments) {
      const place = { file, line: lines.position(assignment.start).line, last: lines.position(Math.max(assignment.end - 1, 0)).line };
      const name = assignment.key.text;
      if (stand !== 'known' || faults.some(({ outcome }) => outcome === 'ignored' || outcome === 'refused')) {
        fates.push({ ...place, fate: 'ignored' });
        continue;
      }
      const id = `${section} ${kinOf(section, name, systemd)}`;
      const before = standing.get(id) ?? [];
      const repetition = repetitionOf(section, name, systemd);
      if (assignment.value === '' && repetition === 'adds') {
        if (emptinessOf(section, name, systemd).startsWith('clears')) {
          for (const one of before) fates.push({ ...one, fate: 'emptied', by: place });
          standing.set(id, []);
        }
      } else if (repetition === 'replaces') {
        for (const one of before) fates.push({ ...one, fate: 'replaced', by: place });
        standing.set(id, [place]);
      } else if (repetition === 'first' && before[0]) fates.push({ ...place, fate: 'ignored', by: before[0] });
      else standing.set(id, [...before, place]);
    }
  });
  return fates;
}

/** Directives that one empty assignment clears together go by one name. */
function kinOf(section: string, name: string, systemd: number): string {
  if (emptinessOf(section, name, systemd) !== 'clears-kin') return name;
  return /^(Condition|Assert|Listen)/.exec(name)?.[0] ?? 'kin';
}
