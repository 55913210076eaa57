/** Attaching an image that lies on the host, step by step, in the order of portablectl. */
import * as l10n from '@vscode/l10n';
import type { AttachChange, AttachOutcome } from '../contract.ts';
import { explain, notUndone, stopped } from '../errors.ts';
import { type AttachOptions, defaultPrefix } from './attach-options.ts';
import { detachThere } from './detach-steps.ts';
import { refuseLeftLinks } from './forget-units.ts';
import { type Operation, ofImage } from './host-operation.ts';
import { isTemplate } from './image-state.ts';
import { filesPlaced, unitsAmong } from './placed-files.ts';
import { startUnits } from './start-stop.ts';

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

/** What attaching left to do: reload, enable, start. */
export async function bringUp(
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

/** After a failed attach: nothing of the image stays attached. */
export async function undo(operation: Operation, path: string): Promise<void> {
  const connection = await operation.connectionForCleanUp();
  await connection.portabled.profiles(); // portabled does one thing after the other: now it is through with what was asked before
  const own = await ofImage(operation, path);
  if (own.length === 0) return;
  const progress = { signal: new AbortController().signal, report: operation.progress.report };
  const agreed = own.map(({ name }) => name);
  const { left } = await detachThere({ ...operation, connection, progress }, path, { clean: false, reload: true, agreed });
  refuseLeftLinks(operation.doing, left);
}
