/** Services that fail, each in its own way, and what is to be said of them: for all versions, unless a version says otherwise. */

/** What a unit's failure is told as: part of the sentence, and the directive to blame. */
export interface Failing {
  /** Lines of [Service], or of the whole unit where it begins with a section. */
  readonly text: string;
  readonly says: string;
  readonly key: string;
  /** The first version that knows the directive. */
  readonly from?: number;
}

const waits = 'ExecStart=/bin/sh -c "sleep 1000"';

export const failingServices: Readonly<Record<string, Failing>> = {
  missing: { text: 'ExecStart=/usr/bin/missing --flag', says: 'its program /usr/bin/missing is not in the image', key: 'ExecStart' },
  locked: { text: 'ExecStart=/usr/lib/os-release', says: '/usr/lib/os-release is in the image, but may not be executed', key: 'ExecStart' },
  script: { text: 'ExecStart=/usr/bin/script', says: 'but not its interpreter /usr/bin/python9', key: 'ExecStart' },
  dynamic: {
    text: 'ExecStart=/usr/bin/dynamic',
    says: '/usr/bin/dynamic is in the image, but not its interpreter /lib64/ld-',
    key: 'ExecStart',
  },
  garbage: { text: 'ExecStart=/usr/bin/garbage', says: '/usr/bin/garbage is no program for this machine', key: 'ExecStart' },
  library: {
    text: `ExecStart=/bin/sh -c "echo 'x: error while loading shared libraries: libfoo.so.1: cannot open shared object file' >&2; exit 127"`,
    says: 'needs the library libfoo.so.1',
    key: 'ExecStart',
  },
  before: {
    text: `ExecStartPre=/usr/bin/missing-pre\n${waits}`,
    says: 'its program /usr/bin/missing-pre is not in the image',
    key: 'ExecStartPre',
  },
  chdir: {
    text: `WorkingDirectory=/nowhere\n${waits}`,
    says: 'its working directory /nowhere is not in the image',
    key: 'WorkingDirectory',
  },
  user: { text: `User=not-here\n${waits}`, says: 'its user not-here does not exist on the host', key: 'User' },
  group: { text: `Group=not-here\n${waits}`, says: 'its group not-here does not exist on the host', key: 'Group' },
  groups: {
    text: `SupplementaryGroups=not-here\n${waits}`,
    says: 'supplementary groups does not exist on the host: not-here',
    key: 'SupplementaryGroups',
  },
  bind: { text: `BindPaths=/missing/source:/mnt\n${waits}`, says: '/mnt could not be mounted', key: 'BindPaths' },
  overmount: {
    text: `TemporaryFileSystem=/etc/machine-id/x\n${waits}`,
    says: '/etc/machine-id/x could not be mounted',
    key: 'TemporaryFileSystem',
  },
  // PAM is asked on the host, where the test has put a service that refuses
  pam: {
    text: `User=dev\nPAMName=refusing\n${waits}`,
    says: 'what PAMName= asks for could not be done: Operation not permitted',
    key: 'PAMName',
  },
  network: {
    text: `NetworkNamespacePath=/run/netns/missing\n${waits}`,
    says: 'its network namespace /run/netns/missing is not on the host',
    key: 'NetworkNamespacePath',
  },
  forbidden: {
    text: 'SystemCallFilter=~kill\nExecStart=/bin/sh -c "kill -0 1"',
    says: 'a system call that SystemCallFilter= forbids',
    key: 'SystemCallFilter',
  },
  output: { text: `StandardOutput=file:/missing/dir/out\n${waits}`, says: 'StandardOutput= could not be opened', key: 'StandardOutput' },
  input: { text: `StandardInput=file:/missing/in\n${waits}`, says: 'StandardInput= could not be opened', key: 'StandardInput' },
  errors: { text: `StandardError=file:/missing/dir/err\n${waits}`, says: 'StandardError= could not be opened', key: 'StandardError' },
  state: {
    text: `StateDirectory=blocked\n${waits}`,
    says: 'the directory of StateDirectory= could not be made: /var/lib/blocked',
    key: 'StateDirectory',
  },
  runtime: {
    text: `RuntimeDirectory=blocked\n${waits}`,
    says: 'the directory of RuntimeDirectory= could not be made: /run/blocked',
    key: 'RuntimeDirectory',
  },
  cache: {
    text: `CacheDirectory=blocked\n${waits}`,
    says: 'the directory of CacheDirectory= could not be made: /var/cache/blocked',
    key: 'CacheDirectory',
  },
  logs: {
    text: `LogsDirectory=blocked\n${waits}`,
    says: 'the directory of LogsDirectory= could not be made: /var/log/blocked',
    key: 'LogsDirectory',
  },
  memory: { text: `NUMAPolicy=bind\nNUMAMask=300\n${waits}`, says: 'what NUMAPolicy= asks for could not be done', key: 'NUMAPolicy' },
  encrypted: {
    text: `SetCredentialEncrypted=key:bm90aGluZw==\n${waits}`,
    says: 'its credentials could not be set up',
    key: 'SetCredential',
    from: 250,
  },
  terminal: {
    text: `StandardInput=tty\nTTYPath=/dev/missing\n${waits}`,
    says: 'StandardInput= could not be opened',
    key: 'StandardInput',
  },
  credential: { text: `LoadCredential=key:/missing/key\n${waits}`, says: 'it wants key from /missing/key', key: 'LoadCredential' },
  environment: {
    text: `EnvironmentFile=/missing/env\n${waits}`,
    says: 'its environment file could not be read: /missing/env',
    key: 'EnvironmentFile',
  },
  affinity: { text: `CPUAffinity=500\n${waits}`, says: 'what CPUAffinity= asks for could not be done', key: 'CPUAffinity' },
  slow: { text: `Type=notify\nTimeoutStartSec=1\n${waits}`, says: 'it was not ready within 1 s', key: 'Type' },
  'slow-before': {
    text: `TimeoutStartSec=1\nExecStartPre=/bin/busybox sleep 100\n${waits}`,
    says: 'ExecStartPre= did not end within 1 s',
    key: 'ExecStartPre',
  },
  'slow-name': {
    text: `Type=dbus\nBusName=org.example.Missing\nTimeoutStartSec=1\n${waits}`,
    says: 'it was not ready within 1 s',
    key: 'BusName',
  },
  long: { text: `RuntimeMaxSec=1\n${waits}`, says: 'it ran for longer than RuntimeMaxSec= allows, 1 s', key: 'RuntimeMaxSec' },
  stubborn: {
    text: `TimeoutStopSec=1\nExecStart=/bin/sh -c "trap '' TERM; >/run/fail-stubborn; while :; do sleep 0.1; done"`,
    says: 'it did not stop within 1 s and was killed',
    key: 'TimeoutStopSec',
  },
  watchdog: { text: `WatchdogSec=1\nLimitCORE=0\n${waits}`, says: 'it sent no sign of life to the watchdog for 1 s', key: 'WatchdogSec' },
  protocol: { text: 'Type=notify\nExecStart=/bin/busybox true', says: 'it ended before it said that it was ready', key: 'Type' },
  forking: {
    text: 'Type=forking\nPIDFile=/run/missing.pid\nTimeoutStartSec=60\nExecStart=/bin/busybox true',
    says: 'it ended without having written /run/missing.pid',
    key: 'PIDFile',
  },
  program: {
    text: 'ExecStart=/bin/sh -c "echo the reason; exit 3"',
    says: 'ended with status 3, after saying "the reason"',
    key: 'ExecStart',
  },
  killed: { text: 'ExecStart=/bin/sh -c "kill -9 $$$$"', says: 'was ended by SIGKILL', key: 'ExecStart' },
  crashed: { text: 'LimitCORE=infinity\nExecStart=/bin/sh -c "kill -6 $$$$"', says: 'crashed with SIGABRT', key: 'ExecStart' },
  again: {
    text: 'Restart=always\nRestartSec=50ms\nExecStart=/bin/sh -c "exit 4"',
    says: 'ended with status 4; systemd started it again and again',
    key: 'ExecStart',
  },
  refuses: {
    text: `ExecCondition=/bin/sh -c "exit 255"\n${waits}`,
    says: 'which ExecCondition= starts, ended with status 255',
    key: 'ExecCondition',
  },
  assert: {
    text: `[Unit]\nAssertPathExists=/missing\n[Service]\n${waits}`,
    says: 'AssertPathExists=/missing does not hold',
    key: 'AssertPathExists',
  },
  asserts: {
    text: `[Unit]\nAssertPathExists=/etc\nAssertPathExists=/missing\n[Service]\n${waits}`,
    says: 'because one of these does not hold: AssertPathExists=/',
    key: 'AssertPathExists',
  },
  condition: {
    text: `[Unit]\nConditionPathExists=!/etc\n[Service]\n${waits}`,
    says: 'ConditionPathExists=!/etc does not hold',
    key: 'ConditionPathExists',
  },
};
