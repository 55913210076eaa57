/** Operations on images that lie on the host itself, as portablectl does them. */
import { basename, dirname } from 'node:path/posix';
import * as l10n from '@vscode/l10n';
import { affectedBy, affectedByNames, unitsThatGo } from '../attach/affected.ts';
import { asBefore } from '../attach/as-before.ts';
import { type AttachOptions, defaultPrefix, forTesting } from '../attach/attach-options.ts';
import { attachThere, filledIn } from '../attach/attach-steps.ts';
import { refuseIfOthersGo, requestFor } from '../attach/checks.ts';
import { detachThere } from '../attach/detach-steps.ts';
import { filesThatGo } from '../attach/detached-files.ts';
import { leftLinks, refuseLeftLinks, withLeft } from '../attach/forget-units.ts';
import { attachedOn, type Operation } from '../attach/host-operation.ts';
import { type AttachedUnit, detachRequests, loadedUnits, unitStates } from '../attach/image-state.ts';
import { reattachThere } from '../attach/reattach-steps.ts';
import { inTurn } from '../attach/turn.ts';
import { BusError } from '../bus/bus-error.ts';
import type { ListedImage } from '../bus/portabled.ts';
import type { Systemd } from '../bus/systemd.ts';
import type { Clock, Deadlines } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { HostFailure, HostImage, Progress, UnitState } from '../contract.ts';
import { readVersion } from '../deploy/versions.ts';
import { type Doing, explain, hostFailure, notUndone } from '../errors.ts';
import type { ImagesOnHost } from '../host-images-contract.ts';
import type { Transport } from '../transport/transport.ts';
import { checkChoices, checkExtensions, checkPortabled, checkRawOfUser, type OnHost, placeOf } from './host-image-checks.ts';
import { type Moved, moveImage } from './move-image.ts';
import { readProfileFiles } from './profile-files.ts';

/** What an image of a host is called: a copy that we brought as the image that it is of, others by their path. */
const titleOf = (path: string): string => readVersion(path)?.name ?? path;

/** What a host lends for this: its connection, and its queue of operations. */
export interface HostImagesParts {
  readonly name: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** The manager is the user's own: what the user may write is theirs to run. */
  readonly own: boolean;
  doing(what: string): Doing;
  ask<T>(what: Doing, question: (connection: Connection) => Promise<T>): Promise<T>;
  operate<T>(what: Doing, progress: Progress, operation: (connection: Connection, progress: Progress) => Promise<T>): Promise<T>;
  ensure(): Promise<Connection>;
}

/** The operations of one host. */
export function imagesOn(parts: HostImagesParts): ImagesOnHost {
  const { name, transport, clock, deadlines, own } = parts;

  const on = (connection: Connection, doing: Doing): OnHost => ({ connection, doing, transport, clock, deadlines });
  const look = <T>(what: string, question: (at: OnHost) => Promise<T>): Promise<T> => {
    const doing = parts.doing(what);
    return parts.ask(doing, async connection => {
      checkPortabled(connection, doing);
      return question(on(connection, doing));
    });
  };
  const act = <T>(what: string, progress: Progress, action: (operation: Operation) => Promise<T>): Promise<T> => {
    const doing = parts.doing(what);
    return parts.operate(doing, progress, (connection, until) => {
      checkPortabled(connection, doing);
      return action({ ...on(connection, doing), progress: until, connectionForCleanUp: parts.ensure });
    });
  };

  /** What changes what is attached: another window may be at it, too. */
  const change: typeof act = (what, progress, action) => act(what, progress, operation => inTurn(operation, () => action(operation)));

  return {
    profiles: () => look(l10n.t('Asking {0} for its profiles', name), ({ connection }) => connection.portabled.profiles()),
    profileFiles: () =>
      look(l10n.t('Reading the profiles of {0}', name), ({ connection }) =>
        readProfileFiles(transport, connection.places, { clock, deadline: deadlines.program }),
      ),
    pool: () => look(l10n.t('Asking {0} for the room of its images', name), ({ connection }) => connection.portabled.pool()),

    metadata: (image, { prefixes, extensions }, signal) =>
      look(l10n.t('Looking into {0} on {1}', image, name), async ({ connection, doing }) => {
        checkExtensions(connection, doing, extensions);
        return connection.portabled.metadata(
          image,
          { prefixes: prefixes.length > 0 ? prefixes : [defaultPrefix(image)], extensions },
          signal,
        );
      }),

    affectedByDetach: path =>
      look(l10n.t('Asking {0} for the units of {1}', name, path), async at => {
        const going = unitsThatGo(path, await attachedOn(at), at.connection.version.major);
        const files = await filesThatGo(at, going);
        return { ...(await affectedBy(at.connection, going)), files };
      }),

    affectedByForce: (path, options, signal) =>
      look(l10n.t('Looking into {0} on {1}', path, name), async at => {
        await checkChoices(at, options);
        const { units } = await at.connection.portabled.metadata(path, filledIn(path, options), signal);
        return affectedByNames(at.connection, [...units.keys()], path);
      }),

    affectedByUnits: (names, of) =>
      look(l10n.t('Asking {0} for the units of {1}', name, of), at => affectedByNames(at.connection, names, of)),

    attach: (path, options, progress) =>
      change(l10n.t('Attaching {0} on {1}', path, name), progress, async operation => {
        await checkChoices(operation, options);
        const real = await placeOf(operation, path, own);
        await checkRawOfUser(operation, [real, ...options.extensions]);
        const attached = await attachedOn(operation, progress.signal);
        refuseIfAttached(operation, real, attached);
        if (!options.force) refuseIfOthersGo(operation, attached, [requestFor(real, options)]);
        return attachThere(operation, real, filledIn(real, options));
      }),

    reattach: (path, options, progress) =>
      change(l10n.t('Attaching {0} on {1} anew', path, name), progress, async operation => {
        await checkChoices(operation, options);
        const real = await placeOf(operation, path, own);
        await checkRawOfUser(operation, [real, ...options.extensions]);
        return reattachThere(operation, real, filledIn(real, options));
      }),

    detach: (path, options, progress) =>
      change(l10n.t('Detaching {0} from {1}', titleOf(path), name), progress, async operation => {
        const { changes, left } = await detachThere(operation, path, options);
        refuseLeftLinks(operation.doing, left);
        return changes;
      }),

    makePersistent: (path, { enable }, progress) =>
      change(l10n.t('Making {0} persistent on {1}', titleOf(path), name), progress, async operation => {
        const { connection, doing } = operation;
        const attached = await attachedOn(operation, progress.signal);
        const units = attached.filter(unit => unit.image === path);
        const [first] = units;
        if (!first?.runtime) {
          const [what, advice] = [l10n.t('{0}: it is not attached until the next reboot.', doing.what), l10n.t('Refresh the view.')];
          throw hostFailure('refused', what, advice);
        }
        refuseIfOthersGo(operation, attached, [...detachRequests(units), { image: path, runtime: false, extensions: first.extensions }]);
        const agreed = units.map(unit => unit.name);
        const choices = await asBefore(connection, path, units, progress.signal);
        const moved = path.startsWith('/run/') ? await moveImage(operation, path) : undefined;
        const options: AttachOptions = { ...forTesting, ...choices, runtime: false, enable };
        const progressToEnd = { ...progress, signal: new AbortController().signal }; // between the two it would be attached nowhere
        const through = { ...operation, progress: progressToEnd };
        const { left } = await detachThere(operation, path, { clean: false, reload: true, agreed }).catch(async (error: unknown) => {
          await moved?.discard();
          throw error;
        });
        const outcome = await attachThere(through, moved?.path ?? path, options).catch(async (error: unknown) => {
          const failure = withLeft(explain(error, doing), leftLinks(doing, left, 'swapped'));
          if (failure.kind !== 'failed-to-start')
            throw await attachBack(through, failure, path, { ...options, runtime: true, enable: false }, moved);
          await moved?.removeOld(); // it stays attached
          throw failure;
        });
        await moved?.removeOld();
        refuseLeftLinks(doing, left, 'swapped');
        return outcome;
      }),

    remove: (path, progress) =>
      act(l10n.t('Removing {0} from {1}', titleOf(path), name), progress, async operation => {
        const attached = await attachedOn(operation, progress.signal);
        if (attached.some(unit => unit.image === path || unit.extensions.includes(path))) {
          const [what, advice] = [l10n.t('{0}: it is attached.', operation.doing.what), l10n.t('Detach it first.')];
          throw hostFailure('refused', what, advice);
        }
        await operation.connection.portabled.remove(path);
      }),

    markReadOnly: (path, readOnly, progress) => {
      const what = readOnly
        ? l10n.t('Marking {0} on {1} read-only', titleOf(path), name)
        : l10n.t('Making {0} on {1} writable', titleOf(path), name);
      return act(what, progress, ({ connection }) => connection.portabled.markReadOnly(path, readOnly));
    },

    setLimit: (path, bytes, progress) =>
      path === undefined
        ? act(l10n.t('Limiting the images of {0}', name), progress, ({ connection }) => connection.portabled.setPoolLimit(bytes))
        : act(l10n.t('Limiting {0} on {1}', titleOf(path), name), progress, ({ connection }) =>
            connection.portabled.setImageLimit(path, bytes),
          ),
  };
}

/** Attaches what was attached until the next reboot so again, after it could not be made to stay; the failure of that, with what became of it. */
async function attachBack(
  operation: Operation,
  failure: HostFailure,
  path: string,
  options: AttachOptions,
  moved: Moved | undefined,
): Promise<HostFailure> {
  const attach = async (at: string): Promise<unknown> => {
    try {
      await attachThere(operation, at, options);
    } catch (error) {
      const second = explain(error, operation.doing);
      if (second.kind !== 'failed-to-start') return second;
    }
    return undefined;
  };
  const second = await attach(path);
  if (!second) await moved?.discard();
  const third = second && moved ? await attach(moved.path) : second; // from 257 on, detaching removed what lay in /run/portables
  return third ? notUndone(failure, third, operation.doing) : failure;
}

/** The images of the search directories, at the paths that they are attached from; one that goes meanwhile is none. Rejects with a BusError. */
export async function listHostImages({ portabled, systemd }: Connection, attached: readonly AttachedUnit[]): Promise<readonly HostImage[]> {
  const told = async (listed: ListedImage): Promise<readonly HostImage[]> => {
    const path = await portabled.pathOf(listed).catch((error: unknown) => {
      if (error instanceof BusError && error.errorName === 'org.freedesktop.portable1.NoSuchImage') return undefined;
      throw error;
    });
    if (path === undefined) return [];
    const { object, ...image } = listed;
    const units = attached.filter(unit => unit.image === path || isLinkTo(path, unit.image));
    const [first] = units;
    if (!first) return [{ ...image, path }];
    const states = await statesOf(systemd, units);
    return [
      {
        ...image,
        path: first.image,
        attached: { runtime: first.runtime, extensions: first.extensions, units: units.map(unit => unit.name), states },
      },
    ];
  };
  return (await Promise.all((await portabled.listImages()).map(told))).flat();
}

async function statesOf(systemd: Systemd, units: readonly AttachedUnit[]): Promise<readonly UnitState[]> {
  const states = await unitStates(systemd, await loadedUnits(systemd, units));
  return states.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether a listed path is the link that portabled makes for an attached image, which 257 lists in the image's place. */
function isLinkTo(listed: string, image: string): boolean {
  const [directory, name] = [dirname(listed), basename(listed)];
  return name === basename(image) && /^(?:\/etc|\/run|\/run\/user\/\d+|.*\/\.config)\/portables$/.test(directory);
}

function refuseIfAttached({ doing }: OnHost, path: string, attached: readonly AttachedUnit[]): void {
  if (!attached.some(unit => unit.image === path)) return;
  throw hostFailure(
    'refused',
    l10n.t('{0}: it is attached already.', doing.what),
    l10n.t('Attach it anew by Reattach, or detach it first.'),
  );
}
