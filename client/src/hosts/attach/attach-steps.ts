/** Attaching, swapping and detaching an image that lies on the host, step by step, in the order of portablectl. */
import * as l10n from '@vscode/l10n';
import { methodsSince } from '../bus/portabled.ts';
import type { AttachChange, AttachOutcome, HostFailure, Progress } from '../contract.ts';
import { explain, hostFailure, notUndone, stopped, withAdvice } from '../errors.ts';
import type { OnHost } from '../on-host/host-image-checks.ts';
import { unitsThatGo } from './affected.ts';
import { asBefore } from './as-before.ts';
import { type AttachOptions, type DetachOptions, defaultPrefix } from './attach-options.ts';
import { refuseIfOthersGo } from './checks.ts';
import { forgetUnits, leftLinks, refuseLeftLinks, withLeft } from './forget-units.ts';
import { type AttachedUnit, comparedName, detachRequests, goesWith, isTemplate, loadedUnits, readAttached } from './image-state.ts';
import type { Detached } from './operations.ts';
import { removeStaleLinks } from './stale-links.ts';
import { startUnits, stopUnits } from './start-stop.ts';

/** An operation on an image of the host. */
export interface Operation extends OnHost {
  readonly progress: Progress;
  /** A connection for clearing up after a failure: the present one, or a new one where it broke. */
  readonly connectionForCleanUp: () => Promise<OnHost['connection']>;
}

/** All that is attached there now. */
export function attachedOn({ transport, clock, deadlines, connection }: OnHost, signal?: AbortSignal): Promise<readonly AttachedUnit[]> {
  const limits = { clock, deadline: deadlines.call, own: connection.rights === 'own', ...(signal && { signal }) };
  return readAttached(transport, connection.version.major, limits);
}

/** The options with what portablectl fills in. */
export function filledIn(path: string, options: AttachOptions): AttachOptions {
  return options.prefixes.length > 0 ? options : { ...options, prefixes: [defaultPrefix(path)] };
}

/** Attaches what nothing of that name is attached of. What fails before the units start is undone. */
export async function attachThere(operation: Operation, path: string, options: AttachOptions): Promise<AttachOutcome> {
  const { connection, doing, progress } = operation;
  if (progress.signal.aborted) throw stopped(progress.signal, doing);
  progress.report(l10n.t('Attaching {0}', path));
  try {
    const changes = await connection.portabled.attach(path, options); // not to be cut short: portabled would go on behind our back
    progress.signal.throwIfAborted();
    return await bringUp(operation, path, changes, options);
  } catch (error) {
    const failure = progress.signal.aborted ? stopped(progress.signal, doing) : explain(error, doing);
    if (failure.kind === 'failed-to-start') throw failure;
    await undo(operation, path).catch((second: unknown) => {
      throw notUndone(failure, second, doing);
    });
    throw failure;
  }
}

/** Puts an image in the place of what is attached under its name. What fails before the units start is undone. */
export async function reattachThere(operation: Operation, path: string, options: AttachOptions): Promise<AttachOutcome> {
  const { connection, doing, progress } = operation;
  const { systemd, version } = connection;
  const { signal } = progress;
  const before = await attachedOn(operation, signal);
  const named = before.filter(unit => comparedName(unit.image) === comparedName(path));
  const { extensions } = options;
  const isSwapped = (unit: AttachedUnit): boolean => goesWith({ image: path, extensions, runtime: unit.runtime }, unit, version.major);
  const there = named.find(unit => unit.image === path) ?? named.find(isSwapped) ?? named[0];
  const runtime = there?.runtime === true;
  // else portabled finds nothing to swap
  const swaps = version.major >= methodsSince.ReattachImage && there !== undefined && isSwapped(there);
  const requests = swaps ? [{ image: path, extensions, runtime }] : detachRequests(there ? [there] : []);
  const old = before.filter(unit => requests.some(request => goesWith(request, unit, version.major)));
  const [first] = old;
  if (!first) {
    throw hostFailure(
      'refused',
      l10n.t('{0}: no image of that name is attached there.', doing.what),
      l10n.t('Attach it instead, or refresh the view.'),
    );
  }
  refuseIfOthersGo({ connection, doing, own: image => named.some(unit => unit.image === image) }, before, requests);
  const choices = { ...options, runtime };
  progress.report(l10n.t('Attaching {0} in the place of {1}', path, first.image));
  const { changes, gone } = await (swaps ? swap : replace)(operation, path, old, choices);
  let left: readonly string[] = [];
  let outcome: AttachOutcome;
  try {
    if (choices.reload || !swaps) await systemd.reload();
    if (swaps && choices.start) {
      await stopUnits(systemd, () => systemd.listUnits(gone.filter(name => !isTemplate(name))), signal);
      await stopUnits(systemd, async () => loadedUnits(systemd, await ofImage(operation, path)), signal);
    }
    left = await forgetSwapped(operation, path, old, gone);
    signal.throwIfAborted();
    outcome = await bringUp(operation, path, changes, { ...choices, reload: false });
  } catch (error) {
    const failure = signal.aborted ? stopped(signal, doing) : explain(error, doing);
    if (failure.kind === 'failed-to-start') throw withLeft(failure, leftLinks(doing, left, 'swapped'));
    if (swaps && path === first.image) throw failure; // it is what was there before
    throw await putBack(operation, failure, path, old, choices);
  }
  refuseLeftLinks(doing, left, 'swapped');
  return outcome;
}

/** What portabled placed, and the units that are no more. */
interface Replaced {
  readonly changes: readonly AttachChange[];
  readonly gone: readonly string[];
}

/** Has portabled swap images, running or not. */
async function swap(operation: Operation, path: string, old: readonly AttachedUnit[], choices: AttachOptions): Promise<Replaced> {
  const { removed, updated } = await operation.connection.portabled
    .reattach(path, choices)
    .catch((error: unknown) => stillThere(operation, error, old, choices));
  const placed = unitsAmong(updated, 'placed');
  return { changes: updated, gone: unitsAmong(removed, 'unlink').filter(name => !placed.includes(name)) };
}

/** Stops and detaches what is there, and attaches the other. */
async function replace(operation: Operation, path: string, old: readonly AttachedUnit[], choices: AttachOptions): Promise<Replaced> {
  const { connection, doing, progress } = operation;
  const { portabled, systemd } = connection;
  const [first] = old;
  await stopUnits(systemd, () => loadedUnits(systemd, old, progress.signal), progress.signal);
  progress.signal.throwIfAborted();
  if (first) await portabled.detach(first.image, { runtime: choices.runtime, extensions: first.extensions });
  const changes = await portabled.attach(path, choices).catch(async (error: unknown) => {
    throw await attachAgain(operation, explain(error, doing), old, choices);
  });
  const placed = unitsAmong(changes, 'placed');
  return { changes, gone: old.map(({ name }) => name).filter(name => !placed.includes(name)) };
}

/** Takes away what is left of what was there before, of units that are `gone` now. Returns the links that could not be removed. */
async function forgetSwapped(
  operation: Operation,
  path: string,
  old: readonly AttachedUnit[],
  gone: readonly string[],
): Promise<readonly string[]> {
  const runtime = old.every(unit => unit.runtime);
  const enabling = await forgetUnits(operation, gone, runtime);
  const others = old.filter(({ image }) => image !== path);
  return [...enabling, ...(await removeStaleLinks(operation, others))];
}

/** After a swap that portabled refused: it finds out what is wrong when it has taken away what was there (seen on 252, 257 and 262). */
async function stillThere(operation: Operation, error: unknown, old: readonly AttachedUnit[], choices: AttachOptions): Promise<never> {
  const failure = explain(error, operation.doing);
  const there = await attachedOn(operation).catch(() => old); // a host that does not answer is told as that
  const isThere = (unit: AttachedUnit): boolean => there.some(({ name, image }) => name === unit.name && image === unit.image);
  // its units may run all the while
  throw old.every(isThere) ? failure : await attachAgain(operation, failure, old, { ...choices, force: true });
}

/** Detaches what took the place of another, and attaches that; the failure that led to it, with what became of that. */
async function putBack(
  operation: Operation,
  failure: HostFailure,
  path: string,
  old: readonly AttachedUnit[],
  choices: AttachOptions,
): Promise<HostFailure> {
  try {
    await undo(operation, path);
  } catch (second) {
    return notUndone(failure, second, operation.doing);
  }
  return attachAgain(operation, failure, old, choices);
}

/** Attaches what was there before; the failure that led to it, with what became of that. */
async function attachAgain(
  operation: Operation,
  failure: HostFailure,
  old: readonly AttachedUnit[],
  choices: AttachOptions,
): Promise<HostFailure> {
  const image = old[0]?.image ?? '';
  const restore = async (): Promise<string> => {
    const connection = await operation.connectionForCleanUp();
    await connection.portabled.attach(image, { ...choices, ...(await asBefore(connection, image, old)) });
    await connection.systemd.reload();
    return choices.force ? l10n.t('{0} is attached again.', image) : l10n.t('{0} is attached again, and its units are stopped.', image);
  };
  const restored = await restore().catch(() => l10n.t('{0} is detached now: attach it again.', image));
  return withAdvice(failure, `${failure.advice} ${restored}`.trim());
}

/** What attaching left to do: reload, enable, start. */
async function bringUp(
  { connection, transport, doing, progress, clock, deadlines }: Operation,
  path: string,
  changes: readonly AttachChange[],
  options: AttachOptions,
): Promise<AttachOutcome> {
  const { systemd } = connection;
  const { signal } = progress;
  if (options.reload) {
    progress.report(l10n.t('Reloading systemd on {0}', doing.host));
    await systemd.reload(signal);
  }
  if (options.enable) {
    progress.report(l10n.t('Enabling the units of {0}', path));
    for (const file of filesPlaced(changes)) await systemd.enable([file], options.runtime); // one refused must not keep the others
    signal.throwIfAborted();
  }
  if (!options.start) return { changes, hostPath: path, started: [] };
  const names = unitsAmong(changes, 'placed').filter(name => !isTemplate(name));
  const { states, failed } = await startUnits(systemd, names, { clock, settle: deadlines.settle, progress });
  signal.throwIfAborted();
  if (failed.length === 0) return { changes, hostPath: path, started: states };
  const { startFailure } = await import('../failures/index.ts');
  throw await startFailure({ connection, transport, clock, deadlines }, path, doing.host, failed);
}

/** Stops, disables, cleans and detaches. Once portabled is asked, it is carried through whatever the signal says. */
export async function detachThere(operation: Operation, path: string, options: DetachOptions): Promise<Detached> {
  const { connection, doing, progress } = operation;
  const { systemd, version } = connection;
  const { signal } = progress;
  const attached = await attachedOn(operation, signal);
  if (!attached.some(unit => unit.image === path)) {
    throw hostFailure('refused', l10n.t('{0}: {1} is not attached there.', doing.what, path), l10n.t('Refresh the view.'));
  }
  const going = unitsThatGo(path, attached, version.major);
  const unasked = going.filter(({ name }) => !options.agreed.includes(name));
  if (unasked.length > 0) {
    throw hostFailure(
      'refused',
      l10n.t('{0}: it would take away {1}, too, which is attached from {2}.', doing.what, unasked[0]?.name ?? '', unasked[0]?.image ?? ''),
      l10n.t('Detach again and look at the units that are named.'),
    );
  }
  if (options.clean && (connection.rights === 'polkit' || connection.rights === 'none')) {
    // whatever polkit says, the bus's policy lets nobody else call CleanUnit (files of 247 to 262)
    const what = l10n.t('{0}: root alone may remove what its units keep.', doing.what);
    throw hostFailure('not-allowed', what, l10n.t('Detach it without cleaning up. {0}', doing.rights));
  }
  progress.report(l10n.t('Stopping the units of {0}', path));
  await stopUnits(systemd, () => loadedUnits(systemd, going, signal), signal);
  signal.throwIfAborted();
  if (options.clean) {
    progress.report(l10n.t('Cleaning up after the units of {0}', path));
    const services = (await loadedUnits(systemd, going, signal)).filter(({ name }) => name.endsWith('.service'));
    // `all` holds everything but the stored file descriptors, which came with 254
    for (const { name } of services) await systemd.clean(name, version.major < 254 ? ['all'] : ['all', 'fdstore']);
    signal.throwIfAborted();
  }
  progress.report(l10n.t('Detaching {0}', path));
  const changes: AttachChange[] = [];
  const left: string[] = [];
  for (const runtime of [true, false]) {
    const there = going.filter(unit => unit.runtime === runtime);
    const names = there.map(({ name }) => name);
    // 247 removes a unit that is a link itself along with what enabled it, and later ones know no unit whose file is gone: seen
    const disableFirst = version.major >= 252;
    if (disableFirst) left.push(...(await forgetUnits(operation, names, runtime)));
    const own = there.find(unit => unit.image === path);
    if (own) changes.push(...(await connection.portabled.detach(path, { runtime, extensions: own.extensions })));
    if (!disableFirst) left.push(...(await forgetUnits(operation, names, runtime)));
  }
  left.push(...(await removeStaleLinks(operation, going)));
  if (options.reload) {
    progress.report(l10n.t('Reloading systemd on {0}', doing.host));
    await systemd.reload();
  }
  return { changes, left };
}

/** After a failed attach: nothing of the image stays attached. */
async function undo(operation: Operation, path: string): Promise<void> {
  const connection = await operation.connectionForCleanUp();
  await connection.portabled.profiles(); // portabled does one thing after the other: now it is through with what was asked before
  const own = await ofImage(operation, path);
  if (own.length === 0) return;
  const progress = { signal: new AbortController().signal, report: operation.progress.report };
  const agreed = own.map(({ name }) => name);
  const { left } = await detachThere({ ...operation, connection, progress }, path, { clean: false, reload: true, agreed });
  refuseLeftLinks(operation.doing, left);
}

async function ofImage(operation: OnHost, path: string): Promise<readonly AttachedUnit[]> {
  return (await attachedOn(operation)).filter(unit => unit.image === path);
}

const unitFile = /\/(?:system|user)\.attached\/[^/]+\.(?:service|socket|target|timer|path)$/;

/** The unit files that portabled placed. */
function filesPlaced(changes: readonly AttachChange[]): readonly string[] {
  return changes.filter(({ type, path }) => (type === 'copy' || type === 'symlink') && unitFile.test(path)).map(({ path }) => path);
}

/** Names of the units whose files portabled placed or removed. */
function unitsAmong(changes: readonly AttachChange[], what: 'placed' | 'unlink'): readonly string[] {
  const paths =
    what === 'placed'
      ? filesPlaced(changes)
      : changes.filter(({ type, path }) => type === 'unlink' && unitFile.test(path)).map(({ path }) => path);
  return [...new Set(paths.map(path => path.slice(path.lastIndexOf('/') + 1)))].sort();
}
