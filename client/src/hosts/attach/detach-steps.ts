/** Detaching an image that lies on the host, step by step, in the order of portablectl. */
import * as l10n from '@vscode/l10n';
import type { AttachChange } from '../contract.ts';
import { hostFailure } from '../errors.ts';
import { unitsThatGo } from './affected.ts';
import type { DetachOptions } from './attach-options.ts';
import { forgetUnits } from './forget-units.ts';
import { attachedOn, type Operation } from './host-operation.ts';
import { loadedUnits } from './image-state.ts';
import type { Detached } from './operations.ts';
import { removeStaleLinks } from './stale-links.ts';
import { stopUnits } from './start-stop.ts';

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
