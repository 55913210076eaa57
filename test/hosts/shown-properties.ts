/** Properties of services as `systemctl show` prints them, made from our own reading of a unit: those of the sandbox. Words of lists are sorted. */
import { parseBoolean } from '../../server/src/catalogue/grammars/boolean.ts';
import { type ServiceSecurity, serviceSecurity, wordsOf } from '../../server/src/portable/exposure/security.ts';
import type { WholeUnit } from '../../server/src/rules/whole-unit.ts';

type Shown = (whole: WholeUnit) => string;

const security = (whole: WholeUnit): ServiceSecurity => serviceSecurity(whole, 'x86-64');
const yesNo = (on: boolean): string => (on ? 'yes' : 'no');
const sorted = (names: Iterable<string>): string => [...names].sort().join(' ');
const switches = [
  ...['PrivateDevices', 'PrivateNetwork', 'PrivateIPC', 'PrivateTmp', 'PrivateUsers', 'ProtectKernelTunables', 'ProtectKernelModules'],
  ...['ProtectKernelLogs', 'ProtectClock', 'ProtectControlGroups', 'ProtectHostname', 'LockPersonality', 'MemoryDenyWriteExecute'],
  ...['NoNewPrivileges', 'RestrictRealtime', 'RestrictSUIDSGID', 'DynamicUser', 'RemoveIPC', 'Delegate'],
];
/** Directives of one word, with what holds where they are not set. */
const words: Readonly<Record<string, string>> = {
  ProtectHome: 'no',
  ProtectSystem: 'no',
  ProtectProc: 'default',
  ProcSubset: 'all',
  KeyringMode: 'private',
  NotifyAccess: 'none',
  RootDirectory: '',
  RootImage: '',
  OOMScoreAdjust: '0',
};
const word =
  (key: string, otherwise: string): Shown =>
  whole => {
    const said = security(whole).word(key);
    const boolean = key.startsWith('Protect') ? parseBoolean(said) : undefined;
    return boolean === undefined ? said || otherwise : yesNo(boolean);
  };
const namespaceTypes = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'];
const list =
  (key: string): Shown =>
  whole =>
    sorted(new Set(whole.all([key]).flatMap(wordsOf)));
const named = ({ allows, named: names }: { readonly allows: boolean; readonly named: ReadonlySet<string> }): string =>
  names.size === 0 ? (allows ? 'none' : '~') : sorted([...names].map((name, n) => (n === 0 && !allows ? `~${name}` : name)));
/** A dynamic user is named after the unit. */
const owner =
  (key: string): Shown =>
  whole =>
    whole.one(key)?.value ?? (security(whole).dynamicUser ? (whole.one('User')?.value ?? whole.name?.replace(/\.service$/, '') ?? '') : '');

/** What we say that each is. */
export const shownProperties: Readonly<Record<string, Shown>> = {
  ...Object.fromEntries(switches.map(key => [key, (whole: WholeUnit) => yesNo(security(whole).on(key))])),
  ...Object.fromEntries(Object.entries(words).map(([key, otherwise]) => [key, word(key, otherwise)])),
  User: owner('User'),
  Group: owner('Group'),
  UMask: whole => security(whole).umask.toString(8).padStart(4, '0'),
  DevicePolicy: whole => security(whole).devicePolicy,
  SystemCallErrorNumber: whole => (whole.one('SystemCallErrorNumber')?.value === 'EPERM' ? '1' : '2147483646'),
  CapabilityBoundingSet: whole => sorted(security(whole).bounding),
  AmbientCapabilities: whole => sorted(security(whole).ambient),
  // a service with a root of its own gets them unless it says no
  MountAPIVFS: whole => yesNo(whole.one('MountAPIVFS') ? security(whole).on('MountAPIVFS') : security(whole).ownRoot),
  RestrictAddressFamilies: whole => named(security(whole).families),
  RestrictNamespaces: whole => {
    const { namespaces } = security(whole);
    const known = namespaceTypes.filter(type => type !== 'time' || whole.systemd > 257);
    const allowed = known.filter(type => namespaces.has(type));
    return allowed.length === 0 ? 'yes' : allowed.length === known.length ? 'no' : sorted(allowed);
  },
  SystemCallArchitectures: list('SystemCallArchitectures'),
  Environment: list('Environment'),
  LogExtraFields: list('LogExtraFields'),
  StateDirectory: list('StateDirectory'),
  ReadOnlyPaths: list('ReadOnlyPaths'),
};
