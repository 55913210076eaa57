/** A host: its connection, which comes when it is needed, and everything that the views and commands ask of it. */

import { setMaxListeners } from 'node:events';
import { lstat, realpath } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { createEvent, type Event } from '../common/event.ts';
import { BusError } from './bus.ts';
import { type Clock, type Deadlines, limited } from './clock.ts';
import { type Connection, connectTo } from './connection.ts';
import type { AttachChange, Host, HostDefinition, HostStatus, Progress } from './contract.ts';
import { createTransport, type TransportDeps } from './create-transport.ts';
import { cancelled, type Doing, explain, hostFailure, portabledMissing, stopped } from './errors.ts';
import { type AttachedUnit, copyDirectory, copyName, imageStateOf, loadedUnits, readAttached } from './image-state.ts';
import { onlyRootCanWrite, removedOnDetach } from './in-place.ts';
import { checkJournal, followJournal } from './journal.ts';
import { attachAndStart, detach, StartFailure, type Work } from './operations.ts';
import { rightsAdvice } from './rights.ts';
import type { Transport } from './transport.ts';
import { uploadImage } from './upload.ts';
import { watchUnits } from './watch.ts';

/** What a host needs of the machine that this runs on; `systemDeps` gives it. */
export interface HostDeps extends TransportDeps {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Tells this machine from others in the names of copies; not secret, but hashed all the same. */
  readonly machineId: string;
  /** Our user id here; 0 where the system has none. */
  readonly uid: number;
  readonly log: (message: string) => void;
}

/** A host as configured. Nothing connects before the first method that needs it. */
export function createHost(definition: HostDefinition, deps: HostDeps, transport: Transport = createTransport(definition, deps)): Host {
  const { clock, deadlines, log } = deps;
  const { name } = definition;
  const changed = createEvent();
  const changes = new Map<string, readonly AttachChange[]>();
  let status: HostStatus = { state: 'idle' };
  let connection: Connection | undefined;
  let connecting: Promise<Connection> | undefined;
  let epoch = 0; // a connection that was being made when the host was disposed of is not taken
  let listeners = 0;
  let watching: { readonly of: Connection; readonly watch: Promise<{ dispose(): void }> } | undefined;
  let table: { readonly of: Connection; readonly units: Promise<readonly AttachedUnit[]> } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closing = new AbortController(); // cancels the operation that is under way when the host is disposed of

  function setStatus(next: HostStatus): void {
    status = next;
    log(`${name}: ${next.state}${next.state === 'unreachable' ? `: ${next.error.message} ${next.error.detail ?? ''}` : ''}`);
    changed.fire();
  }

  const doing = (what: string): Doing => ({ what, host: name, rights: rightsAdvice(definition) });

  function ensure(): Promise<Connection> {
    if (connection) return Promise.resolve(connection);
    connecting ??= connect().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  async function connect(): Promise<Connection> {
    const begun = ++epoch;
    const what = doing(l10n.t('Connecting to {0}', name));
    setStatus({ state: 'connecting' });
    const late = () => new BusError('timeout', `no connection within ${deadlines.connect / 1000} s`);
    const limit = limited(clock, deadlines.connect, late, closing.signal);
    try {
      const interactive = definition.kind === 'local'; // only here can polkit's agent show its question to the user
      const onHandlerError = (error: unknown): void => log(`${name}: a listener failed: ${error}`);
      const made = await connectTo(transport, { deadlines, clock, uid: deps.uid, interactive, onHandlerError }, limit.signal);
      if (begun !== epoch) {
        made.bus.close();
        throw cancelled(what);
      }
      made.bus.onClosed(error => {
        if (connection !== made) return;
        connection = undefined;
        stopWatching();
        setStatus({ state: 'unreachable', error: explain(error, doing(l10n.t('Staying connected to {0}', name))) });
      });
      connection = made;
      setStatus({ state: 'connected', systemd: made.version, portabled: made.hasPortabled });
      if (listeners > 0) startWatching();
      return made;
    } catch (error) {
      const failure = explain(limit.signal.aborted ? limit.signal.reason : error, what);
      if (begun === epoch) setStatus({ state: 'unreachable', error: failure });
      throw failure;
    } finally {
      limit.release();
    }
  }

  function startWatching(): void {
    const of = connection;
    if (!of || watching?.of === of) return;
    const watch = watchUnits(of, clock, { deadline: deadlines.call }, () => changed.fire());
    watching = { of, watch };
    watch.catch(error => {
      if (watching?.watch === watch) watching = undefined;
      log(`${name}: cannot listen for changes: ${error}`);
    });
  }

  function stopWatching(): void {
    watching?.watch.then(
      watch => watch.dispose(),
      () => {}, // told when it failed
    );
    watching = undefined;
  }

  /** What is attached; calls at the same time share one look. */
  function attachedUnits(of: Connection): Promise<readonly AttachedUnit[]> {
    if (table?.of === of) return table.units;
    const units = readAttached(transport, { clock, deadline: deadlines.call }).finally(() => {
      if (table?.units === units) table = undefined;
    });
    table = { of, units };
    return units;
  }

  /** Asks something of the connected host; whatever goes wrong is told in the user's words. */
  async function ask<T>(what: Doing, question: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      return await question(await ensure());
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
    const ready = queue.then(() => (signal.aborted ? Promise.reject(cancelled(what)) : ensure()));
    const run = ready.then(async of => {
      const closed = of.bus.onClosed(error => broken.abort(error));
      try {
        if (signal.aborted) throw stopped(signal, what);
        return await operation(of, { report, signal });
      } catch (error) {
        throw explain(error, what);
      } finally {
        closed.dispose();
        table = undefined;
        changed.fire();
      }
    });
    queue = run.catch(() => {}); // the one who asked is told
    return abandonable(run, ready, signal, what);
  }

  /** Where the image is attached from: where it lies, if root alone can change it there, else from a copy. */
  async function place(image: ImageFacts): Promise<{ readonly copy: string | undefined; readonly hostPath: string }> {
    if (transport.sharesFiles) {
      const path = await realpath(image.path).catch(() => undefined); // gone: whoever wants to read it is told
      if (path !== undefined && !removedOnDetach(path) && (await onlyRootCanWrite(path, lstat))) return { copy: undefined, hostPath: path };
    }
    const copy = copyName(image, deps.machineId);
    return { copy, hostPath: `${copyDirectory}/${copy}` };
  }

  async function workOn(image: ImageFacts, what: Doing, progress: Progress, of: Connection): Promise<Work> {
    return {
      ...(await place(image)),
      image,
      doing: what,
      progress,
      connection: of,
      transport,
      clock,
      deadlines,
      attached: signal => readAttached(transport, { clock, deadline: deadlines.call, signal }), // never what was seen before the step
      upload: copy => {
        const { spawn, uid } = deps;
        return uploadImage(image, copy, what, progress, {
          transport,
          spawn,
          clock,
          deadline: deadlines.program,
          isRoot: uid === 0,
        });
      },
      connectionForCleanUp: ensure,
    };
  }

  const onDidChange: Event<void> = listener => {
    const registration = changed.event(listener);
    if (listeners++ === 0) startWatching();
    let registered = true;
    return {
      dispose: () => {
        if (!registered) return;
        registered = false;
        registration.dispose();
        if (--listeners === 0) stopWatching();
      },
    };
  };

  return {
    id: definition.kind === 'local' ? 'local' : definition.kind === 'ssh' ? `ssh:${definition.destination}` : `container:${name}`,
    name,
    definition,
    get status() {
      return status;
    },
    transport,
    onDidChange,

    connect: async signal => {
      const what = doing(l10n.t('Connecting to {0}', name));
      await abandonable(ensure(), new Promise(() => {}), signal, what);
    },

    images: () => {
      const what = doing(l10n.t('Listing the images of {0}', name));
      return ask(what, of => {
        if (!of.hasPortabled) throw portabledMissing(what);
        return of.portabled.listImages();
      });
    },

    imageState: image =>
      ask(doing(l10n.t('Asking {0} for the state of {1}', name, image.name)), async of => {
        const [{ hostPath }, attached] = await Promise.all([place(image), attachedUnits(of)]);
        return imageStateOf(of.systemd, attached, hostPath);
      }),

    attachAndStart: (image, { profile }, progress) => {
      const what = doing(l10n.t('Attaching {0} on {1}', image.name, name));
      return operate(what, progress, async (of, until) => {
        try {
          const outcome = await attachAndStart(await workOn(image, what, until, of), profile);
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
        const removed = await detach(await workOn(image, what, until, of));
        changes.delete(image.path);
        return removed;
      });
    },

    lastChanges: image => changes.get(image.path),

    attachedFiles: image =>
      ask(doing(l10n.t('Asking {0} for the files of {1}', name, image.name)), async of => {
        const [{ hostPath }, attached] = await Promise.all([place(image), attachedUnits(of)]);
        const units = await loadedUnits(
          of.systemd,
          attached.filter(unit => unit.image === hostPath),
        );
        const details = await Promise.all(units.map(unit => of.systemd.details(unit)));
        const files = details.flatMap(({ fragment, dropIns }) => [fragment, ...dropIns]);
        return [...new Set(files.filter(file => file.includes('/system.attached/')))].sort();
      }),

    logs: (units, options, signal) => {
      const what = doing(l10n.t('Reading the log of {0} on {1}', units.join(', '), name));
      return (async function* () {
        try {
          const of = await ensure();
          if ((await of.user()).uid !== 0) await checkJournal(transport, what, { clock, deadline: deadlines.program, signal });
          yield* followJournal(transport, units, options, what, signal);
        } catch (error) {
          throw explain(error, what);
        }
      })();
    },

    dispose: async () => {
      closing.abort();
      closing = new AbortController();
      await queue; // what was begun is undone over the connection that is still there
      epoch++;
      stopWatching();
      const open = connection;
      connection = undefined;
      open?.bus.close();
      if (status.state !== 'idle') setStatus({ state: 'idle' });
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
