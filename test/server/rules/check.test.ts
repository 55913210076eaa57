import { describe, expect, test } from 'vitest';
import { judgeUnit } from '../../../server/src/features/judge.ts';
import type { Finding } from '../../../server/src/rules/rule.ts';
import { type UnitFile, unitFileOf } from '../../../server/src/unit/unit-file.ts';

function findings(text: string, systemd: number, path = 'hello.service'): readonly Finding[] {
  const unit: UnitFile = unitFileOf(path) ?? { role: 'unit' };
  return judgeUnit({ text, unit }, { systemd }).findings;
}

/** A finding as `line code word`, with the line that systemd names. */
const told = (text: string, found: readonly Finding[]) => found.map(f => `${f.line} ${f.code} ${text.slice(f.start, f.end)}`);

const service = '[Service]\nExecStart=/bin/true\n';

// [name, text, what 252 says, what 262 says if that differs, path]. All were asked of the real ones.
type Case = readonly [name: string, text: string, old: readonly string[], newer?: readonly string[] | undefined, path?: string];
const cases: readonly Case[] = [
  ['nothing wrong', `[Unit]\nDescription=x\n${service}[Install]\nWantedBy=multi-user.target\n`, []],
  ['a misspelt directive', `${service}Restrt=no\n`, ['3 unit/unknown-directive Restrt']],
  ['lower case', '[service]\nexecstart=/bin/true\n', ['1 unit/nothing-to-run [service]', '1 unit/unknown-section service']],
  ['names of others', `[X-Foo]\nBar=1\nnoise\n=x\n${service}X-Foo=1\n`, []],
  ['no X without a dash', `${service}XFoo=1\n`, ['3 unit/unknown-directive XFoo']],
  ['content of an unknown section', `[Foo]\nBar=1\nnoise\n=x\n${service}`, ['1 unit/unknown-section Foo']],
  ['a section of another type', `${service}[Socket]\nListenStream=1\n`, ['3 unit/unknown-section Socket']],
  ['the empty section of targets', '[Target]\nFoo=1\n', ['2 unit/unknown-directive Foo'], undefined, 'a.target'],
  ['a directive of another section', `[Unit]\nRestart=no\n${service}`, ['2 unit/wrong-section Restart']],
  ['a directive of another unit type', `${service}ListenStream=1\n`, ['3 unit/wrong-section ListenStream']],
  ['a directive of [Install]', `${service}WantedBy=multi-user.target\n`, ['3 unit/wrong-section WantedBy']],
  ['a later directive', `${service}LogFilterPatterns=x\n`, ['3 unit/too-new LogFilterPatterns'], []],
  [
    'a later directive in the wrong section',
    `[Unit]\nRestartSteps=3\n${service}`,
    ['2 unit/unknown-directive RestartSteps'],
    ['2 unit/wrong-section RestartSteps'],
  ],
  ['a removed directive', `${service}MemoryLimit=1G\n`, ['3 unit/doubtful-value 1G'], ['3 unit/ignored MemoryLimit']],
  ['a directive removed long ago', `${service}SysVStartPriority=1\n`, ['3 unit/ignored SysVStartPriority']],
  [
    'a directive that was renamed',
    `${service}ManagedOOMMemoryPressureLimitPercent=1\n`,
    ['3 unit/unknown-directive ManagedOOMMemoryPressureLimitPercent'],
  ],
  ['legacy names still work', `${service}StartLimitInterval=1\nPermissionsStartOnly=yes\n`, []],
  ['lines before a header', `A=1\nnoise\n${service}`, ['1 unit/outside-section A', '2 unit/outside-section noise']],
  ['no =', `${service}noise\n`, ['3 unit/no-equals noise']],
  ['no key', `${service} = x\n`, ['3 unit/empty-key = x']],
  ['a comment behind a header', `[Unit] # x\nFoo=1\n`, ['1 unit/bad-header [Unit] # x']],
  [
    'nothing is read behind a bad header',
    `${service}Foo=1\n[Unit\nBar=1\n[Baz]`,
    ['3 unit/unknown-directive Foo', '4 unit/bad-header [Unit'],
  ],
  ['an empty header', `[]\nA=1\n${service}B=1\n`, ['1 unit/unknown-section []', '5 unit/unknown-directive B'], ['1 unit/bad-header []']],
  ['a glob in a header', `[a*]\n${service}B=1\n`, ['1 unit/unknown-section a*', '4 unit/unknown-directive B'], ['1 unit/bad-header [a*]']],
  [
    'a bad header behind a glob',
    `${service}[a?]\n[Unit\n`,
    ['3 unit/unknown-section a?', '4 unit/bad-header [Unit'],
    ['3 unit/bad-header [a?]'],
  ],
  ['a continued line', `${service}Foo=a \\\n# why\n  b\nBar=1`, ['5 unit/unknown-directive Foo', '6 unit/unknown-directive Bar']],
  ['a continuation that the file ends', `${service}Foo=a\\\n`, ['4 unit/unknown-directive Foo']],
  ['a noncharacter', `${service}Foo=1\nA=\uffff\nBar=1\n`, ['3 unit/unknown-directive Foo', '4 unit/not-utf8 \uffff']],
  ['drop-ins by the type of their unit', '[Socket]\nFoo=1\nAccept=yes\n', ['2 unit/unknown-directive Foo'], undefined, 'a.socket.d/x.conf'],
  ['profiles', '[Service]\nPrivateTmp=yes\n[Timer]\n', ['3 unit/unknown-section Timer'], undefined, 'portable/profile/own/service.conf'],
  [
    'any section where the type is unknown',
    '[Socket]\nFoo=1\n[Timer]\nOnBootSec=1\n[Foo]',
    ['2 unit/unknown-directive Foo', '5 unit/unknown-section Foo'],
    undefined,
    'x.conf',
  ],
  ['an empty file, which is a mask', '', []],
];

describe.each([252, 257, 262])('systemd %i', systemd => {
  // 257 speaks as 252 does of all but what came between them
  for (const [name, text, old, newer = old, path] of cases) {
    const expected = systemd === 262 || (systemd === 257 && name.startsWith('a later directive')) ? newer : old;
    test(name, () => expect(told(text, findings(text, systemd, path))).toEqual(expected));
  }
});

test.each([
  [`${service}Restrt=no`, /Did you mean Restart=\?/],
  [`[Servce]\n${service}`, /Did you mean \[Service\]\?/],
  [`[Socket]\n${service}`, /A service unit has no section \[Socket\], only \[Unit\], \[Service\] or \[Install\]/],
  [`${service}ListenStream=1`, /directive of \[Socket\], which a service unit does not have/],
  [`${service}RestartSteps=1`, /came with systemd 254\. systemd 252 does not know it/],
  [`${service}NetClass=1`, /since systemd 247 or earlier: systemd 252 ignores it/],
  [`${service}Foo=\\\n1`, /\(systemd names line 4, where this one ends\.\)/],
  [`${service}F\u001b[31m\u202eoo=1`, /no directive F\ufffd\[31m\ufffdoo= in/],
  [`${service}${'x'.repeat(500)}=1`, /no directive x{60}\.\.\.= in/],
])('the message for %j', (text, expected) => {
  expect(findings(text, 252)[0]?.message).toMatch(expected);
});

test('messages name the host whose systemd judges', () => {
  const target = { systemd: 252, source: 'host build-vm' };
  const { findings: found } = judgeUnit({ text: `${service}RestartSteps=1`, unit: { kind: 'service', role: 'unit' } }, target);
  expect(found[0]?.message).toContain('systemd 252 (host build-vm) does not know it');
});

test.each([
  ['hello.service', 'systemd refuses to load the unit'],
  ['hello.service.d/x.conf', 'systemd drops the rest of this drop-in'],
  ['portable/profile/own/service.conf', 'systemd drops the rest of this profile'],
])('what a bad header costs in %s', (path, expected) => {
  expect(findings('[Service', 262, path)[0]).toMatchObject({ severity: 'error', message: expect.stringContaining(expected) });
});
