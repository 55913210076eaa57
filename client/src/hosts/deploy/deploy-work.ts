/** What deploys share: what they work with, and their turn on the host. */
import * as l10n from '@vscode/l10n';
import { StartFailure, type Work } from '../attach/operations.ts';
import { patience, tooLong } from '../attach/turn.ts';
import { isHostFailure, stopped } from '../errors.ts';
import type { Spawn } from '../transport/process.ts';
import type { FileDigests } from '../upload/fingerprint.ts';
import { type Keeper, startKeeper } from '../upload/keeper.ts';
import type { SendDeps } from '../upload/sending.ts';

/** What a deploy works with beyond other operations. */
export interface DeployWork extends Work {
  readonly spawn: Spawn;
  readonly isRoot: boolean;
  readonly rsync: SendDeps['rsync'];
  readonly known: FileDigests;
  /** How many versions stay beside the attached one. */
  readonly keepVersions: number;
}

/** Lends a keeper of a pool, and has it clear up. Rejects with whatever went wrong meanwhile, or a failure. */
export async function withKeeper<T>(work: DeployWork, pool: string, use: (keeper: Keeper) => Promise<T>): Promise<T> {
  const { connection, transport, clock, deadlines, doing, progress } = work;
  try {
    const keeper = await startKeeper({ pool, units: connection.places.units }, doing, progress.signal, {
      transport,
      clock,
      deadline: deadlines.program,
    });
    try {
      const result = await use(keeper);
      await keeper.ask('free').catch(() => {}); // for the next one; where it has ended, it is
      void keeper.end().catch(() => {});
      return result;
    } catch (error) {
      await keeper.end().catch(() => {}); // it clears up by itself
      throw error;
    }
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    if (progress.signal.aborted) throw isHostFailure(error) ? error : stopped(progress.signal, doing);
    throw error;
  }
}

/** Waits until nothing else is deployed to the host. Rejects with a failure where that takes too long. */
export async function lock({ doing, progress }: Work, keeper: Keeper): Promise<void> {
  progress.report(l10n.t('Waiting for its turn on {0}', doing.host));
  if ((await keeper.ask('lock', patience)) === 'yes') return;
  throw tooLong(doing);
}
