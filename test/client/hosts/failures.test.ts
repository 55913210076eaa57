/** Why did it fail, from recorded journals: the rows that no laboratory host can be brought to (test/hosts/failures says why), and the edges of the others. */
import { describe, expect, test } from 'vitest';
import { explainFailure } from '../../../client/src/hosts/failures/explain.ts';
import type { FailureFacts } from '../../../client/src/hosts/failures/facts.ts';

const settings = (values: Readonly<Record<string, readonly string[]>>) => ({ texts: (name: string) => values[name] ?? [] });
const facts: FailureFacts = {
  unit: 'a.service',
  load: 'loaded',
  result: 'exit-code',
  main: { how: 'exited', status: 1 },
  commands: [{ directive: 'ExecStart', path: '/bin/a' }],
  messages: [],
  said: [],
  kernel: [],
  texts: () => [],
  limits: () => false,
  seconds: () => undefined,
  unmet: [],
  broken: [],
};
const step = (status: number, name: string, error: string): Partial<FailureFacts> => ({
  main: { how: 'exited', status },
  messages: [
    `a.service: Failed at step ${name} spawning /bin/a: ${error}`,
    `a.service: Main process exited, code=exited, status=${status}/${name}`,
  ],
});
const audit = 'audit: type=1326 audit(1.2:3): auid=0 uid=0 pid=7 comm="a" exe="/bin/a" sig=31 arch=c000003e syscall=165 compat=0';

describe('recorded journals', () => {
  test.each<[string, Partial<FailureFacts>, string, string]>([
    [
      'out of memory',
      { result: 'oom-kill', main: { how: 'killed', status: 9 }, limits: name => name === 'MemoryMax' },
      'because memory ran out',
      'MemoryMax',
    ],
    ['out of memory, no limit', { result: 'oom-kill', main: { how: 'killed', status: 9 } }, 'because memory ran out', 'ExecStart'],
    [
      'a forbidden call that the kernel logged',
      { result: 'signal', main: { how: 'killed', status: 31 }, kernel: [audit], ...settings({ SystemCallFilter: ['~mount'] }) },
      'made the system call mount, which',
      'SystemCallFilter',
    ],
    [
      'a forbidden call of another architecture',
      { result: 'core-dump', main: { how: 'dumped', status: 31 }, kernel: [audit.replace('c000003e', 'c00000b7')] },
      'made the system call 165, which',
      'RestrictNamespaces',
    ],
    [
      'capabilities',
      step(218, 'CAPABILITIES', 'Operation not permitted'),
      'CapabilityBoundingSet= could not be set: Operation not permitted',
      'CapabilityBoundingSet',
    ],
    [
      'ambient capabilities',
      {
        ...step(218, 'CAPABILITIES', 'Operation not permitted'),
        messages: [
          'a.service: Failed to apply ambient capabilities',
          'a.service: Failed at step CAPABILITIES spawning /bin/a: Operation not permitted',
        ],
      },
      'AmbientCapabilities= could not be set',
      'AmbientCapabilities',
    ],
    ...[
      ['Failed to adjust resource limit RLIMIT_NPROC: Operation not permitted', 'LimitNPROC'],
      ['Failed to adjust RLIMIT_RTPRIO resource limit: Operation not permitted', 'RestrictRealtime'],
    ].map(([says = '', key = '']): [string, Partial<FailureFacts>, string, string] => {
      const { messages = [], ...rest } = step(205, 'LIMITS', 'Operation not permitted');
      const why = `what ${key}= asks for could not be done: Operation not permitted`;
      return [`a limit: ${key}`, { ...rest, messages: [`a.service: ${says}`, ...messages] }, why, key];
    }),
    [
      'secure bits',
      {
        ...step(218, 'CAPABILITIES', 'Operation not permitted'),
        messages: [
          'a.service: Failed to gain CAP_SETPCAP for setting secure bits',
          'a.service: Failed at step CAPABILITIES spawning /bin/a: Operation not permitted',
        ],
      },
      'what SecureBits= asks for could not be done: Operation not permitted',
      'SecureBits',
    ],
    ['file systems', step(245, 'BPF', 'Operation not supported'), 'what RestrictFileSystems= asks for', 'RestrictFileSystems'],
    ...[
      ['restrict address families', 'RestrictAddressFamilies'],
      ['apply syscall architecture restrictions', 'SystemCallArchitectures'],
      ['disable writing to executable memory', 'MemoryDenyWriteExecute'],
      ['apply SUID/SGID restrictions', 'RestrictSUIDSGID'],
      ['apply namespace restrictions', 'RestrictNamespaces'],
      ['apply sysctl restrictions', 'ProtectKernelTunables'],
      ['apply kernel log restrictions', 'ProtectKernelLogs'],
      ['lock personalities', 'LockPersonality'],
      ['apply system call filters', 'SystemCallFilter'],
    ].map(([what = '', key = '']): [string, Partial<FailureFacts>, string, string] => {
      const { messages = [], ...rest } = step(228, 'SECCOMP', 'Invalid argument');
      const all = [`a.service: Failed to ${what}: Invalid argument`, ...messages, "a.service: Failed with result 'exit-code'."];
      return [`a filter: ${key}`, { ...rest, messages: all }, 'could not be set up: Invalid argument', key];
    }),
    [
      'a filter that cannot be set up',
      step(228, 'SECCOMP', 'Invalid argument'),
      'the filter of system calls could not be set up: Invalid argument',
      'SystemCallFilter',
    ],
    [
      'a keyring',
      step(237, 'KEYRING', 'Disk quota exceeded'),
      'what KeyringMode= asks for could not be done: Disk quota exceeded',
      'KeyringMode',
    ],
    ['PAM', step(224, 'PAM', 'Permission denied'), 'what PAMName= asks for could not be done', 'PAMName'],
    [
      'too many triggers',
      { unit: 'a.socket', result: 'trigger-limit-hit', commands: [] },
      'started its service too often',
      'TriggerLimitBurst',
    ],
    [
      'a port that is taken',
      {
        unit: 'a.socket',
        result: 'resources',
        commands: [],
        messages: ['a.socket: Failed to create listening socket ([::]:80): Address already in use'],
      },
      'could not listen on [::]:80: Address already in use',
      'ListenStream',
    ],
    ['started too often by hand', { result: 'start-limit-hit', main: { how: 'exited', status: 0 } }, 'systemd gave up', 'StartLimitBurst'],
    [
      'a program that ended before its limit',
      { result: 'start-limit-hit', messages: ['a.service: Start request repeated too quickly.'] },
      'ended with status 1; systemd started it again',
      'ExecStart',
    ],
    [
      'ended by a condition',
      { result: 'exec-condition', commands: [{ directive: 'ExecCondition', path: '/bin/c' }] },
      'ExecCondition= did not hold',
      'ExecCondition',
    ],
    [
      'a required unit that failed',
      { result: 'success', broken: ['b.service'] },
      'because b.service, which it requires, is missing or failed',
      'Requires',
    ],
    [
      'a setting that systemd refuses',
      { load: 'bad-setting', messages: ['/run/systemd/system.attached/a.service:4: Bad.'] },
      'refuses to load it: Bad.',
      'ExecStart',
    ],
    [
      'a mount point of every image',
      {
        ...step(226, 'NAMESPACE', 'Read-only file system'),
        messages: [
          'a.service: Failed to set up mount namespacing: /run/systemd/unit-root/proc: Read-only file system',
          'a.service: Failed at step NAMESPACE spawning /bin/a: Read-only file system',
        ],
        ...settings({ ReadOnlyPaths: ['/proc'] }),
      },
      'the image lacks /proc and is read-only',
      'ReadOnlyPaths',
    ],
  ])('%s', (_name, change, says, key) => {
    const failure = explainFailure({ ...facts, ...change });
    expect(failure?.message).toContain(says);
    expect(failure?.advice).toMatch(/\.$/);
    expect(failure?.blame?.key).toBe(key);
  });
});

test('a program may end with a number that systemd uses itself', () => {
  const messages = ['a.service: Main process exited, code=exited, status=217/USER'];
  const failure = explainFailure({ ...facts, main: { how: 'exited', status: 217 }, messages });
  expect(failure?.message).toBe('a.service: its program /bin/a ended with status 217.');
});

test('the line that tells of the step may have been lost: a program that said nothing is not blamed for what its unit asks for', () => {
  const lost = {
    ...facts,
    main: { how: 'exited', status: 243 } as const,
    messages: ['a.service: Main process exited, code=exited, status=243/CREDENTIALS'],
    ...settings({ LoadCredential: ['key', '/missing/key'] }),
  };
  expect(explainFailure(lost)?.message).toContain('it wants key from /missing/key');
  expect(explainFailure({ ...lost, said: ['Bye.'] })?.message).toContain('its program /bin/a ended with status 243, after saying "Bye."');
});

test('without a journal the status alone tells', () => {
  const failure = explainFailure({ ...facts, main: { how: 'exited', status: 217 }, ...settings({ User: ['them'] }) });
  expect(failure?.message).toBe('a.service: its user them does not exist on the host.');
  expect(explainFailure({ ...facts, main: { how: 'exited', status: 226 } })?.message).toContain('could not be set up');
  expect(explainFailure({ ...facts, main: { how: 'exited', status: 203 } })?.message).toContain('/bin/a is not in the image');
});

test('what did not fail is not explained', () => {
  expect(explainFailure({ ...facts, result: 'success', main: { how: 'exited', status: 0 } })).toBeUndefined();
});

test('a result of a systemd to come is told in its word', () => {
  expect(explainFailure({ ...facts, result: 'new-thing' })?.message).toBe('a.service: systemd says: new-thing.');
});

test('what a program said is cut to a length that can be read', () => {
  const said = ['x'.repeat(500)];
  expect(explainFailure({ ...facts, said })?.message.length).toBeLessThan(250);
});

test('the line that systemd named is the one to show', () => {
  const failure = explainFailure({ ...facts, load: 'bad-setting', messages: ['/run/systemd/system.attached/a.service:4: Bad.'] });
  expect(failure?.blame?.line).toBe(4);
});
