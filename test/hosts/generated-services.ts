/** Services with settings of the sandbox, made up by chance that a seed repeats. */

const boolean = 'yes|no|true|maybe|';
/** What each directive may be set to; apart by `|`, the last of them empty where it ends in one. */
const pool: Readonly<Record<string, string>> = {
  User: 'root|0|nobody|www-data||1000|%n|65534',
  DynamicUser: boolean,
  SupplementaryGroups: 'adm||adm tty',
  Group: 'adm',
  RemoveIPC: boolean,
  PrivateTmp: `${boolean}|disconnected`,
  PrivateDevices: boolean,
  PrivateMounts: boolean,
  PrivateNetwork: boolean,
  PrivateUsers: `${boolean}|self|identity|full|managed`,
  PrivateIPC: boolean,
  ProtectControlGroups: `${boolean}|private|strict`,
  ProtectKernelModules: boolean,
  ProtectKernelTunables: boolean,
  ProtectKernelLogs: boolean,
  ProtectClock: boolean,
  ProtectHostname: `${boolean}|private|yes:foo`,
  LockPersonality: boolean,
  MemoryDenyWriteExecute: boolean,
  NoNewPrivileges: boolean,
  RestrictRealtime: boolean,
  RestrictSUIDSGID: boolean,
  ProtectHome: `${boolean}|read-only|tmpfs`,
  ProtectSystem: `${boolean}|full|strict`,
  ProtectProc: 'default|noaccess|invisible|ptraceable||x',
  ProcSubset: 'all|pid|',
  RootDirectory: '/|/srv||//|/srv/../',
  RootImage: '/x.raw||/',
  RootMStack: '/x',
  UMask: '0077|0022|0000|0027|077|007|0002|0777||9',
  KeyringMode: 'inherit|private|shared|',
  NotifyAccess: 'all|main|exec|none|',
  Type: 'notify|simple|oneshot|exec|forking|notify-reload',
  Delegate: 'yes|no|cpu memory||cpu',
  RestrictNamespaces: 'yes|no|~user|user net|cgroup ipc net mnt pid user uts|~mnt ipc||~cgroup ipc net mnt pid user uts',
  RestrictAddressFamilies:
    'none|AF_UNIX|AF_UNIX AF_INET|~AF_INET AF_INET6|~AF_PACKET|AF_NETLINK AF_X25||~AF_UNIX AF_NETLINK AF_PACKET AF_INET AF_INET6|AF_INET6|af_unix|~AF_INET|~AF_INET6|~AF_UNIX|AF_INET',
  SystemCallArchitectures: 'native|x86-64|native x86||arm64|x86-64 native',
  SystemCallFilter:
    '@system-service|~@privileged|~@clock @debug @module @mount @raw-io @reboot @swap @cpu-emulation @obsolete|read write|~@resources||~@mount|@mount @swap|~read|@clock:EPERM|~@clock:EPERM @reboot:kill|@default|~@default|@privileged|@known|~@known|@system-service @privileged|~@obsolete|~@known nfsservctl|~@default',
  SystemCallErrorNumber: 'EPERM',
  IPAddressDeny: 'any|0.0.0.0/0|::/0|10.0.0.0/8||localhost',
  IPAddressAllow: 'localhost|127.0.0.1|::1|10.0.0.0/8|any||127.0.0.0/8 ::1/128|127.1.2.3|link-local',
  DevicePolicy: 'auto|closed|strict|',
  DeviceAllow: '/dev/null rw|char-rtc r||/dev/sda',
  AmbientCapabilities: 'CAP_NET_BIND_SERVICE||~CAP_SYS_ADMIN|cap_kill|bogus|~',
  CapabilityBoundingSet:
    '|~|CAP_SYS_ADMIN|~CAP_SYS_ADMIN|CAP_NET_BIND_SERVICE CAP_KILL|~CAP_SYS_PTRACE CAP_NET_ADMIN|bogus|~CAP_MKNOD|CAP_SETUID CAP_SETGID|~CAP_BPF CAP_SYS_PACCT CAP_LEASE|cap_chown',
  MountImages: '/a.raw:/b',
  ExtensionImages: '/e.raw',
  LoadCredentialEncrypted: 'a:/b',
  SetCredentialEncrypted: 'a: aGVsbG8=',
  IPIngressFilterPath: '/sys/fs/bpf/x',
  NetworkNamespacePath: '/run/x',
  StateDirectory: 'x',
  MountFlags: 'shared|slave|private',
};

/** Some services, each with up to ten settings; the same for the same seed. */
export function generatedServices(count: number, seed: number): readonly (readonly [name: string, text: string])[] {
  let state = seed;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % n;
  };
  const keys = Object.keys(pool);
  const line = (key: string): string => {
    const values = pool[key]?.split('|') ?? [''];
    return `${key}=${values[below(values.length)]}`;
  };
  return Array.from({ length: count }, (_, n) => {
    const lines = ['[Service]', 'ExecStart=/bin/true'];
    for (let left = 1 + below(5); left > 0; left--) {
      const key = keys[below(keys.length)] ?? '';
      lines.push(line(key), ...(below(3) === 0 ? [line(key)] : []));
    }
    const head = below(10) === 0 ? ['[Unit]', 'DefaultDependencies=no'] : [];
    return [`made${n}.service`, `${[...head, ...lines].join('\n')}\n`] as const;
  });
}
