import { expect, test } from 'vitest';
import { resolveInImage } from '../../../server/src/image/resolve.ts';
import { fifo, imageTree, linkTo, type Tree } from './memory-files.ts';

const chain = Object.fromEntries([['l0', 'end'], ...Array.from({ length: 40 }, (_, i) => [`l${i + 1}`, linkTo(`l${i}`)])]);

const tree: Tree = {
  usr: {
    lib: { a: 'text', os: 'x', self: linkTo('self'), ping: linkTo('pong'), pong: linkTo('ping'), up: linkTo('../../../../../etc/passwd') },
    bin: {},
  },
  etc: {
    passwd: 'root',
    absolute: linkTo('/usr/lib/a'),
    relative: linkTo('../usr/lib/a'),
    outside: linkTo('/../../../../etc/passwd'),
    nowhere: linkTo('/missing/file'),
    directory: linkTo('../usr'),
    slashed: linkTo('../usr/lib/a/'),
    throughFile: linkTo('passwd/../passwd'),
    dots: linkTo('.././etc/./passwd'),
    queue: fifo,
    huge: linkTo('x/'.repeat(3000)),
  },
  lib: linkTo('usr/lib'),
  chain,
  'a b\n"c': 'odd',
  __proto: 'own',
};

test.each<[string, string]>([
  ['', 'directory /'],
  ['/', 'directory /'],
  ['///usr//lib/', 'directory /usr/lib'],
  ['usr/lib/a', 'file /usr/lib/a'],
  ['/usr/lib/a/', 'not-a-directory /usr/lib/a'],
  ['/usr/lib/a/b', 'not-a-directory /usr/lib/a'],
  ['/usr/lib/a/..', 'not-a-directory /usr/lib/a'],
  ['/lib/a', 'file /usr/lib/a'],
  ['/etc/absolute', 'file /usr/lib/a'],
  ['/etc/relative', 'file /usr/lib/a'],
  ['/etc/outside', 'file /etc/passwd'],
  ['/usr/lib/up', 'file /etc/passwd'],
  ['/../../etc/passwd', 'file /etc/passwd'],
  ['/usr/../..', 'directory /'],
  ['/etc/nowhere', 'missing /missing'],
  ['/etc/directory/lib/a', 'file /usr/lib/a'],
  ['/etc/directory/..', 'directory /'],
  ['/etc/slashed', 'not-a-directory /usr/lib/a'],
  ['/etc/throughFile', 'not-a-directory /etc/passwd'],
  ['/etc/dots', 'file /etc/passwd'],
  ['/etc/queue', 'fifo /etc/queue'],
  ['/etc/queue/x', 'not-a-directory /etc/queue'],
  ['/etc/huge', 'too-long /etc/huge'],
  ['/usr/lib/self', 'loop /usr/lib/self'],
  ['/usr/lib/ping', 'loop /usr/lib/pong'],
  ['/usr/lib/ping/..', 'loop /usr/lib/pong'],
  ['/chain/l31', 'file /chain/l0'], // systemd 252 and 257 follow 31 links
  ['/chain/l32', 'loop /chain/l1'],
  ['/missing', 'missing /missing'],
  ['/missing/../etc/passwd', 'missing /missing'],
  ['/usr/lib/a\0b', 'missing /usr/lib/a\0b'],
  ['/a b\n"c', 'file /a b\n"c'],
  ['/constructor', 'missing /constructor'],
  ['/usr/'.repeat(1).concat('bin/../'.repeat(600)), 'too-long /usr/bin'],
])('%j leads to %s', async (path, expected) => {
  const found = await resolveInImage(await imageTree(tree), path);
  expect(found.outcome === 'found' ? `${found.node.kind} ${found.path}` : `${found.outcome} ${found.at}`).toBe(expected);
});
