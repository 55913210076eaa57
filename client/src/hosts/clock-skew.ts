/** Hosts whose clocks are wrong: what they say of times is told by the clock here, so that "active for 3 min" stays true. */

import type { Systemd } from './bus/systemd.ts';
import type { Clock } from './clock.ts';
import { type RunLimits, runToEnd } from './transport/run-to-end.ts';
import type { Transport } from './transport/transport.ts';

/** Less is within what asking takes, and that hosts tell whole seconds. */
const tolerated = 3000;

/** How many ms the host's clock is ahead of ours, negative if it is behind; 0 where that is next to nothing or cannot be told. */
export async function clockAhead(transport: Transport, limits: RunLimits & { readonly clock: Clock }): Promise<number> {
  const asked = limits.clock.now();
  const { stdout } = await runToEnd(transport, ['date', '+%s'], limits).catch(() => ({ stdout: '' }));
  const here = (asked + limits.clock.now()) / 2;
  const seconds = /^\d{9,12}$/.exec(stdout.trim())?.[0];
  if (seconds === undefined) return 0;
  const ahead = Number(seconds) * 1000 + 500 - here;
  return Math.abs(ahead) <= tolerated ? 0 : Math.round(ahead);
}

/** A manager whose times are those of our clock. `ahead` is asked for only when there is a time to tell. */
export function inOurTime(systemd: Systemd, ahead: () => Promise<number>): Systemd {
  return {
    ...systemd,
    details: async (unit, signal) => {
      const details = await systemd.details(unit, signal);
      return details.since === undefined ? details : { ...details, since: details.since - (await ahead()) };
    },
  };
}
