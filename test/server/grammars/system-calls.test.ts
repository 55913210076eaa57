import { describe, expect, test } from 'vitest';
import { marked, verdicts } from './cases.ts';

describe('system calls', () => {
  verdicts('Service.SystemCallFilter', [
    [
      '.',
      'open',
      '@mount open',
      '~open',
      '~open:EPERM',
      '~open:eperm',
      '~open:13 read:kill',
      '~@mount:ENOENT',
      '~',
      '~ open',
      'o\\pen',
      'mseal',
      '@sandbox',
    ],
    [
      '!',
      'open:EPERM',
      'bogus',
      '@bogus',
      '@',
      'OPEN',
      '"open"',
      '~~open',
      '~open:BOGUS',
      '~open:',
      '~open:4096',
      '~:EPERM',
      'open,read',
      '%n',
      ':',
    ],
  ]);
  verdicts('Service.SystemCallLog', [
    ['.', 'open', '~open', '@mount'],
    ['!', '~open:EPERM', 'bogus'],
  ]);
  verdicts('Service.SystemCallFilter', [['!', 'mseal', '@sandbox', 'uprobe']], 252);
  verdicts(
    'Service.SystemCallFilter',
    [
      ['.', 'mseal', '@sandbox'],
      ['!', 'uprobe', 'listns'],
    ],
    257,
  );
  verdicts('Service.SystemCallArchitectures', [
    ['.', 'native', '"x86" \'arm\'', 'x32', 'loongarch64', 'mips64-le-n32'],
    ['!', 'X86', 'amd64', 'x86_64', 'aarch64', 'x86,arm', 'm68k', 'x86 "arm'],
  ]);
  verdicts('Service.SystemCallArchitectures', [['!', 'loongarch64']], 252);

  test('what is wrong is marked', () => {
    expect(marked('Service.SystemCallFilter', '~open bogus read:EBOGUS')).toEqual(['bogus', 'EBOGUS']);
    expect(marked('Service.SystemCallFilter', 'open:EPERM')).toEqual([':EPERM']);
  });
});

describe('name spaces, families, capabilities', () => {
  verdicts('Service.RestrictNamespaces', [
    ['.', 'yes', 'net', 'time', 'net mnt', '~net', '~', 'n\\et', 'user'],
    ['!', 'Net', '"net"', 'net,mnt', 'vfs', 'yes net', '~yes', '~~net', 'net bogus'],
  ]);
  verdicts('Service.DelegateNamespaces', [
    ['.', 'yes', 'net mnt', '~user', '~user net'],
    ['!', 'user', 'net user', 'bogus'],
  ]);
  verdicts('Service.RestrictAddressFamilies', [
    ['.', 'none', 'AF_INET', 'af_inet', 'Af_Inet "AF_UNIX"', '~', '~AF_PACKET', 'AF_DECnet', 'AF_FILE'],
    ['!', 'INET', 'PF_INET', 'AF_MAX', 'AF_UNSPEC', '2', 'AF_INET none', '~none', 'AF_BUS'],
  ]);
  verdicts('Service.CapabilityBoundingSet', [['.', '', '~', 'CAP_BOGUS', 'cap_kill "x', '~CAP_KILL', 'CAP_KILL,CAP_CHOWN']]);
  verdicts('Service.SecureBits', [['.', 'noroot', 'bogus', '"x']]);
  verdicts('Service.BPFDelegateMaps', [['.', 'any', 'bogus', '"x', 'a,b']]);
});
