/** Takes away what enabled units that go, also where systemd does not read them any more. */
import * as l10n from '@vscode/l10n';
import type { HostFailure } from '../contract.ts';
import { type Doing, finalRefusal, withAdvice } from '../errors.ts';
import type { OnHost } from '../on-host/host-image-checks.ts';
import { printedBy } from '../transport/run-to-end.ts';

/** $1 is the directory that holds unit files and what enables them, then come units: removes the links to these; prints those that stay, each with NUL. */
const removeLinksScript = `d=$1; shift
for l in "$d"/* "$d"/*.wants/* "$d"/*.requires/* "$d"/*.upholds/*; do
  [ -L "$l" ] || continue
  t=$(readlink -- "$l")
  for u; do
    [ "$t" = "$d/$u" ] || continue
    if rm -f -- "$l" 2>/dev/null; then rmdir -- "\${l%/*}" 2>/dev/null || :; else printf '%s\\0' "$l"; fi
  done
done`;

/**
 * Disables units. One that systemd refuses to read keeps no other; the links that enabled it are removed as files (257 and 262 leave them, 252
 * removes them and complains: seen). Returns the paths of those that could not be. Rejects with an Error or BusError when the host cannot be asked.
 */
export async function forgetUnits(
  { connection, transport, clock, deadlines }: Pick<OnHost, 'connection' | 'transport' | 'clock' | 'deadlines'>,
  units: readonly string[],
  runtime: boolean,
): Promise<readonly string[]> {
  const refused = await connection.systemd.forget(units, runtime);
  if (refused.length === 0) return [];
  const { units: directories } = connection.places;
  const args = [runtime ? directories.runtime : directories.persistent, ...refused];
  const printed = await printedBy(transport, removeLinksScript, args, { clock, deadline: deadlines.program });
  return printed.split('\0').filter(Boolean);
}

/** The failure to tell where links of what was detached are left: all else is done, so that trying again would not find them. */
export function leftLinks({ what }: Doing, left: readonly string[], done: 'detached' | 'swapped' = 'detached'): HostFailure | undefined {
  if (left.length === 0) return undefined;
  const links = [...new Set(left)].join(', ');
  const message =
    done === 'detached'
      ? l10n.t('{0}: it is detached, but links could not be removed: {1}.', what, links)
      : l10n.t('{0}: it is done, but links of what was there before could not be removed: {1}.', what, links);
  return finalRefusal(message, l10n.t('Remove them on the host, as root.'));
}

/** Throws that failure. */
export function refuseLeftLinks(doing: Doing, left: readonly string[], done: 'detached' | 'swapped' = 'detached'): void {
  const failure = leftLinks(doing, left, done);
  if (failure) throw failure;
}

/** A failure that tells of what else is to be told, behind its own advice. */
export function withLeft(failure: HostFailure, left: HostFailure | undefined): HostFailure {
  return left ? withAdvice(failure, [failure.advice, left.message, left.advice].filter(Boolean).join(' ')) : failure;
}
