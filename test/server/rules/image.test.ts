import { describe, expect, test } from 'vitest';
import { knownHost } from '../../../server/src/portable/known-host.ts';
import type { Target } from '../../../server/src/rules/rule.ts';
import type { Tree } from '../image/memory-files.ts';
import { findingsIn, image } from './image-units.ts';

/** What is found in a service of some lines, each with the text that it marks. */
async function found(lines: string, options?: Parameters<typeof findingsIn>[2], tree: Tree = image) {
  const text = `[Service]\n${lines.startsWith('Exec') || lines.includes('\nExec') ? '' : 'ExecStart=/bin/sh\n'}${lines}\n`;
  const findings = await findingsIn(tree, { 'hello.service': text }, options);
  return findings.map(({ code, start, end }) => `${code} ${text.slice(start, end)}`);
}

describe('programs', () => {
  test.each([
    ['ExecStart=/usr/bin/hello --x', []],
    ['ExecStart=hello', []],
    ['ExecStart=/usr/bin/script', []],
    ['ExecStart=/usr/bin/%p', []],
    ['ExecStart=/usr/bin/i386', []],
    ['ExecStart=/usr/bin/helo', ['image/missing-program /usr/bin/helo']],
    ['ExecStart=@/usr/bin/helo x', ['image/missing-program /usr/bin/helo']],
    ['ExecStart=helo', ['image/missing-program helo']],
    ['ExecStart=only-in-bin', ['image/missing-program only-in-bin']],
    ['Type=oneshot\nExecStart=/bin/sh ; /gone', ['image/missing-program /gone']],
    ['ExecStart=/bin/sh\nExecStop=/usr/bin/nothing', ['image/missing-program /usr/bin/nothing']],
    ['ExecStart=/bin/sh\nExecStartPre=-/usr/bin/nothing', []],
    ['ExecStart=/usr/bin/%i', []],
    ['ExecStart=/opt/%H/x', []],
    ['ExecStart=/run/x', []],
    ['ExecStart=/opt/x\nBindPaths=/opt', []],
    ['ExecStart=/opt/x\nRootDirectory=/other', []],
    ['ExecStart=/opt/x\nExtensionImages=/other.raw', []],
    ['ExecStart=/var/lib/me/x\nStateDirectory=me', []],
    ['ExecStart=/bin/sh\nExecStartPre=/opt/x\nRootDirectoryStartOnly=yes', []],
    ['ExecStart=x\nExecSearchPath=/usr/share:/usr/bin', ['image/missing-program x']],
    ['ExecStart=hello\nExecSearchPath=/usr/share:/usr/bin', []],
    ['ExecStart=/usr/bin/plain.txt', ['image/not-executable /usr/bin/plain.txt']],
    ['ExecStart=/usr/bin/folder', ['image/is-directory /usr/bin/folder']],
    ['ExecStart=/usr/bin/arm', ['image/wrong-architecture /usr/bin/arm']],
    ['ExecStart=/usr/bin/python', ['image/missing-interpreter /usr/bin/python']],
    ['ExecStart=/usr/bin/python-by-env', ['image/missing-interpreter /usr/bin/python-by-env']],
    ['ExecStart=/usr/bin/unlinked', ['image/missing-interpreter /usr/bin/unlinked']],
    ['ExecStart=/usr/bin/broken', ['image/missing-library /usr/bin/broken']],
  ])('%s', async (lines, expected) => {
    expect(await found(lines)).toEqual(expected);
  });

  test('of one that is missing, the nearest is offered', async () => {
    const [finding] = await findingsIn(image, { 'hello.service': '[Service]\nExecStart=/usr/sbin/helo\n' });
    expect(finding?.remedies).toEqual([{ kind: 'replace', title: 'Change to /usr/bin/hello', text: '/usr/bin/hello' }]);
  });

  test('who needs a library is named', async () => {
    const [finding] = await findingsIn(image, { 'hello.service': '[Service]\nExecStart=/usr/bin/broken\n' });
    expect(finding?.message).toContain('libgone.so.1, libdeep.so (for /usr/lib/libneedy.so)');
  });

  test.each<[string, Target, string[]]>([
    ['arm', { systemd: 262, architecture: 'arm64' }, []],
    ['hello', { systemd: 262, architecture: 'arm64' }, ['image/wrong-architecture /usr/bin/hello']],
    ['i386', { systemd: 262, architecture: 'x86-64' }, []],
  ])('%s on a host that is known', async (program, target, expected) => {
    expect(await found(`ExecStart=/usr/bin/${program}`, { target })).toEqual(expected);
  });

  test('nothing is said of a layer, of one that nobody built, and of one that makes the program a condition', async () => {
    const missing = { 'hello.service': '[Service]\nExecStart=/usr/bin/helo\n' };
    expect(await findingsIn({ ...image, etc: {} }, missing)).toEqual([]);
    expect(await findingsIn({ etc: { 'os-release': 'ID=x\n' }, usr: { lib: { systemd: {} } } }, missing)).toEqual([]);
    const guarded = '[Unit]\nConditionFileIsExecutable=/usr/bin/helo\n[Service]\nExecStart=/usr/bin/helo\n';
    expect(await findingsIn(image, { 'hello.service': guarded })).toEqual([]);
    expect(await findingsIn(image, { 'hello.socket': '[Socket]\nListenStream=1\nExecStartPre=/usr/bin/helo\n' })).toEqual([]);
  });
});

describe('places', () => {
  test.each([
    ['WorkingDirectory=/usr/share/hello', []],
    ['WorkingDirectory=/srv', ['image/missing-directory /srv']],
    ['WorkingDirectory=/usr/bin/hello', ['image/missing-directory /usr/bin/hello']],
    ['WorkingDirectory=-/srv', []],
    ['WorkingDirectory=~', []],
    ['WorkingDirectory=/tmp/x', []],
    ['StateDirectory=me\nWorkingDirectory=/var/lib/me', []],
    ['WorkingDirectory=%S/me', []],
    ['ReadOnlyPaths=/srv', []],
    ['ReadWritePaths=+/srv -+/srv2 +/usr', ['image/missing-directory +/srv']],
    ['ReadOnlyPaths=+/srv', []],
  ])('%s', async (lines, expected) => {
    expect(await found(lines)).toEqual(expected);
  });

  const mounts: Tree = {
    ...image,
    proc: {},
    sys: {},
    dev: {},
    run: {},
    tmp: {},
    var: { tmp: {}, lib: { there: {} } },
    etc: { 'os-release': '', 'machine-id': '', 'resolv.conf': '' },
  };
  test.each([
    ['', []],
    ['StateDirectory=me there', ['image/missing-mount-point me']],
    ['BindReadOnlyPaths=/opt:/srv -/a', ['image/missing-mount-point /opt:/srv', 'image/missing-mount-point -/a']],
    ['TemporaryFileSystem=/srv', ['image/missing-mount-point /srv']],
    ['TemporaryFileSystem=/var/lib\nStateDirectory=me', []],
    ['RuntimeDirectory=me\nBindPaths=/tmp/x', []],
  ])('mount points of a read-only image: %s', async (lines, expected) => {
    expect(await found(lines, { format: 'squashfs' }, mounts)).toEqual(expected);
    expect(await found(lines, {}, mounts)).toEqual([]);
  });

  test('what every service needs', async () => {
    const { proc: _, ...without } = mounts;
    expect(await found('', { format: 'erofs' }, without)).toEqual(['image/missing-mount-point [Service]']);
  });

  test('the mark of a partition', async () => {
    const options = { format: 'squashfs', unmarkedPartition: 2 };
    expect(await found('', options, mounts)).toEqual(['image/read-only-mark [Service]']);
    expect(await found('', { ...options, target: { systemd: 252 } }, mounts)).toEqual([]);
  });
});

describe('what is only here', () => {
  test.each([
    ['EnvironmentFile=/etc/hello/conf', ['image/only-here /etc/hello/conf']],
    ['EnvironmentFile=-/etc/hello/conf', []],
    ['EnvironmentFile=/etc/other', []],
    ['LoadCredential=a:/etc/hello/conf', ['image/only-here a:/etc/hello/conf']],
    ['[Unit]\nConditionPathExists=/etc/hello/conf', ['image/only-here /etc/hello/conf']],
    ['[Unit]\nConditionPathExists=!/etc/hello/conf\nConditionPathExists=/etc/os-release', []],
  ])('%s', async (lines, expected) => {
    expect(await found(lines)).toEqual(expected);
  });

  const trusted = { target: { systemd: 262, profile: { name: 'trusted' } } };
  test.each([
    ['User=hello', ['image/only-here hello']],
    ['User=hello\nDynamicUser=yes', []],
    ['User=root', []],
    ['User=other', []],
    ['SupplementaryGroups=hello other', ['image/only-here hello']],
  ])('%s, by name under the profile trusted', async (lines, expected) => {
    expect(await found(lines, trusted)).toEqual(expected);
    // by default users are made when the service starts, and further groups are not
    expect(await found(lines)).toEqual(lines.startsWith('Supp') ? expected : []);
  });

  const names = (complete: boolean, ...known: string[]) => ({ complete, names: known });
  const onHost = (users: ReturnType<typeof names>, groups = users, scope: 'system' | 'user' = 'system') => ({
    target: { ...trusted.target, host: knownHost({ name: 'vm', scope, users, groups }) },
  });
  test.each<[string, ReturnType<typeof onHost>, string[]]>([
    ['User=hello', onHost(names(true, 'hello')), []],
    ['User=hello', onHost(names(true, 'root')), ['portable/unknown-user hello']],
    ['User=other', onHost(names(true, 'root')), ['portable/unknown-user other']],
    ['User=other\nDynamicUser=yes', onHost(names(true, 'root')), []],
    ['User=1234', onHost(names(true, 'root')), []],
    ['User=%i', onHost(names(true, 'root')), []],
    ['User=other', onHost(names(false, 'root')), []],
    ['User=hello', onHost(names(false, 'root')), ['image/only-here hello']],
    ['User=other', onHost(names(true), names(true), 'user'), []],
    ['Group=hello\nSupplementaryGroups=wheel other', onHost(names(true), names(true, 'hello', 'wheel')), ['portable/unknown-user other']],
  ])('%s, held against the users of a host', async (lines, look, expected) => {
    expect(await found(lines, look)).toEqual(expected);
  });

  test('nothing is said of units that are not attached', async () => {
    expect(await findingsIn(image, { 'other.service': '[Service]\nExecStart=/bin/sh\nUser=hello\n' }, trusted)).toEqual([]);
  });
});

describe('names', () => {
  const service = '[Service]\nExecStart=/bin/sh\n';
  const codes = async (units: Readonly<Record<string, string>>) => (await findingsIn(image, units)).map(({ code }) => code);
  test.each([
    ['another name that is free', { 'hello.service': `${service}[Install]\nAlias=hallo.service\n` }, []],
    [
      'another name that hides a unit',
      { 'hello.service': `${service}[Install]\nAlias=hello-x.service\n`, 'hello-x.service': service },
      ['image/broken-install'],
    ],
    ['also one that comes along', { 'hello.service': `${service}[Install]\nAlso=hello-x.service\n`, 'hello-x.service': service }, []],
    [
      'also one that does not',
      { 'hello.service': `${service}[Install]\nAlso=x.service\n`, 'x.service': service },
      ['image/broken-install'],
    ],
    [
      'also one that cannot',
      { 'hello.service': `${service}[Install]\nAlso=hello-a.mount\n`, 'hello-a.mount': '[Mount]\nWhat=a\nWhere=/hello/a\n' },
      ['image/broken-install'],
    ],
    ['one that another hides', { 'hello.service': service, '/etc/systemd/system/hello.service': service }, ['image/same-unit-twice']],
    ['one that hides another', { '/etc/systemd/system/hello.service': service, 'hello.service': service }, []],
  ])('%s', async (_, units, expected) => {
    expect(await codes(units)).toEqual(expected);
  });
});
