// Which release file of an image counts, and which extensions and names portabled refuses for it; as seen on 247 to 262 (test/hosts/plan asks them).
import { expect, test } from 'vitest';
import { planAttach } from '../../../server/src/portable/plan/attach-plan.ts';
import { portableImage } from '../../../server/src/portable/plan/portable-image.ts';
import { refusalWords } from '../../../server/src/portable/plan/refusal-words.ts';
import { imageTree, linkTo, type Tree } from '../image/memory-files.ts';

const service = { 'hello.service': '[Service]\nExecStart=/bin/true\n' };
const fits = 'ID=debian\n';
const other = 'ID=arch\n';
const base = (etc: Tree[string], osRelease: Tree[string] = fits): Tree => ({
  etc,
  usr: { lib: { 'os-release': osRelease, systemd: { system: service } } },
});
const named = (releases: Record<string, Tree[string]>): Tree =>
  Object.fromEntries(Object.entries(releases).map(([name, file]) => [`extension-release.${name}`, file]));
const extension = (usr: Record<string, Tree[string]>, etc: Record<string, Tree[string]> = {}): Tree => ({
  etc: { 'extension-release.d': named(etc) },
  usr: { lib: { 'extension-release.d': named(usr), 'is-file': fits } },
});

interface How {
  readonly systemd?: number;
  readonly force?: boolean;
  readonly name?: string;
  readonly extensionName?: string;
  readonly raw?: boolean;
}

async function plan(tree: Tree, over: Tree | undefined, { systemd = 262, force = false, ...how }: How) {
  const { name = 'hello_1', extensionName = 'e', raw = false } = how;
  const at = (path: string, role: 'base' | 'extension') =>
    ({ path: raw ? `/s/${path}.raw` : `/s/${path}`, kind: raw ? 'raw' : 'directory', role }) as const;
  const image = await portableImage(await imageTree(tree), at(name, 'base'));
  const extensions = over ? [await portableImage(await imageTree(over), at(extensionName, 'extension'))] : [];
  const asked = { base: image, extensions, prefixes: [], profile: '', copyMode: '', runtime: true, force };
  return planAttach(asked, { systemd, units: new Set() });
}
async function outcome(...of: Parameters<typeof plan>): Promise<string> {
  const planned = await plan(...of);
  return planned.outcome === 'refused' ? planned.refusal.reason : 'attached';
}

test.each<readonly [what: string, tree: Tree, how: How, outcome: string]>([
  ['a link to nothing is passed over', base({ 'os-release': linkTo('nowhere') }), {}, 'attached'],
  ['a link to itself is not', base({ 'os-release': linkTo('os-release') }), {}, 'no-release'],
  ['not by 247 either', base({ 'os-release': linkTo('os-release') }), { systemd: 247 }, 'no-release'],
  ['nor a path through a file', base({ 'os-release': linkTo('../usr/lib/os-release/x') }), {}, 'no-release'],
  ['/etc that is a file', base('x'), {}, 'no-release'],
  ['a directory', base({ 'os-release': {} }), {}, 'no-release'],
  ['a directory in a directory on 247', base({ 'os-release': {} }), { systemd: 247 }, 'attached'],
  ['a directory in a raw image on 247', base({ 'os-release': {} }), { systemd: 247, raw: true }, 'no-release'],
  ['a directory in both places', base({ 'os-release': {} }, {}), { systemd: 247 }, 'no-release'],
  ['a name for what is being written', base({}), { name: '.#hello' }, 'name'],
  ['no name', base({}), { name: '', raw: true }, 'name'],
  ['a directory called .raw', base({}), { name: '.raw' }, 'attached'],
  ['a stack of layers without a name', base({}), { name: '.mstack' }, 'name'],
  ['before there were any', base({}), { name: '.mstack', systemd: 257 }, 'attached'],
])('os-release: %s', async (_, tree, how, expected) => {
  expect(await outcome(tree, undefined, how)).toBe(expected);
});

const force = { force: true };
test.each<readonly [what: string, over: Tree, how: How, outcome: string]>([
  ['of its own name', extension({ e: fits }), {}, 'attached'],
  ['a directory in its place, whatever is in /etc', extension({ e: {} }, { e: fits }), {}, 'no-release'],
  ['also by force', extension({ e: {}, x: fits }), force, 'no-release'],
  ['a link to itself', extension({ e: linkTo('extension-release.e') }, { e: fits }), {}, 'no-release'],
  ['a link to nothing', extension({ e: linkTo('nowhere') }, { e: fits }), {}, 'attached'],
  ['of another name', extension({ x: fits }), {}, 'no-release'],
  ['of another name by force', extension({ x: fits }), force, 'attached'],
  ['two of them', extension({ x: fits, y: fits }), force, 'no-release'],
  ['a file and a directory', extension({ x: fits, y: {} }), force, 'attached'],
  ['a link of another name', extension({ x: linkTo('../is-file') }), force, 'no-release'],
  ['names that no image can have', extension({ '': fits, 'a\tb': fits, '.#c': fits }), force, 'no-release'],
  ['one of another name counts before that of a configuration', extension({ x: other }, { e: fits }), force, 'extension'],
  ['the other way round', extension({ x: fits }, { e: other }), force, 'attached'],
  ['several before that of a configuration', extension({ x: fits, y: fits }, { e: fits }), force, 'no-release'],
  ['directories are not relaxed on 257', extension({ x: other }, { e: fits }), { ...force, systemd: 257 }, 'attached'],
  ['raw images are', extension({ x: other }, { e: fits }), { ...force, systemd: 257, raw: true }, 'extension'],
  ['a scope that names none', extension({ e: 'ID=_any\nSYSEXT_SCOPE=\n' }), {}, 'extension'],
  ['a stack of layers', extension({ 'e.mstack': fits }), { extensionName: 'e.mstack' }, 'stack'],
  ['a raw image of that name', extension({ 'e.mstack': fits }), { extensionName: 'e.mstack', raw: true }, 'attached'],
  ['before there were stacks', extension({ 'e.mstack': fits }), { extensionName: 'e.mstack', systemd: 257 }, 'attached'],
])('extension-release: %s', async (_, over, how, expected) => {
  expect(await outcome(base({}), over, how)).toBe(expected);
});

test('a stack of layers is no obstacle where no service is attached', async () => {
  const timer: Tree = { etc: {}, usr: { lib: { 'os-release': fits, systemd: { system: { 'hello.timer': '[Timer]\nOnBootSec=1\n' } } } } };
  expect(await outcome(timer, extension({ 'e.mstack': fits }), { extensionName: 'e.mstack' })).toBe('attached');
});

test('an empty scope is told as one', async () => {
  const planned = await plan(base({}), extension({ e: 'ID=debian\nSYSEXT_SCOPE=""\n' }), {});
  const words = planned.outcome === 'refused' ? refusalWords(planned.refusal, 262) : undefined;
  expect(words?.what).toBe('The extension e does not fit: it has an empty SYSEXT_SCOPE=, and portable is needed.');
});

test('what is in the way is named', async () => {
  const planned = await plan(base({}), extension({ e: {} }, { e: fits }), {});
  const words = planned.outcome === 'refused' ? refusalWords(planned.refusal, 262) : undefined;
  expect(words).toMatchObject({
    what: '/usr/lib/extension-release.d/extension-release.e of the image e is no file that can be read, and portabled looks no further.',
    advice: 'Put a file in its place.',
  });
});
