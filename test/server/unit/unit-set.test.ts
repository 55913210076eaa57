import { describe, expect, test } from 'vitest';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';
import { dropInFolders, templateOf, type UnitSource, unitSet } from '../../../server/src/unit/unit-set.ts';

const sourceOf = (path: string): UnitSource => ({ path, unit: unitFileOf(path) ?? { role: 'unit' }, tree: () => parseUnit('') });
const etc = '/i/etc/systemd/system';
const usr = '/i/usr/lib/systemd/system';
/** The units of a file as `name: files`. */
const loaded = (paths: readonly string[], of: string, links: Readonly<Record<string, string>> = {}) =>
  unitSet(
    paths.map(sourceOf),
    Object.entries(links).map(([path, target]) => ({ path, target })),
  )
    .unitsWith(of)
    .map(({ name, sources }) => `${name}: ${sources.map(s => s.path.replace(etc, 'E').replace(usr, 'U')).join(' ')}`);

test.each([
  ['a.service', ['a.service']],
  ['a-b-c.service', ['a-b-c.service', 'a-b-.service', 'a-.service']],
  ['a-b@.service', ['a-b@.service', 'a-.service', 'a-@.service']],
  ['a-b@x-y.service', ['a-b@x-y.service', 'a-b@.service', 'a-.service', 'a-@x-y.service', 'a-@.service']],
  ['a--b.service', ['a--b.service', 'a--.service', 'a-.service']],
  ['-a.service', ['-a.service']],
  ['----a.service', ['----a.service', '----.service', '---.service', '--.service']],
  ['x--.service', ['x--.service', 'x-.service']],
  ['-.mount', ['-.mount']],
])('the drop-in folders of %s', (name, expected) => {
  expect(dropInFolders(name)).toEqual(expected);
});

test('templates', () => {
  expect(templateOf('a@b.service')).toBe('a@.service');
  expect(templateOf('a@.service')).toBeUndefined();
  expect(templateOf('a.service')).toBeUndefined();
});

test('drop-ins in order of their names, the nearest of each name', () => {
  const files = [
    `${usr}/a-b.service`,
    `${usr}/a-b.service.d/20-x.conf`,
    `${etc}/a-.service.d/20-x.conf`,
    `${usr}/a-b.service.d/30-y.conf`,
    `${etc}/service.d/30-y.conf`,
    `${etc}/service.d/10-z.conf`,
    `${usr}/a-b.service.d/9-a.conf`,
  ];
  expect(loaded(files, files[0] ?? '')).toEqual([
    'a-b.service: U/a-b.service E/service.d/10-z.conf E/a-.service.d/20-x.conf U/a-b.service.d/30-y.conf U/a-b.service.d/9-a.conf',
  ]);
});

test('a drop-in that leads to /dev/null takes those of its name out that are read later', () => {
  const files = [`${usr}/a.service`, `${usr}/a.service.d/x.conf`, `${usr}/a.service.d/y.conf`];
  const of = (links: Readonly<Record<string, string>>) => loaded(files, files[0] ?? '', links);
  expect(of({ [`${etc}/a.service.d/x.conf`]: '/dev/null' })).toEqual(['a.service: U/a.service U/a.service.d/y.conf']);
  expect(of({ [`${etc}/service.d/x.conf`]: '/dev/null' })).toEqual(['a.service: U/a.service U/a.service.d/x.conf U/a.service.d/y.conf']);
  expect(of({ [`${etc}/a.service.d/x.conf`]: 'elsewhere.conf' })).toEqual([
    'a.service: U/a.service U/a.service.d/x.conf U/a.service.d/y.conf',
  ]);
});

test('the units of a drop-in', () => {
  const files = [
    `${usr}/a-b.service`,
    `${usr}/a-c.service`,
    `${usr}/d@.service`,
    `${etc}/a-.service.d/x.conf`,
    `${etc}/d@i.service.d/x.conf`,
    `${etc}/e.service.d/x.conf`,
  ];
  expect(loaded(files, `${etc}/a-.service.d/x.conf`).map(unit => unit.split(':')[0])).toEqual(['a-b.service', 'a-c.service']);
  expect(loaded(files, `${etc}/d@i.service.d/x.conf`)).toEqual(['d@i.service: U/d@.service E/d@i.service.d/x.conf']);
  expect(loaded(files, `${etc}/e.service.d/x.conf`)).toEqual([]);
});

test('what is being edited belongs to no unit, but is judged with the drop-ins of its own', () => {
  const temporary = [`${etc}/a.service.d/.#x.conf0123456789abcdef`, `${usr}/.#a.service0123456789abcdef`] as const;
  const files = [`${usr}/a.service`, `${etc}/a.service.d/x.conf`, ...temporary];
  expect(loaded(files, files[0] ?? '')).toEqual(['a.service: U/a.service E/a.service.d/x.conf']);
  expect(loaded(files, temporary[0])).toEqual([]);
  expect(loaded(files, temporary[1])).toEqual(['a.service: U/.#a.service0123456789abcdef E/a.service.d/x.conf']);
});

test('trees, folders and managers keep apart', () => {
  const files = [`${usr}/a.service`, '/i/usr/lib/systemd/user/a.service', `/j${usr}/a.service`, '/w/a.service', '/w/a.service.d/x.conf'];
  for (const path of files.slice(0, 3)) expect(loaded(files, path)).toHaveLength(1);
  expect(loaded(files, '/w/a.service')).toEqual(['a.service: /w/a.service /w/a.service.d/x.conf']);
  const set = unitSet(files.map(sourceOf), [{ path: '/w/b.service', target: '/dev/null' }]);
  expect([set.isTree(`${usr}/a.service`), set.isTree('/w/a.service')]).toEqual([true, false]);
  expect([set.knows('b.service', '/w/a.service'), set.knows('b.service', `${usr}/a.service`)]).toEqual([true, false]);
});

test('the first of a name wins, and each is still judged', () => {
  const files = [`${usr}/a.service`, `${etc}/a.service`];
  expect(loaded(files, `${usr}/a.service`)).toEqual(['a.service: U/a.service']);
  expect(unitSet(files.map(sourceOf)).find('a.service', `${usr}/x.service`)?.sources[0].path).toBe(`${etc}/a.service`);
});

// what systemd 252, 257 and 262 read (test/hosts/aliases.test.ts)
describe('drop-ins under other names', () => {
  const names = ['x.conf', 'y.conf'];
  test('those of an alias, behind those of the unit itself wherever they lie', () => {
    const files = [`${usr}/a.service`, `${etc}/b.service.d/x.conf`, `${usr}/a.service.d/x.conf`, `${etc}/b.service.d/y.conf`];
    expect(loaded(files, files[0] ?? '', { [`${etc}/b.service`]: '/usr/lib/systemd/system/a.service' })).toEqual([
      'a.service: U/a.service U/a.service.d/x.conf E/b.service.d/y.conf',
    ]);
  });

  test('over several links, and before those of all units', () => {
    const files = [`${usr}/a.service`, `${usr}/c-d.service.d/x.conf`, `${etc}/service.d/x.conf`, `${etc}/c-.service.d/y.conf`];
    const links = { [`${usr}/b.service`]: 'a.service', [`${etc}/c-d.service`]: '../../../usr/lib/systemd/system/b.service' };
    expect(loaded(files, files[0] ?? '', links)).toEqual(['a.service: U/a.service U/c-d.service.d/x.conf E/c-.service.d/y.conf']);
    for (const name of names) {
      const path = files.find(file => !file.includes('/service.d/') && file.endsWith(name)) ?? '';
      expect(loaded(files, path, links)).toEqual(['a.service: U/a.service U/c-d.service.d/x.conf E/c-.service.d/y.conf']);
    }
  });

  test('of instances', () => {
    const files = [`${usr}/a@.service`, `${etc}/b@i.service.d/x.conf`, `${etc}/b@.service.d/y.conf`, `${etc}/c@k.service.d/z.conf`];
    const links = { [`${usr}/b@.service`]: 'a@.service', [`${usr}/c@k.service`]: 'a@.service' };
    expect(loaded(files, files[1] ?? '', links)).toEqual(['a@i.service: U/a@.service E/b@i.service.d/x.conf E/b@.service.d/y.conf']);
    expect(loaded(files, files[2] ?? '', links)).toEqual(['a@.service: U/a@.service E/b@.service.d/y.conf']);
    expect(loaded(files, files[3] ?? '', links)).toEqual(['a@k.service: U/a@.service E/b@.service.d/y.conf E/c@k.service.d/z.conf']);
  });

  test.each([
    ['another type', 'b.socket', 'a.service'],
    ['an instance', 'b@.service', 'a.service'],
    ['another folder', 'b.service', '/opt/a.service'],
    ['a circle', 'b.service', 'b.service'],
  ])('not of links to %s', (_, name, target) => {
    const files = [`${usr}/a.service`, `${usr}/${name}.d/x.conf`];
    expect(loaded(files, files[0] ?? '', { [`${usr}/${name}`]: target })).toEqual(['a.service: U/a.service']);
  });
});
