// Which lines that lower an exposure are offered, and which are not since the service would not take them.
import { expect, test } from 'vitest';
import { tighteningsOf } from '../../../server/src/features/exposure.ts';
import { fitting } from '../../../server/src/features/fitting.ts';
import { judgeUnit } from '../../../server/src/features/judge.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';

const systemd = 262;
const judged = (lines: string, unit = '') => {
  const text = `${unit === '' ? '' : `[Unit]\n${unit}\n`}[Service]\n${lines}\n`;
  return judgeUnit({ text, unit: unitFileOf('/x/hello.service') ?? { role: 'unit' } }, { systemd });
};
const fits = (line: string, lines: string, unit = '', profile = 'trusted'): boolean => {
  const [directive = '', value = ''] = line.split(/=(.*)/);
  return fitting(judged(lines, unit), { name: profile }, { systemd })({ directive, value });
};
const run = 'ExecStart=/usr/bin/hello';

test.each([
  ['ProtectClock=yes', run],
  ['ProtectHome=yes', run],
  ['PrivateTmp=yes', run],
  ['PrivateDevices=yes', `${run}\nStandardOutput=file:/dev/null`],
  ['MemoryDenyWriteExecute=yes', run],
  ['MemoryDenyWriteExecute=yes', 'ExecStart=/usr/bin/node --jitless /x.js'],
  ['PrivateNetwork=yes', `${run}\nRestrictAddressFamilies=AF_UNIX`],
  ['IPAddressDeny=any', `${run}\nRestrictAddressFamilies=AF_UNIX AF_NETLINK`],
  ['ProtectSystem=strict', `${run}\nStateDirectory=hello`],
  ['DynamicUser=yes', run],
  ['PrivateUsers=yes', `${run}\nUser=hello`],
  ['CapabilityBoundingSet=~CAP_SYS_BOOT', run],
  ['CapabilityBoundingSet=~CAP_KILL', `${run}\nUser=hello`],
  ['SystemCallFilter=~@mount', run],
  ['RestrictNamespaces=yes', run],
])('%s fits %j', (line, lines) => expect(fits(line, lines)).toBe(true));

test.each([
  // nobody knows whether it uses the network, or it says so
  ['PrivateNetwork=yes', run],
  ['PrivateNetwork=yes', `${run}\nRestrictAddressFamilies=AF_UNIX AF_INET`],
  ['PrivateNetwork=yes', `${run}\nRestrictAddressFamilies=~AF_PACKET`],
  ['IPAddressDeny=any', run],
  // it uses what the line takes away
  ['ProtectHome=yes', `${run}\nWorkingDirectory=/home/hello`],
  ['ProtectHome=yes', 'ExecStart=/usr/bin/hello --data=/root/x'],
  ['PrivateTmp=yes', `${run} /tmp/hello.sock`],
  ['PrivateDevices=yes', `${run}\nDeviceAllow=/dev/fuse rw`],
  ['PrivateDevices=yes', 'ExecStart=/usr/bin/hello --port /dev/ttyS0'],
  ['MemoryDenyWriteExecute=yes', 'ExecStart=/usr/bin/node /x.js'],
  ['MemoryDenyWriteExecute=yes', 'ExecStart=/usr/bin/java -jar /x.jar'],
  ['ProtectSystem=strict', run],
  ['ProtectSystem=strict', `StateDirectory=hello\nExecStartPre=/bin/mkdir -p /etc/hello\n${run}`],
  ['DynamicUser=yes', `${run}\nUser=hello`],
  ['DynamicUser=yes', `${run}\nCapabilityBoundingSet=CAP_NET_ADMIN`],
  ['DynamicUser=yes', 'Type=oneshot\nExecStart=/bin/mount -t tmpfs tmpfs /x'],
  ['PrivateUsers=yes', run],
  ['PrivateUsers=yes', `${run}\nUser=hello\nAmbientCapabilities=CAP_NET_BIND_SERVICE`],
  ['CapabilityBoundingSet=~CAP_KILL', run],
  ['CapabilityBoundingSet=~CAP_NET_BIND_SERVICE CAP_NET_RAW', `${run}\nUser=hello\nAmbientCapabilities=CAP_NET_BIND_SERVICE`],
  ['SystemCallFilter=~@privileged', run],
  ['SystemCallFilter=~@privileged', `${run}\nUser=hello`],
  ['SystemCallFilter=~@resources', `${run}\nUser=hello`],
  ['SystemCallFilter=~@mount', `ExecStartPre=-/bin/mount /x\n${run}`],
  ['SystemCallFilter=~@clock', 'ExecStart=/usr/sbin/chronyd'],
  ['ProtectClock=yes', 'ExecStart=/usr/sbin/ntpd -n'],
  ['RestrictNamespaces=yes', 'ExecStart=/usr/bin/bwrap --ro-bind / / /bin/x'],
  ['ProcSubset=pid', run],
  ['UMask=0077', run],
  // it says otherwise
  ['NotifyAccess=main', `${run}\nNotifyAccess=all`],
  ['ProtectClock=yes', `${run}\nProtectClock=no`],
])('%s does not fit %j', (line, lines) => expect(fits(line, lines)).toBe(false));

test('a unit that waits for the network keeps it', () => {
  expect(fits('PrivateNetwork=yes', `${run}\nRestrictAddressFamilies=AF_UNIX`, 'After=network-online.target')).toBe(false);
});

test('what is offered fits', () => {
  for (const profile of ['default', 'trusted', 'nonetwork']) {
    const offered = tighteningsOf(judged(run), { name: profile }, { systemd }).map(({ title }) => title);
    expect(offered.length).toBeGreaterThan(0);
    expect(offered.filter(title => /PrivateNetwork|IPAddressDeny|ProcSubset|UMask/.test(title))).toEqual([]);
  }
});
