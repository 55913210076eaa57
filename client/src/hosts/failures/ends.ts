/** What systemd's `Result` says of how a unit ended: one row a result. */
import * as l10n from '@vscode/l10n';
import { duration } from '../../common/words.ts';
import type { Case } from './case.ts';
import type { Told } from './facts.ts';
import { tellLibrary } from './program.ts';
import { tellSignal } from './signals.ts';

type Row = (failure: Case) => Told;

/** The rows, by systemd's word. */
export const ends: Readonly<Record<string, Row>> = {
  timeout: tellTimeout,
  watchdog: ({ seconds }) => ({
    why: l10n.t('it sent no sign of life to the watchdog for {0}', duration((seconds('WatchdogUSec') ?? 0) * 1000)),
    advice: l10n.t('The program must send WATCHDOG=1 by sd_notify more often than WatchdogSec= says, or WatchdogSec= must go.'),
    key: 'WatchdogSec',
  }),
  protocol: tellProtocol,
  'oom-kill': ({ limits, failed }) => ({
    why: l10n.t('it was ended because memory ran out'),
    advice: l10n.t('Raise MemoryMax= if the unit or its slice sets it, let the program need less, or give the host more.'),
    key: limits('MemoryMax') ? 'MemoryMax' : failed.directive,
  }),
  resources: tellResources,
  'start-limit-hit': startLimit,
  'exit-code': tellExit,
  signal: tellSignal,
  'core-dump': tellSignal,
  'exec-condition': ({ failed }) => ({
    why: l10n.t('ExecCondition= did not hold, so it was not started'),
    advice: l10n.t('That is no failure: {0} says when it is to run.', failed.path),
    key: 'ExecCondition',
  }),
  'service-start-limit-hit': () => ({
    why: l10n.t('the service that it starts failed too often'),
    advice: l10n.t('Look at the service; once it starts, reset the failed state and start this unit again.'),
  }),
  'trigger-limit-hit': ({ unit }) => ({
    why: l10n.t('it started its service too often in a short time'),
    advice: l10n.t('The service ends without taking what came in, so that it is started again and again.'),
    section: unit.endsWith('.path') ? 'Path' : 'Socket',
    key: 'TriggerLimitBurst',
  }),
};

function startLimit({ seconds }: Case): Told {
  const interval = duration((seconds('StartLimitIntervalUSec') ?? 10) * 1000);
  return {
    why: l10n.t('it was started too often within {0}, and systemd gave up', interval),
    advice: l10n.t('Find out why it ends; then reset the failed state, or raise StartLimitBurst=.'),
    section: 'Unit',
    key: 'StartLimitBurst',
  };
}

/** Says of an explained end that it came again and again. */
export function afterRestarts(told: Told, failure: Case): Told {
  if (told.key === 'StartLimitBurst' || !failure.find(/Start request repeated too quickly/)) return told;
  return { ...told, why: l10n.t('{0}; systemd started it again and again, and gave up', told.why) };
}

function tellTimeout(failure: Case): Told {
  const { find, seconds, texts } = failure;
  const phase = find(
    /(?:: )?((?:start|stop|reload|condition|final)[a-z-]*) operation timed out|State '([a-z-]+)' timed out|runtime (?:time )?limit/,
  );
  const name = phase?.[1] ?? phase?.[2] ?? (phase ? 'runtime' : 'start');
  if (name === 'runtime') {
    return {
      why: l10n.t('it ran for longer than RuntimeMaxSec= allows, {0}', duration((seconds('RuntimeMaxUSec') ?? 0) * 1000)),
      advice: l10n.t('Raise RuntimeMaxSec=, or leave it out.'),
      key: 'RuntimeMaxSec',
    };
  }
  if (name.startsWith('stop') || name.startsWith('final')) {
    return {
      why: l10n.t('it did not stop within {0} and was killed', duration((seconds('TimeoutStopUSec') ?? 0) * 1000)),
      advice: l10n.t('The program must end on SIGTERM, or KillSignal= must name what it ends on; else raise TimeoutStopSec=.'),
      key: 'TimeoutStopSec',
    };
  }
  const limit = duration((seconds('TimeoutStartUSec') ?? 0) * 1000);
  if (name.startsWith('start-p')) {
    const key = name === 'start-pre' ? 'ExecStartPre' : 'ExecStartPost';
    return { why: l10n.t('{0}= did not end within {1}', key, limit), advice: l10n.t('Let it end sooner, or raise TimeoutStartSec=.'), key };
  }
  return { why: l10n.t('it was not ready within {0}', limit), ...howReady(texts('Type')[0]) };
}

/** How a service of a type says that it is ready. */
function howReady(type: string | undefined): Pick<Told, 'advice' | 'key'> {
  switch (type) {
    case 'notify':
    case 'notify-reload':
      return { advice: l10n.t('With Type={0} the program must send READY=1 by sd_notify; Type=exec asks for nothing.', type), key: 'Type' };
    case 'dbus':
      return { advice: l10n.t('With Type=dbus the program must take the name of BusName= on the bus.'), key: 'BusName' };
    case 'forking':
      return {
        advice: l10n.t(
          'With Type=forking the first process must end once another runs, and write the file of PIDFile=; Type=exec asks for neither.',
        ),
        key: 'Type',
      };
    default:
      return { advice: l10n.t('Let it start sooner, or raise TimeoutStartSec=.'), key: 'TimeoutStartSec' };
  }
}

function tellProtocol({ texts, find }: Case): Told {
  const type = texts('Type')[0];
  const pidFile = find(/Can't open PID file '?(\S+?)'? /)?.[1];
  if (pidFile !== undefined) {
    const advice = l10n.t('The program must write its process number there; or use Type=exec without PIDFile=.');
    return { why: l10n.t('it ended without having written {0}', pidFile), advice, key: 'PIDFile' };
  }
  return { why: l10n.t('it ended before it said that it was ready'), ...howReady(type) };
}

function tellResources(failure: Case): Told {
  const { find, texts, unit } = failure;
  const environment = find(/Failed to load environment files: (.*)$/);
  if (environment) {
    const files = texts('EnvironmentFiles').filter(text => text.startsWith('/'));
    return {
      why: l10n.t('its environment file could not be read: {0}', [...files, environment[1] ?? ''].join(', ')),
      advice: l10n.t(
        'EnvironmentFile= is read on the host, not in the image: put the file there, or write "-" before the path if it may be missing.',
      ),
      key: 'EnvironmentFile',
    };
  }
  const listening = find(/Failed to create listening socket \((.+?)\): (.*)$/);
  if (listening) {
    return {
      why: l10n.t('it could not listen on {0}: {1}', listening[1] ?? '', listening[2] ?? ''),
      advice: l10n.t("Another program may listen there already, or the address is not the host's."),
      section: 'Socket',
      key: 'ListenStream',
      ...(listening[1] !== undefined && { holds: listening[1] }),
    };
  }
  const task = find(/Failed to (?:run|spawn) '([a-z-]+)' task: (.*)$/);
  const last = task?.[2] ?? find(/^\S+\.[a-z]+: (Failed .*)$/)?.[1];
  return {
    why:
      last === undefined ? l10n.t('systemd could not set up what it needs') : l10n.t('systemd could not set up what it needs: {0}', last),
    advice: l10n.t('The log tells more; the names, limits and paths of the unit must be possible on the host.'),
    ...(unit.endsWith('.service') && { key: 'ExecStart' }),
  };
}

function tellExit(failure: Case): Told {
  const library = tellLibrary(failure);
  if (library) return library;
  const { failed, said } = failure;
  const at = { key: failed.directive, ...(failed.path !== '' && { holds: failed.path }) };
  const last = said.at(-1);
  const own =
    failed.directive === 'ExecStart'
      ? l10n.t('its program {0} ended with status {1}', failed.path, failed.end.status)
      : l10n.t('{0}, which {1}= starts, ended with status {2}', failed.path, failed.directive, failed.end.status);
  return {
    why: last === undefined ? own : l10n.t('{0}, after saying "{1}"', own, last.length > 120 ? `${last.slice(0, 120)}…` : last),
    advice: l10n.t("That is the program's own doing: its log tells why."),
    ...at,
  };
}
