/** Detaching, step by step, in the order of portablectl. */
import * as l10n from '@vscode/l10n';
import { BusError } from '../bus/bus-error.ts';
import type { AttachChange } from '../contract.ts';
import { hostFailure } from '../errors.ts';
import type { OnHost } from '../on-host/host-image-checks.ts';
import { runToEnd } from '../transport/run-to-end.ts';
import { unitsThatGo } from './affected.ts';
import type { DetachOptions } from './attach-options.ts';
import { forgetUnits } from './forget-units.ts';
import { attachedOn, type Operation } from './host-operation.ts';
import { type AttachedUnit, loadedUnits } from './image-state.ts';
import { removeStaleLinks } from './stale-links.ts';
import { stopUnits } from './start-stop.ts';

/** What a detach did: `left` are links that could not be removed. */
export interface Detached {
  readonly changes: readonly AttachChange[];
  readonly left: readonly string[];
}

/** Detaches an image that lies on the host, and what was agreed to go with it. */
export async function detachThere(operation: Operation, path: string, options: DetachOptions): Promise<Detached> {
  const { connection, doing, progress } = operation;
  const { systemd, version } = connection;
  const attached = await attachedOn(operation, progress.signal);
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
  const detached = await takeAway(operation, path, going, { clean: options.clean, asked: unit => unit.image === path });
  if (options.reload) {
    progress.report(l10n.t('Reloading systemd on {0}', doing.host));
    await systemd.reload();
  }
  return detached;
}

/** How units are taken away. */
interface TakingAway {
  readonly clean?: boolean;
  /** Units whose images portabled is asked to detach; the others go with these. All of them where it is not said. */
  readonly asked?: (unit: AttachedUnit) => boolean;
}

/**
 * Stops attached units, disables them, cleans up after them, and has portabled remove their files. Once portabled is asked, it is carried through
 * whatever the signal says. Reloads nothing. `title` is what their image is called.
 */
export async function takeAway(
  at: OnHost & Pick<Operation, 'progress'>,
  title: string,
  going: readonly AttachedUnit[],
  { clean = false, asked = () => true }: TakingAway = {},
): Promise<Detached> {
  const { connection, progress } = at;
  const { systemd, portabled, version } = connection;
  const { signal } = progress;
  progress.report(l10n.t('Stopping the units of {0}', title));
  await stopUnits(systemd, () => loadedUnits(systemd, going, signal), signal);
  signal.throwIfAborted();
  if (clean) {
    progress.report(l10n.t('Cleaning up after the units of {0}', title));
    const services = (await loadedUnits(systemd, going, signal)).filter(({ name }) => name.endsWith('.service'));
    // `all` holds everything but the stored file descriptors, which came with 254
    for (const { name } of services) await systemd.clean(name, version.major < 254 ? ['all'] : ['all', 'fdstore']);
    signal.throwIfAborted();
  }
  progress.report(l10n.t('Detaching {0}', title));
  const changes: AttachChange[] = [];
  const left: string[] = [];
  for (const runtime of [true, false]) {
    const there = going.filter(unit => unit.runtime === runtime);
    const forget = async (): Promise<void> => {
      left.push(
        ...(await forgetUnits(
          at,
          there.map(({ name }) => name),
          runtime,
        )),
      );
    };
    // 247 removes a unit that is a link itself along with what enabled it, and later ones know no unit whose file is gone: seen
    const disableFirst = version.major >= 252;
    if (disableFirst) await forget();
    for (const path of new Set(there.filter(asked).map(({ image }) => image))) {
      const units = there.filter(({ image }) => image === path);
      const detaching = portabled.detach(path, { runtime, extensions: units[0]?.extensions ?? [] });
      const removed = await detaching.catch(async (error: unknown) => {
        if (!(error instanceof BusError) || error.errorName !== 'org.freedesktop.systemd1.NoSuchUnit') throw error;
        await removeFiles(at, units);
        return [];
      });
      changes.push(...removed);
    }
    if (!disableFirst) await forget();
  }
  left.push(...(await removeStaleLinks(at, going)));
  return { changes, left };
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

async function removeFiles(at: OnHost, units: readonly AttachedUnit[]): Promise<void> {
  const { runtime, persistent } = at.connection.places.units;
  await removeOnHost(at, ['sh', '-c', removeFilesScript, 'sh', persistent, runtime, ...units.map(unit => unit.name)]);
}

/** Runs a program that removes files there. Rejects with a failure where it does not end well. */
export async function removeOnHost(
  { transport, clock, deadlines, doing }: Pick<OnHost, 'transport' | 'clock' | 'deadlines' | 'doing'>,
  argv: readonly [string, ...string[]],
): Promise<void> {
  const { code, stderr } = await runToEnd(transport, argv, { clock, deadline: deadlines.program });
  if (code === 0) return;
  throw hostFailure('refused', l10n.t('{0}: files could not be removed on the host.', doing.what), l10n.t('Try again.'), stderr);
}
