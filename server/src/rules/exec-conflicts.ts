/** What no unit with processes may combine (src/core/unit.c, unit_verify_contexts; before, the *_verify of each type). */
import { parseBoolean } from '../catalogue/grammars/boolean.ts';
import { simplifyPath } from '../catalogue/grammars/paths.ts';
import { managerOfPath } from '../portable/manager.ts';
import { named } from './dependencies.ts';
import type { Subject } from './rule.ts';
import { enabled, expanded, serviceType, timeOf } from './settings.ts';
import type { Setting, WholeReport, WholeUnit } from './whole-unit.ts';

const kinds: ReadonlySet<string> = new Set(['service', 'socket', 'mount', 'swap']);
const refuses = ({ systemd }: WholeUnit): string => `systemd ${systemd} refuses to load the unit`;

/** From this version on, `mixed` is fine for units of every type, not only for services. */
const mixedEverywhereFrom = 256;

/** PAM, whose session process must be killed with the unit. */
export function pamKillMode(whole: WholeUnit): WholeReport | undefined {
  const pam = kinds.has(whole.kind) ? whole.one('PAMName') : undefined;
  const mode = whole.one('KillMode');
  if (!pam || !mode) return undefined;
  const fine = whole.kind === 'service' || whole.systemd >= mixedEverywhereFrom ? ['control-group', 'mixed'] : ['control-group'];
  if (fine.includes(mode.value)) return undefined;
  return { at: mode, message: `With PAMName= the KillMode= must be ${fine.join(' or ')}: ${refuses(whole)}.` };
}

/** The checks of the sandbox came with this version. */
const sandboxCheckedFrom = 256;
/** PrivateTmp=yes makes a mount namespace in their eyes, and PAM cannot go with PrivatePIDs=, from this version on. */
const strictFrom = 258;

/** Parts of the sandbox that exclude each other. */
export function sandboxConflict(whole: WholeUnit, { among }: Subject): WholeReport | undefined {
  if (!kinds.has(whole.kind) || whole.systemd < sandboxCheckedFrom) return undefined;
  return workingDirectoryConflict(whole) ?? privatePidsConflict(whole) ?? privateUsersConflict(whole) ?? userOfUser(whole, among?.path);
}

/** A user that is made up takes root, which a user's own manager is not (seen on 257 and 262; 252 passes it over). */
function userOfUser(whole: WholeUnit, path: string | undefined): WholeReport | undefined {
  const at = managerOfPath(path) === 'user' ? enabled(whole, 'DynamicUser') : undefined;
  return at && { at, message: `DynamicUser=yes is not possible for a unit of a user's own manager: ${refuses(whole)}.` };
}

function workingDirectoryConflict(whole: WholeUnit): WholeReport | undefined {
  const at = whole.one('WorkingDirectory');
  if (!at) return undefined;
  const text = expanded(at, whole)?.replace(/^-/, '');
  if (text === '~' && enabled(whole, 'DynamicUser')) {
    return { at, message: `WorkingDirectory=~ is not possible with DynamicUser=yes, whose user has no home: ${refuses(whole)}.` };
  }
  if (!text || !/^\/(proc|sys|dev)(\/|$)/.test(simplifyPath(text, whole.systemd))) return undefined;
  const because = mountNamespace(whole);
  if (!because) return undefined;
  const message = `WorkingDirectory= may not lie in /proc, /sys or /dev when ${because.judged.assignment.key.text}= gives the unit its own view of the file system: ${refuses(whole)}.`;
  return { at, message };
}

const on = (setting: Setting): boolean => parseBoolean(setting.value) !== false;

/** The settings for which a unit gets its own mount namespace (src/core/execute.c, exec_needs_mount_namespace), with the values that do. */
const namespaced: readonly { readonly keys: readonly string[]; readonly when: (setting: Setting, systemd: number) => boolean }[] = [
  {
    keys: ['PrivateDevices', 'ProtectSystem', 'ProtectHome', 'ProtectKernelTunables', 'ProtectKernelModules', 'ProtectKernelLogs'],
    when: on,
  },
  {
    keys: ['ProtectControlGroups', 'PrivateMounts', 'MountAPIVFS', 'PrivateIPC', 'PrivateNetwork', 'PrivatePIDs', 'DynamicUser'],
    when: on,
  },
  { keys: ['BindLogSockets', 'PrivateBPF'], when: on },
  { keys: ['PrivateTmp'], when: (s, systemd) => s.value === 'disconnected' || (systemd >= strictFrom && on(s)) },
  { keys: ['ProtectProc'], when: s => s.value !== 'default' },
  { keys: ['ProcSubset'], when: s => s.value !== 'all' },
  { keys: ['MountFlags'], when: s => s.value !== 'shared' },
  {
    keys: ['RootDirectory', 'RootImage', 'RootMStack', 'IPCNamespacePath', 'NetworkNamespacePath', 'LogNamespace'],
    when: s => s.value !== '/',
  },
];
const namespacedLists = [
  'ReadOnlyPaths',
  'ReadWritePaths',
  'InaccessiblePaths',
  'ExecPaths',
  'NoExecPaths',
  'BindPaths',
  'BindReadOnlyPaths',
  'TemporaryFileSystem',
  'MountImages',
  'ExtensionImages',
  'ExtensionDirectories',
] as const;

/** A setting for which the unit gets its own mount namespace. */
function mountNamespace(whole: WholeUnit): Setting | undefined {
  for (const { keys, when } of namespaced) {
    for (const key of keys) {
      const setting = whole.one(key);
      if (setting && when(setting, whole.systemd)) return setting;
    }
  }
  for (const key of namespacedLists) {
    const [setting] = whole.all([key]);
    if (setting) return setting;
  }
  return whole.all(['StateDirectory', 'CacheDirectory', 'LogsDirectory', 'RuntimeDirectory']).find(({ value }) => /:ro(\s|$)/.test(value));
}

function privatePidsConflict(whole: WholeUnit): WholeReport | undefined {
  const at = enabled(whole, 'PrivatePIDs');
  if (!at) return undefined;
  if (whole.kind !== 'service') return { at, message: `PrivatePIDs= is only for services: ${refuses(whole)}.` };
  if (whole.systemd >= strictFrom && whole.one('PAMName'))
    return { at, message: `PrivatePIDs= cannot be used with PAMName=: ${refuses(whole)}.` };
  if (serviceType(whole) === 'forking') return { at, message: `PrivatePIDs= cannot be used with Type=forking: ${refuses(whole)}.` };
  return undefined;
}

function privateUsersConflict(whole: WholeUnit): WholeReport | undefined {
  const at = enabled(whole, 'PrivateUsers');
  if (!at || whole.systemd < strictFrom) return undefined;
  if (whole.one('UserNamespacePath')) return { at, message: `PrivateUsers= cannot be used with UserNamespacePath=: ${refuses(whole)}.` };
  if (at.value !== 'managed') return undefined;
  const other = ['User', 'Group', 'PAMName'].map(key => whole.one(key)).find(s => s !== undefined) ?? enabled(whole, 'DynamicUser');
  return other && { at, message: `PrivateUsers=managed cannot be used with ${other.judged.assignment.key.text}=: ${refuses(whole)}.` };
}

/** Several units to start on an outcome, together with a job mode that isolates one. */
export function isolateConflict(whole: WholeUnit): WholeReport | undefined {
  for (const key of ['OnFailure', 'OnSuccess']) {
    if (key === 'OnFailure' && whole.kind === 'slice') continue; // slices cannot fail
    const mode = whole.all([`${key}JobMode`, ...(key === 'OnFailure' ? ['OnFailureIsolate'] : [])], 'Unit').at(-1);
    if (!mode || (mode.value !== 'isolate' && parseBoolean(mode.value) !== true)) continue;
    const names = new Set(named(whole, [key], 'Unit').map(({ name }) => name));
    if (whole.name !== undefined) names.delete(whole.name);
    if (names.size > 1) return { at: mode, message: `${key}JobMode=isolate can be used with one unit in ${key}= only: ${refuses(whole)}.` };
  }
  return undefined;
}

/** A time limit of a job that is behind another one. */
export function jobTimeoutWithoutEffect(whole: WholeUnit): WholeReport | undefined {
  const running = timeOf(whole, 'JobRunningTimeoutSec', 'Unit');
  const limit = timeOf(whole, 'JobTimeoutSec', 'Unit');
  if (!running || !limit || limit.time === 0n || running.time <= limit.time) return undefined;
  return {
    at: running.at,
    message: `JobRunningTimeoutSec= is longer than JobTimeoutSec=, so it has no effect: systemd ${whole.systemd} warns about it.`,
  };
}
