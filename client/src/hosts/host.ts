/** A host: everything that the views and commands ask of it, over a connection that comes when it is needed. */

import { setMaxListeners } from 'node:events';
import * as l10n from '@vscode/l10n';
import { definitionId } from '../common/host-settings.ts';
import { type AttachedUnit, imageStateOf, loadedUnits, readAttached } from './attach/image-state.ts';
import { isOwn, polkitRulesOn, rightsAdvice, rightsSetUp, setUpLine } from './attach/rights.ts';
import type { Clock, Deadlines } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Host, HostDefinition, Progress } from './contract.ts';
import { broughtImages, type CopySettings, usualCopySettings } from './deploy/brought-images.ts';
import { cancelled, type Doing, portabledMissing, stopped } from './errors.ts';
import { createGate, type Gate } from './gate.ts';
import { told, whileOpen } from './going.ts';
import { createLink } from './link.ts';
import { readHostFacts } from './on-host/host-facts.ts';
import { imagesOn, listHostImages } from './on-host/host-images.ts';
import { createTransport, type TransportDeps } from './transport/create-transport.ts';
import { type Trace, tracedSpawn } from './transport/trace.ts';
import type { Transport } from './transport/transport.ts';
import { checkJournal, followJournal } from './units/journal.ts';
import { unitsOn } from './units/units.ts';

/** What a host needs of the machine that this runs on; `systemDeps` gives it. */
export interface HostDeps extends TransportDeps {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Tells this machine from others in the names of copies; not secret, but hashed all the same. */
  readonly machineId: string;
  /** Our user id here; 0 where the system has none. */
  readonly uid: number;
  readonly log: (message: string) => void;
  /** What the user chose about copies, read when it is needed; by default rsync, and one version kept. */
  readonly copySettings?: () => CopySettings;
  /** Told every program and call, for the log at debug level. */
  readonly trace?: Trace;
  /** Keeps many hosts from being connected to at once, where they share it. */
  readonly gate?: Gate;
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
  const own = isOwn(definition);
  const setUp = rightsSetUp(definition);
  const rights = rightsAdvice(definition);
  const doing = (what: string): Doing => ({ what, host: name, rights, own, ...(setUp !== undefined && { setUp }) });
  const link = createLink({ ...deps, definition, transport, doing, interactive: definition.kind === 'local' });
  let looking: { readonly of: Connection; readonly units: Promise<readonly AttachedUnit[]> } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closing = new AbortController(); // cancels the operation that is under way when the host is disposed of

  /** What is attached; calls at the same time share one look. */
  function look(of: Connection): Promise<readonly AttachedUnit[]> {
    if (looking?.of === of) return looking.units;
    const units = readAttached(transport, of.version.major, { clock, deadline: deadlines.call, own }).finally(() => {
      if (looking?.units === units) looking = undefined;
    });
    looking = { of, units };
    return units;
  }

  /** Asks something of the connected host; whatever goes wrong is told in the user's words. */
  async function ask<T>(what: Doing, question: (connection: Connection) => Promise<T>): Promise<T> {
    let connection: Connection | undefined;
    try {
      connection = await link.ensure();
      return await whileOpen(connection.bus, question(connection));
    } catch (error) {
      throw await told(error, what, connection);
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
        throw await told(error, what, of);
      } finally {
        closed.dispose();
        looking = undefined; // it may have begun before the end
        link.fire();
      }
    });
    queue = run.catch(() => {}); // the one who asked is told
    return abandonable(run, ready, signal, what);
  }

  const attachedNow = (signal?: AbortSignal): Promise<readonly AttachedUnit[]> =>
    readAttached(transport, link.systemd?.major, { clock, deadline: deadlines.call, signal, own });
  const lent = { name, transport, clock, deadlines, doing, ask, operate, ensure: () => link.ensure() };
  const { spawn, machineId, uid, copySettings = () => usualCopySettings } = deps;
  const brought = broughtImages({ ...lent, ownUnits: own, spawn, machineId, uid, copySettings, attached: attachedNow });

  return {
    id: definitionId(definition),
    name,
    definition,
    get status() {
      return link.status;
    },
    transport,
    onDidChange: link.onDidChange,
    onDidChangeFiles: link.onDidChangeFiles,

    connect: async (signal, asking) => {
      await abandonable(link.ensure(asking), new Promise(() => {}), signal, doing(l10n.t('Connecting to {0}', name)));
    },

    architecture: signal => ask(doing(l10n.t('Asking {0} what it has', name)), of => of.systemd.architecture(signal)),

    places: () => ask(doing(l10n.t('Asking {0} what it has', name)), async of => of.places),

    setUpLine: async (kind, user) => {
      if (kind === 'sudo') return setUpLine(kind, user); // a host that is reached through it cannot be asked before
      const asking = doing(l10n.t('Asking {0} for its polkit', name));
      return setUpLine(await ask(asking, async of => polkitRulesOn(of.bus, { deadline: deadlines.call })), user);
    },

    facts: signal =>
      ask(doing(l10n.t('Asking {0} what it has', name)), of => {
        const limits = { clock, deadline: deadlines.program, signal };
        return readHostFacts({ name, own: own ? of.places : undefined, transport, systemd: of.systemd, attached: () => look(of), limits });
      }),

    images: () => {
      const what = doing(l10n.t('Listing the images of {0}', name));
      return ask(what, async of => {
        if (!of.hasPortabled) throw portabledMissing(what);
        return listHostImages(of, await look(of));
      });
    },

    onHost: imagesOn({ ...lent, own }),
    units: unitsOn({ ...lent, definition, reach: () => link.ensure('may-ask'), attached: attachedNow, changed: link.fire }),

    imageState: image =>
      ask(doing(l10n.t('Asking {0} for the state of {1}', name, image.name)), async of => {
        const attached = await look(of);
        const path = await brought.attachedFrom(image, attached);
        return path === undefined ? { attached: false } : imageStateOf(of.systemd, attached, path);
      }),

    attachAndStart: brought.attachAndStart,
    deploy: brought.deploy,
    versions: brought.versions,
    rollBack: brought.rollBack,
    removeVersions: brought.removeVersions,
    detach: brought.detach,
    lastChanges: brought.lastChanges,

    attachedFiles: image =>
      ask(doing(l10n.t('Asking {0} for the files of {1}', name, image.name)), async of => {
        const attached = await look(of);
        const path = await brought.attachedFrom(image, attached);
        const units = await loadedUnits(
          of.systemd,
          attached.filter(unit => unit.image === path),
        );
        const details = await Promise.all(units.map(unit => of.systemd.details(unit)));
        const files = details.flatMap(({ fragment, dropIns }) => [fragment, ...dropIns]);
        return [...new Set(files.filter(file => /\/(?:system|user)\.attached\//.test(file)))].sort();
      }),

    logs: (query, signal) => {
      const what = doing(l10n.t('Reading the log of {0} on {1}', query.image ?? query.units.join(', '), name));
      return (async function* () {
        let connection: Connection | undefined;
        try {
          connection = await link.ensure('may-ask');
          const { uid } = await connection.user();
          if (uid !== 0) await checkJournal(transport, what, { clock, deadline: deadlines.program, signal, own });
          const place = definition.kind === 'ssh' ? { destination: definition.destination } : {};
          yield* followJournal(transport, { ...query, ...place, ...(own && { owner: uid }) }, what, signal);
        } catch (error) {
          throw await told(error, what, connection);
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
