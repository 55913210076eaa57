/**
 * The profiles that systemd brings, as each version has them: what they set, without their comments (profile/NAME/service.conf of 247, 252, 257
 * and 262; what changed between two of these is dated to the release that brought the directive, else to the first one after the older).
 */
import type { Manager } from '../unit/search-path.ts';

/** Names of the profiles that every version brings, from the one that portabled takes by itself on. */
export const shippedProfiles = ['default', 'nonetwork', 'strict', 'trusted'] as const;
export type ShippedProfile = (typeof shippedProfiles)[number];

/** What a directive is set to in some profiles; `from` and `to` are the versions that set it. */
interface Row {
  readonly key: string;
  readonly value: string | Readonly<Partial<Record<ShippedProfile, string>>>;
  readonly in: string;
  readonly from?: number;
  readonly to?: number;
  /** Not in the profiles for users, which systemd brings from 260 on. */
  readonly system?: true;
}

const all = 'default nonetwork strict trusted';
const confined = 'default nonetwork strict';
const ownCapabilities =
  'CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID CAP_IPC_LOCK CAP_IPC_OWNER CAP_KILL CAP_MKNOD';
const furtherCapabilities = 'CAP_SETGID CAP_SETPCAP CAP_SETUID CAP_SYS_ADMIN CAP_SYS_CHROOT CAP_SYS_NICE CAP_SYS_RESOURCE';

const rows: readonly Row[] = [
  { key: 'MountAPIVFS', value: 'yes', in: all },
  { key: 'TemporaryFileSystem', value: '/run', in: confined, to: 247 },
  { key: 'BindReadOnlyPaths', value: '/run/systemd/notify', in: confined, to: 247 },
  { key: 'BindReadOnlyPaths', value: '/dev/log /run/systemd/journal/socket /run/systemd/journal/stdout', in: confined, to: 256 },
  { key: 'BindLogSockets', value: 'yes', in: confined, from: 257 },
  { key: 'PrivateTmp', value: 'yes', in: 'trusted', from: 248 },
  { key: 'BindPaths', value: '/run', in: 'trusted' },
  { key: 'BindReadOnlyPaths', value: '/etc/machine-id', in: all },
  { key: 'BindReadOnlyPaths', value: '/etc/resolv.conf', in: 'default trusted', to: 247 },
  { key: 'BindReadOnlyPaths', value: '-/etc/resolv.conf', in: 'default trusted', from: 248 },
  { key: 'BindReadOnlyPaths', value: '/run/dbus/system_bus_socket', in: 'default nonetwork' },
  { key: 'DynamicUser', value: 'yes', in: confined, system: true },
  { key: 'RemoveIPC', value: 'yes', in: confined },
  {
    key: 'CapabilityBoundingSet',
    value: {
      default: `${ownCapabilities} CAP_NET_ADMIN CAP_NET_BIND_SERVICE CAP_NET_BROADCAST ${furtherCapabilities}`,
      nonetwork: `${ownCapabilities} ${furtherCapabilities}`,
      strict: '',
    },
    in: confined,
  },
  { key: 'PrivateTmp', value: 'yes', in: confined, to: 256 },
  { key: 'PrivateDevices', value: 'yes', in: confined },
  { key: 'PrivateUsers', value: 'yes', in: confined },
  { key: 'ProtectSystem', value: 'strict', in: confined },
  { key: 'ProtectHome', value: 'yes', in: confined, system: true },
  { key: 'ProtectKernelTunables', value: 'yes', in: confined },
  { key: 'ProtectKernelModules', value: 'yes', in: confined },
  { key: 'ProtectControlGroups', value: 'yes', in: confined },
  {
    key: 'RestrictAddressFamilies',
    value: { default: 'AF_UNIX AF_NETLINK AF_INET AF_INET6', nonetwork: 'AF_UNIX AF_NETLINK', strict: 'AF_UNIX' },
    in: confined,
  },
  { key: 'LockPersonality', value: 'yes', in: confined },
  { key: 'NoNewPrivileges', value: 'yes', in: 'strict' },
  { key: 'MemoryDenyWriteExecute', value: 'yes', in: confined },
  { key: 'RestrictRealtime', value: 'yes', in: confined },
  { key: 'RestrictNamespaces', value: 'yes', in: confined },
  { key: 'DelegateNamespaces', value: 'no', in: confined, from: 258 },
  { key: 'SystemCallFilter', value: '@system-service', in: confined },
  { key: 'SystemCallErrorNumber', value: 'EPERM', in: confined },
  { key: 'SystemCallArchitectures', value: 'native', in: confined },
  { key: 'PrivateNetwork', value: 'yes', in: 'nonetwork strict' },
  { key: 'IPAddressDeny', value: 'any', in: 'nonetwork strict' },
  { key: 'TasksMax', value: '4', in: 'strict' },
];

/** Whether systemd brings a profile of that name. */
export const isShipped = (name: string): name is ShippedProfile => shippedProfiles.some(known => known === name);

/** The text of a profile for services as a version brings it, comments left out. There is none for units of other types. */
export function shippedProfile(name: ShippedProfile, systemd: number, manager: Manager = 'system'): string {
  const key = `${name} ${systemd} ${manager}`;
  const text = texts.get(key) ?? textOf(name, systemd, manager);
  texts.set(key, text);
  return text;
}

/** They are asked for with every unit. */
const texts = new Map<string, string>();

function textOf(name: ShippedProfile, systemd: number, manager: Manager): string {
  const lines = rows
    .filter(row => manager === 'system' || !row.system)
    .filter(row => row.in.split(' ').includes(name) && systemd >= (row.from ?? 0) && systemd <= (row.to ?? Number.POSITIVE_INFINITY))
    .map(({ key, value }) => `${key}=${typeof value === 'string' ? value : (value[name] ?? '')}`);
  return ['[Service]', ...lines, ''].join('\n');
}

/** Where a version brings a profile's file for a type of units, and what is in it; undefined where there is none. */
export function shippedFile(
  name: string,
  suffix: string,
  systemd: number,
  manager: Manager = 'system',
): { readonly path: string; readonly text: string } | undefined {
  const top = `/usr/lib/systemd${manager === 'user' ? '/user' : ''}/portable/profile`;
  return suffix === 'service' && isShipped(name)
    ? { path: `${top}/${name}/service.conf`, text: shippedProfile(name, systemd, manager) }
    : undefined;
}
