/** Putting an image that lies on the host in the place of another, step by step, in the order of portablectl; what fails puts the other back. */
import * as l10n from '@vscode/l10n';
import { methodsSince } from '../bus/portabled.ts';
import type { AttachChange, AttachOutcome, HostFailure } from '../contract.ts';
import { explain, hostFailure, notUndone, stopped, withAdvice } from '../errors.ts';
import { asBefore } from './as-before.ts';
import type { AttachOptions } from './attach-options.ts';
import { bringUp, undo } from './attach-steps.ts';
import { refuseIfOthersGo } from './checks.ts';
import { forgetUnits, leftLinks, refuseLeftLinks, withLeft } from './forget-units.ts';
import { attachedOn, type Operation, ofImage } from './host-operation.ts';
import { type AttachedUnit, comparedName, detachRequests, goesWith, loadedUnits } from './image-state.ts';
import { unitsAmong } from './placed-files.ts';
import { removeStaleLinks } from './stale-links.ts';
import { stopUnits } from './start-stop.ts';

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
      const ended = old.filter(({ name }) => gone.includes(name));
      await stopUnits(systemd, () => loadedUnits(systemd, ended), signal);
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
