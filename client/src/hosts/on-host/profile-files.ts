/** The profiles for services that lie on a host, with their texts. */

import { type RunLimits, runToEnd } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';
import type { Places } from './places.ts';

/** A profile of a host. */
export interface HostProfile {
  readonly name: string;
  /** Where its file lies there. */
  readonly path: string;
  readonly text: string;
}

/** Names and texts end with NUL, which neither can hold; of one name the first directory counts, as for portabled. */
const script = `for d; do
  for f in "$d"/portable/profile/*/service.conf; do
    [ -f "$f" ] && printf '%s\\0' "$f" && head -c 65536 "$f" && printf '\\0'
  done
done; exit 0`;

/** Reads those of some directories of systemd's; a host without any yields none. Rejects as runToEnd does. */
export async function readProfileFiles(
  transport: Transport,
  { profiles }: Pick<Places, 'profiles'>,
  limits: RunLimits,
): Promise<readonly HostProfile[]> {
  const { stdout } = await runToEnd(transport, ['sh', '-c', script, 'sh', ...profiles], limits);
  const parts = stdout.split('\0');
  const found = new Map<string, HostProfile>();
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [path = '', text = ''] = parts.slice(at, at + 2);
    const name = path.split('/').at(-2) ?? '';
    if (name !== '' && !found.has(name)) found.set(name, { name, path, text });
  }
  return [...found.values()];
}
