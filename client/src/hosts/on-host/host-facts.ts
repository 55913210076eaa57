/** What the language server wants to know of a host: read over the connection that is there, each part by itself, so that one that fails is only unknown. */
import type { HostDropIn, HostFacts, HostNames, HostUnitFile } from '../../../../server/src/protocol-host.ts';
import type { AttachedUnit } from '../attach/image-state.ts';
import type { Systemd } from '../bus/systemd.ts';
import { printedBy, type RunLimits, runToEnd } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';
import type { Places } from './places.ts';

/** What they are read from. */
export interface FactSources {
  readonly name: string;
  /** Of a user's own manager: its directories. */
  readonly own?: Places | undefined;
  readonly transport: Transport;
  readonly systemd: Systemd;
  readonly attached: () => Promise<readonly AttachedUnit[]>;
  readonly limits: RunLimits;
}

/** Reads them. Never rejects: what cannot be read is absent. */
export async function readHostFacts({ name, own, transport, systemd, attached, limits }: FactSources): Promise<HostFacts> {
  const known = <T>(part: Promise<T>): Promise<T | undefined> => part.catch(() => undefined);
  const [architecture, units, dropIns, accounts] = await Promise.all([
    known(systemd.architecture(limits.signal)),
    known(Promise.all([systemd.unitFiles(limits.signal), attached()]).then(([files, ours]) => unitFilesOf(files, ours))),
    known(systemd.unitPath(limits.signal).then(path => readDropIns(path, transport, limits))),
    known(readAccounts(transport, limits)),
  ]);
  return {
    ...{ name, scope: own ? 'user' : 'system' },
    ...(own && { user: { links: own.links.runtime, units: own.units.runtime } }),
    ...(architecture !== undefined && architecture !== '' && { architecture }),
    ...(units && { units }),
    ...(dropIns && { dropIns }),
    ...accounts,
  };
}

function unitFilesOf(paths: readonly string[], attached: readonly AttachedUnit[]): readonly HostUnitFile[] {
  const images = new Map(attached.map(unit => [unit.name, unit.image]));
  const names = new Set(paths.map(path => path.slice(path.lastIndexOf('/') + 1)));
  return [...names].sort().map(name => {
    const image = images.get(name);
    return { name, ...(image !== undefined && { image }) };
  });
}

/** Of each drop-in below the directories that are its arguments: its path, where it goes as a link, whether it can be read, and its text; each ends with NUL. */
const dropInScript = `for d do
  for f in ${['service', 'socket', 'target', 'timer', 'path'].map(type => `"$d"/*.${type}.d/*.conf "$d"/${type}.d/*.conf`).join(' ')}; do
    [ -f "$f" ] || [ -h "$f" ] || continue
    printf '%s\\0%s\\0' "$f" "$(readlink "$f")"
    if [ -r "$f" ]; then printf 'r\\0'; else printf 'u\\0'; fi
    head -c 65536 "$f" 2>/dev/null | tr '\\000' '\\n'
    printf '\\0'
  done
done; exit 0`;

async function readDropIns(unitPath: readonly string[], transport: Transport, limits: RunLimits): Promise<readonly HostDropIn[]> {
  return parseDropIns(await printedBy(transport, dropInScript, unitPath, limits));
}

/** What portabled writes beside an attached unit. */
const portabledWrote = /\/(?:system|user)\.attached\/[^/]+\.d\/(?:10-profile|20-portable)\.conf$/;

/** Reads what the script printed. */
export function parseDropIns(printed: string): readonly HostDropIn[] {
  const fields = printed.split('\0');
  const found: HostDropIn[] = [];
  for (let at = 0; at + 4 < fields.length; at += 4) {
    const [path = '', target = '', readable = '', text = ''] = fields.slice(at, at + 4);
    if (path === '' || portabledWrote.test(path)) continue;
    found.push({ path, ...(readable === 'r' && { text }), ...(target !== '' && { target }) });
  }
  return found;
}

/** Of users, then of groups: where the host looks for them, and their names; each ends with NUL. */
const accountScript = `for kind in passwd group; do
  sed -n "s/^$kind:[[:space:]]*//p" /etc/nsswitch.conf 2>/dev/null; printf '\\0'
  getent $kind | cut -d: -f1; printf '\\0'
done`;

async function readAccounts(transport: Transport, limits: RunLimits): Promise<{ readonly users?: HostNames; readonly groups?: HostNames }> {
  const { stdout } = await runToEnd(transport, ['sh', '-c', accountScript], limits);
  return parseAccounts(stdout);
}

/** Places that list all that they know; others, such as a directory of a company, answer only by name. */
const listing: ReadonlySet<string> = new Set(['files', 'systemd', 'altfiles', 'extrausers']);

/** Reads what the script printed. */
export function parseAccounts(printed: string): { readonly users?: HostNames; readonly groups?: HostNames } {
  const [userPlaces = '', users = '', groupPlaces = '', groups = ''] = printed.split('\0');
  const named = (places: string, listed: string): HostNames | undefined => {
    const names = listed.split('\n').filter(name => name !== '');
    if (names.length === 0) return undefined; // a host without getent
    const asked = places.replace(/\[[^\]]*\]/g, ' ').split(/\s+/);
    return { names, complete: asked.every(place => place === '' || listing.has(place)) };
  };
  const found = { users: named(userPlaces, users), groups: named(groupPlaces, groups) };
  return { ...(found.users && { users: found.users }), ...(found.groups && { groups: found.groups }) };
}
