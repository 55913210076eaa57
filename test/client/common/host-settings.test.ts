import { describe, expect, test } from 'vitest';
import { definitionId, readHosts, settingEntry } from '../../../client/src/common/host-settings.ts';
import { destinationFault } from '../../../client/src/hosts/ssh/destination.ts';

describe('the setting portableServices.hosts', () => {
  test.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['empty', []],
  ])('%s: no host, no fault', (_name, value) => expect(readHosts(value)).toEqual({ definitions: [], faults: [] }));

  test('good entries, in their order', () => {
    const value = [
      { kind: 'ssh', destination: 'root@pi' },
      { kind: 'container', name: 'build-vm', pidFile: '/run/build-vm.pid' },
      { kind: 'ssh', name: 'the pi', destination: 'pi' },
    ];
    expect(readHosts(value)).toEqual({
      definitions: [
        { kind: 'ssh', name: 'root@pi', destination: 'root@pi' },
        { kind: 'container', name: 'build-vm', pidFile: '/run/build-vm.pid' },
        { kind: 'ssh', name: 'the pi', destination: 'pi' },
      ],
      faults: [],
    });
  });

  test.each<[unknown, RegExp]>([
    ['pi', /not an object/],
    [['pi'], /not an object/],
    [null, /not an object/],
    [{}, /"kind" is neither/],
    [{ kind: 'ssh' }, /"destination" is missing/],
    [{ kind: 'ssh', destination: 5 }, /"destination" is missing or not a text/],
    [{ kind: 'ssh', destination: '-oProxyCommand=touch x' }, /cannot begin with "-"/],
    [{ kind: 'ssh', destination: 'a b' }, /no blanks/],
    [{ kind: 'ssh', destination: 'a', name: ' ' }, /"name" is not a text/],
    [{ kind: 'ssh', destination: 'a', scope: 'mine' }, /"scope" is neither/],
    [{ kind: 'ssh', destination: 'a', sudo: 'yes' }, /"sudo" is neither true nor false/],
    [{ kind: 'ssh', destination: 'a', sudo: true, scope: 'user' }, /exclude each other/],
    [{ kind: 'local', sudo: true }, /for ssh only/],
    [{ kind: 'ssh', destination: 'a', askFirst: 1 }, /"askFirst" is neither/],
    [{ kind: 'container', name: 'x', pidFile: '/x', scope: 'user' }, /no scope/],
    [{ kind: 'container', pidFile: '/x' }, /"name" is missing/],
    [{ kind: 'container', name: 'x', pidFile: 'x' }, /not an absolute path/],
  ])('entry %j is skipped, with the reason', (entry, reason) => {
    const { definitions, faults } = readHosts([entry, { kind: 'ssh', destination: 'good' }]);
    expect(definitions.map(({ name }) => name)).toEqual(['good']);
    expect(faults).toEqual([expect.stringMatching(/^Entry 1 is skipped: /)]);
    expect(faults[0]).toMatch(reason);
  });

  test('how a host is entered, its scope, and whether to ask first', () => {
    const value = [
      { kind: 'ssh', destination: 'me@pi', sudo: true, askFirst: true },
      { kind: 'ssh', destination: 'me@pi', scope: 'user' },
      { kind: 'ssh', destination: 'you@pi', scope: 'system', sudo: false, askFirst: false },
      { kind: 'local', askFirst: true },
      { kind: 'local', scope: 'user', name: 'mine' },
    ];
    expect(readHosts(value)).toEqual({
      definitions: [
        { kind: 'ssh', name: 'me@pi', destination: 'me@pi', sudo: true, askFirst: true },
        { kind: 'ssh', name: 'me@pi, user units', destination: 'me@pi', scope: 'user' },
        { kind: 'ssh', name: 'you@pi', destination: 'you@pi' },
        { kind: 'local', name: 'this machine', askFirst: true },
        { kind: 'local', name: 'mine', scope: 'user' },
      ],
      faults: [],
    });
    expect(readHosts(value).definitions.map(definitionId)).toEqual(['ssh:me@pi', 'user@ssh:me@pi', 'ssh:you@pi', 'local', 'user@local']);
    expect(readHosts(readHosts(value).definitions.map(settingEntry)).definitions).toEqual(readHosts(value).definitions);
  });

  test('a host that is there twice counts once', () => {
    const { definitions, faults } = readHosts([
      { kind: 'ssh', destination: 'pi' },
      { kind: 'ssh', destination: 'pi', name: 'other' },
    ]);
    expect(definitions).toHaveLength(1);
    expect(faults).toEqual(['Entry 2 is skipped: other is there already.']);
  });

  test('anything but a list is told', () => expect(readHosts({ pi: true }).faults).toEqual(['It is not a list.']));
});

test.each([
  ['pi', false],
  ['root@10.0.0.1', false],
  ['ssh://root@pi:2222', false],
  ['', true],
  ['-pi', true],
  ['pi x', true],
  ['pi\u0000', true],
  ['pi\u202e', true],
  ['corp\\me@pi', false],
  ['a\\b', true],
  ['a;b', true],
  ['$(a)', true],
  ['fe80::1%eth0', false],
  ['ssh://me@[::1]:22', false],
  ['höst', false],
])('destination %j: fault %s', (destination, faulty) => expect(destinationFault(destination) !== undefined).toBe(faulty));
