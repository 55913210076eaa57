import { expect, test } from 'vitest';
import { sandboxProperties, shellInside, shellLike } from '../../../client/src/hosts/units/sandbox.ts';
import { escapeInstance, instanceOf } from '../../../client/src/hosts/units/unit-name.ts';

const files = `# /run/systemd/system.attached/a@.service
[Unit]
PrivateTmp=no
[Service]
Type=notify
ExecStart=/bin/a
User=%p-%i
StateDirectory=a
 PrivateTmp = yes
; ProtectHome=yes
SystemCallFilter=a \\
  b
Environment=HOME=%h
# /run/systemd/system.attached/a@.service.d/20-portable.conf
[Service]
RootDirectory=/var/lib/portables/a;$(id)
Environment=PORTABLE=100%%
`;

test('a new sandbox has what makes the sandbox of the unit, and nothing that starts or keeps something', () => {
  expect(sandboxProperties(files, 'a@x.service')).toEqual([
    'User=a-x',
    'PrivateTmp=yes',
    'SystemCallFilter=a    b',
    'RootDirectory=/var/lib/portables/a;$(id)',
    'Environment=PORTABLE=100%',
  ]);
});

test('every setting is one word of the command line', () => {
  const argv = shellLike(['RootDirectory=/a b;$(id)'], false);
  expect(argv).toContain('--property=RootDirectory=/a b;$(id)');
  expect(argv.at(-1)).toBe('/bin/sh');
  expect(shellInside(7, '/bin/sh', false)).toEqual(['nsenter', '-t', '7', '-a', '-r', '-w', '--', '/bin/sh']);
  expect(shellInside(7, '/bin/sh', true).slice(-3)).toEqual(['sh', '7', '/bin/sh']);
  expect(shellLike([], true)).toContain('--user');
});

test.each([
  ['plain-1.0', 'plain-1.0'],
  ['dev/sda 1', 'dev-sda\\x201'],
  ['ä', '\\xc3\\xa4'],
  ['$(id);x', '\\x24\\x28id\\x29\\x3bx'],
  ['.x y', '\\x2ex\\x20y'],
])('%s as an instance is %s', (text, name) => {
  expect(escapeInstance(text)).toBe(name);
  expect(instanceOf('a@.service', text)).toBe(`a@${name}.service`);
});
