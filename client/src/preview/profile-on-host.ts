/** What a profile is on a host: the files that it has there. */
import type { PlanProfileFile } from '../../../server/src/protocol.ts';
import type { Places } from '../hosts/on-host/places.ts';
import { collect } from '../hosts/transport/process.ts';
import type { Transport } from '../hosts/transport/transport.ts';

/** The types of units that profiles have files for. */
const suffixes = ['service', 'socket', 'target', 'timer', 'path'];
type ProfilePlaces = Pick<Places, 'profiles'>;

/** The longest file of a profile that is read, in bytes. */
const longest = 65_536;

/** The files that a profile may have on a host, in the order in which they are looked for. */
export function profilePaths(profile: string, { profiles }: ProfilePlaces): readonly { readonly suffix: string; readonly path: string }[] {
  return suffixes.flatMap(suffix => profiles.map(place => ({ suffix, path: `${place}/portable/profile/${profile}/${suffix}.conf` })));
}

/** Whether the name of a profile goes into a path unchanged. */
const isPlain = (profile: string): boolean => /^[\w.@:+-]+$/.test(profile) && !/^\.\.?$/.test(profile);

/** The files of a profile on a host; none where it has no such profile, undefined where that cannot be told. */
export async function profileOn(
  transport: Pick<Transport, 'run'>,
  profile: string,
  places: ProfilePlaces,
  signal: AbortSignal,
): Promise<readonly PlanProfileFile[] | undefined> {
  if (profile === '') return [];
  if (!isPlain(profile)) return undefined;
  const asked = profilePaths(profile, places);
  // head tells each name before the text, says nothing of files that are missing but in its exit status, and stops
  const program = ['head', '-v', '-c', String(longest), '--', ...asked.map(({ path }) => path)] as const;
  const { code, stdout, stderr } = await collect(transport.run(['env', 'LC_ALL=C', ...program]), { signal });
  if (code === null || code > 1) return undefined;
  const found = readHeads(stdout.toString('utf8'), asked);
  // a head without these options, or a directory that may not be looked into, says something else
  const missing = stderr.split('\n').filter(line => line.includes('No such file or directory')).length;
  return found.length === 0 && missing < asked.length ? undefined : firstOfEach(found);
}

/** What `head -v` printed: the texts of the files that were there. */
export function readHeads(printed: string, asked: ReturnType<typeof profilePaths>): readonly PlanProfileFile[] {
  const found = asked
    .map(file => ({ ...file, header: `==> ${file.path} <==\n` }))
    .map(file => ({ ...file, at: printed.startsWith(file.header) ? 0 : printed.indexOf(`\n${file.header}`) + 1 }))
    .filter(({ at, header }) => printed.startsWith(header, at))
    .sort((a, b) => a.at - b.at);
  return found.map(({ suffix, path, header, at }, n) => {
    const next = found[n + 1];
    return { suffix, path, text: printed.slice(at + header.length, next ? next.at - 1 : undefined) };
  });
}

function firstOfEach(files: readonly PlanProfileFile[]): readonly PlanProfileFile[] {
  return suffixes.flatMap(suffix => files.find(file => file.suffix === suffix) ?? []);
}
