/** What is done to an image of this machine on a host, step by step: portabled only writes files, everything around it is here. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import type { Clock, Deadlines } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { AttachChange, AttachOutcome, Progress } from '../contract.ts';
import { removeTrees } from '../deploy/remove-trees.ts';
import { familyOf, versionsIn } from '../deploy/versions.ts';
import { type Doing, hostFailure, stopped } from '../errors.ts';
import { poolOf } from '../on-host/places.ts';
import type { Transport } from '../transport/transport.ts';
import { checkRights, refuseIfOthersGo } from './checks.ts';
import { type Detached, removeOnHost, takeAway } from './detach-steps.ts';
import { refuseLeftLinks } from './forget-units.ts';
import { type AttachedUnit, detachRequests, isTemplate } from './image-state.ts';

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

/**
 * Stops an image's units and detaches it, and removes its versions. Cancelled before the detach itself, it stays attached, its units perhaps stopped.
 * `detached` is called once its units are gone, whatever becomes of the rest.
 */
export async function detach(work: Work, detached: () => void): Promise<readonly AttachChange[]> {
  const { connection, doing, progress, image } = work;
  const attached = await work.attached(progress.signal);
  const own = attached.filter(unit => work.own(unit.image));
  if (own.length === 0) {
    throw hostFailure('refused', l10n.t('{0}: {1} is not attached there.', doing.what, image.name), l10n.t('Refresh the view.'));
  }
  await checkRights(work);
  refuseIfOthersGo(work, attached, detachRequests(own));
  try {
    const { changes, left } = await takeAway(work, image.name, own);
    detached();
    progress.report(l10n.t('Reloading systemd on {0}', doing.host));
    await connection.systemd.reload();
    await removeVersionsOf(work, own);
    refuseLeftLinks(doing, left);
    return changes;
  } catch (error) {
    if (connection.bus.closedBy) await finishDetach(work, own, detached).catch(() => {}); // the failure to tell is the first one
    throw error;
  }
}

/** After the connection broke in the middle of a detach: what is left to do once portabled has removed its files. */
async function finishDetach(work: Work, before: readonly AttachedUnit[], detached: () => void): Promise<void> {
  const connection = await work.connectionForCleanUp();
  await connection.portabled.profiles(); // portabled does one thing after the other: now it is through with what was asked before
  const attached = await work.attached();
  if (attached.some(unit => work.own(unit.image))) return; // it still is attached, with its copy
  detached();
  await connection.systemd.reload();
  await removeVersionsOf(work, before);
}

/** $1 is the family's name, then directories that hold versions; then, after an empty word, single versions. */
const removeVersionsScript = `f=$1; shift
${removeTrees}
while [ "$1" ]; do remove "$1/$f"-*; rmdir -- "$1" 2>/dev/null || :; shift; done
shift; remove "$@"`;

async function removeVersionsOf(work: Work, before: readonly AttachedUnit[]): Promise<void> {
  if (work.place.kind !== 'copy') return;
  const directories = [true, false].map(runtime => versionsIn(poolOf(work.connection.places, runtime)));
  const single = new Set(before.map(unit => unit.image));
  const family = familyOf(work.image, work.machineId);
  await removeOnHost(work, ['sh', '-c', removeVersionsScript, 'sh', family, ...directories, '', ...single]);
}

/** Removes one version, by its path. Rejects with a failure. */
export async function removeVersion(work: Work, path: string): Promise<void> {
  const directory = path.slice(0, path.lastIndexOf('/'));
  await removeOnHost(work, [
    'sh',
    '-c',
    `${removeTrees}
remove "$1" && { rmdir -- "$2" 2>/dev/null || :; }`,
    'sh',
    path,
    directory,
  ]);
}

/** Names of units that are no templates: those that can be started. */
export function plainNames(units: readonly AttachedUnit[]): readonly string[] {
  return units.map(unit => unit.name).filter(name => !isTemplate(name));
}

/** Rejects with a failure where the signal came. */
export function step({ progress, doing }: Work): void {
  if (progress.signal.aborted) throw stopped(progress.signal, doing);
}
