import { expect, test } from 'vitest';
import { installCases, installFindings, textOf } from './install-cases.ts';

function told(file: string, text: string, systemd = 257): string {
  return installFindings(file, text, systemd)
    .map(f => `${f.code.slice('install/'.length)} ${text.slice(f.start, f.end)}`)
    .join(', ');
}

test.each(installCases)('%s %j', (...row) => {
  expect(told(row[0], textOf(row))).toBe(row[2]);
});

test.each([
  [252, "bad-alias b, ignored 'c"],
  [257, "ignored 'c"],
])('words in front of an open quote, systemd %i', (systemd, expected) => {
  expect(told('a.service', "[Install]\nAlias=b 'c\nWantedBy=x.target\n", systemd)).toBe(expected);
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
