/** Keeps a host's connection: makes it when it is needed, notices when it breaks, listens while somebody wants to hear. */
import * as l10n from '@vscode/l10n';
import { createEvent, type Event } from '../common/event.ts';
import { BusError } from './bus.ts';
import { type Clock, type Deadlines, limited } from './clock.ts';
import { type Connection, connectTo } from './connection.ts';
import type { HostStatus } from './contract.ts';
import { cancelled, type Doing, explain } from './errors.ts';
import type { Transport } from './transport.ts';
import { watchUnits } from './watch.ts';

export interface LinkOptions {
  readonly name: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** The user id to claim. */
  readonly uid: number;
  /** Whether polkit on the host can ask the user of this machine. */
  readonly interactive: boolean;
  readonly doing: (what: string) => Doing;
  readonly log: (message: string) => void;
}

export interface Link {
  readonly status: HostStatus;
  /** The connection, or a new one where there is none; callers at the same time share it. Rejects with a HostFailure. */
  ensure(): Promise<Connection>;
  /** Fires when the status changed, when the host said that units changed, and by `fire`. Listens only while it has listeners. */
  readonly onDidChange: Event<void>;
  fire(): void;
  /** Gives up a connection that is being made. */
  abort(): void;
  /** Closes the connection; `ensure` makes a new one. */
  close(): void;
}

/** A link without a connection. */
export function createLink({ name, transport, clock, deadlines, uid, interactive, doing, log }: LinkOptions): Link {
  const changed = createEvent();
  let status: HostStatus = { state: 'idle' };
  let connection: Connection | undefined;
  let connecting: Promise<Connection> | undefined;
  let attempt = new AbortController();
  let listeners = 0;
  let watching: { readonly of: Connection; readonly watch: Promise<{ dispose(): void }> } | undefined;

  function setStatus(next: HostStatus): void {
    status = next;
    log(`${name}: ${next.state}${next.state === 'unreachable' ? `: ${next.error.message} ${next.error.detail ?? ''}` : ''}`);
    changed.fire();
  }

  function ensure(): Promise<Connection> {
    if (connection) return Promise.resolve(connection);
    if (connecting) return connecting;
    const own = connect(attempt.signal).finally(() => {
      if (connecting === own) connecting = undefined;
    });
    connecting = own;
    return own;
  }

  async function connect(aborted: AbortSignal): Promise<Connection> {
    const what = doing(l10n.t('Connecting to {0}', name));
    setStatus({ state: 'connecting' });
    const late = () => new BusError('timeout', `no connection within ${deadlines.connect / 1000} s`);
    const limit = limited(clock, deadlines.connect, late, aborted);
    try {
      const onHandlerError = (error: unknown): void => log(`${name}: a listener failed: ${error}`);
      const made = await connectTo(transport, { deadlines, clock, uid, interactive, onHandlerError }, limit.signal);
      if (aborted.aborted) made.bus.close();
      aborted.throwIfAborted();
      made.bus.onClosed(error => lost(made, error));
      if (made.bus.closedBy) throw made.bus.closedBy;
      connection = made;
      setStatus({ state: 'connected', systemd: made.version, portabled: made.hasPortabled });
      if (listeners > 0) startWatching();
      return made;
    } catch (error) {
      if (aborted.aborted) throw cancelled(what);
      const failure = explain(limit.signal.aborted ? limit.signal.reason : error, what);
      setStatus({ state: 'unreachable', error: failure });
      throw failure;
    } finally {
      limit.release();
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

  return {
    get status() {
      return status;
    },
    ensure,
    onDidChange: listener => {
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
    },
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
