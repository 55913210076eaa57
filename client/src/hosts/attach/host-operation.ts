/** An operation on images that lie on the host, and what is attached there. */
import type { Progress } from '../contract.ts';
import type { OnHost } from '../on-host/host-image-checks.ts';
import { type AttachedUnit, readAttached } from './image-state.ts';

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

/** What is attached there of the image at this path. */
export async function ofImage(operation: OnHost, path: string): Promise<readonly AttachedUnit[]> {
  return (await attachedOn(operation)).filter(unit => unit.image === path);
}
