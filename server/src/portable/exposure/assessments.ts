/**
 * What an exposure is made of: each assessment with its weight, as `systemd-analyze security` of 247 to 262 has them (names, weights and
 * ranges: src/analyze/analyze-security.c; held against the real ones by test/hosts/exposure). The words are ours.
 */
import { callsLetThrough } from './open-calls.ts';
import { runsPrivileged, type ServiceSecurity } from './security.ts';

/** One thing that is looked at. */
export interface Assessment {
  /** As systemd-analyze prints it: `PrivateNetwork=`, `CapabilityBoundingSet=~CAP_SYS_TIME`. */
  readonly name: string;
  /** Its name in JSON. */
  readonly field: string;
  /** The directive to write for it. */
  readonly directive: string;
  readonly weight: number;
  /** The worst badness. */
  readonly range: number;
  /** It counts only for services that have default dependencies. */
  readonly late?: true;
  /** 0 is best; undefined where it does not apply. */
  readonly badness: (security: ServiceSecurity) => number | undefined;
  /** What a service may do as long as this is bad, to be put after "The service". */
  readonly risk: string;
  /** A value of the directive that makes it good; absent where that depends on the service. */
  readonly remedy?: string;
}

type Row = readonly [key: string, weight: number, risk: string, remedy?: string];

/** Directives that are on or off. */
const switches: readonly Row[] = [
  ['PrivateDevices', 1000, 'sees the devices of the machine', 'yes'],
  ['PrivateMounts', 1000, 'can make mounts that the host sees', 'yes'],
  ['PrivateNetwork', 2500, 'is in the network of the host', 'yes'],
  ['PrivateUsers', 1000, 'sees all users of the host', 'yes'],
  ['ProtectControlGroups', 1000, 'can change the control groups', 'yes'],
  ['ProtectKernelModules', 1000, 'can load kernel modules, and read their files', 'yes'],
  ['ProtectKernelTunables', 1000, 'can change settings of the kernel', 'yes'],
  ['ProtectKernelLogs', 1000, 'can read and write the log of the kernel', 'yes'],
  ['ProtectClock', 1000, 'can set the clock', 'yes'],
  ['ProtectHostname', 50, 'can change the name of the host', 'yes'],
  ['LockPersonality', 100, 'can switch to another execution domain', 'yes'],
  ['MemoryDenyWriteExecute', 100, 'can make memory that it has written executable', 'yes'],
  ['NoNewPrivileges', 1000, 'can gain privileges through setuid programs', 'yes'],
  ['RestrictRealtime', 500, 'can take the CPU by realtime scheduling', 'yes'],
  ['RestrictSUIDSGID', 1000, 'can make files that are setuid or setgid', 'yes'],
];

const ofSwitch = ([key, weight, risk, remedy]: Row): Assessment => ({
  name: `${key}=`,
  field: key,
  directive: key,
  weight,
  range: 1,
  badness: security => (security.on(key) ? 0 : 1),
  risk,
  ...(remedy && { remedy }),
});

type CapabilityRow = readonly [shown: string, field: string, weight: number, capabilities: string, risk: string];

const capabilityRows: readonly CapabilityRow[] = [
  ['SYS_ADMIN', 'SYS_ADMIN', 1500, 'sys_admin', 'may do most of what an administrator can'],
  ['SET(UID|GID|PCAP)', 'SET_UID_GID_PCAP', 1500, 'setuid setgid setpcap', 'may become other users, and pass on capabilities'],
  ['SYS_PTRACE', 'SYS_PTRACE', 1500, 'sys_ptrace', 'may look into other processes'],
  ['SYS_TIME', 'SYS_TIME', 1000, 'sys_time', 'may set the clock'],
  ['NET_ADMIN', 'NET_ADMIN', 1000, 'net_admin', 'may set up the network'],
  ['SYS_RAWIO', 'SYS_RAWIO', 1000, 'sys_rawio', 'may talk to hardware directly'],
  ['SYS_MODULE', 'SYS_MODULE', 1000, 'sys_module', 'may load kernel modules'],
  ['AUDIT_*', 'AUDIT', 500, 'audit_control audit_read audit_write', 'may use the audit subsystem'],
  ['SYSLOG', 'SYSLOG', 500, 'syslog', 'may control the log of the kernel'],
  ['SYS_(NICE|RESOURCE)', 'SYS_NICE_RESOURCE', 500, 'sys_nice sys_resource', 'may raise its share of the machine'],
  ['MKNOD', 'MKNOD', 500, 'mknod', 'may make device files'],
  ['(CHOWN|FSETID|SETFCAP)', 'CHOWN_FSETID_SETFCAP', 1000, 'chown fsetid setfcap', 'may change owners, modes and capabilities of any file'],
  [
    '(DAC_*|FOWNER|IPC_OWNER)',
    'DAC_FOWNER_IPC_OWNER',
    1000,
    'dac_override dac_read_search fowner ipc_owner',
    'may pass by the permissions of files',
  ],
  ['KILL', 'KILL', 500, 'kill', 'may send signals to any process'],
  // the bracket at the end is systemd's own
  [
    'NET_(BIND_SERVICE|BROADCAST|RAW)',
    'NET_BIND_SERVICE_BROADCAST_RAW)',
    500,
    'net_bind_service net_broadcast net_raw',
    'may use low ports and raw packets',
  ],
  ['SYS_BOOT', 'SYS_BOOT', 100, 'sys_boot', 'may reboot the machine'],
  ['MAC_*', 'MAC', 100, 'mac_admin mac_override', 'may change or pass by mandatory access control'],
  ['LINUX_IMMUTABLE', 'LINUX_IMMUTABLE', 75, 'linux_immutable', 'may make files immutable'],
  ['IPC_LOCK', 'IPC_LOCK', 50, 'ipc_lock', 'may lock memory into RAM'],
  ['SYS_CHROOT', 'SYS_CHROOT', 50, 'sys_chroot', 'may change its root directory'],
  ['BLOCK_SUSPEND', 'BLOCK_SUSPEND', 25, 'block_suspend', 'may keep the machine awake'],
  ['WAKE_ALARM', 'WAKE_ALARM', 25, 'wake_alarm', 'may wake the machine'],
  ['LEASE', 'LEASE', 25, 'lease', 'may take leases on files'],
  ['SYS_TTY_CONFIG', 'SYS_TTY_CONFIG', 25, 'sys_tty_config', 'may hang up terminals'],
  ['BPF', 'BPF', 25, 'bpf', 'may load BPF programs'],
  ['SYS_PACCT', 'SYS_PACCT', 25, 'sys_pacct', 'may switch process accounting'],
];

const ofCapability = ([shown, field, weight, capabilities, risk]: CapabilityRow): Assessment => {
  const names = capabilities.split(' ').map(name => `cap_${name}`);
  return {
    name: `CapabilityBoundingSet=~CAP_${shown}`,
    field: `CapabilityBoundingSet_CAP_${field}`,
    directive: 'CapabilityBoundingSet',
    weight,
    range: 1,
    badness: ({ bounding }) => (names.some(name => bounding.has(name)) ? 1 : 0),
    risk,
    remedy: `~${names.map(name => name.toUpperCase()).join(' ')}`,
  };
};

const namespaceRows: readonly (readonly [type: string, weight: number, what: string])[] = [
  ['user', 1500, 'user'],
  ['mnt', 500, 'mount'],
  ['ipc', 500, 'IPC'],
  ['pid', 500, 'process'],
  ['cgroup', 500, 'control group'],
  ['net', 500, 'network'],
  ['uts', 100, 'host name'],
];

const ofNamespace = ([type, weight, what]: (typeof namespaceRows)[number]): Assessment => ({
  name: `RestrictNamespaces=~${type}`,
  field: `RestrictNamespaces_${type}`,
  directive: 'RestrictNamespaces',
  weight,
  range: 1,
  badness: ({ namespaces }) => (namespaces.has(type) ? 1 : 0),
  risk: `can make ${what} name spaces`,
  remedy: 'yes',
});

const familyRows: readonly (readonly [shown: string, field: string, weight: number, families: readonly string[], risk: string])[] = [
  ['AF_(INET|INET6)', 'AF_INET_INET6', 1500, ['AF_INET', 'AF_INET6'], 'can open Internet sockets'],
  ['AF_UNIX', 'AF_UNIX', 25, ['AF_UNIX'], 'can open local sockets'],
  ['AF_NETLINK', 'AF_NETLINK', 200, ['AF_NETLINK'], 'can open netlink sockets'],
  ['AF_PACKET', 'AF_PACKET', 1000, ['AF_PACKET'], 'can open packet sockets'],
];
const usualFamilies: ReadonlySet<string> = new Set(familyRows.flatMap(([, , , families]) => families));

const ofFamily = ([shown, field, weight, names, risk]: (typeof familyRows)[number]): Assessment => ({
  name: `RestrictAddressFamilies=~${shown}`,
  field: `RestrictAddressFamilies_${field}`,
  directive: 'RestrictAddressFamilies',
  weight,
  range: 1,
  // where families are forbidden, one of both is enough for it
  badness: ({ families: { allows, named } }) => (names.some(name => named.has(name)) === allows ? 1 : 0),
  risk,
});

const callRows: readonly (readonly [group: string, weight: number])[] = [
  ['swap', 1000],
  ['obsolete', 250],
  ['clock', 1000],
  ['cpu-emulation', 250],
  ['debug', 1000],
  ['mount', 1000],
  ['module', 1000],
  ['raw-io', 1000],
  ['reboot', 1000],
  ['privileged', 700],
  ['resources', 700],
];

const ofCalls = ([group, weight]: (typeof callRows)[number], letThrough = callsLetThrough(group)): Assessment => ({
  name: `SystemCallFilter=~@${group}`,
  field: `SystemCallFilter_${group.replace('-', '_')}`,
  directive: 'SystemCallFilter',
  weight,
  range: 10,
  badness: ({ systemCalls, systemd, architecture }) => {
    const { allows, named } = systemCalls;
    if (!allows && named.size === 0) return 10;
    return letThrough(systemCalls, systemd, architecture) ? (allows ? 9 : 10) : 0;
  },
  risk: `can make system calls of the group @${group}`,
  remedy: `~@${group}`,
});

/** The worst for words of a directive, the first where it is not set. */
const worded =
  (key: string, badness: Readonly<Record<string, number>>, unset: number, yes: number) =>
  ({ word, on }: ServiceSecurity): number =>
    badness[word(key)] ?? (word(key) !== '' && on(key) ? yes : unset);

/** Those that are a kind of their own. */
const special: readonly Assessment[] = [
  {
    name: 'User=/DynamicUser=',
    field: 'UserOrDynamicUser',
    directive: 'DynamicUser',
    weight: 2000,
    range: 10,
    badness: ({ user, dynamicUser, ofUser }) => {
      if (user === 'nobody') return 9;
      if (ofUser) return 0;
      if (dynamicUser && user !== '0' && user !== 'root') return 0;
      return user !== '' && user !== '0' && user !== 'root' ? 0 : 10;
    },
    risk: 'runs as root, or as a user that it shares with others',
    remedy: 'yes',
  },
  {
    name: 'SupplementaryGroups=',
    field: 'SupplementaryGroups',
    directive: 'SupplementaryGroups',
    weight: 200,
    range: 1,
    badness: security => (!security.ofUser && runsPrivileged(security) ? undefined : security.supplementaryGroups ? 1 : 0),
    risk: 'belongs to further groups',
  },
  {
    name: 'PrivateTmp=',
    field: 'PrivateTmp',
    directive: 'PrivateTmp',
    weight: 1000,
    range: 1,
    late: true,
    badness: ({ on }) => (on('PrivateTmp') ? 0 : 1),
    risk: 'sees the temporary files of others',
    remedy: 'yes',
  },
  {
    name: 'ProtectHome=',
    field: 'ProtectHome',
    directive: 'ProtectHome',
    weight: 1000,
    range: 10,
    late: true,
    badness: worded('ProtectHome', { 'read-only': 5, tmpfs: 1 }, 10, 0),
    risk: 'sees the home directories',
    remedy: 'yes',
  },
  {
    name: 'ProtectSystem=',
    field: 'ProtectSystem',
    directive: 'ProtectSystem',
    weight: 1000,
    range: 10,
    late: true,
    badness: worded('ProtectSystem', { full: 3, strict: 0 }, 10, 5),
    risk: 'can write to the directories of the system',
    remedy: 'strict',
  },
  {
    name: 'RootDirectory=/RootImage=',
    field: 'RootDirectoryOrRootImage',
    directive: 'RootDirectory',
    weight: 200,
    range: 1,
    late: true,
    badness: ({ ownRoot }) => (ownRoot ? 0 : 1),
    risk: 'runs in the root directory of the host',
  },
  {
    name: 'UMask=',
    field: 'UMask',
    directive: 'UMask',
    weight: 100,
    range: 10,
    badness: ({ umask }) =>
      (umask & 0o002) === 0 ? 10 : (umask & 0o004) === 0 ? 5 : (umask & 0o020) === 0 ? 2 : (umask & 0o040) === 0 ? 1 : 0,
    risk: 'makes files that others may read or write',
    remedy: '0077',
  },
  {
    name: 'KeyringMode=',
    field: 'KeyringMode',
    directive: 'KeyringMode',
    weight: 1000,
    range: 1,
    badness: ({ word }) => (word('KeyringMode') === 'private' ? 0 : 1),
    risk: 'shares keys with other services',
    remedy: 'private',
  },
  {
    name: 'ProtectProc=',
    field: 'ProtectProc',
    directive: 'ProtectProc',
    weight: 1000,
    range: 3,
    badness: worded('ProtectProc', { noaccess: 1, invisible: 0, ptraceable: 0 }, 3, 3),
    risk: 'sees the processes of others in /proc',
    remedy: 'invisible',
  },
  {
    name: 'ProcSubset=',
    field: 'ProcSubset',
    directive: 'ProcSubset',
    weight: 10,
    range: 1,
    badness: ({ word }) => (word('ProcSubset') === 'pid' ? 0 : 1),
    risk: 'sees in /proc more than processes',
    remedy: 'pid',
  },
  {
    name: 'NotifyAccess=',
    field: 'NotifyAccess',
    directive: 'NotifyAccess',
    weight: 1000,
    range: 1,
    badness: ({ word }) => (word('NotifyAccess') === 'all' ? 1 : 0),
    risk: 'lets all its processes tell systemd about its state',
    remedy: 'main',
  },
  {
    name: 'RemoveIPC=',
    field: 'RemoveIPC',
    directive: 'RemoveIPC',
    weight: 100,
    range: 1,
    badness: security => (security.ofUser || runsPrivileged(security) ? undefined : security.on('RemoveIPC') ? 0 : 1),
    risk: 'leaves IPC objects of its user behind',
    remedy: 'yes',
  },
  {
    name: 'Delegate=',
    field: 'Delegate',
    directive: 'Delegate',
    weight: 100,
    range: 1,
    badness: ({ delegates }) => (delegates ? 1 : 0),
    risk: 'manages a part of the control groups itself',
    remedy: 'no',
  },
  {
    name: 'RestrictAddressFamilies=~…',
    field: 'RestrictAddressFamilies_OTHER',
    directive: 'RestrictAddressFamilies',
    weight: 1250,
    range: 1,
    badness: ({ families: { allows, named } }) => (allows && [...named].every(name => usualFamilies.has(name)) ? 0 : 1),
    risk: 'can open sockets of rarely used kinds',
    remedy: 'AF_UNIX AF_INET AF_INET6',
  },
  {
    name: 'SystemCallArchitectures=',
    field: 'SystemCallArchitectures',
    directive: 'SystemCallArchitectures',
    weight: 1000,
    range: 10,
    badness: ({ architectures }) => (architectures.length === 0 ? 10 : architectures.every(name => name === 'native') ? 0 : 8),
    risk: 'can make system calls of other architectures',
    remedy: 'native',
  },
  {
    name: 'IPAddressDeny=',
    field: 'IPAddressDeny',
    directive: 'IPAddressDeny',
    weight: 1000,
    range: 10,
    badness: ({ addresses: { ownFilter, deniesAll, allowsOthers, allowsLocalhost } }) =>
      ownFilter ? 0 : !deniesAll ? 10 : allowsOthers ? 5 : allowsLocalhost ? 2 : 0,
    risk: 'can reach any IP address',
    remedy: 'any',
  },
  {
    name: 'DeviceAllow=',
    field: 'DeviceAllow',
    directive: 'DevicePolicy',
    weight: 1000,
    range: 10,
    badness: ({ devicePolicy, deviceAllow }) => (devicePolicy === 'auto' ? 10 : deviceAllow ? 5 : 0),
    risk: 'may use any device',
    remedy: 'closed',
  },
  {
    name: 'AmbientCapabilities=',
    field: 'AmbientCapabilities',
    directive: 'AmbientCapabilities',
    weight: 500,
    range: 1,
    badness: ({ ambient }) => (ambient.size > 0 ? 1 : 0),
    risk: 'gets capabilities although it is not root',
  },
];

/** All assessments. */
export const assessments: readonly Assessment[] = [
  ...special,
  ...switches.map(ofSwitch),
  ...capabilityRows.map(ofCapability),
  ...namespaceRows.map(ofNamespace),
  ...familyRows.map(ofFamily),
  ...callRows.map(row => ofCalls(row)),
];
