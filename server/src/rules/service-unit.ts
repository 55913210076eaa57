/** What systemd refuses or ignores of a service as a whole (src/core/service.c, service_verify). */
import { commandsOf, enabled, serviceType, timeOf, wordOf } from './settings.ts';
import type { WholeReport, WholeUnit } from './whole-unit.ts';

const isService = ({ kind }: WholeUnit): boolean => kind === 'service';
const systemdOf = ({ systemd }: WholeUnit): string => `systemd ${systemd}`;
const refuses = (whole: WholeUnit): string => `${systemdOf(whole)} refuses to load the unit`;

/** A service with nothing to run. */
export function nothingToRun(whole: WholeUnit): WholeReport | undefined {
  if (!isService(whole) || commandsOf(whole, 'ExecStart').length > 0) return undefined;
  const at = whole.emptied(['ExecStart']) ?? 'unit';
  const acts = wordOf(whole, 'SuccessAction', 'none', 'Unit') !== 'none';
  const stops = commandsOf(whole, 'ExecStop').length > 0;
  if (!acts && !stops) return { at, message: `This service has no ExecStart=, ExecStop= or SuccessAction=: ${refuses(whole)}.` };
  const type = serviceType(whole);
  if (type !== 'oneshot')
    return { at, message: `This service of Type=${type} has no ExecStart=, which only Type=oneshot may lack: ${refuses(whole)}.` };
  if (acts || enabled(whole, 'RemainAfterExit')) return undefined;
  return { at, message: `This service has no ExecStart=, which needs RemainAfterExit=yes beside ExecStop=: ${refuses(whole)}.` };
}

/** More than one command in a service that may have one. */
export function severalCommands(whole: WholeUnit): WholeReport | undefined {
  if (!isService(whole)) return undefined;
  const [, second] = commandsOf(whole, 'ExecStart');
  const type = second && serviceType(whole);
  if (!second || type === 'oneshot') return undefined;
  const message = `This is a second ExecStart= command, and only Type=oneshot may have several (this is Type=${type}): ${refuses(whole)}. In a drop-in, an empty ExecStart= before it removes the first.`;
  return { at: second.at, part: second.program, message };
}

/** RestartForceExitStatus= was refused in oneshot services up to this version. */
const forceRefusedUpTo = 255;

/** What a oneshot service may not have. */
export function oneshotConflict(whole: WholeUnit): WholeReport | undefined {
  if (!isService(whole) || serviceType(whole) !== 'oneshot') return undefined;
  const restart = whole.one('Restart');
  if (restart && ['always', 'on-success'].includes(restart.value)) {
    const message = `A Type=oneshot service cannot have Restart=${restart.value}: ${refuses(whole)}. It can have Restart=on-failure.`;
    return { at: restart, message, remedies: [{ kind: 'replace', title: 'Change to on-failure', text: 'on-failure' }] };
  }
  const force = whole.all(['RestartForceExitStatus']).at(-1);
  if (force && whole.systemd <= forceRefusedUpTo) {
    return {
      at: force,
      message: `A Type=oneshot service can have RestartForceExitStatus= only from systemd ${forceRefusedUpTo + 1} on: ${refuses(whole)}.`,
    };
  }
  const exit = whole.one('ExitType');
  if (exit?.value === 'cgroup') return { at: exit, message: `A Type=oneshot service cannot have ExitType=cgroup: ${refuses(whole)}.` };
  return undefined;
}

/** A D-Bus service without a name. */
export function noBusName(whole: WholeUnit): WholeReport | undefined {
  const type = isService(whole) ? whole.one('Type') : undefined;
  if (type?.value !== 'dbus' || whole.one('BusName')) return undefined;
  return { at: type, message: `Type=dbus needs BusName=, and there is none: ${refuses(whole)}.` };
}

/** RestartSec= where it is not set, in microseconds (DEFAULT_RESTART_USEC). */
const restartDelay = 100_000n;

/** Settings of a service that systemd names as useless without, or beside, another. */
export function serviceWithoutEffect(whole: WholeUnit): readonly WholeReport[] {
  if (!isService(whole)) return [];
  const reports: WholeReport[] = [];
  const lonely = (key: string, other: string) => {
    const at = whole.one(key);
    if (at && !whole.one(other)) reports.push({ at, message: `${key}= has no effect without ${other}=: ${systemdOf(whole)} ignores it.` });
  };
  lonely('USBFunctionDescriptors', 'USBFunctionStrings');
  lonely('USBFunctionStrings', 'USBFunctionDescriptors');

  const longest = timeOf(whole, 'RuntimeMaxSec');
  if (longest && serviceType(whole) === 'oneshot') {
    reports.push({
      at: longest.at,
      message: `RuntimeMaxSec= has no effect in a Type=oneshot service: ${systemdOf(whole)} ignores it. TimeoutStartSec= limits one.`,
    });
  }
  const extra = timeOf(whole, 'RuntimeRandomizedExtraSec');
  if (extra && extra.time !== 0n && !longest) {
    reports.push({
      at: extra.at,
      message: `RuntimeRandomizedExtraSec= has no effect without RuntimeMaxSec=: ${systemdOf(whole)} ignores it.`,
    });
  }
  const steps = whole.one('RestartSteps');
  const delay = timeOf(whole, 'RestartMaxDelaySec');
  if (steps && Number(steps.value) > 0 && !delay) {
    reports.push({ at: steps, message: `RestartSteps= has no effect without RestartMaxDelaySec=: ${systemdOf(whole)} ignores it.` });
  }
  if (delay && !(steps && Number(steps.value) > 0)) {
    reports.push({ at: delay.at, message: `RestartMaxDelaySec= has no effect without RestartSteps=: ${systemdOf(whole)} ignores it.` });
  }
  const first = whole.one('RestartSec');
  const wait = timeOf(whole, 'RestartSec')?.time ?? (first ? undefined : restartDelay);
  if (delay && (wait === undefined || delay.time < wait)) {
    const what = first ? 'RestartSec=' : 'the delay of 100ms before a restart';
    reports.push({
      at: delay.at,
      message: `RestartMaxDelaySec= is shorter than ${what}: ${systemdOf(whole)} uses it from the first restart on.`,
    });
  }
  return [...reports, ...refreshWithoutEffect(whole)];
}

/** What a service is to refresh on reload, but has not (service_can_reload_extensions, exec_context_has_credentials). */
function refreshWithoutEffect(whole: WholeUnit): readonly WholeReport[] {
  const settings = whole.all(['RefreshOnReload']);
  const at = settings.at(-1);
  // systemd complains only where one kind is asked for by name
  const [word, ...others] = new Set(settings.flatMap(s => s.value.split(/\s+/)));
  if (!at || others.length > 0) return [];
  const versioned = whole.all(['ExtensionDirectories', 'ExtensionImages']).some(({ value }) => /\.v(\/|\s|:|$)/.test(value));
  if (word === 'extensions' && !versioned) {
    return [
      {
        at,
        message: `RefreshOnReload=extensions has no effect without extensions from a directory of versions (.v/): ${systemdOf(whole)} ignores it.`,
      },
    ];
  }
  const credentials = ['LoadCredential', 'LoadCredentialEncrypted', 'SetCredential', 'SetCredentialEncrypted', 'ImportCredential'];
  if (word === 'credentials' && credentials.every(key => whole.all([key]).length === 0)) {
    return [
      {
        at,
        message: `RefreshOnReload=credentials without any credential: ${systemdOf(whole)} warns that later ones could not be refreshed.`,
      },
    ];
  }
  return [];
}
