/** A host: everything that the views and commands ask of it, over a connection that comes when it is needed. */

import { setMaxListeners } from 'node:events';
import { lstat, realpath } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { definitionId } from '../common/host-settings.ts';
import type { Clock, Deadlines } from './clock.ts';
import type { Connection } from './connection.ts';
import type { AttachChange, Host, HostDefinition, Progress } from './contract.ts';
import { createTransport, type TransportDeps } from './create-transport.ts';
import { cancelled, type Doing, explain, hostFailure, portabledMissing, stopped } from './errors.ts';
import { createGate, type Gate } from './gate.ts';
import { imagesOn, listHostImages } from './host-images.ts';
import { type AttachedUnit, copyDirectory, copyName, imageStateOf, loadedUnits, readAttached } from './image-state.ts';
import { detachRemoves, onlyRootCanWrite } from './in-place.ts';
import { checkJournal, followJournal } from './journal.ts';
import { createLink } from './link.ts';
import { attachAndStart, detach, StartFailure, type Work } from './operations.ts';
import { rightsAdvice, rightsSetUp } from './rights.ts';
import { type Trace, tracedSpawn } from './trace.ts';
import type { Transport } from './transport.ts';
import { uploadImage } from './upload.ts';

/** What a host needs of the machine that this runs on; `systemDeps` gives it. */
export interface HostDeps extends TransportDeps {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Tells this machine from others in the names of copies; not secret, but hashed all the same. */
  readonly machineId: string;
  /** Our user id here; 0 where the system has none. */
  readonly uid: number;
  readonly log: (message: string) => void;
  /** Told every program and call, for the log at debug level. */
  readonly trace?: Trace;
  /** Keeps many hosts from being connected to at once, where they share it. */
  readonly gate?: Gate;
}

/** A path on the host that an image is, or would be, attached from. */
interface Place {
  readonly hostPath: string;
  /** File name of the copy; undefined where the image lies there itself. */
  readonly copy: string | undefined;
}

/** A host as configured. Nothing connects before the first method that needs it. */
export function createHost(definition: HostDefinition, given: HostDeps, transport?: Transport): Host {
  const trace = given.trace ?? (() => {});
  const deps = { ...given, trace, gate: given.gate ?? createGate(1), spawn: tracedSpawn(given.spawn, trace) };
  return createHostOver(definition, deps, transport ?? createTransport(definition, deps));
}

function createHostOver(
  definition: HostDefinition,
  deps: HostDeps & { readonly trace: Trace; readonly gate: Gate },
  transport: Transport,
): Host {
  const { clock, deadlines } = deps;
  const { name } = definition;
  const own = definition.kind !== 'container' && definition.scope === 'user';
  const setUp = rightsSetUp(definition);
  const doing = (what: string): Doing => ({ what, host: name, rights: rightsAdvice(definition), ...(setUp !== undefined && { setUp }) });
  const link = createLink({ ...deps, definition, transport, doing, interactive: definition.kind === 'local' });
  const changes = new Map<string, readonly AttachChange[]>();
  let looking: { readonly of: Connection; readonly units: Promise<readonly AttachedUnit[]> } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closing = new AbortController(); // cancels the operation that is under way when the host is disposed of

  /** What is attached; calls at the same time share one look. */
  function look(of: Connection): Promise<readonly AttachedUnit[]> {
    if (looking?.of === of) return looking.units;
    const units = readAttached(transport, { clock, deadline: deadlines.call, own }).finally(() => {
      if (looking?.units === units) looking = undefined;
    });
    looking = { of, units };
    return units;
  }

  /** Asks something of the connected host; whatever goes wrong is told in the user's words. */
  async function ask<T>(what: Doing, question: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      return await question(await link.ensure());
    } catch (error) {
      throw explain(error, what);
    }
  }

  /** One operation at a time: two reloads or two attaches at once only get in each other's way. */
  function operate<T>(
    what: Doing,
    { report, signal: cancel }: Progress,
    operation: (connection: Connection, progress: Progress) => Promise<T>,
  ): Promise<T> {
    const broken = new AbortController(); // a copy need not go on when the bus is gone
    const signal = AbortSignal.any([cancel, closing.signal, broken.signal]);
    setMaxListeners(0, signal); // one for each unit that is asked for its state at the same time
    const ready = queue.then(() => (signal.aborted ? Promise.reject(cancelled(what)) : link.ensure('may-ask')));
    const run = ready.then(async of => {
      const closed = of.bus.onClosed(error => broken.abort(error));
      try {
        if (signal.aborted) throw stopped(signal, what);
        return await operation(of, { report, signal });
      } catch (error) {
        throw explain(error, what);
      } finally {
        closed.dispose();
        looking = undefined; // it may have begun before the end
        link.fire();
      }
    });
    queue = run.catch(() => {}); // the one who asked is told
    return abandonable(run, ready, signal, what);
  }

  /** Where the image may be attached from: its copy on the host; before it, where files are shared, itself. */
  async function places(image: ImageFacts): Promise<readonly [Place, ...Place[]]> {
    const copy = copyName(image, deps.machineId);
    const there = { copy, hostPath: `${copyDirectory}/${copy}` };
    const path = transport.sharesFiles ? await realpath(image.path).catch(() => undefined) : undefined; // gone: reading it will tell
    return path === undefined ? [there] : [{ copy: undefined, hostPath: path }, there];
  }

  /** Where it is attached from, if it is. Somebody may have attached it where it lies by `portablectl`, be that wise or not. */
  async function attachedFrom(image: ImageFacts, attached: readonly AttachedUnit[]): Promise<Place | undefined> {
    return (await places(image)).find(({ hostPath }) => attached.some(unit => unit.image === hostPath));
  }

  /** Where to attach it from: where it lies only if root alone can change it there, and portabled removes nothing of anybody when it is detached. */
  async function attachFrom(image: ImageFacts): Promise<Place> {
    const [first, ...others] = await places(image);
    const { copy, hostPath } = first;
    const inPlace = copy === undefined && (await onlyRootCanWrite(hostPath, lstat)) && !(await detachRemoves(hostPath, lstat));
    return inPlace ? first : (others[0] ?? first);
  }

  function workOn(image: ImageFacts, place: Place, what: Doing, progress: Progress, connection: Connection): Work {
    const { spawn, uid } = deps;
    const upload = { transport, spawn, clock, deadline: deadlines.program, isRoot: uid === 0 };
    return {
      ...place,
      image,
      doing: what,
      progress,
      connection,
      transport,
      clock,
      deadlines,
      attached: signal => readAttached(transport, { clock, deadline: deadlines.call, signal, own }), // never what was seen before the step
      upload: copy => uploadImage(image, copy, what, progress, upload),
      connectionForCleanUp: link.ensure,
    };
  }

  return {
    id: definitionId(definition),
    name,
    definition,
    get status() {
      return link.status;
    },
    transport,
    onDidChange: link.onDidChange,

    connect: async (signal, asking) => {
      await abandonable(link.ensure(asking), new Promise(() => {}), signal, doing(l10n.t('Connecting to {0}', name)));
    },

    images: () => {
      const what = doing(l10n.t('Listing the images of {0}', name));
      return ask(what, async of => {
        if (!of.hasPortabled) throw portabledMissing(what);
        return listHostImages(of, await look(of));
      });
    },

    onHost: imagesOn({ name, transport, clock, deadlines, own, doing, ask, operate, ensure: () => link.ensure() }),

    imageState: image =>
      ask(doing(l10n.t('Asking {0} for the state of {1}', name, image.name)), async of => {
        const attached = await look(of);
        const place = await attachedFrom(image, attached);
        return place ? imageStateOf(of.systemd, attached, place.hostPath) : { attached: false };
      }),

    attachAndStart: (image, { profile }, progress) => {
      const what = doing(l10n.t('Attaching {0} on {1}', image.name, name));
      return operate(what, progress, async (of, until) => {
        try {
          const outcome = await attachAndStart(workOn(image, await attachFrom(image), what, until, of), profile);
          changes.set(image.path, outcome.changes);
          return outcome;
        } catch (error) {
          if (!(error instanceof StartFailure)) throw error;
          changes.set(image.path, error.outcome.changes);
          throw hostFailure(
            'failed-to-start',
            l10n.t('{0} is attached on {1}, but did not start: {2}.', image.name, name, error.failed.join(', ')),
            l10n.t('Show Logs tells why.'),
          );
        }
      });
    },

    detach: (image, progress) => {
      const what = doing(l10n.t('Detaching {0} from {1}', image.name, name));
      return operate(what, progress, async (of, until) => {
        const attached = await readAttached(transport, { clock, deadline: deadlines.call, signal: until.signal, own });
        const place = (await attachedFrom(image, attached)) ?? (await attachFrom(image));
        const removed = await detach(workOn(image, place, what, until, of));
        changes.delete(image.path);
        return removed;
      });
    },

    lastChanges: image => changes.get(image.path),

    attachedFiles: image =>
      ask(doing(l10n.t('Asking {0} for the files of {1}', name, image.name)), async of => {
        const attached = await look(of);
        const place = await attachedFrom(image, attached);
        const own = attached.filter(unit => unit.image === place?.hostPath);
        const units = await loadedUnits(of.systemd, own);
        const details = await Promise.all(units.map(unit => of.systemd.details(unit)));
        const files = details.flatMap(({ fragment, dropIns }) => [fragment, ...dropIns]);
        return [...new Set(files.filter(file => file.includes('/system.attached/')))].sort();
      }),

    logs: (units, options, signal) => {
      const what = doing(l10n.t('Reading the log of {0} on {1}', units.join(', '), name));
      return (async function* () {
        try {
          const { uid } = await (await link.ensure('may-ask')).user();
          if (uid !== 0) await checkJournal(transport, what, { clock, deadline: deadlines.program, signal });
          yield* followJournal(transport, units, options, what, signal);
        } catch (error) {
          throw explain(error, what);
        }
      })();
    },

    dispose: async () => {
      closing.abort();
      closing = new AbortController();
      link.abort();
      await queue; // what was begun is undone over the connection that is still there
      link.abort();
      link.close();
      await transport.dispose();
    },
  };
}

/** The work, or as soon as the signal comes while it has not begun, its cancellation. */
function abandonable<T>(work: Promise<T>, begins: Promise<unknown>, signal: AbortSignal | undefined, what: Doing): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    let begun = false;
    const stop = (): void => {
      if (!begun) reject(cancelled(what));
    };
    begins.then(
      () => {
        begun = true;
      },
      () => {}, // then the work fails, too
    );
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
