/** The directories of portabled and of the units that it attaches: the system's, or those of a user's own manager (systemd 260). */
import { type RunLimits, runToEnd } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';

/** Two directories for the same, of which one forgets at a reboot, like a runtime attachment, and the other does not. */
interface Pair {
  readonly runtime: string;
  readonly persistent: string;
}

export interface Places {
  /** Where images lie that only root, or the user whose manager it is, can write. */
  readonly pools: Pair;
  /** Where portabled links images that lie elsewhere. */
  readonly links: Pair;
  /** Where it puts units and their drop-ins. */
  readonly units: Pair;
  /** The directories whose `portable/profile/` holds profiles; of one name the first counts. */
  readonly profiles: readonly string[];
}

const shared = ['/etc', '/run', '/usr/local/lib', '/usr/lib'];

const below = (runtime: string, state: string, config: string, manager: 'system' | 'user'): Places => ({
  pools: { runtime: `${runtime}/portables`, persistent: `${state}/portables` },
  links: { runtime: `${runtime}/portables`, persistent: `${config}/portables` },
  units: { runtime: `${runtime}/systemd/${manager}.attached`, persistent: `${config}/systemd/${manager}.attached` },
  profiles:
    manager === 'system'
      ? shared.map(directory => `${directory}/systemd`)
      : [...[config, runtime].map(directory => `${directory}/systemd`), ...shared.map(directory => `${directory}/systemd/user`)],
});

export const systemPlaces: Places = below('/run', '/var/lib', '/etc', 'system');

/** What a user's portabled takes (seen on 262); a path that is not absolute counts as none, as for systemd. */
const askScript = `absolute() { case $1 in /*) printf '%s\\0' "\${1%/}";; *) printf '%s\\0' "$2";; esac; }
absolute "\${XDG_RUNTIME_DIR:-}" "/run/user/$(id -u)"
absolute "\${XDG_STATE_HOME:-}" "$HOME/.local/state"
absolute "\${XDG_CONFIG_HOME:-}" "$HOME/.config"`;

/** The places of the user whom programs run as on the host. Rejects with an Error or BusError when it cannot be asked. */
export async function userPlaces(transport: Transport, limits: RunLimits): Promise<Places> {
  const { code, stdout, stderr } = await runToEnd(transport, ['sh', '-c', askScript], limits);
  const [runtime = '', state = '', config = ''] = stdout.split('\0');
  if (code !== 0 || config === '') throw new Error(stderr || `sh ended with ${code ?? 'a signal'}`);
  return below(runtime, state, config, 'user');
}

/** The drop-in by which portabled marks a unit that it attached. */
export const markingDropIn = ({ units }: Pick<Places, 'units'>, unit: { readonly name: string; readonly runtime: boolean }): string =>
  `${unit.runtime ? units.runtime : units.persistent}/${unit.name}.d/20-portable.conf`;

/** The pool for an attachment, for this boot or for good. */
export function poolOf({ pools }: Places, runtime: boolean): string {
  return runtime ? pools.runtime : pools.persistent;
}
