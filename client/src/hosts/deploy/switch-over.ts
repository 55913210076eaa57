/** Puts one version of an image in the place of another, or attaches the first one; what fails is undone. */
import { basename } from 'node:path/posix';
import * as l10n from '@vscode/l10n';
import { asBefore } from '../attach/as-before.ts';
import type { AttachOptions } from '../attach/attach-options.ts';
import { type Detached, takeAway } from '../attach/detach-steps.ts';
import { forgetUnits, refuseLeftLinks } from '../attach/forget-units.ts';
import { type AttachedUnit, comparedName, loadedUnits } from '../attach/image-state.ts';
import { plainNames, removeVersion, StartFailure, type Work } from '../attach/operations.ts';
import { filesPlaced } from '../attach/placed-files.ts';
import { removeStaleLinks } from '../attach/stale-links.ts';
import { startUnits, stopUnits } from '../attach/start-stop.ts';
import { methodsSince } from '../bus/portabled.ts';
import type { Connection } from '../connection.ts';
import type { AttachChange, DeployOutcome, UnitState } from '../contract.ts';
import { explain, notUndone, stopped } from '../errors.ts';
import { extensionAt } from './extension-versions.ts';
import { type Running, restartUnits, runningUnits, type UnitTexts, unitFileOf, unitsToRestart, unitTexts } from './restarts.ts';

/** What becomes of the units of an attached image: those that run and changed are restarted; with `start`, the others are started, too. */
export type Then = 'restart' | 'start';

/** What is to be attached. */
export interface Goal {
  readonly path: string;
  /** What was brought for this, as paths on the host: it goes when it is not attached in the end. */
  readonly brought: readonly string[];
  /** Whether a service that runs since that time, in ms since the epoch, would find another image now, unit files and extension images apart. */
  readonly otherImage: (since: number) => boolean;
  /** Whether unit files changed since portabled copied them from that very path: of a path that is new, always absent. */
  readonly unitsChanged?: boolean;
  /** What is done while the units that were started settle. Never rejects. */
  readonly meanwhile?: () => Promise<void>;
}

/** What was done, and the links of what was there before that could not be removed. */
export interface Switched extends DeployOutcome {
  readonly left: readonly string[];
}

/** What was there before. */
export interface Before {
  /** Units of this image. */
  readonly units: readonly AttachedUnit[];
  readonly running: readonly Running[];
  readonly texts: UnitTexts;
  /** Those that something enables: by hand, perhaps, so that no choice tells. */
  readonly enabled: readonly string[];
}

/** What of the image is there now, of all that is attached. Rejects with an Error or BusError. */
export async function lookBefore(work: Work, attached: readonly AttachedUnit[]): Promise<Before> {
  const { connection, place, progress } = work;
  const units = attached.filter(unit => work.own(unit.image));
  const names = units.map(({ name }) => name);
  const [running, texts, enabled] = await Promise.all([
    runningUnits(connection.systemd, units, { since: place.kind === 'in-place' }, progress.signal),
    unitTexts(work.transport, connection.places.units, units, contentIn(work), limitsOf(work)),
    connection.systemd.enabledAmong(names, progress.signal),
  ]);
  return { units, running, texts, enabled };
}

/**
 * Attaches what the goal names, in the place of what was there `before`, and restarts what changed. Rejects with whatever went wrong, after
 * it was undone; with a StartFailure when only units did not start.
 */
export async function switchOver(work: Work, options: AttachOptions, goal: Goal, then: Then, before: Before): Promise<Switched> {
  const { doing, progress } = work;
  const { signal } = progress;
  try {
    return await carryOut(work, withPrefix(work, options), goal, then, before);
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    const failure = signal.aborted ? stopped(signal, doing) : explain(error, doing);
    try {
      await undo(work, options, goal, before);
    } catch (second) {
      throw notUndone(failure, second, doing);
    }
    throw failure;
  }
}

async function carryOut(work: Work, options: AttachOptions, goal: Goal, then: Then, before: Before): Promise<Switched> {
  const { connection, doing, progress, clock, deadlines, image } = work;
  const { systemd } = connection;
  const { signal } = progress;
  const same = !goal.unitsChanged && before.units.length > 0 && before.units.every(unit => isSame(unit, options, goal.path));
  let changes: readonly AttachChange[] = [];
  const left: string[] = [];
  if (!same) {
    progress.report(l10n.t('Attaching {0}', image.name));
    const placed = await place(work, options, goal.path, before);
    changes = placed.changes;
    left.push(...placed.left);
    signal.throwIfAborted();
  }
  const reloads = options.reload && (!same || before.running.some(unit => unit.outdated));
  if (reloads) progress.report(l10n.t('Reloading systemd on {0}', doing.host));
  const [{ now, after }] = await Promise.all([lookAfter(work, same ? before : undefined), reloads && systemd.reload(signal)]);
  // one refused must not keep the others
  if (options.enable) for (const file of filesPlaced(changes)) await systemd.enable([file], options.runtime);
  const gone = before.units.filter(({ name }) => !now.some(unit => unit.name === name));
  const names = gone.map(({ name }) => name);
  left.push(...(await forgetUnits(work, names, options.runtime)));
  await stopUnits(systemd, () => loadedUnits(systemd, gone, signal), signal);

  const { otherImage } = goal;
  const restarted = unitsToRestart(before.running, { before: before.texts, after, otherImage });
  let tidied = false;
  const meanwhile = async (): Promise<void> => {
    if (!tidied) await goal.meanwhile?.();
    tidied = true;
  };
  // what ran before gets a glance: it is watched on when the deploy is over
  const report = { clock, progress, meanwhile };
  const glance = Math.min(deadlines.settle, 50);
  const first = restarted.length > 0 ? await restartUnits(systemd, restarted, { ...report, settle: glance }) : nothing;
  const added = now.filter(({ name }) => !before.units.some(unit => unit.name === name));
  const toStart = options.start ? plainNames(then === 'start' ? now : added).toSorted() : [];
  const second = toStart.length > 0 ? await startUnits(systemd, toStart, { ...report, settle: deadlines.settle }) : nothing;
  await meanwhile();
  signal.throwIfAborted();
  const how = same ? 'unchanged' : before.units.length > 0 ? 'reattached' : 'attached';
  const started = statesOf(first.states, second.states);
  const outcome = { changes, hostPath: goal.path, started, how, restarted, copied: false, left } as const;
  const failed = [...new Set([...first.failed, ...second.failed])];
  if (failed.length > 0) throw new StartFailure(outcome, failed);
  return outcome;
}

/** The units of the image after it was attached, and their texts; those from before where nothing was. */
async function lookAfter(
  work: Work,
  same: Before | undefined,
): Promise<{ readonly now: readonly AttachedUnit[]; readonly after: UnitTexts }> {
  if (same) return { now: same.units, after: same.texts };
  const now = await ownNow(work, work.progress.signal);
  return { now, after: await unitTexts(work.transport, work.connection.places.units, now, contentIn(work), limitsOf(work)) };
}

/** The units of the image that are attached now. */
async function ownNow(work: Work, signal?: AbortSignal): Promise<readonly AttachedUnit[]> {
  return (await work.attached(signal)).filter(unit => work.own(unit.image));
}

const nothing = { states: [], failed: [] } as const;

function statesOf(first: readonly UnitState[], second: readonly UnitState[]): readonly UnitState[] {
  return [...first.filter(({ name }) => !second.some(state => state.name === name)), ...second];
}

/** Has portabled attach the path, in the place of what is attached. Where it cannot swap, units stop meanwhile, and start again later. */
async function place(work: Work, options: AttachOptions, path: string, { units, running, enabled }: Before): Promise<Detached> {
  const { connection, progress } = work;
  const { portabled, systemd, version } = connection;
  const [first] = units;
  // not to be cut short: portabled would go on behind our back
  if (!first) return { changes: await portabled.attach(path, options), left: [] };
  const swaps = canSwap(version.major, units, options) && units.every(unit => unit.image === first.image);
  if (swaps) {
    const { updated } = await portabled.reattach(path, options);
    const others = units.filter(({ image }) => image !== path);
    return { changes: updated, left: await removeStaleLinks(work, others) };
  }
  const { left } = await takeAway(work, work.image.name, await ownNow(work, progress.signal));
  const changes = await portabled.attach(path, options);
  await enableAgain(systemd, changes, enabled, options.runtime);
  await systemd.reload();
  const now = new Set((await ownNow(work, progress.signal)).map(unit => unit.name));
  for (const { name } of running) if (now.has(unitFileOf(name, now))) await systemd.start(name); // what the image has no more is gone
  return { changes, left };
}

/** Enables what was enabled before it was taken away, of what is there now. */
async function enableAgain(
  systemd: Connection['systemd'],
  changes: readonly AttachChange[],
  enabled: readonly string[],
  runtime: boolean,
): Promise<void> {
  const files = filesPlaced(changes).filter(file => enabled.includes(basename(file)));
  for (const file of files) await systemd.enable([file], runtime);
}

/** Whether portabled can put these in the place of what is attached: it finds that by the names of image and extensions. */
function canSwap(major: number, units: readonly AttachedUnit[], to: Pick<AttachOptions, 'runtime' | 'extensions'>): boolean {
  const names = (extensions: readonly string[]): string => extensions.map(comparedName).join(':');
  const fits = ({ runtime, extensions }: AttachedUnit) => runtime === to.runtime && names(extensions) === names(to.extensions);
  return major >= methodsSince.ReattachImage && units.length > 0 && units.every(fits);
}

function isSame(unit: AttachedUnit, options: AttachOptions, path: string): boolean {
  return (
    unit.image === path &&
    unit.runtime === options.runtime &&
    (unit.profile ?? options.profile) === options.profile &&
    unit.extensions.join(':') === options.extensions.join(':')
  );
}

/** Puts back what was there, and removes what was brought. What was brought for the goal goes. */
async function undo(work: Work, options: AttachOptions, goal: Goal, before: Before): Promise<void> {
  const connection = await work.connectionForCleanUp();
  await connection.portabled.profiles(); // portabled does one thing after the other: now it is through with what was asked before
  const toEnd: Work = { ...work, connection, progress: { ...work.progress, signal: new AbortController().signal } };
  const now = await ownNow(work);
  const [old] = before.units;
  let left: readonly string[] = [];
  if (old) {
    const names = new Set(now.filter(unit => unit.image === old.image).map(unit => unit.name));
    if (!before.units.every(unit => names.has(unit.name))) left = await putBack(toEnd, options, before, now);
  } else if (now.length > 0) {
    left = (await takeAway(toEnd, work.image.name, now)).left;
    await connection.systemd.reload();
  }
  if (work.place.kind === 'copy') for (const path of goal.brought) await removeVersion(work, path);
  refuseLeftLinks(work.doing, left);
}

/** Attaches what was attached; its units may run all the while, also where portabled has detached them and then refused the other image. */
async function putBack(
  work: Work,
  options: AttachOptions,
  { units, running, enabled }: Before,
  now: readonly AttachedUnit[],
): Promise<readonly string[]> {
  const [old] = units;
  if (!old) return [];
  const { connection } = work;
  const { portabled, systemd, version } = connection;
  const choices = { ...options, runtime: old.runtime, ...(await asBefore(connection, old.image, units)) };
  const forces = version.major >= methodsSince.AttachImageWithExtensions;
  const left: string[] = [];
  if (canSwap(version.major, now, choices)) await portabled.reattach(old.image, choices);
  else {
    if (now.length > 0) left.push(...(await takeAway(work, work.image.name, now)).left);
    if (!forces) await stopUnits(systemd, () => loadedUnits(systemd, units), work.progress.signal);
    const changes = await portabled.attach(old.image, { ...choices, force: forces });
    await enableAgain(systemd, changes, enabled, old.runtime);
  }
  await systemd.reload();
  for (const { name } of running) await systemd.restart(name);
  return left;
}

/** Without prefixes, what portablectl would derive: portabled itself then takes every unit of the image. */
function withPrefix({ image }: Work, options: AttachOptions): AttachOptions {
  return options.prefixes.length > 0 ? options : { ...options, prefixes: [image.prefix] };
}

/** What the extension images that we brought hold, unit files apart. */
function contentIn({ image, machineId }: Work): (extension: string) => string | undefined {
  return extension => extensionAt(extension, image, machineId)?.digest.rest;
}

function limitsOf({ clock, deadlines, progress }: Work): {
  readonly clock: Work['clock'];
  readonly deadline: number;
  readonly signal: AbortSignal;
} {
  return { clock, deadline: deadlines.program, signal: progress.signal };
}
