// Which drop-ins a unit with several names has, asked of the real systemd: the same that a set of units gives it, in the same order.
import { beforeAll, expect, test } from 'vitest';
import { ensureTree, installHostTools, suites } from '../../lab/hosts.ts';
import { ask } from '../../lab/verify.ts';
import { parseUnit } from '../../server/src/unit/parse.ts';
import { unitFileOf } from '../../server/src/unit/unit-file.ts';
import { unitSet } from '../../server/src/unit/unit-set.ts';
import { describeOnHosts } from './laboratory.ts';

const etc = '/etc/systemd/system';
const usr = '/usr/lib/systemd/system';

/** The unit that is asked about, and the files and links of the case. */
const cases: readonly (readonly [unit: string, files: readonly string[]])[] = [
  [
    'za.service',
    [`${usr}/za.service`, `${etc}/zb.service -> ${usr}/za.service`, `${etc}/zb.service.d/x.conf`, `${usr}/za.service.d/y.conf`],
  ],
  [
    'za2.service',
    [`${usr}/za2.service`, `${usr}/zb2.service -> za2.service`, `${etc}/zb2.service.d/x.conf`, `${usr}/za2.service.d/x.conf`],
  ],
  [
    'zc-a.service',
    [`${usr}/zc-a.service`, `${usr}/zd-b.service -> zc-a.service`, `${usr}/zd-.service.d/x.conf`, `${usr}/zc-.service.d/x.conf`],
  ],
  [
    'ze.service',
    [`${usr}/ze.service`, `${usr}/zf.service -> ze.service`, `${etc}/zg.service -> ${usr}/zf.service`, `${etc}/zg.service.d/x.conf`],
  ],
  [
    'zh@i.service',
    [`${usr}/zh@.service`, `${usr}/zi@.service -> zh@.service`, `${etc}/zi@.service.d/x.conf`, `${etc}/zi@i.service.d/y.conf`],
  ],
  [
    'zj@i.service',
    [`${usr}/zj@.service`, `${etc}/zk@i.service -> ${usr}/zj@.service`, `${etc}/zk@i.service.d/x.conf`, `${etc}/zj@i.service.d/y.conf`],
  ],
  ['zl.service', [`${usr}/zl.service`, `${usr}/zm.socket -> zl.service`, `${usr}/zm.socket.d/x.conf`, `${usr}/zl.service.d/y.conf`]],
];

const isLink = (file: string) => file.includes(' -> ');
const isDropIn = (path: string) => path.endsWith('.conf');
const textOf = (path: string) => (isDropIn(path) ? '[Service]\nNoSuchKey=1\n' : '[Service]\nExecStart=/bin/true\n');

/** What we take for the drop-ins of a case's unit. */
function ours([unit, files]: (typeof cases)[number]): readonly string[] {
  const sources = files.filter(file => !isLink(file)).map(path => ({ path, unit: unitFileOf(path) ?? { role: 'unit' as const } }));
  const links = files.filter(isLink).map(file => file.split(' -> '));
  const set = unitSet(
    sources.map(source => ({ ...source, tree: () => parseUnit(textOf(source.path)) })),
    links.map(([path = '', target = '']) => ({ path, target })),
  );
  return (set.find(unit, `${usr}/${unit}`)?.sources ?? []).map(({ path }) => path).filter(isDropIn);
}

describeOnHosts('units of several names', () => {
  beforeAll(() => installHostTools());
  test.each(suites.filter(s => s.systemd !== 247))('systemd $systemd', async ({ suite }) => {
    const questions = cases.map(([, files]) =>
      files.map(file =>
        isLink(file) ? ([file.split(' -> ')[0] ?? '', file.slice(file.indexOf('-> '))] as const) : ([file, textOf(file)] as const),
      ),
    );
    const names = cases.map(([unit]) => unit).join(' ');
    // each question has the files of all; the unit is found by the file that is asked about
    const command = `for unit in ${names}; do case "$(basename "$1" .service)" in "\${unit%%[@.]*}"|"\${unit%%[@.]*}@") systemd-analyze verify --man=no --generators=no "$unit";; esac; done`;
    const answers = await ask(await ensureTree(suite), questions, command);
    const theirs = answers.map(lines => lines.flatMap(line => /^([^:]+\.conf):\d+: Unknown key/.exec(line)?.[1] ?? []));
    expect(theirs).toEqual(cases.map(ours));
  });
});
