import { expect, test } from 'vitest';
import { describeImage } from '../../../server/src/image/facts.ts';
import { decompressors } from '../../../server/src/node/images/decompressors.ts';
import { closed, linkTo, memoryFiles, type Tree } from './memory-files.ts';

const describeTree = (tree: Tree, name = 'hello_1.0') =>
  describeImage(`/w/${name}`, 'directory', { files: memoryFiles({ w: { [name]: tree } }), decompressors });
const describeRaw = (content: Tree[string], name = 'hello_1.0.raw') =>
  describeImage(`/w/${name}`, 'raw', { files: memoryFiles({ w: { [name]: content } }), decompressors });

const unit = '[Service]\n';

test('a directory image', async () => {
  const facts = await describeTree({
    etc: { 'os-release': linkTo('../usr/lib/os-release') },
    usr: {
      lib: {
        'os-release': 'ID=debian\nVERSION_ID="13"\nIMAGE_VERSION=1.0\n',
        systemd: {
          system: { 'hello.service': unit, 'hello@.service': linkTo('hello.service'), 'hello-x.mount': unit, 'other.service': unit },
        },
      },
    },
  });
  expect(facts).toEqual({
    path: '/w/hello_1.0',
    name: 'hello_1.0',
    kind: 'directory',
    prefix: 'hello',
    version: '1.0',
    osRelease: { ID: 'debian', VERSION_ID: '13', IMAGE_VERSION: '1.0' },
    units: [
      ['hello-x.mount', 'hello-x.mount', false],
      ['hello.service', 'hello.service', true],
      ['hello@.service', 'hello.service', true],
      ['other.service', 'other.service', false],
    ].map(([name, file, attachable]) => ({
      name,
      path: `/usr/lib/systemd/system/${name}`,
      file: `/w/hello_1.0/usr/lib/systemd/system/${file}`,
      attachable,
    })),
  });
});

test.each<[string, string, string, 'system' | 'user' | undefined, readonly string[], 'user' | undefined]>([
  ['of the system', 'system user', 'ID=a', 'user', ['system'], undefined],
  ['of a user', 'system user', 'PORTABLE_SCOPE=user', 'system', ['user'], 'user'],
  ['of a user who forgot them', 'system', 'PORTABLE_SCOPE=user', 'user', [], 'user'],
  ['of both, for the system', 'system user', 'PORTABLE_SCOPE=any', 'system', ['system'], undefined],
  ['of both, for nobody in particular', 'system user', 'PORTABLE_SCOPE=any', undefined, ['system'], undefined],
  ['of both, for a user', 'system user', 'PORTABLE_SCOPE=any', 'user', ['user'], 'user'],
  ['of a user alone, who does not say so', 'user', 'ID=a', 'system', ['user'], 'user'],
  ['of nobody', '', 'ID=a', 'user', [], undefined],
])('whose units are told: %s', async (_, managers, osRelease, scope, told, of) => {
  const systemd = Object.fromEntries(managers.split(' ').map(manager => [manager || 'x', { 'hello.service': unit }]));
  const files = memoryFiles({ w: { hello: { usr: { lib: { 'os-release': `${osRelease}\n`, systemd } } } } });
  const facts = await describeImage('/w/hello', 'directory', { files, decompressors, scope });
  expect(facts.units.map(({ path }) => path)).toEqual(told.map(manager => `/usr/lib/systemd/${manager}/hello.service`));
  expect(facts.scope).toBe(of);
});

test.each<[string, Tree, Record<string, string> | undefined, string | undefined]>([
  ['/etc comes first', { etc: { 'os-release': 'ID=a' }, usr: { lib: { 'os-release': 'ID=b' } } }, { ID: 'a' }, undefined],
  ['/etc leads nowhere', { etc: { 'os-release': linkTo('x') }, usr: { lib: { 'os-release': 'ID=b' } } }, { ID: 'b' }, undefined],
  ['there is none', { usr: {} }, undefined, undefined],
  ['it is empty', { etc: { 'os-release': '' } }, {}, undefined],
  [
    'it is a loop',
    { etc: { 'os-release': linkTo('os-release') } },
    undefined,
    'corrupt: its /etc/os-release leads nowhere (loop at /etc/os-release)',
  ],
  ['it is a directory', { etc: { 'os-release': {} } }, undefined, 'corrupt: its /etc/os-release is not a file'],
  [
    'it is not UTF-8',
    { etc: { 'os-release': Uint8Array.of(0x49, 0x44, 0x3d, 0xe4) } },
    undefined,
    'corrupt: its /etc/os-release is not UTF-8',
  ],
  ['a comment is not UTF-8', { etc: { 'os-release': Uint8Array.of(0x23, 0xe4, 0x0a, 0x49, 0x44, 0x3d, 0x61) } }, { ID: 'a' }, undefined],
  ['it is huge', { etc: { 'os-release': '#'.repeat(2 << 20) } }, undefined, 'not supported: its /etc/os-release is 2097152 bytes long'],
  ['it is closed', { etc: closed, usr: {} }, undefined, 'not allowed: this user may not read it'],
])('os-release: %s', async (_, tree, osRelease, problem) => {
  const facts = await describeTree(tree);
  expect([facts.osRelease, facts.problem]).toEqual([osRelease, problem]);
});

test('units are there although the os-release is bad', async () => {
  const facts = await describeTree({ usr: { lib: { 'os-release': {}, systemd: { system: { 'hello.service': unit } } } } });
  expect(facts.units.map(({ name }) => name)).toEqual(['hello.service']);
  expect(facts.problem).toBe('corrupt: its /usr/lib/os-release is not a file');
});

test.each<[string, Tree[string], object]>([
  ['empty', '', { size: 0, problem: 'corrupt: the file is empty' }],
  ['text', 'hello\n', { size: 6, problem: 'not supported: it holds no file system or partition table that is known' }],
  ['cut off squashfs', 'hsqs', { size: 4, fileSystem: 'squashfs', problem: 'corrupt: it is cut off after 4 bytes' }],
  ['cut off xfs', 'XFSB', { size: 4, fileSystem: 'xfs', problem: 'corrupt: it is cut off after 4 bytes' }],
  ['a directory', {}, { problem: 'not supported: it is not a regular file' }],
  ['closed', closed, { problem: 'not allowed: this user may not read it' }],
])('a raw image: %s', async (_, content, expected) => {
  expect(await describeRaw(content)).toEqual({
    path: '/w/hello_1.0.raw',
    name: 'hello_1.0',
    kind: 'raw',
    prefix: 'hello',
    units: [],
    ...expected,
  });
});

test.each<[string, 'directory' | 'raw', string]>([
  ['/w/gone', 'directory', 'it is not there'],
  ['/w/gone.raw', 'raw', 'it is not there'],
  ['/w/file', 'directory', 'it is not a directory'],
])('%s as a %s', async (path, kind, problem) => {
  expect((await describeImage(path, kind, { files: memoryFiles({ w: { file: '' } }), decompressors })).problem).toBe(problem);
});

test('a crowd of links that lead in circles ends soon', async () => {
  const crowd = Object.fromEntries(
    Array.from({ length: 30_000 }, (_, i) => [`${i}.service`, linkTo(`../system/${(i + 1) % 30_000}.service`)]),
  );
  const facts = await describeTree({ usr: { lib: { systemd: { system: crowd } } } });
  expect(facts.problem).toBe('not supported: finding out what it holds takes more than 100000 steps');
});
