/** What is done to an image on a host, step by step: portabled only writes files, everything around it is here. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { forTesting } from './attach-options.ts';
import { BusError } from './bus.ts';
import { checkAttach, checkRights, refuseIfOthersGo } from './checks.ts';
import type { Clock, Deadlines } from './clock.ts';
import type { Connection } from './connection.ts';
import type { AttachChange, AttachOutcome, Progress } from './contract.ts';
import { type Doing, explain, hostFailure, stopped } from './errors.ts';
import { type AttachedUnit, copyDirectory, isTemplate, loadedUnits } from './image-state.ts';
import { runToEnd } from './run-to-end.ts';
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
  readonly deadlines: Deadlines;
  /** All that is attached there now. */
  readonly attached: (signal?: AbortSignal) => Promise<readonly AttachedUnit[]>;
  /** File name of the copy; undefined where the image is attached in place, at `hostPath`. */
  readonly copy: string | undefined;
  readonly hostPath: string;
  readonly upload: (name: string) => Promise<Upload>;
  /** A connection for clearing up after a failure: the present one, or a new one where it broke. */
  readonly connectionForCleanUp: () => Promise<Connection>;
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

/**
 * Attaches an image and starts its units. Rejects with whatever went wrong, after everything that had been done was undone; with a
 * StartFailure when only units did not start, and then nothing is undone.
 */
export async function attachAndStart(work: Work, profile: string): Promise<AttachOutcome> {
  const { connection, doing, progress } = work;
  await checkAttach(work, profile);
  let upload: Upload | undefined;
  let begun = false; // from here on there may be something to detach
  try {
    if (work.copy !== undefined) {
      progress.report(l10n.t('Copying to {0}', doing.host));
      upload = await work.upload(work.copy).catch(async (error: unknown) => {
        await connection.systemd.version(progress.signal); // where the whole connection is gone, that is what to tell
        throw error;
      });
      step(work);
    }
    const before = await work.attached(progress.signal);
    begun = true;
    if (before.some(unit => unit.image === work.hostPath)) await detachNow(work, connection, before, progress.signal);
    step(work);
    await upload?.commit();
    step(work);
    return await attachNow(work, profile);
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    const failure = progress.signal.aborted ? stopped(progress.signal, doing) : explain(error, doing);
    if (!begun && !upload) throw failure;
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

/** Stops an image's units and detaches it. Cancelled before the detach itself, the image stays attached, its units perhaps stopped. */
export async function detach(work: Work): Promise<readonly AttachChange[]> {
  const { connection, doing, progress, image, hostPath } = work;
  const attached = await work.attached(progress.signal);
  if (!attached.some(unit => unit.image === hostPath)) {
    throw hostFailure('refused', l10n.t('{0}: {1} is not attached there.', doing.what, image.name), l10n.t('Refresh the view.'));
  }
  await checkRights(work);
  refuseIfOthersGo(work, attached);
  try {
    const changes = await detachNow(work, connection, attached, progress.signal);
    await removeCopy(work);
    return changes;
  } catch (error) {
    if (connection.bus.closedBy) await finishDetach(work).catch(() => {}); // the failure to tell is the first one
    throw error;
  }
}

/** Attaches what lies at its place on the host, reloads and starts. */
async function attachNow(
  { connection, doing, progress, image, hostPath, clock, deadlines }: Work,
  profile: string,
): Promise<AttachOutcome> {
  progress.report(l10n.t('Attaching {0}', image.name));
  // not to be cut short: portabled would go on behind our back
  const changes = await connection.portabled.attach(hostPath, { ...forTesting, prefixes: [image.prefix], profile });
  progress.signal.throwIfAborted();
  progress.report(l10n.t('Reloading systemd on {0}', doing.host));
  await connection.systemd.reload(progress.signal);
  const { states, failed } = await startUnits(connection.systemd, attachedUnits(changes), { clock, settle: deadlines.settle, progress });
  progress.signal.throwIfAborted();
  const outcome = { changes, hostPath, started: states };
  if (failed.length > 0) throw new StartFailure(outcome, failed);
  return outcome;
}

/** Stops, detaches and reloads. Once portabled is asked, it is carried through whatever the signal says. */
async function detachNow(
  work: Work,
  { systemd, portabled }: Connection,
  attached: readonly AttachedUnit[],
  signal: AbortSignal,
): Promise<readonly AttachChange[]> {
  const { progress, image, hostPath, doing } = work;
  const own = attached.filter(unit => unit.image === hostPath);
  progress.report(l10n.t('Stopping the units of {0}', image.name));
  await stopUnits(systemd, () => loadedUnits(systemd, own, signal), signal);
  signal.throwIfAborted();
  progress.report(l10n.t('Detaching {0}', image.name));
  const runtime = own.every(unit => unit.runtime);
  const changes = await portabled.detach(hostPath, { runtime, extensions: [] }).catch(async (error: unknown) => {
    if (!(error instanceof BusError) || error.errorName !== 'org.freedesktop.systemd1.NoSuchUnit') throw error;
    await removeFiles(work, own);
    return [];
  });
  progress.report(l10n.t('Reloading systemd on {0}', doing.host));
  await systemd.reload();
  return changes;
}

/** After the connection broke in the middle of a detach: what is left to do once portabled has removed its files. */
async function finishDetach(work: Work): Promise<void> {
  const connection = await work.connectionForCleanUp();
  await connection.portabled.profiles(); // portabled does one thing after the other: now it is through with what was asked before
  const attached = await work.attached();
  if (attached.some(unit => unit.image === work.hostPath)) return; // it still is attached, with its copy
  await connection.systemd.reload();
  await removeCopy(work);
}

/** After a failed attach: nothing of the image stays attached, and no copy stays. */
async function undo(work: Work, upload: Upload | undefined, begun: boolean): Promise<void> {
  const connection = await work.connectionForCleanUp();
  if (begun) {
    await connection.portabled.profiles(); // as above
    const attached = await work.attached();
    const never = new AbortController().signal;
    if (attached.some(unit => unit.image === work.hostPath)) await detachNow(work, connection, attached, never);
  }
  await upload?.discard();
  if (begun) await removeCopy(work);
}

/** The files of a unit that portabled left half attached when it died, which it then does not find itself. */
const removeFilesScript = `for u in "$@"; do
  for d in /etc/systemd/system.attached /run/systemd/system.attached; do
    rm -f -- "$d/$u" "$d/$u.d/20-portable.conf" "$d/$u.d/10-profile.conf"
    rmdir -- "$d/$u.d" 2>/dev/null || :
  done
done
rmdir -- /etc/systemd/system.attached /run/systemd/system.attached 2>/dev/null || :`;

async function removeFiles(work: Work, units: readonly AttachedUnit[]): Promise<void> {
  await runOnHost(work, ['sh', '-c', removeFilesScript, 'sh', ...units.map(unit => unit.name)]);
}

async function removeCopy(work: Work): Promise<void> {
  if (work.copy !== undefined) await runOnHost(work, ['rm', '-rf', '--', `${copyDirectory}/${work.copy}`]);
}

async function runOnHost({ transport, clock, deadlines, doing }: Work, argv: readonly [string, ...string[]]): Promise<void> {
  const { code, stderr } = await runToEnd(transport, argv, { clock, deadline: deadlines.program });
  if (code === 0) return;
  throw hostFailure('refused', l10n.t('{0}: files could not be removed on the host.', doing.what), l10n.t('Try again.'), stderr);
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
  if (progress.signal.aborted) throw stopped(progress.signal, doing);
}
