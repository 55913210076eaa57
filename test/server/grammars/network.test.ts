/** What sockets listen on and what passes the network; every verdict was seen on systemd 252, 257 and 262. */
import { expect, test } from 'vitest';
import { faultsIn, marked, verdicts } from './cases.ts';

const newest = [252, 257, 262];
const long = (first: string, bytes: number) => first.padEnd(bytes, 'a');

for (const version of newest) {
  verdicts(
    'Socket.ListenStream',
    [
      ['.', '', '@a', '%t/a', '/a', '//', '/run/../var/run/x', long('/', 107), long('@', 107)],
      ['!', '@', '@%i', '/', '/a%Z', long('/', 108), long('@', 108), `${long('/', 107)}/`],
      [
        '.',
        '1.2.3.4:80',
        '1.2.3.4:0x50',
        '1.2.3.4:+80',
        '1.2.3.4:65535',
        '+80',
        '007',
        '0b11',
        '[::1]:80',
        '[::1.2.3.4]:80',
        '[::1]:80%%lo',
      ],
      [
        '!',
        '1.2.3.4:0',
        '1.2.3.4:00080',
        '1.2.3.4: 80',
        '1.2.3.4:65536',
        '1.2.3:80',
        '01.2.3.4:80',
        '256.1.1.1:80',
        ':80',
        '*:80',
        '[*]:80',
      ],
      [
        '!',
        '[::1]:0',
        '[::1]80',
        '[::1%lo]:80',
        '[::1]:80%lo',
        '1.2.3.4:80#x',
        '[::g]:80',
        '::1',
        '::1:80',
        'localhost:80',
        '-80',
        '0',
        '65536',
      ],
      ['.', 'vsock:2:80', 'vsock::80', 'vsock:4294967295:80', 'vsock:0x2:0x50'],
      ['!', 'vsock:', 'vsock::', 'vsock:1:', 'vsock:2', 'vsock:4294967296:80', 'vsock:2:80:1', 'vsock-foo:2:80', 'Vsock:2:80'],
    ],
    version,
  );
}
verdicts(
  'Socket.ListenStream',
  [
    ['.', '/var/run/x', 'vsock::4294967295'],
    ['!', 'vsock:host:80', 'vsock-stream:2:80'],
  ],
  252,
);
verdicts(
  'Socket.ListenStream',
  [
    ['.', 'vsock:host:80', 'vsock-stream:2:80'],
    ['!', '/var/run/x', 'vsock::4294967295', 'vsock:any:80'],
  ],
  257,
);
verdicts('Socket.ListenStream', [
  ['.', 'vsock:any:80', 'vsock:-1:80'],
  ['!', '/var/run/', '/var/run', '//var/run/x', '/var//run/x'],
]);
verdicts('Socket.ListenSequentialPacket', [
  ['.', '/a', '@a'],
  ['!', '80', '1.2.3.4:80', '[::1]:80', 'vsock:2:80'],
]);
verdicts('Socket.ListenNetlink', [
  ['.', 'route', 'kobject-uevent 1', 'route 0x10', 'route 4294967295', '2147483647', '-0', '2 -0'],
  ['!', 'Route', 'crypto', 'route -1', 'route 4294967296', 'route 1 2', '"route"', '2147483648', '-1', '%p'],
]);
for (const key of ['FIFO', 'MessageQueue', 'USBFunction']) {
  verdicts(`Socket.Listen${key}`, [
    ['.', '/a b', '/devx', '/run/x'],
    ['!', '/dev', '//dev/x', '/proc/x', '/x/../y', 'x', '%i'],
  ]);
  verdicts(`Socket.Listen${key}`, [['.', '/dev/x', '/var/run/x']], 252);
}
verdicts('Socket.ListenFIFO', [['!', '/var/run/x', '/var/run']]);
verdicts('Socket.ListenSpecial', [['.', '/dev/x', '/var/run/x', '/proc']]);
verdicts('Socket.FileDescriptorName', [
  ['.', '', '%i', 'a b', '""', 'a'.repeat(255)],
  ['!', 'a:b', 'é', 'a%Z', 'a'.repeat(256)],
]);
verdicts('Socket.XAttrListen', [
  ['.', '', 'user.foo=1', 'user.=1', 'user.foo=', 'user.foo=a=b', 'user.foo=%p'],
  ['!', 'user=1', 'trusted.foo=1', 'user.foo', '"user.foo=1"', 'user.foo=%Z', 'user.%Z=1', 'User.foo=1'],
]);
verdicts('Socket.BindToDevice', [
  ['.', '', '*', 'eth0', '~', '...', '-1', '1a', '""', '%p', 'a'.repeat(15)],
  ['!', 'eth0 eth1', 'a:b', 'eth%0', '.', 'all', '1', '0x1F', '00', 'ü', '%%', '%i', 'a'.repeat(16)],
]);
verdicts('Socket.BindToDevice', [['!', '%p', '%n']], 257);
verdicts('Service.BindNetworkInterface', [
  ['.', 'eth0', '%n', 'a'.repeat(127)],
  ['!', 'a b', '%i', 'a'.repeat(128)],
]);
verdicts('Service.RestrictNetworkInterfaces', [
  ['.', '', '~', '~ eth0', '~~eth0', '"eth0"', 'a\\b', '*', 'a'.repeat(127)],
  ['!', 'eth0:1', 'all', '"eth 0"', '"eth0', '1', '99999999999999', '%p', '""', 'a\\:b', 'a'.repeat(128)],
]);
verdicts(
  'Service.RestrictNetworkInterfaces',
  [
    ['.', 'a'.repeat(15)],
    ['!', 'a'.repeat(16)],
  ],
  252,
);
test('the wrong interface is marked', () => {
  expect(marked('Service.RestrictNetworkInterfaces', '~lo all eth1')).toEqual(['all']);
});
verdicts('Service.IPAddressAllow', [
  ['.', '', '1.2.3.4/0', '1.2.3.4/010', '1.2.3.4/0x8', '::/128', 'any any', 'LOCALHOST', 'localhost.', 'foo.localhost', '1.2.3.\\4'],
  ['.', '::ffff:1.2.3.4', '1:2:3:4:5:6:7::', 'ABCD::', '0.0.0.0'],
  ['!', '1.2.3', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/08', '::/129', 'fe80::1%lo', '[::1]', 'Any', 'localhost6', '"1.2.3.4"', '%i', '*', '0'],
  ['!', '1::2::3', '1:2:3:4:5:6:7', '12345::', 'any/8', '1.2.3.4,5.6.7.8', '1:2:3:4:5:6:7:8::', ':1:2:3:4:5:6:7'],
]);
test('the wrong address is marked', () => {
  expect(marked('Service.IPAddressAllow', '1.2.3.4 bogus 5.6.7.8')).toEqual(['bogus']);
});
verdicts('Service.SocketBindAllow', [
  ['.', '', 'any', 'ipv4', 'tcp', 'TCP', 'ipv4:tcp:80', 'tcp:any', '80-90', '80- 90', '0', '0-65535', '0x50', 'i\\pv4', '6'],
  [
    '!',
    'icmp',
    'tcp:ipv4',
    'any:80',
    '80:tcp',
    '90-80',
    '80-',
    '-80',
    '1-65536',
    'ipv4:',
    ':80',
    'IPv4',
    '080',
    'ipv4:tcp:80:90',
    '%i',
    '"80"',
  ],
]);
verdicts('Service.SocketBindAllow', [['!', '0', '0-80']], 252);
verdicts('Service.BPFProgram', [
  ['.', '', 'ingress:/a', '::ingress:/a', 'ingress::/a', 'ingress:/a b', 'ingress:/a:/b', 'in\\gress:/a', 'setsockopt:%t/a'],
  ['!', 'ingress', 'ingress:', 'Ingress:/a', 'sock_release:/a', 'ingress:a', 'ingress:/a/../b', 'ingress:/%Z', 'ingress :/a'],
]);
verdicts('Service.NFTSet', [
  [
    '.',
    '',
    'cgroup:inet:filter:set',
    'user:arp:a.b:c',
    '"cgroup:inet:a:b"',
    'cgroup:inet:a:b group:ip6:a:c',
    `cgroup:inet:${'a'.repeat(255)}:c`,
  ],
  [
    '!',
    'slice:inet:filter:set',
    'cgroup:INET:a:b',
    'cgroup:inet:a',
    'cgroup:inet:a:b:c',
    'cgroup:inet:1a:c',
    'cgroup:inet:a-b:c',
    'cgroup:inet::c',
  ],
  ['!', 'cgroup:inet:a:b bogus', 'cgroup:inet:%p:b', 'cgroup:inet:a_b:c/d\\e', `cgroup:inet:${'a'.repeat(256)}:c`],
]);
verdicts('Service.NFTSet', [['!', `cgroup:inet:${'a'.repeat(32)}:c`]], 257);
test('the wrong field of an nft set is marked', () => {
  expect(marked('Service.NFTSet', 'cgroup:inet:a:b cgroup:INET:a:b user:ip:1a:b')).toEqual(['INET', '1a']);
});
test('a path below /var/run is rewritten, not refused', () => {
  expect(faultsIn('Socket.ListenStream', '/var/run/x.sock').map(({ effect, outcome }) => [effect, outcome])).toEqual([
    ['warning', 'rewritten'],
  ]);
});
