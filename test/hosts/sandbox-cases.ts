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

/** One service, flagged or not. */
interface Attempt {
  /** The lines of [Service]; with [Unit] before it where it begins with that. */
  readonly text: string;
  readonly profile: 'default' | 'nonetwork' | 'strict' | 'trusted';
  readonly shows: (outcome: Outcome) => boolean;
}

/** A rule, a service that it flags, and one that it does not. */
export interface SandboxCase {
  readonly code: string;
  readonly property?: string;
  readonly flagged: Attempt;
  readonly fixed: Attempt;
}

const shell = (script: string): string => `Type=oneshot\nExecStart=/bin/busybox sh -c "${script}"\n`;
const runs = ({ result }: Outcome): boolean => result === 'success';
const endsWith = (status: number) => (outcome: Outcome) => outcome.result === 'exit-code' && outcome.status === String(status);
const prints = (pattern: RegExp) => (outcome: Outcome) => pattern.test(outcome.log);
const has = (pattern: RegExp) => (outcome: Outcome) => pattern.test(outcome.property);
const capabilities = shell('grep Cap /proc/self/status');
const connects = shell('nc 127.0.0.1 22 </dev/null');
const takesName = (name: string, seconds: number): string =>
  `Type=dbus\nBusName=org.example.${name}\nTimeoutStartSec=${seconds}\nExecStart=/usr/bin/perl /usr/bin/take-name org.example.${name}\n`;
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
    code: 'sandbox/no-device',
    flagged: { text: `DeviceAllow=/dev/loop-control rw\n${shell('[ -e /dev/loop-control ]')}`, profile: plain, shows: endsWith(1) },
    fixed: {
      text: `DeviceAllow=/dev/loop-control rw\nBindPaths=/dev/loop-control\n${shell('[ -e /dev/loop-control ]')}`,
      profile: plain,
      shows: runs,
    },
  },
  {
    code: 'sandbox/no-network',
    flagged: { text: `[Unit]\nAfter=network-online.target\n[Service]\n${connects}`, profile: 'nonetwork', shows: endsWith(1) },
    fixed: { text: `[Unit]\nAfter=network-online.target\n[Service]\n${connects}`, profile: plain, shows: runs },
  },
  ...['mount -t tmpfs tmpfs /srv', 'umount /tmp', 'chroot / /bin/busybox true', 'mknod /dev/shm/made c 1 3'].map(
    (command): SandboxCase => ({
      code: 'sandbox/needs-root',
      flagged: { text: `Type=oneshot\nExecStart=/bin/${command}\n`, profile: plain, shows: endsWith(1) },
      fixed: { text: `Type=oneshot\nExecStart=/bin/${command}\n`, profile: 'trusted', shows: runs },
    }),
  ),
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
