/** Which running units a deploy has changed, and their restart: those, and no other. */
import * as l10n from '@vscode/l10n';
import { type AttachedUnit, loadedUnits } from '../attach/image-state.ts';
import { activates, jobResult, type Starting, startUnits } from '../attach/start-stop.ts';
import type { ListedUnit, Systemd } from '../bus/systemd.ts';
import type { UnitState } from '../contract.ts';
import type { Places } from '../on-host/places.ts';
import { printedBy, type RunLimits } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';
import { templateOf } from '../units/unit-name.ts';

/** A digest of each attached unit's file and portabled's drop-ins, in which the image is called the same whatever version it is. */
export type UnitTexts = ReadonlyMap<string, string>;

/** First come two directories of units. Then words come in pairs: a unit, and a sed script that calls its image and extensions the same whatever version they are. */
const textsScript = `x=$1 y=$2; shift 2
while [ $# -ge 2 ]; do
  for d in "$x" "$y"; do
    [ -e "$d/$1" ] || continue
    h=$(for f in "$d/$1" "$d/$1.d"/*.conf; do [ ! -f "$f" ] || { echo "\${f##*/}"; cat -- "$f"; }; done | sed -e '/^# Drop-in created for image /d' -e "$2" | sha256sum)
    printf '%s\\0%s\\0' "$1" "\${h%% *}"
  done
  shift 2
done`;

/**
 * Reads the texts of units on the host. An extension image is called by what it holds, unit files apart, where `contentOf` tells that by its path: only
 * the units that it lies over name it, which from 258 on are all of the image. Rejects with an Error or BusError when it cannot be asked. */
export async function unitTexts(
  transport: Transport,
  { runtime, persistent }: Places['units'],
  units: readonly AttachedUnit[],
  contentOf: (extension: string) => string | undefined,
  limits: RunLimits,
): Promise<UnitTexts> {
  if (units.length === 0) return new Map();
  const pairs = units.flatMap(unit => [unit.name, withoutVersions(unit, contentOf)]);
  const fields = (await printedBy(transport, textsScript, [persistent, runtime, ...pairs], limits)).split('\0');
  return new Map(fields.flatMap((name, i) => (i % 2 === 0 && name !== '' ? [[name, fields[i + 1] ?? '']] : [])));
}

function withoutVersions({ image, extensions }: AttachedUnit, contentOf: (extension: string) => string | undefined): string {
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/\.raw$/, '');
  const literal = (text: string): string => text.replace(/[\\.*^$|[\]&/]/g, '\\$&');
  const overlays = extensions.flatMap(path => {
    const content = contentOf(path);
    return content === undefined ? [] : [`s|${literal(path)}|@${content}|g`];
  });
  return [`s|${literal(image)}|@|g`, ...overlays, `s|${literal(name)}|@|g`].join(';');
}

/** A unit that was active. */
export interface Running {
  readonly name: string;
  /** Since when, in ms since the epoch; 0 where that was not asked. */
  readonly since: number;
  /** systemd says that its files on disk are others than those it read. */
  readonly outdated: boolean;
}

/** The active units of an attachment, those that are on their way to it included; `since` is asked on demand: it is many messages. */
export async function runningUnits(
  systemd: Systemd,
  units: readonly AttachedUnit[],
  asked: { readonly since: boolean },
  signal?: AbortSignal,
): Promise<readonly Running[]> {
  const active = (await loadedUnits(systemd, units, signal)).filter(isUp);
  return Promise.all(
    active.map(async unit => {
      const outdated = await systemd.needsReload(unit, signal);
      const { since = 0 } = asked.since ? await systemd.details(unit, signal) : {};
      return { name: unit.name, since, outdated };
    }),
  );
}

const isUp = ({ active }: ListedUnit): boolean => active !== 'inactive' && active !== 'failed' && active !== 'deactivating';

/** What a deploy changed. */
export interface Changes {
  readonly before: UnitTexts;
  readonly after: UnitTexts;
  /** Whether a service that runs since that time would find another image now, unit files apart. */
  readonly otherImage: (since: number) => boolean;
}

/** The running units that have to be restarted: services whose image, unit or drop-ins changed; sockets, timers and paths whose unit did. */
export function unitsToRestart(running: readonly Running[], { before, after, otherImage }: Changes): readonly string[] {
  return running
    .filter(({ name, since, outdated }) => {
      const key = unitFileOf(name, after);
      if (!after.has(key)) return false; // its unit is gone
      return outdated || before.get(key) !== after.get(key) || (name.endsWith('.service') && otherImage(since));
    })
    .map(({ name }) => name)
    .sort();
}

/** The name of a unit's file, which for an instance is its template, if it has none of its own. */
export function unitFileOf(name: string, files: { has(name: string): boolean }): string {
  return files.has(name) ? name : templateOf(name);
}

/**
 * Restarts units. A socket cannot be opened anew while its service runs, so that one is stopped first. Returns states and failures as
 * `startUnits` does.
 */
export async function restartUnits(
  systemd: Systemd,
  names: readonly string[],
  starting: Starting,
): Promise<{ readonly states: readonly UnitState[]; readonly failed: readonly string[] }> {
  const { progress } = starting;
  const { signal } = progress;
  // it goes on as it was, from the version before, which is to be told
  const restart: Systemd['restart'] = (name, until) => jobResult(systemd.restart(name, until), l10n.t('it refuses to be restarted'));
  const openers = names.filter(activates);
  const listed = await systemd.listUnits(openers, signal);
  const triggered = (await Promise.all(listed.map(unit => systemd.details(unit, signal)))).flatMap(({ triggers }) => triggers);
  const services = new Set(names.filter(name => !activates(name)));
  for (const unit of (await systemd.listUnits(triggered, signal)).filter(isUp)) {
    services.add(unit.name);
    await systemd.stop(unit.name, signal);
  }
  const all = [...openers, ...services];
  if (all.length > 0) progress.report(l10n.t('Restarting {0}', all.join(', ')));
  const refused: string[] = [];
  for (const name of openers) {
    const result = await restart(name, signal);
    if (result !== 'done') refused.push(`${name} (${result})`);
  }
  const restarting = { ...systemd, start: restart };
  const { states, failed } = await startUnits(restarting, [...services], { ...starting, progress: { signal, report: () => {} } });
  return { states, failed: [...refused, ...failed] };
}
