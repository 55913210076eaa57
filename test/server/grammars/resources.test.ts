/** Devices, CPUs, controllers, mounts and swaps; every verdict was seen on systemd 252, 257 and 262. */
import { expect, test } from 'vitest';
import { marked, verdicts } from './cases.ts';

verdicts('Service.DeviceAllow', [
  [
    '.',
    '',
    '/dev',
    '/dev/null/',
    '/dev/null mrw',
    '/dev/null rr',
    '"/dev/a b" r',
    '/dev/%i r',
    'char-',
    'block-a/b r',
    'char-%i r',
    '/dev/null\\ x r',
  ],
  [
    '!',
    '/dev/../null',
    '/dev/null rx',
    '/dev/null R',
    '/dev/null r w',
    '"/dev/null',
    '/dev/null "r"',
    '%i',
    '/etc/passwd',
    'dev/null',
    'Char-x',
  ],
]);
verdicts('Service.IODeviceWeight', [
  ['.', '', '/dev/sda 1', '/dev/sda 010', '/dev/sda  100', '"/dev/s a" 100', 'sda 100', 'a\\b 100'],
  ['!', '/dev/sda', '/dev/sda 0', '/dev/sda 10001', '/dev/sda 1 2', '/a/../b 100', '. 100', '%i 100', '"" 100', '/dev/sda "5"', '%Z 100'],
]);
verdicts('Service.IOReadBandwidthMax', [
  ['.', '/dev/sda infinity', '/dev/sda 1.5M', '/dev/sda 1M5K', '/dev/sda 18E', '/dev/sda 10 K'],
  ['!', '/dev/sda 0', '/dev/sda 0.5', '/dev/sda 0x10', '/dev/sda 5K1M', '/dev/sda 19E', '/dev/sda 1MB'],
]);
verdicts('Service.IODeviceLatencyTargetSec', [
  ['.', '/dev/sda 5 s', '/dev/sda infinity', '/dev/sda 1 2', '/dev/sda 0'],
  ['!', '/dev/sda', '/dev/sda idle', '/dev/sda -5', '"/dev/sda 5'],
]);
test('what is wrong about a device or its grant is marked', () => {
  expect(marked('Service.DeviceAllow', '/etc/x rw')).toEqual(['/etc/x']);
  expect(marked('Service.DeviceAllow', '/dev/null rx')).toEqual(['rx']);
  expect(marked('Service.IODeviceWeight', '"/dev/s a"  none')).toEqual(['none']);
});

const cpus = [
  ['.', '', '8191', '0-8191', '0,,1', ',1', ',', '0x1-0x3', '"1" \'2\'', '+1-+3', '0b11'],
  ['!', '8192', '0-8192', '1 - 2', '1-', '-1', '1-2-3', '3-1', '-0', '"1 2"', '"1', '1\\,2', '1;2', '4294967294', '4294967296', '""', '~1'],
] as const;
for (const key of ['CPUAffinity', 'NUMAMask', 'AllowedCPUs', 'AllowedMemoryNodes']) {
  for (const version of [252, 257, 262]) verdicts(`Service.${key}`, cpus, version);
  verdicts(`Service.${key}`, [['.', '4294967295', '4294967295-4294967295']], 257);
  verdicts(`Service.${key}`, [
    ['.', '%U-3', '%i'],
    ['!', '4294967295', '%Z', '%i-3', 'ALL'],
  ]);
}
verdicts(
  'Service.CPUAffinity',
  [
    ['.', 'numa', '%i'],
    ['!', 'numa 1', 'all'],
  ],
  257,
);
verdicts(
  'Service.NUMAMask',
  [
    ['.', 'all'],
    ['!', 'numa', '%i', '%U-3'],
  ],
  257,
);

verdicts('Service.Delegate', [
  ['.', '', 'YES', 'cpu memory', '"cpu" io', 'c\\pu', 'bpf-bind-network-interface'],
  ['!', 'CPU', 'cpu,memory', '"cpu memory"', 'cpu bogus', '"cpu', 'yes no', 'hugetlb'],
]);
verdicts('Service.Delegate', [['!', 'bpf-bind-network-interface']], 257);
verdicts('Socket.Delegate', [['!', '', 'yes', 'cpu']]);
verdicts('Service.DisableControllers', [
  ['.', '', 'cpu bogus', '"cpu" io', 'c\\pu'],
  ['!', 'cpu,memory', 'yes', '"cpu', 'rdma'],
]);
verdicts('Service.OOMRules', [
  ['.', '', 'a b', 'a]b', '{a}', '"a b"', 'ü', '%Z', '...', 'a'.repeat(255)],
  ['!', 'a?b', 'a[b', 'a\\b', '"a', '.', '..', 'a/b', '""', 'a * b', 'a'.repeat(256)],
]);
verdicts('Mount.OOMRules', [['!', '', 'a']]);

const uuid = (bytes: number) => `UUID=${'a'.repeat(bytes)}`;
verdicts('Swap.What', [
  ['.', '', 'UUID=a', 'a b', '%i', '/a/../b', uuid(4077), 'LABEL="a b"'],
  ['!', '%Z', 'a'.repeat(4096), uuid(4078), `LABEL=${' '.repeat(1100)}x`],
]);
verdicts(
  'Swap.What',
  [
    ['.', '/a', '%i'],
    ['!', 'UUID=a', '/a/../b', '%Z'],
  ],
  252,
);
verdicts(
  'Mount.What',
  [
    ['.', 'a'.repeat(4100), 'UUID=a'],
    ['!', '%Z'],
  ],
  252,
);
verdicts('Swap.Priority', [
  ['.', '', '-1', '32767', '0x10', '+5', '-0'],
  ['!', '-2', '32768', '99999999999', '1.5'],
]);
verdicts('Service.IPIngressFilterPath', [
  ['.', '', '/a', '/sys/fs/bpf/x'],
  ['!', 'a', '/a/../b', '%Z'],
]);
verdicts('Path.PathExistsGlob', [
  ['.', '', '/a/*', '%h', '/a b'],
  ['!', 'a', '/a/../b', '%i', '"/a"'],
]);
