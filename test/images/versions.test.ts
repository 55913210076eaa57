/** Which version systemd takes, beside systemd-vpick and `systemd-analyze compare-versions` of real trees. */
import { expect, test } from 'vitest';
import { ensureTree, installHostTools, whyNoHosts } from '../../lab/hosts.ts';
import { preferredOn } from '../../server/src/image/elf/machine.ts';
import { compareLabels } from '../../server/src/image/partitions/label-order.ts';
import { orderVersions, readVersionedName, versionsDirectory } from '../../server/src/image/versions/pick.ts';
import { thisMachine } from '../../server/src/node/this-machine.ts';
import { runWritable } from './writable-tree.ts';

const reason = whyNoHosts();
const skipped = reason !== undefined && process.env.CI !== 'true';

/** Numbers that are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
}

const pieces = [
  '1',
  '2',
  '10',
  '01',
  '0',
  'a',
  'b',
  'rc',
  '.',
  '-',
  '~',
  '^',
  '+',
  '_',
  '..',
  '1.2',
  '1~rc1',
  ',',
  ':',
  'Z',
  'ü',
  '',
] as const;

/** A version such as nobody should write. */
const versionOf = (pick: (below: number) => number): string =>
  Array.from({ length: 1 + pick(4) }, () => pieces[pick(pieces.length)]).join('');

test.skipIf(skipped).each(['bookworm', 'trixie', 'forky'] as const)('versions compare as in %s', async suite => {
  await installHostTools();
  const pick = numbers(7);
  const pairs = Array.from({ length: 200 }, () => [versionOf(pick), versionOf(pick)] as const).filter(([a, b]) => a !== '' && b !== '');
  const asked = pairs.map(([a, b]) => `systemd-analyze compare-versions -- '${a}' '${b}' | cat`).join('\n');
  const said = runWritable(await ensureTree(suite), asked)
    .trimEnd()
    .split('\n');
  const sign = { 1: '>', 0: '==', '-1': '<' } as const;
  const ours = pairs.map(([a, b]) => `${a} ${sign[String(Math.sign(compareLabels(a, b))) as '1']} ${b}`);
  expect(ours).toEqual(said);
});

test.skipIf(skipped).each([
  ['trixie', 257],
  ['forky', 262],
] as const)('a version is picked as by systemd-vpick of %s', async (suite, systemd) => {
  await installHostTools();
  const pick = numbers(11);
  const simple = ['1', '2', '10', '1.2', '1~rc1', '2-1', '1^a'] as const;
  const ends = [
    '',
    '',
    '',
    '+0',
    '+3',
    '+3-1',
    '+3-2',
    '+0-1',
    '+02',
    '_x86-64',
    '_x86',
    '_arm64',
    '_arm64+1',
    '_x86-64+2-1',
    '_zz',
  ] as const;
  const sets = Array.from({ length: 150 }, () => [
    ...new Set(
      Array.from({ length: 1 + pick(5) }, () => {
        const version = pick(5) === 0 ? versionOf(pick) : simple[pick(simple.length)];
        return `${pick(12) === 0 ? 'other' : 'foo'}${pick(20) === 0 ? '' : '_'}${version}${ends[pick(ends.length)]}.raw`;
      }),
    ),
  ]);
  const script = sets.map(
    (names, n) =>
      `mkdir -p /mnt/${n}/foo.raw.v && cd /mnt/${n}/foo.raw.v && touch ${names.map(name => `'${name}'`).join(' ')} && echo $(systemd-vpick --suffix=.raw --print=filename /mnt/${n}/foo.raw.v 2>/dev/null)`,
  );
  const said = runWritable(await ensureTree(suite), script.join('\n'))
    .split('\n')
    .slice(0, sets.length);
  const directory = versionsDirectory('foo.raw.v');
  const ours = sets.map(names => {
    const read = names.map(name => directory && readVersionedName(name, { ...directory, systemd })).filter(name => name !== undefined);
    return orderVersions(read, preferredOn(thisMachine))[0]?.name ?? '';
  });
  const told = (picked: string, n: number) => `${sets[n]?.join(' ')}: ${picked}`;
  const differ = ours.flatMap((picked, n) => (picked === said[n] ? [] : [`${told(picked, n)}, and systemd ${said[n]}`]));
  expect(differ).toEqual([]);
});
