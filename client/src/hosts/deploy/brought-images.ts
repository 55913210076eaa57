/** Images of this machine on a host: where each is attached from, and what can be done to it there. */
import { lstat, realpath } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import { type AttachOptions, forTesting } from '../attach/attach-options.ts';
import { checkRights } from '../attach/checks.ts';
import { leftLinks, withLeft } from '../attach/forget-units.ts';
import type { AttachedUnit } from '../attach/image-state.ts';
import { detach, type Place, StartFailure } from '../attach/operations.ts';
import { failuresAmong, pause } from '../attach/start-stop.ts';
import { inTurn } from '../attach/turn.ts';
import type { Clock, Deadlines } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { AttachChange, DeployOutcome, Host, HostFailure, Progress, VersionOnHost } from '../contract.ts';
import type { Doing } from '../errors.ts';
import { pathFault } from '../on-host/host-image-checks.ts';
import { type Places, poolOf } from '../on-host/places.ts';
import type { Spawn } from '../transport/process.ts';
import { printedBy } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';
import type { FileDigests } from '../upload/fingerprint.ts';
import { deploy, rollBack } from './deploy.ts';
import { type DeployWork, lock, withKeeper } from './deploy-work.ts';
import { filesOf, versionsAmong } from './extension-versions.ts';
import { detachRemoves, onlyRootCanWrite, onlyUserCanWrite } from './in-place.ts';
import { removeVersions } from './old-versions.ts';
import type { Switched } from './switch-over.ts';
import { familyOf, markerOf, versionAt, versionsIn } from './versions.ts';

/** What the user chose about copies. */
export interface CopySettings {
  /** The rsync of this machine and options for it beside ours; an empty program: never rsync. */
  readonly rsync: { readonly program: string; readonly options: readonly string[] };
  /** How many versions of an image stay on a host beside the attached one. */
  readonly keepVersions: number;
}

export const usualCopySettings: CopySettings = { rsync: { program: 'rsync', options: [] }, keepVersions: 1 };

/** What a host lends for this: its connection, and its queue of operations. */
export interface BroughtImagesParts {
  readonly name: string;
  readonly transport: Transport;
  readonly spawn: Spawn;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly machineId: string;
  /** Our user id here. */
  readonly uid: number;
  /** The manager is the user's own: what the user may write is theirs to run. */
  readonly ownUnits: boolean;
  readonly copySettings: () => CopySettings;
  doing(what: string): Doing;
  ask<T>(what: Doing, question: (connection: Connection) => Promise<T>): Promise<T>;
  operate<T>(what: Doing, progress: Progress, operation: (connection: Connection, progress: Progress) => Promise<T>): Promise<T>;
  ensure(): Promise<Connection>;
  /** What is attached now. */
  attached(signal?: AbortSignal): Promise<readonly AttachedUnit[]>;
}

export interface BroughtImages
  extends Pick<Host, 'attachAndStart' | 'deploy' | 'versions' | 'rollBack' | 'removeVersions' | 'detach' | 'lastChanges'> {
  /** The path on the host that the image is attached from, if it is. */
  attachedFrom(image: ImageFacts, attached: readonly AttachedUnit[]): Promise<string | undefined>;
}

/**
 * Lists what begins with $1 in the directories that follow: directory, name, KiB on the disk and where it points, each ended by NUL. Other links than
 * ours are portabled's own.
 */
const listScript = `f=$1; shift
for d in "$@"; do
  for v in "$d/$f"-*; do
    if [ -L "$v" ]; then
      case $v in *.set) printf '%s\\0%s\\0\\0%s\\0' "$d" "\${v##*/}" "$(readlink -- "$v")";; esac
    elif [ -e "$v" ]; then
      printf '%s\\0%s\\0%s\\0\\0' "$d" "\${v##*/}" "$(du -skx -- "$v" 2>/dev/null | cut -f1)"
    fi
  done
done`;

/** The images of this machine on one host. */
export function broughtImages(parts: BroughtImagesParts): BroughtImages {
  const { name, transport, clock, deadlines, machineId, doing } = parts;
  const changes = new Map<string, readonly AttachChange[]>();
  const known = new Map<string, FileDigests>();

  /** Where files are shared, the image itself. */
  async function pathThere(image: ImageFacts): Promise<string | undefined> {
    return transport.sharesFiles ? realpath(image.path).catch(() => undefined) : undefined; // gone: reading it will tell
  }

  /**
   * Where to attach it from: where it lies only if root alone can change it there, and portabled removes nothing of anybody when it is detached;
   * and only if that is so of all that is laid over it, too.
   */
  async function placeOf(image: ImageFacts, over: readonly string[], { links }: Places): Promise<Place> {
    const path = await pathThere(image);
    if (path === undefined || pathFault(path) !== undefined) return { kind: 'copy' }; // which has a name that portabled can work with
    const stays = async (at: string): Promise<boolean> =>
      (parts.ownUnits ? await onlyUserCanWrite(at, lstat, parts.uid) : await onlyRootCanWrite(at, lstat)) &&
      !(await detachRemoves(at, links, lstat));
    const all = await Promise.all([path, ...over].map(async at => stays(await realpath(at)).catch(() => false)));
    return all.every(yes => yes) ? { kind: 'in-place', path } : { kind: 'copy' };
  }

  /** `at`: where it is attached from, or else the extension images of this machine that are to lie over it. */
  async function workOn(
    image: ImageFacts,
    what: Doing,
    progress: Progress,
    connection: Connection,
    at: Place | readonly string[] = [],
  ): Promise<DeployWork> {
    const { spawn, uid, copySettings } = parts;
    const place = 'kind' in at ? at : await placeOf(image, at, connection.places);
    const path = await pathThere(image);
    const digests = known.get(image.path) ?? new Map();
    known.set(image.path, digests);
    return {
      ...copySettings(),
      image,
      doing: what,
      progress,
      connection,
      transport,
      clock,
      deadlines,
      machineId,
      spawn,
      isRoot: uid === 0,
      known: digests,
      place,
      hostPath: place.kind === 'in-place' ? place.path : `${versionsIn(poolOf(connection.places, true))}/${familyOf(image, machineId)}`,
      own: there => there === path || versionAt(there, image, machineId) !== undefined,
      attached: parts.attached, // never what was seen before the step
      connectionForCleanUp: parts.ensure,
    };
  }

  async function attachedFrom(image: ImageFacts, attached: readonly AttachedUnit[]): Promise<string | undefined> {
    const path = await pathThere(image);
    return attached.find(unit => unit.image === path || versionAt(unit.image, image, machineId) !== undefined)?.image;
  }

  /** Another window may be bringing the same image, whose versions all go here. */
  async function detachInTurn(work: DeployWork, detached: () => void): Promise<readonly AttachChange[]> {
    await checkRights(work);
    return withKeeper(work, poolOf(work.connection.places, true), async keeper => {
      await lock(work, keeper);
      return detach(work, detached);
    });
  }

  /** Carries out a deploy, remembers what it wrote, and tells what did not start. */
  function deploying(
    what: Doing,
    image: ImageFacts,
    progress: Progress,
    over: readonly string[],
    operation: (work: DeployWork) => Promise<Switched>,
  ): Promise<DeployOutcome> {
    return parts.operate(what, progress, async (of, until) => {
      try {
        const { left, ...outcome } = await operation(await workOn(image, what, until, of, over));
        if (outcome.how !== 'unchanged') changes.set(image.path, outcome.changes);
        const links = leftLinks(what, left, 'swapped');
        if (outcome.restarted.length === 0 && !links) return outcome;
        return { ...outcome, later: watched(of, image, outcome.restarted).then(failure => (failure ? withLeft(failure, links) : links)) };
      } catch (error) {
        if (!(error instanceof StartFailure)) throw error;
        changes.set(image.path, error.outcome.changes);
        throw withLeft(await notStarted(of, image, error.failed), leftLinks(what, error.outcome.left, 'swapped'));
      }
    });
  }

  async function notStarted(connection: Connection, image: ImageFacts, failed: readonly string[]): Promise<HostFailure> {
    const { startFailure } = await import('../failures/index.ts');
    return startFailure({ connection, transport, clock, deadlines }, image.name, name, failed);
  }

  /** Units that were restarted, looked at once more when they had time to fail. */
  async function watched(connection: Connection, image: ImageFacts, units: readonly string[]): Promise<HostFailure | undefined> {
    if (units.length === 0) return undefined;
    try {
      await pause(clock, deadlines.watch, new AbortController().signal);
      const failed = await failuresAmong(connection.systemd, await connection.systemd.listUnits(units));
      if (failed.length > 0) return await notStarted(connection, image, failed);
    } catch {
      // the host went meanwhile, which is told elsewhere
    }
    return undefined;
  }

  async function versions(image: ImageFacts, { places }: Connection): Promise<readonly VersionOnHost[]> {
    const directories = [true, false].flatMap(runtime => [versionsIn(poolOf(places, runtime)), poolOf(places, runtime)]);
    const limits = { clock, deadline: deadlines.program };
    const printed = await printedBy(transport, listScript, [familyOf(image, machineId), ...directories], limits);
    const attached = await parts.attached();
    return versionsListed(printed, attached, image, machineId);
  }

  return {
    attachedFrom,
    lastChanges: image => changes.get(image.path),

    attachAndStart: (image, options, progress) => {
      const what = doing(l10n.t('Attaching {0} on {1}', image.name, name));
      return deploying(what, image, progress, options.brings, work => deploy(work, options, 'start'));
    },

    deploy: (image, options, progress) => {
      const what = doing(l10n.t('Deploying {0} to {1}', image.name, name));
      return deploying(what, image, progress, options.brings, work => deploy(work, options, 'restart'));
    },

    versions: image =>
      parts.ask(doing(l10n.t('Asking {0} for the versions of {1}', name, image.name)), connection => versions(image, connection)),

    rollBack: (image, version, progress, prefixes = []) => {
      const what = doing(l10n.t('Rolling {0} back on {1}', image.name, name));
      return deploying(what, image, progress, [], async work => {
        const attached = (await work.attached(progress.signal)).filter(unit => work.own(unit.image));
        return rollBack({ ...work, place: { kind: 'copy' } }, version, { ...optionsOf(attached, version.runtime), prefixes });
      });
    },

    removeVersions: (image, gone, progress) => {
      const what = doing(l10n.t('Removing old versions of {0} from {1}', image.name, name));
      return parts.operate(what, progress, async (of, until) => {
        const work = await workOn(image, what, until, of, { kind: 'copy' });
        await checkRights(work);
        const names = await removeVersions(work, gone);
        return gone.filter(version => names.includes(version.name));
      });
    },

    detach: (image, progress) => {
      const what = doing(l10n.t('Detaching {0} from {1}', image.name, name));
      return parts.operate(what, progress, async (of, until) => {
        const from = await attachedFrom(image, await parts.attached(until.signal));
        const inPlace = from !== undefined && versionAt(from, image, machineId) === undefined;
        const place = inPlace ? { kind: 'in-place' as const, path: from } : from === undefined ? undefined : { kind: 'copy' as const };
        const work = await workOn(image, what, until, of, place);
        const detached = (): void => void changes.delete(image.path);
        return from !== undefined && work.place.kind === 'copy' ? detachInTurn(work, detached) : inTurn(work, () => detach(work, detached));
      });
    },
  };
}

/** What the script printed, newest first. */
function versionsListed(
  printed: string,
  attached: readonly AttachedUnit[],
  image: ImageFacts,
  machineId: string,
): readonly VersionOnHost[] {
  const fields = printed.split('\0');
  const found = fields.flatMap((directory, i) => {
    const [name = '', size = '', target = ''] = fields.slice(i + 1, i + 4);
    return i % 4 === 0 && name !== '' ? [{ directory, name, bytes: Number(size) * 1024, ...(target !== '' && { target }) }] : [];
  });
  const markers = new Set(attached.map(unit => markerOf(unit.image, unit.extensions)));
  const images = new Set(attached.map(unit => unit.image));
  const versions = [...new Set(found.map(({ directory }) => directory))].flatMap(directory => {
    const here = found.filter(item => item.directory === directory);
    return versionsAmong(here, directory, image, machineId).map(version => {
      const files = filesOf(version, image, machineId);
      const bytes = here.filter(({ name }) => files.includes(name)).reduce((sum, item) => sum + item.bytes, 0);
      const isAttached = version.extensions ? markers.has(markerOf(version.path, version.extensions)) : images.has(version.path);
      return { ...version, bytes, attached: isAttached };
    });
  });
  return versions.sort((a, b) => (a.time < b.time ? 1 : -1));
}

/** The options that an image was attached with, as far as they can be seen. */
function optionsOf([first]: readonly AttachedUnit[], runtime: boolean): AttachOptions {
  const { profile = forTesting.profile, extensions = [] } = first ?? {};
  return { ...forTesting, profile, extensions, runtime };
}
