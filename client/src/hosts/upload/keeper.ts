/**
 * The keeper: one program on the host that owns the temporary place of a copy for as long as we are there. When its input ends, whatever the
 * reason, it removes what it has not put in place, and lets go of the lock. So a line that breaks leaves nothing.
 */
import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { takeLock } from '../attach/take-lock.ts';
import { BusError } from '../bus/bus-error.ts';
import type { Clock } from '../clock.ts';
import { removeTrees } from '../deploy/remove-trees.ts';
import { versionsIn } from '../deploy/versions.ts';
import { type Doing, stopped } from '../errors.ts';
import type { Places } from '../on-host/places.ts';
import { lines, withSignal } from '../transport/lines.ts';
import type { Transport } from '../transport/transport.ts';
import { hostRefused } from './failures.ts';

/**
 * Words: the pool, the directory of versions in it, a random one, then where units for this boot and where others lie. The pool and the other directory
 * are made private, as /var/lib/portables is. Only root may write there, or the user whose manager it is; above them, only those two. Then what dead
 * keepers left goes; those with a process of theirs stay.
 */
const begin = `set -u
umask 022
LC_ALL=C; export LC_ALL
u=$(id -u)
${removeTrees}
ours() {
  # another one may make it at the same time, or take it along, empty, when it ends
  for n in 1 2 3 4 5; do
    [ -e "$1" ] || [ -L "$1" ] || mkdir -m 0700 -- "$1" 2>/dev/null || [ $n -lt 5 ] || mkdir -m 0700 -- "$1" || exit 90
    ! s=$(stat -c '%F:%u:%a' -- "$1" 2>/dev/null) || break
  done
  case $s in
    directory:$u:[0-7][0145][0145]) ;;
    *) echo "$1 is not a directory that only $(id -un) can write" >&2; exit 94;;
  esac
}
v=$1/\${2##*/}
if [ "$u" != 0 ]; then
  mkdir -p -- "\${1%/*}" || exit 90
  p=$(readlink -f -- "\${1%/*}")
  while :; do
    case $(stat -c '%u:%a' -- "$p") in
      0:[0-7][0145][0145]|$u:[0-7][0145][0145]|0:1[0-7][0-7][0-7]) ;;
      *) echo "$p can be written by others than $(id -un)" >&2; exit 94;;
    esac
    [ "$p" != / ] || break
    p=\${p%/*}; p=\${p:-/}
  done
fi
ours "$1"; ours "$v"
for o in "$v"/.upload-*; do
  [ -e "$o" ] || continue
  w=\${o##*-}; p=\${o%-*}; p=\${p##*-}
  tr '\\0' '\\n' 2>/dev/null <"/proc/$p/cmdline" | grep -qxF -e "$w" || remove "$o"
done
t=$v/.upload-$$-$3
i=$t
c=
a=$4 b=$5
marked() { grep -qsF "$@" "$a"/*.d/20-portable.conf "$b"/*.d/20-portable.conf; }
w=
gone() {
  [ -z "$w" ] || kill $w 2>/dev/null
  # put in place and not kept: it stays only where portabled uses it already
  for n in $c; do
    case $n in
      *.set) marked -e "'$(readlink -- "$v/$n")'";;
      *) marked -e "'$v/$n'" -e "'$v/$n:" -e ":$v/$n/";;
    esac || remove "$v/$n"
  done
  n=0; while [ $n -lt 50 ] && ! remove "$t" 2>/dev/null; do n=$((n+1)); sleep 0.1; done
  rmdir -- "$v" 2>/dev/null || :
}
trap gone EXIT
trap 'exit 91' HUP INT TERM PIPE
mkdir -m 0700 -- "$t" 2>/dev/null || { ours "$v"; mkdir -m 0700 -- "$t" || exit 90; } # another one that ended took the empty directory along
free=$(df -Pk -- "$v" | awk 'NR==2{print $4}')
how=stream; command -v rsync >/dev/null 2>&1 && how=rsync
echo "ready $$ $free $how" $(ls -- "$v")
`;

/**
 * The basis of a tree is a copy of the version before, in which rsync replaces what differs; that of a file is the version before itself, only read.
 * A version is in use while a process has it as its root: a unit that was not restarted still runs from the one before.
 */
const commands = `${takeLock}
used() { cat /proc/[0-9]*/mountinfo 2>/dev/null | grep -qF -e "/$1 " -e "/$1/"; }
written() { if [ -d "$1" ]; then sync -f "$1" 2>/dev/null; else sync -- "$1" 2>/dev/null; fi || sync; }
while read -r c n; do
  case $c in
    part) i=$t\${n:+/$n}; [ -d "$i" ] || mkdir -m 0700 -- "$i" || exit 92; echo yes;;
    seed) if if [ -d "$v/$n" ]; then cp -a -x --reflink=auto --sparse=auto -- "$v/$n" "$i/image"; else mkdir -- "$i/basis" && ln -- "$v/$n" "$i/basis/image"; fi \
          2>"$t/said"; then echo yes; else remove "$i/image" "$i/basis"; echo no; fi;;
    # what was written to since it was put in place, as systemd does to what it mounts writable, has the same time twice
    copy) if [ "$(stat -c %y -- "$v/$n")" != "$(stat -c %z -- "$v/$n")" ] && cp --reflink=auto --sparse=auto -- "$v/$n" "$i/image" 2>"$t/said"; then echo yes; else rm -f -- "$i/image"; echo no; fi;;
    size) if [ "$(stat -c %s -- "$i/image")" = "$n" ]; then echo yes; else echo no; fi;;
    # it is written out while it is read, and both while other things are done
    sum) sync -- "$i/image" >/dev/null 2>&1 & w="$w $!"; sha256sum <"$i/image" >"$i/sum" 2>&1 & w="$w $!"; echo yes;;
    summed) wait $w; w= s=; read -r s <"$i/sum"; echo "\${s%% *}";;
    close) if [ -d "$i/image" ]; then find "$i/image" -xdev ! -type l -perm -0002 ! -perm -1000 -exec chmod o-w {} +; else chmod 0600 -- "$i/image"; fi &&
        chown -h "$u:$(id -g)" -- "$i/image" || exit 92; echo yes;;
    clear) remove "$i/image" "$i/sum" || exit 92; echo yes;; # a sum that is still being made is of no file then
    sets) for s in "$v/$n"-*.set; do [ ! -L "$s" ] || printf '%s\\001%s\\001' "\${s##*/}" "$(readlink -- "$s")"; done; echo;;
    record) if ln -s -- "\${n#* }" "$v/\${n%% *}" 2>"$t/said"; then c="$c \${n%% *}"; echo yes; else echo no; fi;;
    there) if [ -e "$v/$n" ]; then echo yes; else echo no; fi;;
    lock) exec 9<"\${a%/*}"; if lock "$n"; then echo yes; else echo no; fi;;
    commit) if [ -e "$v/$n" ] || [ -L "$v/$n" ]; then echo no; else
        # an extension image lies in a directory of its own, which comes with it
        case $n in */*) mkdir -m 0755 -- "$i/with" && mv -T -- "$i/image" "$i/with/\${n##*/}" && mv -T -- "$i/with" "$i/image" || exit 92; n=\${n%/*};; esac
        written "$i/image"; mv -T -- "$i/image" "$v/$n" || exit 92; c="$c $n"; sync -- "$v" 2>/dev/null || sync; echo yes; fi;;
    keep) c=; echo yes;;
    free) remove "$t"; rmdir -- "$v" 2>/dev/null; exec 9<&-; echo yes;;
    remove) if used "$n"; then echo no; else remove "$v/$n" || exit 92; echo yes; fi;;
    *) exit 93;;
  esac
done`;

/** A question to the keeper. All but `summed` and `sets` are answered by yes or no. */
type Command =
  | 'part'
  | 'sets'
  | 'record'
  | 'seed'
  | 'copy'
  | 'clear'
  | 'size'
  | 'sum'
  | 'summed'
  | 'close'
  | 'there'
  | 'lock'
  | 'commit'
  | 'keep'
  | 'remove'
  | 'free';

export interface Keeper {
  /** The directory that is ours alone; the copy is to become `image` in it. */
  readonly temporary: string;
  /** Bytes that fit there. */
  readonly free: number;
  /** Whether the host has rsync. */
  readonly hasRsync: boolean;
  /** File names of the versions that lie there, of all images. */
  readonly versions: readonly string[];
  /** Asks something, or has it done. Rejects with a failure when the keeper has ended, and with that of the signal. */
  ask(command: Command, argument?: string | number): Promise<string>;
  /** Whether it has ended, so that nothing that it owns is there any more. */
  hasEnded(): boolean;
  /** Lets it remove what is not in place and let go of the lock; resolves when it has ended. */
  end(): Promise<void>;
}

/** The keeper of one of several images that are brought together: what is asked of it is about that one. The others' are asked as before. */
export function keeperOf(keeper: Keeper, part: string): Keeper {
  return {
    ...keeper,
    temporary: part === '' ? keeper.temporary : `${keeper.temporary}/${part}`,
    ask: async (command, argument) => {
      const chosen = keeper.ask('part', part); // it answers in order, so nobody comes between the two
      const [, answer] = await Promise.all([chosen, keeper.ask(command, argument)]);
      return answer;
    },
  };
}

export interface KeeperDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Milliseconds that it gets to clear up. */
  readonly deadline: number;
}

/** Where a keeper works: its pool, and where the units are that portabled attaches. */
export interface KeeperPlace {
  readonly pool: string;
  readonly units: Places['units'];
}

/** Starts a keeper in a pool. Rejects with a failure when the host refuses the place, and when the signal comes. */
export async function startKeeper({ pool, units }: KeeperPlace, doing: Doing, signal: AbortSignal, deps: KeeperDeps): Promise<Keeper> {
  const word = randomBytes(6).toString('hex');
  const process = deps.transport.run(['sh', '-c', begin + commands, 'sh', pool, versionsIn(pool), word, units.runtime, units.persistent]);
  const line = lines(process);
  let over = false;
  void process.ended.then(() => {
    over = true;
  });

  async function next(): Promise<string> {
    const answer = await withSignal(line(), signal, () => stopped(signal, doing));
    if (answer !== undefined) return answer;
    const { code, stderr } = await process.ended;
    throw hostRefused(doing, pool, code, stderr);
  }

  async function end(): Promise<void> {
    process.stdin.end();
    let late = false;
    const stop = deps.clock.after(deps.deadline, () => {
      late = true;
      process.kill();
    });
    await process.ended;
    stop();
    if (late) throw new BusError('timeout', l10n.t('the host did not clear up in time'));
  }

  try {
    const [ready, pid = '', free = '', how, ...versions] = (await next()).split(' ');
    if (ready !== 'ready' || !/^\d+$/.test(pid) || !/^\d+$/.test(free)) throw new Error(`the host answered ${JSON.stringify(ready)}`);
    return {
      temporary: `${versionsIn(pool)}/.upload-${pid}-${word}`,
      free: Number(free) * 1024,
      hasRsync: how === 'rsync',
      versions,
      ask: (command, argument = '') => {
        process.stdin.write(`${command} ${argument}\n`);
        return next();
      },
      hasEnded: () => over,
      end,
    };
  } catch (error) {
    if (!over) await end().catch(() => {}); // it does so by itself when its line breaks
    throw error;
  }
}
