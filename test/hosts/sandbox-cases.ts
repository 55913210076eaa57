/** Services that a profile does harm to, each with one like it that is spared: what our rules say, and what real systemd makes of both. */

/** What became of a service. */
export interface Outcome {
  readonly result: string;
  readonly status: string;
  /** What it printed, and what systemd says of it. */
  readonly log: string;
  /** The property that was asked for. */
  readonly property: string;
}

/** Profiles that a host of ours has beside those of systemd: what each sets for services. */
export const ownProfiles = {
  silent: '[Service]\nBindLogSockets=no\n',
  inward: '[Service]\nMountAPIVFS=no\n',
} as const;

/** The text of a profile of a host of ours, where it is none of systemd's. */
export const ownProfile = (name: string): { readonly text?: string } =>
  Object.entries(ownProfiles).flatMap(([own, text]) => (own === name ? [{ text }] : []))[0] ?? {};

/** One service, flagged or not. */
interface Attempt {
  /** The lines of [Service]; with [Unit] before it where it begins with that. */
  readonly text: string;
  readonly profile: 'default' | 'nonetwork' | 'strict' | 'trusted' | keyof typeof ownProfiles;
  readonly shows: (outcome: Outcome) => boolean;
}

/** A rule, a service that it flags, and one that it does not. */
export interface SandboxCase {
  readonly code: string;
  readonly property?: string;
  /** The first version that it is shown on; all when absent. */
  readonly from?: number;
  readonly flagged: Attempt;
  readonly fixed: Attempt;
}

/** A file or directory of the image that the services lie in, beside those that everybody may use. */
export interface BoxFile {
  readonly kind: 'program' | 'directory';
  readonly mode: number;
  readonly owner?: number;
  readonly capabilities?: string;
  /** The program of the host that it is a copy of; busybox when absent. */
  readonly like?: string;
  /** What it takes from glibc, as far as that counts here: at least one of these. */
  readonly imports?: readonly string[];
}

export const boxFiles: Readonly<Record<string, BoxFile>> = {
  '/usr/bin/cat-setuid': { kind: 'program', mode: 0o4755, like: '/bin/cat' },
  '/usr/bin/cat-capable': { kind: 'program', mode: 0o755, like: '/bin/cat', capabilities: 'cap_net_raw+ep' },
  '/usr/bin/hostname': { kind: 'program', mode: 0o755, like: '/bin/hostname', imports: ['gethostname', 'sethostname'] },
  '/usr/sbin/groupadd': { kind: 'program', mode: 0o755, like: '/usr/sbin/groupadd', imports: ['syslog', '__syslog_chk'] },
  '/srv/closed': { kind: 'directory', mode: 0o700 },
  '/srv/closed/busybox': { kind: 'program', mode: 0o755 },
  '/srv/own': { kind: 'directory', mode: 0o755 },
  '/srv/own/busybox': { kind: 'program', mode: 0o700 },
  '/srv/foreign': { kind: 'directory', mode: 0o700, owner: 900 },
  '/srv/of-others': { kind: 'directory', mode: 0o755 },
  '/srv/of-others/busybox': { kind: 'program', mode: 0o700, owner: 900 },
};

const shell = (script: string): string => `Type=oneshot\nExecStart=/bin/busybox sh -c "${script}"\n`;
const runs = ({ result }: Outcome): boolean => result === 'success';
const endsWith = (status: number) => (outcome: Outcome) => outcome.result === 'exit-code' && outcome.status === String(status);
const prints = (pattern: RegExp) => (outcome: Outcome) => pattern.test(outcome.log);
const has = (pattern: RegExp) => (outcome: Outcome) => pattern.test(outcome.property);
const capabilities = shell('grep Cap /proc/self/status');
const connects = shell('nc 127.0.0.1 22 </dev/null');
const listens = (port: number): string => shell(`nc -l -p ${port} & sleep 0.3; kill -0 $$! && kill $$!`);
const ownStatus = (program: string): string => `Type=oneshot\nExecStart=/usr/bin/${program} /proc/self/status\n`;
const takesName = (name: string, seconds: number): string =>
  `Type=dbus\nBusName=org.example.${name}\nTimeoutStartSec=${seconds}\nExecStart=/usr/bin/perl /usr/bin/take-name org.example.${name}\n`;
const notifies = (seconds: number): string => `Type=notify\nTimeoutStartSec=${seconds}\nExecStart=/usr/bin/perl /usr/bin/say-ready\n`;
const logs = 'Type=oneshot\nExecStart=/bin/logger heard\n';
/** groupadd prints nothing, and logs the group that it made. Where nothing is mounted, 257 and 262 want the program on the host, too (seen). */
const logsGroup = (group: string): string => `Type=oneshot\nExecStart=/usr/sbin/groupadd ${group}\n`;
const daemon = (file: string, seconds: number): string =>
  `Type=forking\nTimeoutStartSec=${seconds}\nPIDFile=${file}\nExecStart=/bin/busybox sh -c "sleep 1000 & echo $! > ${file}"\n`;
const plain = 'default' as const;

export const sandboxCases: readonly SandboxCase[] = [
  {
    code: 'sandbox/undoes-profile',
    flagged: { text: `CapabilityBoundingSet=~CAP_SYS_TIME\n${capabilities}`, profile: plain, shows: prints(/CapBnd:\s*[0-9a-f]*f5fc/) },
    fixed: { text: capabilities, profile: plain, shows: prints(/CapBnd:\s*0*1a4d/) },
  },
  {
    code: 'sandbox/undoes-profile',
    flagged: { text: `RestrictAddressFamilies=~AF_PACKET\n${connects}`, profile: 'nonetwork', shows: prints(/Connection refused/) },
    fixed: { text: connects, profile: 'nonetwork', shows: prints(/Address family not supported/) },
  },
  {
    code: 'sandbox/undoes-profile',
    property: 'SystemCallFilter',
    flagged: { text: `SystemCallFilter=~@swap\n${shell('true')}`, profile: 'strict', shows: has(/=~swapo(ff|n)/) },
    fixed: { text: shell('true'), profile: 'strict', shows: has(/=(?!~).*\bread\b/) },
  },
  {
    code: 'sandbox/ambient-capability',
    flagged: {
      text: `AmbientCapabilities=CAP_NET_RAW\n${shell('grep -q CapEff:.0000000000002000 /proc/self/status')}`,
      profile: plain,
      shows: endsWith(1),
    },
    fixed: {
      text: `CapabilityBoundingSet=CAP_NET_RAW\nAmbientCapabilities=CAP_NET_RAW\n${shell('grep -q CapEff:.0000000000002000 /proc/self/status')}`,
      profile: plain,
      shows: runs,
    },
  },
  ...[
    ['CAP_NET_RAW', 'CapabilityBoundingSet=CAP_NET_RAW\n', 'ping -c 1 127.0.0.1'] as const,
    ['CAP_NET_ADMIN', '', 'ip addr add 127.0.0.9/8 dev lo'] as const,
    ['CAP_NET_BIND_SERVICE', '', 'nc -l -p 81 & sleep 0.3; kill -0 $! && kill $!'] as const,
  ].map(
    ([name, bounding, script]): SandboxCase => ({
      code: 'sandbox/useless-capability',
      flagged: {
        text: `${bounding}AmbientCapabilities=${name}\n${shell(script.replaceAll('$!', '$$!'))}`,
        profile: plain,
        shows: ({ result }) => result === 'exit-code',
      },
      fixed: { text: `${bounding}AmbientCapabilities=${name}\n${shell(script.replaceAll('$!', '$$!'))}`, profile: 'trusted', shows: runs },
    }),
  ),
  ...['/home/x', '/root', '/tmp/x', '/var/tmp/x', '/run/x'].map(
    (directory): SandboxCase => ({
      code: 'sandbox/hidden-path',
      flagged: { text: `WorkingDirectory=${directory}\n${shell('pwd')}`, profile: plain, shows: endsWith(200) },
      fixed: { text: `WorkingDirectory=/srv\n${shell('pwd')}`, profile: plain, shows: runs },
    }),
  ),
  ...['/home/x', '/root', '/tmp', '/var/tmp', '/run', '/dev'].map(
    (directory): SandboxCase => ({
      code: 'sandbox/hidden-path',
      flagged: { text: `Type=oneshot\nExecStart=${directory}/busybox true\n`, profile: plain, shows: endsWith(203) },
      fixed: { text: 'Type=oneshot\nExecStart=/srv/busybox true\n', profile: plain, shows: runs },
    }),
  ),
  {
    code: 'sandbox/pid-file',
    flagged: {
      text: daemon('/run/box.pid', 3).replace('$!', '$$!'),
      profile: plain,
      shows: ({ result }) => result === 'timeout' || result === 'exit-code',
    },
    fixed: { text: `RuntimeDirectory=box\n${daemon('/run/box/box.pid', 60).replace('$!', '$$!')}`, profile: plain, shows: runs },
  },
  {
    code: 'sandbox/no-bus',
    flagged: { text: takesName('Flagged', 4), profile: 'strict', shows: ({ result }) => result !== 'success' },
    fixed: { text: `BindReadOnlyPaths=/run/dbus/system_bus_socket\n${takesName('Fixed', 60)}`, profile: 'strict', shows: runs },
  },
  {
    code: 'sandbox/no-notify',
    flagged: { text: `RestrictAddressFamilies=AF_INET\n${notifies(3)}`, profile: 'trusted', shows: ({ result }) => result !== 'success' },
    fixed: { text: `RestrictAddressFamilies=AF_INET AF_UNIX\n${notifies(60)}`, profile: 'trusted', shows: runs },
  },
  {
    code: 'sandbox/no-notify',
    from: 257,
    flagged: { text: notifies(3), profile: 'inward', shows: ({ result }) => result !== 'success' },
    fixed: { text: `BindReadOnlyPaths=/run/systemd/notify\n${notifies(60)}`, profile: 'inward', shows: runs },
  },
  ...(['silent', 'inward'] as const).flatMap(profile =>
    [logs, logsGroup(`heard-${profile}`)].map(
      (text): SandboxCase => ({
        code: 'sandbox/no-log-socket',
        flagged: { text, profile, shows: ({ result, log }) => result === 'success' && !log.includes('heard') },
        fixed: { text: `BindReadOnlyPaths=/dev/log\n${text.replace('heard-', 'heard-too-')}`, profile, shows: prints(/heard/) },
      }),
    ),
  ),
  {
    code: 'sandbox/no-device',
    flagged: { text: `DeviceAllow=/dev/loop-control rw\n${shell('[ -e /dev/loop-control ]')}`, profile: plain, shows: endsWith(1) },
    fixed: {
      text: `DeviceAllow=/dev/loop-control rw\nBindPaths=/dev/loop-control\n${shell('[ -e /dev/loop-control ]')}`,
      profile: plain,
      shows: runs,
    },
  },
  ...['mount -t tmpfs tmpfs /srv', 'umount /tmp', 'chroot / /bin/busybox true', 'mknod /dev/shm/made c 1 3'].map(
    (command): SandboxCase => ({
      code: 'sandbox/needs-root',
      flagged: { text: `Type=oneshot\nExecStart=/bin/${command}\n`, profile: plain, shows: endsWith(1) },
      fixed: { text: `Type=oneshot\nExecStart=/bin/${command}\n`, profile: 'trusted', shows: runs },
    }),
  ),
  ...[
    ['After=network-online.target', 'Unit'] as const,
    ['RestrictAddressFamilies=AF_INET', 'Service'] as const,
    ['IPAddressAllow=192.0.2.0/24', 'Service'] as const,
  ].map(([line, section]): SandboxCase => {
    const text = section === 'Unit' ? `[Unit]\n${line}\n[Service]\n${connects}` : `${line}\n${connects}`;
    return {
      code: 'sandbox/no-network',
      flagged: { text, profile: 'nonetwork', shows: endsWith(1) },
      fixed: { text, profile: plain, shows: runs },
    };
  }),
  {
    code: 'sandbox/low-port',
    flagged: { text: `SocketBindAllow=tcp:81\n${listens(81)}`, profile: plain, shows: ({ result }) => result === 'exit-code' },
    fixed: { text: `SocketBindAllow=tcp:8081\n${listens(8081)}`, profile: plain, shows: runs },
  },
  ...['mkdir -p /var/lib/DIR/x', 'install -d /var/lib/DIR/x', 'touch /var/lib/DIR/x', 'cp /etc/secret /var/lib/DIR/x'].map(
    (command, n): SandboxCase => {
      const writes = (directory: string) =>
        `Type=oneshot\nExecStartPre=/bin/${command.replace('DIR', directory)}\nExecStart=/bin/busybox true\n`;
      return {
        code: 'sandbox/read-only-path',
        // another service's directory would be made in the image
        flagged: {
          text: writes('box-none'),
          profile: plain,
          shows: ({ result, log }) => result === 'exit-code' && /Read-only file system|install: cannot change/.test(log),
        },
        fixed: { text: `StateDirectory=box-${n}\n${writes(`box-${n}`)}`, profile: plain, shows: runs },
      };
    },
  ),
  ...['chmod 600 /srv/data', 'chown 0:0 /srv/data', 'chgrp 0 /srv/data', 'tee /srv/data/made'].map(
    (command): SandboxCase => ({
      code: 'sandbox/read-only-path',
      flagged: { text: `Type=oneshot\nUser=root\nExecStart=/bin/${command}\n`, profile: plain, shows: endsWith(1) },
      fixed: { text: `Type=oneshot\nExecStart=/bin/${command}\n`, profile: 'trusted', shows: runs },
    }),
  ),
  ...['/srv/closed/busybox', '/srv/own/busybox'].map(
    (program): SandboxCase => ({
      code: 'sandbox/not-its-own',
      flagged: { text: `Type=oneshot\nExecStart=${program} true\n`, profile: plain, shows: endsWith(203) },
      fixed: { text: 'Type=oneshot\nExecStart=/srv/busybox true\n', profile: plain, shows: runs },
    }),
  ),
  {
    code: 'sandbox/not-its-own',
    flagged: { text: `WorkingDirectory=/srv/closed\n${shell('pwd')}`, profile: plain, shows: endsWith(200) },
    fixed: { text: `WorkingDirectory=/srv/data\n${shell('pwd')}`, profile: plain, shows: runs },
  },
  {
    code: 'sandbox/not-its-own',
    flagged: { text: 'Type=oneshot\nUser=root\nExecStart=/srv/of-others/busybox true\n', profile: plain, shows: endsWith(203) },
    fixed: { text: 'Type=oneshot\nUser=root\nExecStart=/srv/own/busybox true\n', profile: plain, shows: runs },
  },
  {
    code: 'sandbox/not-its-own',
    flagged: { text: `User=root\nWorkingDirectory=/srv/foreign\n${shell('pwd')}`, profile: plain, shows: endsWith(200) },
    fixed: { text: `User=root\nWorkingDirectory=/srv/foreign\n${shell('pwd')}`, profile: 'trusted', shows: runs },
  },
  {
    code: 'sandbox/no-setuid',
    flagged: { text: ownStatus('cat-setuid'), profile: plain, shows: prints(/^Uid:\s+(\d+)\s+\1\s/m) },
    fixed: { text: `User=nobody\n${ownStatus('cat-setuid')}`, profile: 'trusted', shows: prints(/^Uid:\s+65534\s+0\s/m) },
  },
  {
    code: 'sandbox/no-setuid',
    flagged: { text: ownStatus('cat-capable'), profile: plain, shows: prints(/^CapEff:\s+0+$/m) },
    fixed: { text: `User=nobody\n${ownStatus('cat-capable')}`, profile: 'trusted', shows: prints(/^CapEff:\s+0+2000$/m) },
  },
  {
    code: 'sandbox/missing-system-call',
    flagged: { text: 'Type=oneshot\nExecStart=/usr/bin/hostname -F /etc/name\n', profile: plain, shows: endsWith(1) },
    fixed: { text: 'Type=oneshot\nExecStart=/usr/bin/hostname -F /etc/name\n', profile: 'trusted', shows: runs },
  },
  {
    code: 'sandbox/root-user',
    flagged: { text: `User=root\n${shell('id -u')}`, profile: plain, shows: prints(/^0$/m) },
    fixed: { text: shell('id -u'), profile: plain, shows: prints(/^6\d{4}$/m) },
  },
  {
    code: 'sandbox/path-without-plus',
    flagged: { text: `InaccessiblePaths=/etc/secret\n${shell('cat /etc/secret')}`, profile: plain, shows: prints(/^not to be seen$/m) },
    fixed: { text: `InaccessiblePaths=+/etc/secret\n${shell('cat /etc/secret')}`, profile: plain, shows: endsWith(1) },
  },
  {
    code: 'sandbox/path-without-plus',
    flagged: { text: `ReadWritePaths=/srv/data\n${shell('echo x > /srv/data/made')}`, profile: plain, shows: endsWith(1) },
    fixed: { text: `ReadWritePaths=+/srv/data\n${shell('echo x > /srv/data/made')}`, profile: plain, shows: runs },
  },
  {
    code: 'sandbox/path-without-plus',
    flagged: { text: `NoExecPaths=/srv\n${shell('/srv/busybox true')}`, profile: plain, shows: runs },
    fixed: { text: `NoExecPaths=+/srv\n${shell('/srv/busybox true')}`, profile: plain, shows: endsWith(126) },
  },
  {
    code: 'sandbox/overridden',
    property: 'PrivateNetwork',
    flagged: { text: `PrivateNetwork=no\n${shell('true')}`, profile: 'nonetwork', shows: has(/=yes$/m) },
    fixed: { text: `PrivateNetwork=no\n${shell('true')}`, profile: plain, shows: has(/=no$/m) },
  },
  {
    code: 'sandbox/overridden',
    property: 'CapabilityBoundingSet',
    flagged: { text: `CapabilityBoundingSet=CAP_NET_RAW\n${shell('true')}`, profile: 'strict', shows: has(/=$/m) },
    fixed: { text: `CapabilityBoundingSet=CAP_NET_RAW\n${shell('true')}`, profile: 'trusted', shows: has(/=cap_net_raw$/m) },
  },
  {
    code: 'sandbox/widened',
    property: 'CapabilityBoundingSet',
    flagged: { text: `CapabilityBoundingSet=CAP_NET_RAW\n${shell('true')}`, profile: plain, shows: has(/cap_chown.*cap_net_raw/) },
    fixed: { text: `CapabilityBoundingSet=CAP_NET_RAW\n${shell('true')}`, profile: 'trusted', shows: has(/=cap_net_raw$/m) },
  },
  {
    code: 'sandbox/widened',
    property: 'RestrictAddressFamilies',
    flagged: { text: `RestrictAddressFamilies=AF_UNIX\n${connects}`, profile: plain, shows: runs },
    fixed: { text: `RestrictAddressFamilies=AF_UNIX\n${connects}`, profile: 'trusted', shows: prints(/Address family not supported/) },
  },
];
