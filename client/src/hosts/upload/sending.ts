/** What one copy of an image to a host is made with. */
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Progress } from '../contract.ts';
import type { Doing } from '../errors.ts';
import type { Spawn } from '../transport/process.ts';
import type { Transport } from '../transport/transport.ts';

export interface SendDeps {
  readonly transport: Transport;
  readonly spawn: Spawn;
  readonly clock: Clock;
  /** Whether files can be read, and given, as root here. */
  readonly isRoot: boolean;
  /** Directory of portabled that the copy is for. */
  readonly pool: string;
  /** The rsync of this machine, and options for it beside ours; `''`: no rsync. */
  readonly rsync: { readonly program: string; readonly options: readonly string[] };
}

export interface Sending {
  readonly image: ImageFacts;
  /** Path on the host that the copy gets; plain letters. */
  readonly target: string;
  /** Whether the version before lies there: of a tree a copy at the target, of a file in `basis` beside it, as `image`. */
  readonly seeded: boolean;
  /** Bytes of the image's files. */
  readonly size: number;
  /** Whether any of them has holes worth keeping. */
  readonly holes: boolean;
  readonly doing: Doing;
  readonly progress: Progress;
  readonly deps: SendDeps;
}
