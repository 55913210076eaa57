/** Where things lie on this machine: the bus socket, images that root alone can write, how a tree is packed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detachRemoves, onlyRootCanWrite, onlyUserCanWrite } from '../../../client/src/hosts/deploy/in-place.ts';
import { packArguments } from '../../../client/src/hosts/deploy/tar.ts';
import { systemPlaces } from '../../../client/src/hosts/on-host/places.ts';
import { socketPath } from '../../../client/src/hosts/transport/local.ts';

test.each([
  [undefined, '/run/dbus/system_bus_socket'],
  ['', '/run/dbus/system_bus_socket'],
  ['unix:path=/a/b', '/a/b'],
  ['tcp:host=x;unix:guid=1,path=/a%20b', '/a b'],
  ['unix:path=/a%', '/a%'],
  ['unix:abstract=/a', '/run/dbus/system_bus_socket'],
])('the socket of the address %j is %s', (address, path) => expect(socketPath(address)).toBe(path));

describe('attached in place', () => {
  const owner = (uid: number, mode: number) => ({ uid, mode, isSymbolicLink: () => false });
  const root = owner(0, 0o40755);
  test.each([
    ['all root’s', {}, true],
    ['the image a user’s', { '/srv/images/a': owner(1000, 0o40755) }, false],
    ['a directory above a user’s', { '/srv': owner(1000, 0o40755) }, false],
    ['a directory above writable by a group', { '/srv/images': owner(0, 0o40775) }, false],
    ['a sticky directory above', { '/srv': owner(0, 0o41777) }, false],
  ])('%s', async (_what, special: Readonly<Record<string, typeof root>>, allowed) => {
    expect(await onlyRootCanWrite('/srv/images/a', async path => special[path] ?? root)).toBe(allowed);
  });
  test.each([
    ['all the user’s', owner(1000, 0o40755), true],
    ['root’s', root, true],
    ['open to a group', owner(1000, 0o40775), false],
    ['another user’s', owner(1001, 0o40755), false],
    ['open to all', owner(1000, 0o40757), false],
    ['sticky', owner(0, 0o41777), false],
  ])('for the units of a user, a directory above %s: %s', async (_what, above, allowed) => {
    expect(await onlyUserCanWrite('/home/me/a', async path => (path === '/home/me' ? above : root), 1000)).toBe(allowed);
  });
  test.each([
    ['/run/portables/a.raw', true],
    ['/etc/portables/a', true],
    ['/run/portables/deeper/a', false],
    ['/var/lib/portables/linked', false],
    ['/var/lib/portables/twin', true],
  ])('detaching %s removes something: %s', async (path, removes) => {
    const there = new Map([
      ['/run/portables/linked', true],
      ['/run/portables/twin', false],
    ]);
    const stat = async (asked: string) => {
      const link = there.get(asked);
      if (link === undefined) throw new Error('ENOENT');
      return { ...root, isSymbolicLink: () => link };
    };
    expect(await detachRemoves(path, systemPlaces.links, stat)).toBe(removes);
  });
});

describe('a packed tree', () => {
  const list = (isRoot: boolean): string => {
    const directory = mkdtempSync(join(tmpdir(), '-odd name-'));
    try {
      mkdirSync(join(directory, 'usr'));
      writeFileSync(join(directory, 'usr/tool'), '');
      chmodSync(join(directory, 'usr/tool'), 0o4750);
      symlinkSync('/absolute', join(directory, 'link'));
      const version = execFileSync('tar', ['--version'], { encoding: 'utf8' });
      const stream = execFileSync('tar', [...packArguments(directory, version, isRoot)]);
      return execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: stream, encoding: 'utf8' });
    } finally {
      rmSync(directory, { recursive: true });
    }
  };
  test.skipIf(process.platform === 'win32')('keeps modes and links; belongs to root where its author is not', () => {
    const listed = list(false);
    expect(listed).toMatch(/^-rwsr-x--- +0[/ ]+0 .*usr\/tool$/m);
    expect(listed).toMatch(/ \.\/link -> \/absolute$/m);
    expect(listed).not.toMatch(/^\S+ +[1-9]\d*[/ ]/m);
  });
  test.each(['tar (GNU tar) 1.34', 'bsdtar 3.5.3 - libarchive 3.5.3'])('%s: owners are given away only without root', version => {
    expect(packArguments('/x', version, false).join(' ')).toMatch(/--owner=0 --group=0|--uid 0 --gid 0/);
    expect(packArguments('/x', version, true).join(' ')).not.toMatch(/--owner=0|--uid 0/);
  });
});
