import { expect, test } from 'vitest';
import { findImagePlaces } from '../../../server/src/image/find.ts';
import { ImageError } from '../../../server/src/image/image-error.ts';
import { closed, fifo, linkTo, memoryFiles, type Tree } from './memory-files.ts';

const limits = { depth: 4, directories: 1000, images: 100, expired: () => false };
const os = { usr: { lib: { 'os-release': 'ID=x' } } };

async function find(tree: Tree, folders = ['/w'], changed: Partial<typeof limits> = {}) {
  const places = await findImagePlaces(folders, memoryFiles(tree), { ...limits, ...changed });
  return places.map(({ path, kind }) => `${kind} ${path}`);
}

test.each<[string, Tree, string[]]>([
  ['the folder itself', os, ['directory /w']],
  ['below the folder', { a: { b: os } }, ['directory /w/a/b']],
  ['os-release in etc', { a: { etc: { 'os-release': 'ID=x' } } }, ['directory /w/a']],
  ['os-release as a link', { a: { etc: { 'os-release': linkTo('../usr/lib/os-release') }, usr: os.usr } }, ['directory /w/a']],
  ['os-release that leads nowhere', { a: { etc: { 'os-release': linkTo('../usr/lib/os-release') } } }, []],
  ['os-release that leads out of it', { 'os-release': 'ID=x', a: { etc: { 'os-release': linkTo('../../os-release') } } }, []],
  ['unit directory only', { 'mkosi.extra': { usr: { lib: { systemd: { system: {} } } } } }, ['directory /w/mkosi.extra']],
  ['user unit directory', { a: { etc: { systemd: { user: {} } } } }, ['directory /w/a']],
  ['split /usr', { a: { lib: { systemd: { system: {} } } } }, ['directory /w/a']],
  ['usr without anything', { a: { usr: { bin: {} }, etc: { passwd: '' } } }, []],
  ['os-release as a directory', { a: { etc: { 'os-release': {} } } }, []],
  ['raw images', { 'a.raw': '', b: { 'c_1.raw': '' }, 'd.img': '', '.raw': '' }, ['raw /w/a.raw', 'raw /w/b/c_1.raw']],
  ['odd things named .raw', { 'a.raw': fifo, 'b.raw': { x: '' } }, []],
  ['nothing inside an image tree', { a: { ...os, var: { 'x.raw': '', b: os } } }, ['directory /w/a']],
  ['not in node_modules or .git', { node_modules: { a: os }, '.git': { 'a.raw': '' } }, []],
  ['too deep', { 1: { 2: { 3: { 4: { 'a.raw': '', 5: { 'b.raw': '' } } } } } }, ['raw /w/1/2/3/4/a.raw']],
  ['linked directories are not entered', { a: linkTo('/elsewhere'), b: linkTo('c'), c: { 'x.raw': '' } }, ['raw /w/c/x.raw']],
  [
    'linked raw images',
    { 'a.raw': linkTo('/w/b.img'), 'b.img': '', 'c.raw': linkTo('/elsewhere/o.raw'), 'd.raw': linkTo('x') },
    ['raw /w/a.raw'],
  ],
  ['may not be read', { a: closed, b: os }, ['directory /w/a', 'directory /w/b']],
  ['usr may not be read', { a: { usr: closed, x: '' } }, ['directory /w/a']],
  ['odd names', { 'a b\n"\'$()': os, '-x.raw': '' }, ['raw /w/-x.raw', 'directory /w/a b\n"\'$()']],
  ['a name that is not UTF-8', { 'a\udce4.raw': '', 'b.raw': '' }, ['raw /w/b.raw']],
])('%s', async (_, w, expected) => {
  expect(await find({ w, elsewhere: { 'o.raw': '', i: os } })).toEqual(expected);
});

test('the same folder twice, one inside the other, and one that is gone', async () => {
  const tree = { w: { a: os, 'b.raw': '' } };
  expect(await find(tree, ['/w', '/w/a', '/w/', '/missing', '/w/b.raw'])).toEqual(['raw /w/b.raw', 'directory /w/a']);
});

test("the machine's own root is no image", async () => {
  expect(await find({ ...os, srv: { 'a.raw': '' } }, ['/'])).toEqual(['raw /srv/a.raw']);
});

test('it ends: by count of directories, of images, and in time', async () => {
  const many = { w: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}`, { 'a.raw': '' }])) };
  expect(await find(many)).toHaveLength(100);
  expect(await find(many, ['/w'], { directories: 11 })).toHaveLength(10);
  let asked = 0;
  expect(await find(many, ['/w'], { expired: () => ++asked > 6 })).toHaveLength(5);
});

test('what is no ImageError is not swallowed', async () => {
  const files = { ...memoryFiles({ w: {} }), list: () => Promise.reject(new TypeError('a bug')) };
  await expect(findImagePlaces(['/w'], files, limits)).rejects.toThrow('a bug');
  const gone = { ...files, list: () => Promise.reject(new ImageError('io', 'gone')) };
  expect(await findImagePlaces(['/w'], gone, limits)).toEqual([]);
});
