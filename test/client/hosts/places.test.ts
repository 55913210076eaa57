/** Where things lie on this machine: the bus socket, images that root alone can write, how a tree is packed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onlyRootCanWrite, removedOnDetach } from '../../../client/src/hosts/in-place.ts';
import { socketPath } from '../../../client/src/hosts/local.ts';
import { packArguments } from '../../../client/src/hosts/tar.ts';

test.each([
  [undefined, '/run/dbus/system_bus_socket'],
  ['', '/run/dbus/system_bus_socket'],
  ['unix:path=/a/b', '/a/b'],
  ['tcp:host=x;unix:guid=1,path=/a%20b', '/a b'],
  ['unix:path=/a%', '/a%'],
  ['unix:abstract=/a', '/run/dbus/system_bus_socket'],
])('the socket of the address %j is %s', (address, path) => expect(socketPath(address)).toBe(path));

describe('attached in place', () => {
  const root = { uid: 0, mode: 0o40755 };
  test.each([
    ['all root’s', {}, true],
    ['the image a user’s', { '/srv/images/a': { uid: 1000, mode: 0o40755 } }, false],
    ['a directory above a user’s', { '/srv': { uid: 1000, mode: 0o40755 } }, false],
    ['a directory above writable by a group', { '/srv/images': { uid: 0, mode: 0o40775 } }, false],
    ['a sticky directory above', { '/srv': { uid: 0, mode: 0o41777 } }, false],
  ])('%s', async (_what, special: Readonly<Record<string, typeof root>>, allowed) => {
    expect(await onlyRootCanWrite('/srv/images/a', async path => special[path] ?? root)).toBe(allowed);
  });
  test.each([
    ['/run/portables/a.raw', true],
    ['/etc/portables/a', true],
    ['/var/lib/portables/a', false],
    ['/run/portables/deeper/a', false],
  ])('%s is removed on detach: %s', (path, removed) => expect(removedOnDetach(path)).toBe(removed));
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
