/** What is done with the units of images on a host: systemctl's actions with their jobs awaited, why one failed, a shell in its sandbox. */
import * as l10n from '@vscode/l10n';
import { type AttachedUnit, unitStates } from '../attach/image-state.ts';
import { isBroken, jobResult, pause } from '../attach/start-stop.ts';
import type { Systemd } from '../bus/systemd.ts';
import type { Clock, Deadlines } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { HostDefinition } from '../contract.ts';
import { type Doing, hostFailure, rightsMissing } from '../errors.ts';
import { told, whileOpen } from '../going.ts';
import { markingDropIn } from '../on-host/places.ts';
import { runToEnd } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';
import type { UnitAction, UnitFailure, UnitsOnHost } from '../units-contract.ts';
import { findShell, sandboxProperties, shellInside, shellLike } from './sandbox.ts';

/** What a host lends for this. */
export interface UnitsParts {
  readonly name: string;
  readonly definition: HostDefinition;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  doing(what: string): Doing;
  /** A connection; the user may be asked for it. */
  reach(): Promise<Connection>;
  attached(): Promise<readonly AttachedUnit[]>;
  /** Called when something was done. */
  changed(): void;
}

/** Jobs, by the action that they are for. */
const jobs: Readonly<Partial<Record<UnitAction, (systemd: Systemd, unit: string, signal: AbortSignal) => Promise<string>>>> = {
  start: (systemd, unit, signal) => systemd.start(unit, signal),
  stop: (systemd, unit, signal) => systemd.stop(unit, signal),
  restart: (systemd, unit, signal) => systemd.restart(unit, signal),
  reload: (systemd, unit, signal) => systemd.reloadUnit(unit, signal),
};

/** The units of one host. */
export function unitsOn(parts: UnitsParts): UnitsOnHost {
  const { name, transport, clock, deadlines, definition } = parts;

  /** Not through the queue of operations: a unit that takes long to start must not keep from stopping it. */
  async function reaching<T>(what: string, work: (connection: Connection, doing: Doing) => Promise<T>): Promise<T> {
    const doing = parts.doing(what);
    let connection: Connection | undefined;
    try {
      connection = await parts.reach();
      return await whileOpen(connection.bus, work(connection, doing));
    } catch (error) {
      throw await told(error, doing, connection);
    }
  }

  async function place(systemd: Systemd, action: 'enable' | 'disable', unit: string, runtime: boolean): Promise<void> {
    if (action === 'disable') await systemd.disable([unit], runtime);
    else {
      const [listed] = await systemd.listUnits([unit]);
      const { fragment } = listed ? await systemd.details(listed) : { fragment: '' };
      await systemd.enable([fragment || unit], runtime);
    }
  }

  return {
    act: (action, units, { runtime }, progress) =>
      reaching(doingWords(action, units, name), async (connection, doing) => {
        const { systemd } = connection;
        const results = new Map<string, string>();
        try {
          for (const unit of units) {
            progress.signal.throwIfAborted();
            progress.report(unit);
            const job = jobs[action];
            if (job) results.set(unit, await jobResult(job(systemd, unit, progress.signal)));
            else if (action === 'reset-failed') await systemd.resetFailed(unit);
            else if (action === 'enable' || action === 'disable') await place(systemd, action, unit, runtime);
          }
          if (action === 'enable' || action === 'disable') await systemd.reload(progress.signal);
          if ((action === 'start' || action === 'restart') && units.some(unit => unit.endsWith('.service'))) {
            await pause(clock, deadlines.settle, progress.signal); // started is what has a process, whether or not the program runs
          }
          const listed = await systemd.listUnits(units, progress.signal);
          const broken = listed.filter(unit => isBroken(unit, results.get(unit.name)));
          const starts = action === 'start' || action === 'restart' || action === 'reload';
          if (starts && broken.length > 0)
            throw await unitsFailed(
              doing,
              connection,
              broken.map(unit => unit.name),
              results,
            );
          return await unitStates(systemd, listed, progress.signal);
        } finally {
          parts.changed();
        }
      }),

    explain: unit =>
      reaching(l10n.t('Asking {0} why {1} failed', name, unit), async connection => {
        const { explainFailure, gatherFacts } = await import('../failures/index.ts');
        const [listed] = await connection.systemd.listUnits([unit]);
        return listed && explainFailure(await gatherFacts({ connection, transport, clock, deadlines }, listed));
      }),

    attachedSince: image =>
      reaching(l10n.t('Asking {0} since when {1} is attached', name, image), async ({ places }) => {
        const own = (await parts.attached()).filter(unit => unit.image === image);
        const files = own.map(unit => markingDropIn(places, unit));
        if (files.length === 0) return undefined;
        const { stdout } = await runToEnd(transport, ['stat', '-c', '%Y', '--', ...files], { clock, deadline: deadlines.program });
        const times = stdout.split('\n').filter(line => /^\d+$/.test(line));
        return times.length > 0 ? Math.min(...times.map(Number)) : undefined;
      }),

    shell: unit =>
      reaching(l10n.t('Opening a shell in {0} on {1}', unit, name), async (connection, doing) => {
        const { rights } = connection;
        if (!transport.terminal) throw hostFailure('refused', l10n.t('{0}: there is no terminal there.', doing.what), '');
        const bySudo = definition.kind === 'local' && rights !== 'root' && rights !== 'own';
        if ((rights === 'none' || rights === 'polkit') && !bySudo) throw rightsMissing(doing);
        const argv = await shellIn(connection, unit, doing, bySudo);
        return transport.terminal(bySudo ? ['sudo', '--', ...argv] : argv);
      }),
  };

  /** The command line of the shell. Without root here, which shell the image has is not found out before sudo asks. */
  async function shellIn(connection: Connection, unit: string, doing: Doing, blind: boolean): Promise<readonly [string, ...string[]]> {
    const limits = { clock, deadline: deadlines.program };
    const own = connection.rights === 'own';
    const [listed] = await connection.systemd.listUnits([unit]);
    const { mainPid } = listed ? await connection.systemd.details(listed) : {};
    if (mainPid !== undefined) {
      const found = blind ? '/bin/sh' : (await runToEnd(transport, findShell(mainPid, own), limits)).stdout;
      if (found !== '') return shellInside(mainPid, found, own);
      const advice = l10n.t('Put one there for testing, such as a static busybox as /bin/sh.');
      throw hostFailure('refused', l10n.t('{0}: its image holds no shell.', doing.what), advice);
    }
    const { code, stdout, stderr } = await runToEnd(
      transport,
      ['systemctl', ...(own ? ['--user'] : []), 'cat', '--no-pager', '--', unit],
      limits,
    );
    if (code !== 0) throw hostFailure('refused', l10n.t('{0}: systemd finds no such unit.', doing.what), '', stderr);
    return shellLike(sandboxProperties(stdout, unit), own);
  }

  async function unitsFailed(doing: Doing, connection: Connection, names: readonly string[], results: ReadonlyMap<string, string>) {
    const { explainUnits } = await import('../failures/index.ts');
    const failures: readonly UnitFailure[] = await explainUnits({ connection, transport, clock, deadlines }, names);
    const [first] = failures;
    const told = names.map(unit => (results.has(unit) ? `${unit} (${results.get(unit)})` : unit)).join(', ');
    const message = l10n.t('{0}: {1}', doing.what, first?.message ?? l10n.t('systemd could not do it: {0}.', told));
    const detail = [told, ...failures.slice(1).flatMap(failure => [failure.message, failure.advice])].join('\n');
    const failure = hostFailure('failed-to-start', message, first?.advice ?? l10n.t('Show Logs tells why.'), detail);
    return Object.assign(failure, { failures });
  }
}

/** What is being done, as the start of a sentence. */
export function doingWords(action: UnitAction, units: readonly string[], host: string): string {
  const names = units.join(', ');
  switch (action) {
    case 'start':
      return l10n.t('Starting {0} on {1}', names, host);
    case 'stop':
      return l10n.t('Stopping {0} on {1}', names, host);
    case 'restart':
      return l10n.t('Restarting {0} on {1}', names, host);
    case 'reload':
      return l10n.t('Reloading {0} on {1}', names, host);
    case 'enable':
      return l10n.t('Enabling {0} on {1}', names, host);
    case 'disable':
      return l10n.t('Disabling {0} on {1}', names, host);
    case 'reset-failed':
      return l10n.t('Resetting the failed state of {0} on {1}', names, host);
  }
}
