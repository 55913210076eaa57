/** Keeps a host's connection: makes it when it is needed, notices when it breaks, listens while somebody wants to hear. */
import * as l10n from '@vscode/l10n';
import { createEvent, type Event } from '../common/event.ts';
import { BusError } from './bus/bus-error.ts';
import { watchUnits } from './bus/watch.ts';
import { type Clock, type Deadlines, limited } from './clock.ts';
import { type Connection, connectTo } from './connection.ts';
import type { Asking, HostDefinition, HostFailure, HostStatus, SystemdVersion } from './contract.ts';
import { cancelled, type Doing, explain, hostFailure, isHostFailure } from './errors.ts';
import type { Gate } from './gate.ts';
import type { Trace } from './transport/trace.ts';
import type { Transport } from './transport/transport.ts';

export interface LinkOptions {
  readonly definition: HostDefinition;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** The user id to claim. */
  readonly uid: number;
  /** Whether polkit on the host can ask the user of this machine. */
  readonly interactive: boolean;
  readonly doing: (what: string) => Doing;
  readonly log: (message: string) => void;
  readonly trace: Trace;
  /** Waits for a turn to connect unasked, so that many hosts do not do so at once. */
  readonly gate: Gate;
}

export interface Link {
  readonly status: HostStatus;
  /** The systemd that the last connection met, also when that is lost. */
  readonly systemd: SystemdVersion | undefined;
  /**
   * The connection, or a new one where there is none; callers at the same time share it. Who may ask gets another try where one that
   * may not was turned away. Rejects with a HostFailure.
   */
  ensure(asking?: Asking): Promise<Connection>;
  /** Fires when the status changed, when the host said that units changed, and by `fire`. Listens only while it has listeners. */
  readonly onDidChange: Event<void>;
  /** Fires when the status changed, and when the manager said that unit files changed, or read them anew. Listens like the other. */
  readonly onDidChangeFiles: Event<void>;
  fire(): void;
  /** Gives up a connection that is being made. */
  abort(): void;
  /** Closes the connection; `ensure` makes a new one. */
  close(): void;
}

/** Why there is no connection. A bus that answers in the place of a manager that is not there, or not any more, refuses nothing. */
function notConnected(error: unknown, what: Doing): HostFailure {
  const failure = explain(error, what);
  if (failure.kind !== 'refused' && failure.kind !== 'no-portabled') return failure;
  if (error instanceof BusError) return explain(new BusError('closed', error.message, { cause: error }), what);
  return hostFailure('unreachable', failure.message, failure.advice, failure.detail, error);
}

const turnedAway = (error: unknown): boolean => isHostFailure(error) && error.kind === 'not-allowed';

/** A link without a connection. */
export function createLink({ definition, transport, clock, deadlines, uid, interactive, doing, log, trace, gate }: LinkOptions): Link {
  const { name } = definition;
  const changed = createEvent();
  const filesChanged = createEvent();
  let status: HostStatus = { state: 'idle' };
  let connection: Connection | undefined;
  let systemd: SystemdVersion | undefined;
  let connecting: { readonly asking: Asking; readonly made: Promise<Connection> } | undefined;
  let attempt = new AbortController();
  let listeners = 0;
  let watching: { readonly of: Connection; readonly watch: Promise<{ dispose(): void }> } | undefined;

  function setStatus(next: HostStatus): void {
    status = next;
    log(`${name}: ${next.state}${next.state === 'unreachable' ? `: ${next.error.message} ${next.error.detail ?? ''}` : ''}`);
    changed.fire();
    filesChanged.fire();
  }

  function ensure(asking: Asking = 'quietly'): Promise<Connection> {
    if (connection) return Promise.resolve(connection);
    if (connecting && (asking === 'quietly' || connecting.asking === 'may-ask')) return connecting.made;
    const before = connecting?.made;
    const { signal } = attempt;
    const made = (
      before ? before.catch(error => (turnedAway(error) ? connect(signal, asking) : Promise.reject(error))) : connect(signal, asking)
    ).finally(() => {
      if (connecting?.made === made) connecting = undefined;
    });
    connecting = { asking, made };
    return made;
  }

  async function connect(aborted: AbortSignal, asking: Asking): Promise<Connection> {
    const what = doing(l10n.t('Connecting to {0}', name));
    setStatus({ state: 'connecting' });
    const leave = asking === 'may-ask' ? () => {} : await gate.enter();
    const late = () => new BusError('timeout', `no connection within ${deadlines.connect / 1000} s`);
    const paused = asking === 'may-ask' ? () => transport.asking === true : undefined;
    const limit = limited(clock, deadlines.connect, late, aborted, paused);
    try {
      aborted.throwIfAborted();
      const onHandlerError = (error: unknown): void => log(`${name}: a listener failed: ${error}`);
      const options = { deadlines, clock, uid, interactive, onHandlerError, definition, asking, trace };
      const made = await connectTo(transport, options, limit.signal);
      if (aborted.aborted) made.bus.close();
      aborted.throwIfAborted();
      made.bus.onClosed(error => lost(made, error));
      if (made.bus.closedBy) throw made.bus.closedBy;
      connection = made;
      systemd = made.version;
      setStatus({ state: 'connected', systemd: made.version, portabled: made.hasPortabled, rights: made.rights });
      if (listeners > 0) startWatching();
      return made;
    } catch (error) {
      if (aborted.aborted) throw cancelled(what);
      const failure = notConnected(limit.signal.aborted ? limit.signal.reason : error, what);
      setStatus({ state: 'unreachable', error: failure });
      throw failure;
    } finally {
      limit.release();
      leave();
    }
  }

  function lost(which: Connection, error: BusError): void {
    if (connection !== which) return; // closed from here
    connection = undefined;
    stopWatching();
    setStatus({ state: 'unreachable', error: explain(error, doing(l10n.t('Staying connected to {0}', name))) });
  }

  function startWatching(): void {
    const of = connection;
    if (!of || watching?.of === of) return;
    const watch = watchUnits(of, clock, { deadline: deadlines.call }, files => {
      changed.fire();
      if (files) filesChanged.fire();
    });
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

  /** An event that is only heard of while somebody listens to the host. */
  const heard =
    (event: Event<void>): Event<void> =>
    listener => {
      const registration = event(listener);
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
    get status() {
      return status;
    },
    get systemd() {
      return systemd;
    },
    ensure,
    onDidChange: heard(changed.event),
    onDidChangeFiles: heard(filesChanged.event),
    fire: changed.fire,
    abort: () => {
      attempt.abort();
      attempt = new AbortController();
      connecting = undefined;
    },
    close: () => {
      stopWatching();
      const open = connection;
      connection = undefined;
      open?.bus.close();
      if (status.state !== 'idle') setStatus({ state: 'idle' });
    },
  };
}
