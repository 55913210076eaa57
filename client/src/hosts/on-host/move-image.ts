/** Brings an image of the host from memory, where it ends with the next reboot, to where it stays. */
import * as l10n from '@vscode/l10n';
import { hostFailure } from '../errors.ts';
import { runToEnd } from '../transport/run-to-end.ts';
import type { OnHost } from './host-image-checks.ts';

/** A copy that lies there; the image itself is still where it was. */
export interface Moved {
  readonly path: string;
  /** Removes the copy. */
  discard(): Promise<void>;
  /** Removes what was copied. */
  removeOld(): Promise<void>;
}

/** Copies $1 beside the final name $2, then renames; nothing is left when that fails. portabled takes no name that begins with `.#`. */
const copyScript = `set -eu
umask 022
d=\${2%/*}
t=$d/.#$(basename -- "$2").move.$$
[ -e "$d" ] || { mkdir -p -- "\${d%/*}" && mkdir -m 0700 -- "$d"; }
[ ! -e "$2" ] && [ ! -L "$2" ] || { echo "$2 is there already" >&2; exit 5; }
trap 'rm -rf -- "$t"' EXIT
cp -a -- "$1" "$t"
sync -- "$t" 2>/dev/null || sync
mv -T -- "$t" "$2"`;

/** Copies an image from memory to portabled's pool that stays, under its own name. Rejects with a failure, and has left nothing then. */
export async function moveImage(at: OnHost, path: string): Promise<Moved> {
  const { doing, connection } = at;
  const target = `${connection.places.pools.persistent}/${path.slice(path.lastIndexOf('/') + 1)}`;
  await runThere(at, ['sh', '-c', copyScript, 'sh', path, target], stderr =>
    hostFailure(
      'refused',
      l10n.t('{0}: {1} could not be copied to {2}.', doing.what, path, target),
      l10n.t('Remove what lies there, or make room, then try again. Only root can copy there.'),
      stderr,
    ),
  );
  const remove = (what: string): Promise<void> =>
    runThere(at, ['rm', '-rf', '--', what], stderr =>
      hostFailure('refused', l10n.t('{0}: {1} could not be removed.', doing.what, what), l10n.t('Remove it on the host.'), stderr),
    );
  return { path: target, discard: () => remove(target), removeOld: () => remove(path) };
}

async function runThere(
  { transport, clock, deadlines }: OnHost,
  argv: readonly [string, ...string[]],
  failed: (stderr: string) => Error,
): Promise<void> {
  const { code, stderr } = await runToEnd(transport, argv, { clock, deadline: deadlines.attach });
  if (code !== 0) throw failed(stderr);
}
