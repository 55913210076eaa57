/** What is done to an image of this machine on a host, step by step: portabled only writes files, everything around it is here. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import { BusError } from '../bus/bus.ts';
import type { Clock, Deadlines } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { AttachChange, AttachOutcome, Progress } from '../contract.ts';
import { removeTrees } from '../deploy/remove-trees.ts';
import { familyOf, versionsIn } from '../deploy/versions.ts';
import { type Doing, hostFailure, stopped } from '../errors.ts';
import { poolOf } from '../on-host/places.ts';
import { runToEnd } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';
import { checkRights, refuseIfOthersGo } from './checks.ts';
import { forgetUnits, refuseLeftLinks } from './forget-units.ts';
import { type AttachedUnit, detachRequests, isTemplate, loadedUnits } from './image-state.ts';
import { removeStaleLinks } from './stale-links.ts';
import { stopUnits } from './start-stop.ts';

/** Where an image is attached from: where it lies, at this path, or as one of the versions that we brought. */
export type Place = { readonly kind: 'in-place'; readonly path: string } | { readonly kind: 'copy' };

/** What an operation works with. */
export interface Work {
  readonly image: ImageFacts;
  readonly doing: Doing;
  readonly progress: Progress;
  readonly connection: Connection;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly machineId: string;
  /** All that is attached there now. */
  readonly attached: (signal?: AbortSignal) => Promise<readonly AttachedUnit[]>;
  readonly place: Place;
  /** A path whose last part begins as that of the image on the host does: portabled compares these. */
  readonly hostPath: string;
  /** Whether a path on the host is this image: where it lies, or a version of it. */
  readonly own: (path: string) => boolean;
  /** A connection for clearing up after a failure: the present one, or a new one where it broke. */
  readonly connectionForCleanUp: () => Promise<Connection>;
}

/** Attached, but some units did not start. */
export class StartFailure extends Error {
  readonly outcome: AttachOutcome & Pick<Detached, 'left'>;
  /** A unit and what systemd says of its end, each. */
  readonly failed: readonly string[];

  constructor(outcome: StartFailure['outcome'], failed: readonly string[]) {
    super(failed.join(', '));
    this.outcome = outcome;
    this.failed = failed;
  }
}

/** Stops an image's units and detaches it, and removes its versions. Cancelled before the detach itself, it stays attached, its units perhaps stopped. */
export async function detach(work: Work): Promise<readonly AttachChange[]> {
  const { connection, doing, progress, image } = work;
  const attached = await work.attached(progress.signal);
  if (!attached.some(unit => work.own(unit.image))) {
    throw hostFailure('refused', l10n.t('{0}: {1} is not attached there.', doing.what, image.name), l10n.t('Refresh the view.'));
  }
  await checkRights(work);
  refuseIfOthersGo(work, attached, detachRequests(attached.filter(unit => work.own(unit.image))));
  try {
    const { changes, left } = await detachNow(work, connection, attached, progress.signal);
    progress.report(l10n.t('Reloading systemd on {0}', doing.host));
    await connection.systemd.reload();
    await removeVersionsOf(work, attached);
    refuseLeftLinks(doing, left);
    return changes;
  } catch (error) {
    if (connection.bus.closedBy) await finishDetach(work, attached).catch(() => {}); // the failure to tell is the first one
    throw error;
  }
}

/** What a detach did: `left` are links that could not be removed. */
export interface Detached {
  readonly changes: readonly AttachChange[];
  readonly left: readonly string[];
}

/** Stops an image's units and has portabled remove their files, which is carried through whatever the signal says. Reloads nothing. */
export async function detachNow(
  work: Work,
  connection: Connection,
  attached: readonly AttachedUnit[],
  signal: AbortSignal,
): Promise<Detached> {
  const { systemd, portabled } = connection;
  const { progress, image } = work;
  const own = attached.filter(unit => work.own(unit.image));
  progress.report(l10n.t('Stopping the units of {0}', image.name));
  await stopUnits(systemd, () => loadedUnits(systemd, own, signal), signal);
  signal.throwIfAborted();
  progress.report(l10n.t('Detaching {0}', image.name));
  const changes: AttachChange[] = [];
  const left: string[] = []; // links that enabled units and could not be removed
  for (const runtime of [true, false]) {
    const there = own.filter(unit => unit.runtime === runtime);
    if (there.length > 0) left.push(...(await forgetUnits({ ...work, connection }, plainNames(there), runtime)));
    for (const path of new Set(there.map(unit => unit.image))) {
      const units = there.filter(unit => unit.image === path);
      const detaching = portabled.detach(path, { runtime, extensions: units[0]?.extensions ?? [] });
      const removed = await detaching.catch(async (error: unknown) => {
        if (!(error instanceof BusError) || error.errorName !== 'org.freedesktop.systemd1.NoSuchUnit') throw error;
        await removeFiles(work, units);
        return [];
      });
      changes.push(...removed);
    }
  }
  left.push(...(await removeStaleLinks({ ...work, connection }, own)));
  return { changes, left };
}

/** After the connection broke in the middle of a detach: what is left to do once portabled has removed its files. */
async function finishDetach(work: Work, before: readonly AttachedUnit[]): Promise<void> {
  const connection = await work.connectionForCleanUp();
  await connection.portabled.profiles(); // portabled does one thing after the other: now it is through with what was asked before
  const attached = await work.attached();
  if (attached.some(unit => work.own(unit.image))) return; // it still is attached, with its copy
  await connection.systemd.reload();
  await removeVersionsOf(work, before);
}

/** The files of units that portabled left half attached when it died, which it then does not find itself; two directories come first. */
const removeFilesScript = `a=$1 b=$2; shift 2
for u in "$@"; do
  for d in "$a" "$b"; do
    rm -f -- "$d/$u" "$d/$u.d/20-portable.conf" "$d/$u.d/10-profile.conf"
    rmdir -- "$d/$u.d" 2>/dev/null || :
  done
done
rmdir -- "$a" "$b" 2>/dev/null || :`;

async function removeFiles(work: Work, units: readonly AttachedUnit[]): Promise<void> {
  const { runtime, persistent } = work.connection.places.units;
  await runOnHost(work, ['sh', '-c', removeFilesScript, 'sh', persistent, runtime, ...units.map(unit => unit.name)]);
}

/** $1 is the family's name, then directories that hold versions; then, after an empty word, single versions. */
const removeVersionsScript = `f=$1; shift
${removeTrees}
while [ "$1" ]; do remove "$1/$f"-*; rmdir -- "$1" 2>/dev/null || :; shift; done
shift; remove "$@"`;

async function removeVersionsOf(work: Work, before: readonly AttachedUnit[]): Promise<void> {
  if (work.place.kind !== 'copy') return;
  const directories = [true, false].map(runtime => versionsIn(poolOf(work.connection.places, runtime)));
  const single = new Set(before.map(unit => unit.image).filter(work.own));
  const family = familyOf(work.image, work.machineId);
  await runOnHost(work, ['sh', '-c', removeVersionsScript, 'sh', family, ...directories, '', ...single]);
}

/** Removes one version, by its path. Rejects with a failure. */
export async function removeVersion(work: Work, path: string): Promise<void> {
  const directory = path.slice(0, path.lastIndexOf('/'));
  await runOnHost(work, [
    'sh',
    '-c',
    `${removeTrees}
remove "$1" && { rmdir -- "$2" 2>/dev/null || :; }`,
    'sh',
    path,
    directory,
  ]);
}

async function runOnHost({ transport, clock, deadlines, doing }: Work, argv: readonly [string, ...string[]]): Promise<void> {
  const { code, stderr } = await runToEnd(transport, argv, { clock, deadline: deadlines.program });
  if (code === 0) return;
  throw hostFailure('refused', l10n.t('{0}: files could not be removed on the host.', doing.what), l10n.t('Try again.'), stderr);
}

/** Names of units that are no templates: those that can be started. */
export function plainNames(units: readonly AttachedUnit[]): readonly string[] {
  return units.map(unit => unit.name).filter(name => !isTemplate(name));
}

/** Rejects with a failure where the signal came. */
export function step({ progress, doing }: Work): void {
  if (progress.signal.aborted) throw stopped(progress.signal, doing);
}
