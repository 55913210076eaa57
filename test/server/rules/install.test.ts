import { expect, test } from 'vitest';
import { check } from '../../../server/src/rules/check.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';
import { installCases, textOf } from './install-cases.ts';

function told(file: string, text: string, systemd = 257): string {
  const found = check({ tree: parseUnit(text), unit: unitFileOf(file) ?? { role: 'unit' }, target: { systemd } });
  return found
    .filter(f => f.code.startsWith('install/'))
    .map(f => `${f.code.slice('install/'.length)} ${text.slice(f.start, f.end)}`)
    .join(', ');
}

test.each(installCases)('%s %j', (...row) => {
  expect(told(row[0], textOf(row))).toBe(row[2]);
});

test.each([
  ['a directive of later versions is none', 'a.service', '[Install]\nUpheldBy=foo\n', 'nothing-enabled [Install]'],
  ['placeholders may become names', 'a.service.in', '[Install]\nWantedBy=@target@ foo\nAlias={{ alias }}\n', ''],
  [
    'a drop-in of many units has no name',
    'service.d/x.conf',
    '[Install]\nWantedBy=%p.wants foo@%i.target x\nAlias=%n b.socket\n',
    'bad-unit-name x, bad-alias b.socket',
  ],
  ['a drop-in', 'a.service.d/x.conf', '[Install]\nAlias=b@.service\nDefaultInstance=x\n', 'bad-alias b@.service, ignored DefaultInstance'],
])('%s', (_, file, text, expected) => {
  expect(told(file, text, 252)).toBe(expected);
});
