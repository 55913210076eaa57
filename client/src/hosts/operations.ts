/** What is done to an image on a host, step by step: portabled only writes files, everything around it is here. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { AttachChange, AttachOutcome, Progress } from './contract.ts';
import { cancelled, type Doing, explain, hostFailure, portabledMissing, rightsMissing } from './errors.ts';
import { type AttachedUnit, alsoDetached, copyDirectory, isTemplate, loadedUnits } from './image-state.ts';
import { collect } from './process.ts';
import { startUnits, stopUnits } from './start-stop.ts';
import type { Transport } from './transport.ts';
import type { Upload } from './upload.ts';

/** What an operation works with. */
export interface Work {
  readonly image: ImageFacts;
  readonly doing: Doing;
  readonly progress: Progress;
  readonly connection: Connection;
  readonly transport: Transport;
  readonly clock: Clock;
  /** All that is attached there now. */
  readonly attached: (connection: Connection, signal?: AbortSignal) => Promise<readonly AttachedUnit[]>;
  /** File name of the copy; undefined where the image is attached in place, at `hostPath`. */
  readonly copy: string | undefined;
  readonly hostPath: string;
  readonly upload: (name: string) => Promise<Upload>;
  /** A connection for clearing up after a failure: the present one, or a new one where it broke. */
  readonly connectionForCleanUp: () => Promise<Connection>;
}

/** Names that portabled takes, and that stay themselves in `RootDirectory=` (no specifiers) and in portabled's marker (no colon, no quotes). */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._+~^-]{0,200}$/;

/** Attaches an image and starts its units. Rejects with whatever went wrong, after everything that had been done was undone. */
export async function attachAndStart(work: Work, profile: string): Promise<AttachOutcome> {
  const { connection, doing, progress, hostPath } = work;
  const { signal } = progress;
  await checkAttach(work, profile);
  let upload: Upload | undefined;
  let begun = false; // from here on there may be something to detach
  try {
    if (work.copy !== undefined) {
      progress.report(l10n.t('Copying to {0}', doing.host));
      upload = await work.upload(work.copy);
      step(work);
    }
    const before = await work.attached(connection, signal);
    begun = true;
    if (before.some(unit => unit.image === hostPath)) await detachNow(work, connection, before);
    step(work);
    await upload?.commit();
    step(work);
    progress.report(l10n.t('Attaching {0}', work.image.name));
    const changes = await connection.portabled.attach(hostPath, profile, signal);
    progress.report(l10n.t('Reloading systemd on {0}', doing.host));
    await connection.systemd.reload(signal);
    const units = attachedUnits(changes);
    const { states, failed } = await startUnits(connection.systemd, units, work.clock, progress);
    step(work);
    const outcome = { changes, hostPath, started: states };
    if (failed.length > 0) throw new StartFailure(outcome, failed);
    return outcome;
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    const failure = explain(signal.aborted ? cancelled(doing) : error, doing);
    try {
      await undo(work, upload, begun);
    } catch (second) {
      const left = explain(second, doing);
      const advice = l10n.t(
        'It could not be undone ({0}): detach the image when the host can be reached again.',
        left.detail ?? left.message,
      );
      throw hostFailure(failure.kind, failure.message, advice, failure.detail, failure);
    }
    throw failure;
  }
}

/** Attached, but some units did not start. */
export class StartFailure extends Error {
  readonly outcome: AttachOutcome;
  /** A unit and what systemd says of its end, each. */
  readonly failed: readonly string[];

  constructor(outcome: AttachOutcome, failed: readonly string[]) {
    super(failed.join(', '));
    this.outcome = outcome;
    this.failed = failed;
  }
}

/** Stops an image's units and detaches it. Cancelled before the detach itself, the image stays attached, its units perhaps stopped. */
export async function detach(work: Work): Promise<readonly AttachChange[]> {
  const { connection, doing, progress, image } = work;
  const attached = await work.attached(connection, progress.signal);
  if (!attached.some(unit => unit.image === work.hostPath)) {
    throw hostFailure('refused', l10n.t('{0}: {1} is not attached there.', doing.what, image.name), l10n.t('Refresh the view.'));
  }
  await checkRights(work);
  refuseIfOthersGo(work, attached);
  const changes = await detachNow(work, connection, attached);
  if (work.copy !== undefined) await removeCopy(work);
  return changes;
}

/** All that can be known to be wrong before anything is changed. */
async function checkAttach(work: Work, profile: string): Promise<void> {
  const { connection, doing, image, progress, hostPath } = work;
  if (!connection.hasPortabled) throw portabledMissing(doing);
  if (!plainName.test(image.name)) {
    throw hostFailure(
      'refused',
      l10n.t('{0}: portabled cannot work with the name {1}.', doing.what, JSON.stringify(image.name)),
      l10n.t('Rename the image to letters, digits, "-", "." and one "_" before its version, as in hello_1.0.'),
    );
  }
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(profile)) {
    throw hostFailure(
      'refused',
      l10n.t('{0}: {1} is no name of a profile.', doing.what, JSON.stringify(profile)),
      l10n.t('Profiles are default, nonetwork, strict, trusted, or your own.'),
    );
  }
  await checkRights(work);
  const [profiles, attached] = await Promise.all([connection.portabled.profiles(), work.attached(connection, progress.signal)]);
  // portabled up to 262 attaches without any profile when it does not know the name
  if (!profiles.includes(profile)) {
    const known = [...profiles].sort().join(', ');
    throw hostFailure('refused', l10n.t('{0}: {1} has no profile {2}.', doing.what, doing.host, profile), l10n.t('It has: {0}.', known));
  }
  refuseIfOthersGo(work, attached);
  const wanted = new Set(image.units.filter(unit => unit.attachable).map(unit => unit.name));
  const taken = attached.find(unit => unit.image !== hostPath && wanted.has(unit.name));
  if (taken) {
    throw hostFailure(
      'refused',
      l10n.t('{0}: its unit {1} is attached from another image, {2}.', doing.what, taken.name, taken.image),
      l10n.t('Detach that image first.'),
    );
  }
}

/** portabled tells images apart by name only: never let it take what belongs to another. */
function refuseIfOthersGo(work: Work, attached: readonly AttachedUnit[]): void {
  const { doing, connection, hostPath } = work;
  const others = alsoDetached(hostPath, attached, connection.version.major);
  if (others.length === 0) return;
  throw hostFailure(
    'refused',
    l10n.t(
      '{0}: portabled would take it for the same image as {1}, which is attached there, and remove the units of both.',
      doing.what,
      others.join(', '),
    ),
    l10n.t('Detach that one first, with "portablectl detach {0}" on the host if it does not come from here.', others[0] ?? ''),
  );
}

/** Bringing and removing a copy needs root; in place, polkit decides when portabled asks it. */
async function checkRights({ connection, doing, copy }: Work): Promise<void> {
  if (copy === undefined) return;
  const { uid, name } = await connection.user();
  if (uid !== 0) throw rightsMissing(doing, l10n.t('Programs run there as {0} (user id {1}).', name, uid));
}

/** Stops, detaches and reloads. Once portabled is asked, it is carried through whatever the signal says. */
async function detachNow(
  work: Work,
  connection: Connection,
  attached: readonly AttachedUnit[],
  signal?: AbortSignal,
): Promise<readonly AttachChange[]> {
  const { progress, image, hostPath, doing } = work;
  const own = attached.filter(unit => unit.image === hostPath);
  const until = signal ?? progress.signal;
  progress.report(l10n.t('Stopping the units of {0}', image.name));
  await stopUnits(connection.systemd, await loadedUnits(connection.systemd, own, until), until);
  until.throwIfAborted();
  progress.report(l10n.t('Detaching {0}', image.name));
  const runtime = own.every(unit => unit.runtime);
  const changes = await connection.portabled.detach(hostPath, runtime);
  progress.report(l10n.t('Reloading systemd on {0}', doing.host));
  await connection.systemd.reload();
  return changes;
}

async function removeCopy({ transport, copy, doing }: Work): Promise<void> {
  if (copy === undefined) return;
  const { code, stderr } = await collect(transport.run(['rm', '-rf', '--', `${copyDirectory}/${copy}`]));
  if (code !== 0)
    throw hostFailure(
      'refused',
      l10n.t('{0}: the copy {1} could not be removed.', doing.what, `${copyDirectory}/${copy}`),
      l10n.t('Remove it on the host.'),
      stderr,
    );
}

/** After a failure: nothing of the image stays attached, and no copy stays. */
async function undo(work: Work, upload: Upload | undefined, begun: boolean): Promise<void> {
  const connection = await work.connectionForCleanUp();
  if (begun) {
    const attached = await work.attached(connection);
    if (attached.some(unit => unit.image === work.hostPath)) await detachNow(work, connection, attached, new AbortController().signal);
  }
  await upload?.discard();
  if (begun) await removeCopy(work);
}

/** Units among the files that portabled wrote: of the types that it attaches, templates left out since only instances start. */
function attachedUnits(changes: readonly AttachChange[]): readonly string[] {
  const names = changes
    .filter(
      ({ type, path }) =>
        (type === 'copy' || type === 'symlink') && /\/system\.attached\/[^/]+\.(?:service|socket|target|timer|path)$/.test(path),
    )
    .map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return names.filter(name => !isTemplate(name)).sort();
}

function step({ progress, doing }: Work): void {
  if (progress.signal.aborted) throw cancelled(doing);
}
