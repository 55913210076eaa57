import { expect, test } from 'vitest';
import { check } from '../../../server/src/rules/check.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';
import { type UnitSource, unitSet } from '../../../server/src/unit/unit-set.ts';

/** What is advised, as `file: code word`; a text `->` is a link. */
function advised(files: Readonly<Record<string, string>>, folder = '/image/usr/lib/systemd/system'): readonly string[] {
  const paths = Object.entries(files).map(([name, text]) => [name.startsWith('/') ? `/image${name}` : `${folder}/${name}`, text] as const);
  const sources = paths
    .filter(([, text]) => text !== '->')
    .map(([path, text]): UnitSource => {
      const tree = parseUnit(text);
      return { path, unit: unitFileOf(path) ?? { role: 'unit' }, tree: () => tree };
    });
  const links = paths.filter(([, text]) => text === '->').map(([path]) => ({ path, target: '' }));
  const set = unitSet(sources, links);
  return sources.flatMap(({ path, unit, tree }) => {
    const text = tree().text;
    const found = check({ tree: tree(), unit, target: { systemd: 257 }, among: { set, path } }).filter(f => f.code.startsWith('advice/'));
    return found.map(f => `${path.slice(path.lastIndexOf('/') + 1)}: ${f.code.slice('advice/'.length)} ${text.slice(f.start, f.end)}`);
  });
}
const service = (lines = '') => `${lines && `[Unit]\n${lines}\n`}[Service]\nExecStart=/bin/true\n`;
const line = (text: string) => advised({ 'a.service': `[Service]\nExecStart=/bin/true\n${text}\n` });
const command = (text: string) => advised({ 'a.service': `[Service]\nExecStart=${text}\n` });

test.each([
  ['CapabilityBoundingSet=CAP_KILL CAP_FOO cap_net_raw 12', ['CAP_FOO']],
  ['CapabilityBoundingSet=~CAP_KILL,CAP_CHOWN', ['CAP_KILL,CAP_CHOWN']],
  ['AmbientCapabilities=net_raw 99', ['net_raw', '99']],
  ['SecureBits=keep-caps noroot-lock', ['noroot-lock']],
  ['CapabilityBoundingSet=', []],
  ['CapabilityBoundingSet=~', []],
])('%s', (text, words) => {
  expect(line(text)).toEqual(words.map(word => `a.service: unknown-word ${word}`));
});

test.each([
  ['/bin/a > /tmp/x', '>'],
  ['/bin/a --b 2>&1', '2>&1'],
  ['/bin/a && /bin/b', '&&'],
  ['/bin/a | /bin/b', '|'],
  ['/bin/a # why', '#'],
  ["/bin/a '>' x", undefined],
  ["/bin/sh -c 'a > b # c'", undefined],
  ['/bin/a -x>y #1 a&&b', undefined],
  ['/usr/bin/test 1 > 2', undefined],
  ['/bin/a ; /bin/b', undefined],
])('%s', (text, word) => {
  expect(command(text).filter(found => found.includes('shell-syntax'))).toEqual(word ? [`a.service: shell-syntax ${word}`] : []);
});

test.each([
  ['Environment=PATH=/x:$PATH', ['PATH=/x:$PATH']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a unit's
  ['Environment=A=1 "B=${B} c"', ['"B=${B} c"']],
  ['Environment=A=$B AB=$ABC', []],
])('%s', (text, words) => {
  expect(line(text)).toEqual(words.map(word => `a.service: own-variable ${word}`));
});

test.each([
  ['PIDFile=/run/', ['/run/']],
  ['PIDFile=/var/run', ['/var/run']],
  ['PIDFile=/run/a.pid', []],
])('%s', (text, words) => {
  expect(line(text)).toEqual(words.map(word => `a.service: pid-file-directory ${word}`));
});

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['what is needed', { 'a.service': service('Requires=b.service\nAfter=b.service c.service') }, ['a.service: missing-unit b.service']],
  [
    'a slip',
    { 'a.service': service('Wants=databse.service\nAfter=Database.service'), 'database.service': service() },
    ['a.service: missing-unit databse.service', 'a.service: missing-unit Database.service'],
  ],
  [
    'neighbours are no slips',
    { 'a.service': service('After=db2.service db-a.service'), 'db1.service': service(), 'db-b.service': service() },
    [],
  ],
  [
    'units of every host',
    { 'a.service': service('Requires=network-online.target systemd-resolved.service srv-x.mount dbus.socket user@1.service x.slice') },
    [],
  ],
  ['templates and links', { 'a.service': service('Requires=b@x.service c.service'), 'b@.service': service(), 'c.service': '->' }, []],
  ['other directories of the image', { 'a.service': service('Requires=b.service'), '/etc/systemd/system/b.service': service() }, []],
  ['what nobody knows', { 'a@.service': service('Requires=b-%i.service %Z.service') }, []],
  ['a socket without its service', { 'a.socket': '[Socket]\nListenStream=/x\n' }, ['a.socket: missing-unit [Socket]']],
  ['a socket with instances', { 'a.socket': '[Socket]\nListenStream=/x\nAccept=yes\n', 'a@.service': service() }, []],
  ['a timer for another', { 'a.timer': '[Timer]\nOnBootSec=1\nUnit=b.service\n' }, ['a.timer: missing-unit b.service']],
  ['what is enabled with it', { 'a.service': `${service()}[Install]\nAlso=b.service\n` }, ['a.service: missing-unit b.service']],
])('units that are not there: %s', (_, files, expected) => {
  expect(advised(files)).toEqual(expected);
});

test('a file by itself lacks nothing', () => {
  expect(advised({ 'a.service': service('Requires=b.service') }, '/home/me')).toEqual([]);
  expect(advised({ 'a.service': service('Requires=b.service'), 'c.service': service() }, '/home/me')).toEqual([
    'a.service: missing-unit b.service',
  ]);
});

const wanted = '[Install]\nWantedBy=multi-user.target\n';
test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  [
    'two',
    { 'a.service': service('Requires=b.service\nAfter=b.service'), 'b.service': service('After=a.service') },
    ['a.service: ordering-cycle b.service', 'b.service: ordering-cycle a.service'],
  ],
  [
    'by the target that wants both',
    { 'a.service': service('After=b.service') + wanted, 'b.service': service('After=a.service') + wanted },
    ['a.service: ordering-cycle b.service', 'b.service: ordering-cycle a.service'],
  ],
  ['not started together', { 'a.service': service('After=b.service'), 'b.service': service('After=a.service') }, []],
  ['before and after agree', { 'a.service': service('Requires=b.service\nAfter=b.service'), 'b.service': service('Before=a.service') }, []],
  [
    'over three',
    {
      'a.service': service('Wants=b.service c.service\nAfter=b.service'),
      'b.service': service('After=c.service'),
      'c.service': service('After=a.service'),
    },
    ['a.service: ordering-cycle b.service'],
  ],
  [
    'a socket after its service',
    { 'a.socket': '[Unit]\nRequires=a.service\nAfter=a.service\n[Socket]\nListenStream=/x\n', 'a.service': service() },
    ['a.socket: ordering-cycle a.service'],
  ],
  [
    'by a drop-in',
    {
      'a.service': service('Requires=b.service\nAfter=b.service'),
      'b.service': service(),
      'b.service.d/x.conf': '[Unit]\nAfter=a.service\n',
    },
    ['a.service: ordering-cycle b.service', 'x.conf: ordering-cycle a.service'],
  ],
])('circles: %s', (_, files, expected) => {
  expect(advised(files)).toEqual(expect.arrayContaining([...expected]));
  if (expected.length === 0) expect(advised(files)).toEqual([]);
});
