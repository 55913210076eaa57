/** Brings an image of the host from memory, where it ends with the next reboot, to where it stays. */
import * as l10n from '@vscode/l10n';
import type { Operation } from '../attach/host-operation.ts';
import { removeTrees } from '../deploy/remove-trees.ts';
import { hostFailure, stopped } from '../errors.ts';
import { lines, withSignal } from '../transport/lines.ts';
import { runToEnd } from '../transport/run-to-end.ts';

/** A copy that lies there; the image itself is still where it was. */
export interface Moved {
  readonly path: string;
  /** Removes the copy. */
  discard(): Promise<void>;
  /** Removes what was copied. */
  removeOld(): Promise<void>;
}

/**
 * Copies $1 beside the final name $2, says so, and renames when it is told to. When its input ends before, as when the line breaks, nothing is left.
 * portabled takes no name that begins with `.#`.
 */
const copyScript = `set -eu
umask 022
${removeTrees}
d=\${2%/*}
t=$d/.#$(basename -- "$2").move.$$
free() { [ ! -e "$2" ] && [ ! -L "$2" ] || { echo "$2 is there already" >&2; exit 5; }; }
trap 'remove "$t"' EXIT
trap 'exit 91' HUP INT TERM PIPE
[ -e "$d" ] || { mkdir -p -- "\${d%/*}" && mkdir -m 0700 -- "$d"; }
free "$@"
cp -a -- "$1" "$t"
sync -- "$t" 2>/dev/null || sync
echo copied
read -r go && [ "$go" = keep ] || exit 91
free "$@"
mv -T -- "$t" "$2"`;

/** Copies an image from memory to portabled's pool that stays, under its own name. Rejects with a failure, and has left nothing then. */
export async function moveImage(at: Operation, path: string): Promise<Moved> {
  const { doing, connection } = at;
  const target = `${connection.places.pools.persistent}/${path.slice(path.lastIndexOf('/') + 1)}`;
  await copy(at, path, target);
  const remove = async (what: string): Promise<void> => {
    const { transport, clock, deadlines } = at;
    const { code, stderr } = await runToEnd(transport, ['rm', '-rf', '--', what], { clock, deadline: deadlines.attach });
    if (code === 0) return;
    throw hostFailure('refused', l10n.t('{0}: {1} could not be removed.', doing.what, what), l10n.t('Remove it on the host.'), stderr);
  };
  return { path: target, discard: () => remove(target), removeOld: () => remove(path) };
}

/** As long as it takes: only the user, or the host, ends it. */
async function copy({ doing, transport, progress }: Operation, path: string, target: string): Promise<void> {
  const { signal } = progress;
  progress.report(l10n.t('Copying {0} to {1}', path, target));
  const copying = transport.run(['sh', '-c', copyScript, 'sh', path, target]);
  try {
    const said = await withSignal(lines(copying)(), signal, () => stopped(signal, doing));
    if (said === 'copied') copying.stdin.write('keep\n');
  } finally {
    copying.stdin.end();
    if (signal.aborted) copying.kill();
  }
  const { code, stderr } = await copying.ended;
  if (code === 0) return;
  throw hostFailure(
    'refused',
    l10n.t('{0}: {1} could not be copied to {2}.', doing.what, path, target),
    l10n.t('Remove what lies there, or make room, then try again. Only root can copy there.'),
    stderr,
  );
}
