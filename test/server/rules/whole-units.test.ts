import { describe, expect, test } from 'vitest';
import { check } from '../../../server/src/rules/check.ts';
import type { Finding } from '../../../server/src/rules/rule.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';
import { type UnitSource, unitSet } from '../../../server/src/unit/unit-set.ts';
import { caseOf, versions, wholeCases } from './whole-cases.ts';

/** The findings of some files that lie in one folder, each with its file where that is not the first. */
function findings(files: readonly (readonly [path: string, text: string])[], systemd: number) {
  const sources = files.map(([name, text]): UnitSource => {
    const tree = parseUnit(text);
    return { path: `/x/${name}`, unit: unitFileOf(`/x/${name}`) ?? { role: 'unit' }, tree: () => tree };
  });
  const set = unitSet(sources);
  return sources.flatMap(({ path, unit, tree }, n) => {
    const found = check({ tree: tree(), unit, target: { systemd }, among: { set, path } });
    return found.filter(f => f.code.startsWith('unit/')).map(f => [n > 0 ? `${path.slice(3)}:` : '', f] as const);
  });
}
const told = (found: readonly (readonly [string, Finding])[]) =>
  found.map(([file, { line, code }]) => `${file}${line} ${code.slice('unit/'.length)}`).join(', ');

describe.each(versions)('systemd %i', systemd => {
  const at = versions.indexOf(systemd);
  test.each(wholeCases.map(caseOf))('$files', ({ files, says }) => {
    expect(told(findings(files, systemd))).toBe(says[at]);
  });
});

const service = '[Service]\nExecStart=/bin/true\n';

test.each([
  [`${service}ExecStart=/bin/false -x\n`, '/bin/false', /a second ExecStart= command.*Type=simple.*systemd 257 refuses to load the unit/],
  ['[Service]\nExecStart=/bin/a ;\\\n  /bin/b\n', '/bin/b', /second/],
  ['[Service]\nExecStop=/bin/true\n', '[Service]', /RemainAfterExit=yes/],
  [`${service}ExecStart=\n`, 'ExecStart=', /no ExecStart=, ExecStop= or SuccessAction=/],
  [`${service}Type=oneshot\nRestart=always\n`, 'always', /Restart=on-failure/],
  [`[Unit]\nAfter=b.service hello.service\n${service}`, 'hello.service', /names itself in After=/],
  [`${service}ProtectSystem=full\nWorkingDirectory=/sys/fs\n`, '/sys/fs', /when ProtectSystem= gives the unit its own view/],
])('%j is wrong at %s', (text, word, message) => {
  const [found] = findings([['hello.service', text]], 257).map(([, f]) => f);
  expect(text.slice(found?.start, found?.end)).toBe(word);
  expect(found?.message).toMatch(message);
});

test('a finding stands in the file that causes it', () => {
  const files = [
    ['a.service', service],
    ['a.service.d/x.conf', service],
  ] as const;
  expect(told(findings(files, 257))).toBe('a.service.d/x.conf:2 several-commands');
});

test('a drop-in by itself is not taken for a unit', () => {
  expect(told(findings([['a.service.d/x.conf', '[Service]\nType=oneshot\nRestart=always\n']], 257))).toBe('');
});

test('a drop-in of all services is judged with each, and told once', () => {
  const files = [
    ['a.service', service],
    ['b.service', service],
    ['service.d/x.conf', service],
  ] as const;
  expect(told(findings(files, 257))).toBe('service.d/x.conf:2 several-commands');
});

test('what a refused drop-in said before counts, and no more', () => {
  const dropIn = '[Service]\nType=oneshot\nExecStart=/bin/b\nExecStart=a/b\nType=simple\n';
  expect(
    told(
      findings(
        [
          ['a.service', service],
          ['a.service.d/x.conf', dropIn],
        ],
        257,
      ),
    ),
  ).toBe('a.service.d/x.conf:4 refused-value');
});

test.each([
  ['a.service.in', '[Service]\nType=@TYPE@\nExecStart=@bindir@/a\nExecStart=/bin/b\nNice=@nice@\n@EXTRA@\n[@SECTION@]\n', ''],
  ['a.service.in', '[Service]\nExecStart=@bindir@/a\nNice=many\nRestrt=no\n', '3 bad-value, 4 unknown-directive'],
  ['a.service.in', '[Service]\nUser=@user@\n', ''],
  [
    'a.service.j2',
    '[Service]\n{% if x == 1 %}\nExecStart={{ bin }}\n{% else %}\nExecStart=/bin/b\n{% endif %}\nNice=many\n',
    '7 bad-value',
  ],
  ['a.service', '[Service]\nExecStart=@bindir@/a\n', '2 refused-value'],
  ['.#a.service0123456789abcdef', '[Service]\nNice=many\n', '1 nothing-to-run, 2 bad-value'],
])('placeholders and temporary names: %s %j', (name, text, expected) => {
  expect(told(findings([[name, text]], 257))).toBe(expected);
});
