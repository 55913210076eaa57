import { expect, test } from 'vitest';
import type { ItemSpec } from '../../../client/src/tree/item-spec.ts';
import { createRows, type Row } from '../../../client/src/tree/rows.ts';

/** A tree of names; what a row shows stands behind `=`. Below a name that ends in `?` nothing is known before it is asked for. */
interface Node {
  readonly name: string;
  readonly shows?: string;
  readonly below?: readonly Node[];
}

function setUp(first: readonly Node[]) {
  const state = { now: first, asked: 0 };
  const drawn: (readonly string[] | 'all')[] = [];
  const item = ({ name, shows, below }: Node): ItemSpec => ({
    id: name,
    label: shows ?? name,
    icon: { id: 'file' },
    unfolds: below ? 'folded' : 'no',
  });
  const rows = createRows<Node>({
    item,
    children: node => (node?.name.endsWith('?') ? undefined : ((node ? node.below : state.now) ?? [])),
    ask: async node => {
      state.asked++;
      return node?.below ?? [];
    },
    redraw: some => drawn.push(some ? some.map(({ node }) => node.name) : 'all'),
  });
  /** Unfolds everything, as VS Code asks for it. */
  const unfold = async (row?: Row<Node>): Promise<Row<Node>[]> => {
    const below = await rows.below(row);
    return [...below, ...(await Promise.all(below.map(unfold))).flat()];
  };
  return { state, drawn, rows, unfold };
}

const before: readonly Node[] = [
  { name: 'host', below: [{ name: 'image', below: [{ name: 'a.service' }, { name: 'b.service', shows: 'active' }] }] },
  { name: 'other' },
];
const host = (...below: readonly Node[]): readonly Node[] => [{ name: 'host', below: [{ name: 'image', below }] }, { name: 'other' }];

test.each<[string, readonly Node[], (readonly string[] | 'all')[]]>([
  ['nothing', before, []],
  ['what one row shows', host({ name: 'a.service' }, { name: 'b.service', shows: 'failed' }), [['b.service']]],
  [
    'what two rows show',
    host({ name: 'a.service', shows: 'active' }, { name: 'b.service', shows: 'failed' }),
    [['a.service', 'b.service']],
  ],
  ['a row that came', host({ name: 'a.service' }, { name: 'b.service', shows: 'active' }, { name: 'c.service' }), [['image']]],
  ['a row that went', host({ name: 'a.service' }), [['image']]],
  ['the order', host({ name: 'b.service', shows: 'active' }, { name: 'a.service' }), [['image']]],
  ['a topmost row that came', [...before, { name: 'third' }], ['all']],
])('drawn anew is no more than what changed: %s', async (_, after, expected) => {
  const { state, drawn, rows, unfold } = setUp(before);
  await unfold();
  state.now = after;
  rows.update();
  expect(drawn).toEqual(expected);
  await unfold();
  rows.update();
  expect(drawn).toEqual(expected);
});

test('a row is one object as long as it is there, and stands for what is known now', async () => {
  const { state, rows, unfold } = setUp(before);
  const unit = (await unfold()).find(({ node }) => node.name === 'b.service');
  state.now = host({ name: 'a.service' }, { name: 'b.service', shows: 'failed' });
  rows.update();
  expect(unit?.node.shows).toBe('failed');
  expect((await unfold()).find(({ node }) => node.name === 'b.service')).toBe(unit);
});

test('a folded row counts for what it shows alone', async () => {
  const { state, drawn, rows } = setUp(before);
  await rows.below(undefined);
  state.now = host();
  rows.update();
  expect(drawn).toEqual([]);
});

test('nothing is drawn before VS Code asked', () => {
  const { drawn, rows } = setUp(before);
  rows.update();
  expect(drawn).toEqual([]);
});

test('rows that were asked for are asked for again only on demand', async () => {
  const { state, drawn, rows, unfold } = setUp([{ name: 'files?', below: [{ name: 'usr' }] }]);
  await unfold();
  rows.update();
  expect([state.asked, drawn]).toEqual([1, []]);
  rows.update(true);
  expect(drawn).toEqual([['files?']]);
});
