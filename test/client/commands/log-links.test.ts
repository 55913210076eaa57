import { expect, test } from 'vitest';
import { linksIn } from '../../../client/src/commands/log-links.ts';

const places = {
  unit: (name: string) => (name === 'hello.service' ? '/work/hello.service' : undefined),
  inImage: (path: string) => (path.startsWith('/usr/') ? `/work${path}` : undefined),
};
const linked = (text: string) =>
  linksIn(text, places).map(({ start, end, file, line }) => [text.slice(start, end), file, ...(line === undefined ? [] : [line])]);

test.each([
  ['2026-11-23 01:02:03.004 hello.service hello: Hello.', [['hello.service', '/work/hello.service']]],
  [
    'hello.service: Failed\nStarted hello.service.',
    [
      ['hello.service', '/work/hello.service'],
      ['hello.service', '/work/hello.service'],
    ],
  ],
  ['other.service, not-hello.service, hello.services', []],
  ['at /usr/lib/app.py:12', [['/usr/lib/app.py:12', '/work/usr/lib/app.py', 12]]],
  ['File (/usr/lib/a b/app.py:12:3)', []],
  ['/etc/x:3 /usr/x', []],
  [
    '/run/systemd/system.attached/hello.service:4: Unknown key',
    [['/run/systemd/system.attached/hello.service:4', '/work/hello.service', 4]],
  ],
  ['http://usr/lib:80/x', []],
])('%j', (text, expected) => expect(linked(text)).toEqual(expected));

test('long lines and many names end', () => {
  expect(linksIn(`${'/usr/x'.repeat(100_000)}:1`, places)).toEqual([]);
  expect(linksIn('hello.service\n'.repeat(20_000), places).length).toBe(5000);
});
