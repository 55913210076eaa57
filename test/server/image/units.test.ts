import { expect, test } from 'vitest';
import { isAttachable, matchesPrefix, unitsOf, unitType } from '../../../server/src/image/units.ts';
import { unitSearchPath } from '../../../server/src/unit/search-path.ts';
import { character, fifo, imageTree, linkTo, type Tree } from './memory-files.ts';

const unit = '[Service]\nExecStart=/bin/true\n';

/** A tree in which each of some paths is a file. */
function treeOf(paths: readonly string[]): Tree {
  const root: Record<string, unknown> = {};
  for (const path of paths) {
    const names = path.split('/').filter(Boolean);
    let here = root;
    for (const name of names.slice(0, -1)) {
      here[name] ??= {};
      here = here[name] as Record<string, unknown>;
    }
    here[names.at(-1) ?? ''] = unit;
  }
  return root as Tree;
}

// what portabled 257 and 262 answered to the same image, in `portablectl inspect --cat`
test('units are found as portabled finds them', async () => {
  const tree = await imageTree({
    etc: {
      systemd: {
        system: {
          'x-all.service': unit,
          'x-dup-empty.service': '',
          'x-dup-dangling.service': linkTo('/nowhere'),
          'x-dup-null.service': linkTo('/dev/null'),
          'x-dup-dir.service': {},
        },
      },
    },
    dev: { null: character },
    lib: linkTo('usr/lib'),
    usr: {
      lib: {
        systemd: {
          system: {
            'x-all.service': unit,
            'x-rel.service': linkTo('x-all.service'),
            'x-abs.service': linkTo('/usr/lib/systemd/system/x-all.service'),
            'x-up.service': linkTo('../../../../../../usr/lib/systemd/system/x-all.service'),
            'x@link.service': linkTo('x-all.service'),
            'x-dangling.service': linkTo('/nowhere'),
            'x-hostfile.service': linkTo('/etc/hostname'),
            'x-null.service': linkTo('/dev/null'),
            'x-dirlink.service': linkTo('/'),
            'x-slash.service': linkTo('x-all.service/'),
            'x-loop.service': linkTo('x-loop.service'),
            'x-empty.service': '',
            'x-dir.service': {},
            'x-fifo.service': fifo,
            'x-dup-empty.service': unit,
            'x-dup-dangling.service': unit,
            'x-dup-null.service': unit,
            'x-dup-dir.service': unit,
            'x@.service': unit,
            'x@@.service': unit,
            'x@a@b.service': unit,
            'x-m.mount': unit,
            'x.target': unit,
            'x b.service': unit,
            'x-é.service': unit,
            'x.SERVICE': unit,
            'x.service.d': { 'a.conf': unit },
            '.x.service': unit,
          },
        },
      },
    },
  });
  const units = await unitsOf(tree);
  expect(units.map(({ name, path, file }) => [name, path.replace(`/${name}`, ''), file.replace(/.*\//, '')])).toEqual([
    ['x-abs.service', '/usr/lib/systemd/system', 'x-all.service'],
    ['x-all.service', '/etc/systemd/system', 'x-all.service'],
    ['x-dup-dangling.service', '/usr/lib/systemd/system', 'x-dup-dangling.service'],
    ['x-dup-dir.service', '/usr/lib/systemd/system', 'x-dup-dir.service'],
    ['x-dup-empty.service', '/usr/lib/systemd/system', 'x-dup-empty.service'],
    ['x-dup-null.service', '/usr/lib/systemd/system', 'x-dup-null.service'],
    ['x-m.mount', '/usr/lib/systemd/system', 'x-m.mount'],
    ['x-rel.service', '/usr/lib/systemd/system', 'x-all.service'],
    ['x-up.service', '/usr/lib/systemd/system', 'x-all.service'],
    ['x.target', '/usr/lib/systemd/system', 'x.target'],
    ['x@.service', '/usr/lib/systemd/system', 'x@.service'],
    ['x@@.service', '/usr/lib/systemd/system', 'x@@.service'],
    ['x@a@b.service', '/usr/lib/systemd/system', 'x@a@b.service'],
    ['x@link.service', '/usr/lib/systemd/system', 'x-all.service'],
  ]);
});

test('a directory of the search path hides those after it', async () => {
  for (let first = 0; first < unitSearchPath.length; first++) {
    const paths = unitSearchPath.slice(first).map(directory => `${directory}/x.service`);
    expect((await unitsOf(await imageTree(treeOf(paths)))).map(({ path }) => path)).toEqual([paths[0]]);
  }
});

test('other directories are not searched', async () => {
  const paths = ['/usr/share/systemd/system', '/usr/lib/systemd/user', '/etc/systemd/user'].map(directory => `${directory}/x.service`);
  expect(await unitsOf(await imageTree(treeOf(paths)))).toEqual([]);
});

test.each<[string, string | undefined, boolean]>([
  ['a.service', 'service', true],
  ['a@.socket', 'socket', true],
  ['a@b.target', 'target', true],
  ['a.b.timer', 'timer', true],
  ['a:_.\\x2d-.path', 'path', true],
  ['-.mount', 'mount', false],
  ['a.slice', 'slice', false],
  ['a.scope', 'scope', false],
  ['a.device', 'device', false],
  ['a.swap', 'swap', false],
  ['a.automount', 'automount', false],
  ['.service', undefined, false],
  ['@a.service', undefined, false],
  ['a.conf', undefined, false],
  ['a.service\n', undefined, false],
  ['a b.service', undefined, false],
  [`${'a'.repeat(247)}.service`, 'service', true],
  [`${'a'.repeat(248)}.service`, undefined, false],
])('%j is a unit of type %s, attached: %s', (name, type, attachable) => {
  expect([unitType(name), isAttachable(name)]).toEqual([type, attachable]);
});

test.each<[string, string, boolean]>([
  ['x.service', 'x', true],
  ['x-a.service', 'x', true],
  ['x@.service', 'x', true],
  ['x.y.service', 'x', true],
  ['xy.service', 'x', false],
  ['x_y.service', 'x', false],
  ['x:z.service', 'x', false],
  ['a.service', 'x', false],
  ['x.service', 'x.service', true],
])('%s matches prefix %s: %s', (name, prefix, expected) => {
  expect(matchesPrefix(name, prefix)).toBe(expected);
});
