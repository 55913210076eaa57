/** What the rules of sandbox/ flag and let pass: the services that real hosts have shown to be harmed, or not, and others. */
import { expect, test } from 'vitest';
import type { ImageAnswers } from '../../../../server/src/image/questions.ts';
import { check } from '../../../../server/src/rules/check.ts';
import type { TreeFacts } from '../../../../server/src/rules/portable/portable-tree.ts';
import { rules } from '../../../../server/src/rules/rules.ts';
import { parseUnit } from '../../../../server/src/unit/parse.ts';
import { boxFiles, ownProfile, sandboxCases } from '../../../hosts/sandbox-cases.ts';

const box: TreeFacts = {
  root: '/srv/box_1',
  name: 'box_1',
  release: { ID: 'box', PORTABLE_PREFIXES: 'box' },
  units: ['box.service'],
  distribution: false,
  mountPoints: true,
  beside: () => [],
};

const elf = {
  ...({ machine: 62, bits: 64, little: true, type: 'program', dynamic: true, needed: ['libc.so.6'], noDefaultDirectories: false } as const),
  imports: async () => [],
};
/** The image of those services: programs are where they are named, and nothing else is there. */
const image: ImageAnswers = {
  traits: () => ({ whole: true, built: true, readOnly: false, prefixes: ['box'] }),
  program: path => ({ program: { kind: 'elf', path, elf }, run: path, missing: [] }),
  place: path => (boxFiles[path]?.kind === 'directory' ? 'directory' : 'missing'),
  rights(path) {
    const { mode = 0o755, owner, capabilities } = boxFiles[path] ?? {};
    const parent = path.slice(0, path.lastIndexOf('/'));
    const above = boxFiles[parent];
    const shut = above && (above.mode & 1) === 0 ? { path: parent } : undefined;
    const who = owner === undefined ? {} : { owner };
    return { rights: { path, mode, ...who, capabilities: capabilities !== undefined, ...(shut && { shut }) } };
  },
  imports: path => boxFiles[path]?.imports ?? [],
  user: () => ({}),
  group: () => ({}),
  architecture: () => ({ name: 'x86-64' }),
};

function findings(text: string, profile: string, systemd = 262, inTree = box, name = 'box.service') {
  const unit = { kind: 'service', role: 'unit', name } as const;
  const whole = text.startsWith('[Unit]') ? text : `[Service]\n${text}`;
  const found = check({
    tree: parseUnit(whole),
    unit,
    inTree,
    image,
    target: { systemd, profile: { name: profile, ...ownProfile(profile) } },
  });
  return found.filter(({ code }) => code.startsWith('sandbox/'));
}
const codes = (...of: Parameters<typeof findings>) => findings(...of).map(({ code }) => code);

/** What cannot bite on hosts like ours, and what only one of them shows. */
const others = ['sandbox/few-tasks', 'sandbox/executable-memory'];

test('each rule has a service that shows it true', () => {
  const all = rules.map(({ code }) => code).filter(code => code.startsWith('sandbox/') && !others.includes(code));
  expect([...new Set(sandboxCases.map(({ code }) => code))].sort()).toEqual(all.sort());
});

test.each([252, 257, 262])('the one is flagged and the other not: systemd %i', systemd => {
  for (const { code, from = 0, flagged, fixed } of sandboxCases) {
    expect(codes(flagged.text, flagged.profile, systemd).includes(code), flagged.text).toBe(systemd >= from);
    expect(codes(fixed.text, fixed.profile, systemd), fixed.text).not.toContain(code);
  }
});

const run = 'ExecStart=/usr/bin/x\n';

test.each([
  ['the same in other words', `${run}PrivateDevices=true\nProtectSystem=strict\nPrivateTmp=1\n`, 'default', []],
  ['a list that allows what the profile does', `${run}RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK\n`, 'default', []],
  ['a list of more than the profile', `${run}RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_VSOCK\n`, 'default', []],
  ['a directory below one that is bound', `${run}WorkingDirectory=/home/x/y\nBindPaths=/home/x\n`, 'default', []],
  ['its own runtime directory', `${run}RuntimeDirectory=x\nWorkingDirectory=/run/x\n`, 'default', []],
  ['a working directory that may be missing', `${run}WorkingDirectory=-/home/x\n`, 'default', []],
  ['a program with all rights', 'ExecStartPre=+/bin/mount /a /b\nExecStart=/usr/bin/x\n', 'default', []],
  ['a program that may fail', 'ExecStartPre=-/bin/mount /a /b\nExecStart=/usr/bin/x\n', 'default', []],
  ['mount that only tells', 'ExecStart=/bin/mount\n', 'default', []],
  ['node under strict', 'ExecStart=/usr/bin/node /x.js\n', 'strict', ['sandbox/executable-memory', 'sandbox/few-tasks']],
  ['java', 'ExecStart=/usr/bin/java -jar /x.jar\n', 'trusted', []],
  ['java that interprets', 'ExecStart=/usr/bin/java -Xint -jar /x.jar\n', 'default', ['sandbox/executable-memory']],
  ['mono that tells its version', 'ExecStart=/usr/bin/mono --version\n', 'default', []],
  ['luajit that interprets', 'ExecStart=/usr/bin/luajit -j off /x.lua\n', 'default', []],
  ['luajit by its full name', 'ExecStart=/usr/bin/luajit-2.1.0-beta3 /x.lua\n', 'default', ['sandbox/executable-memory']],
  [
    'a service that says when it is ready, with families of its own',
    `Type=notify\nRestrictAddressFamilies=AF_INET\n${run}`,
    'default',
    ['sandbox/widened'],
  ],
  ['one whose families leave nothing out that it needs', `Type=notify\nRestrictAddressFamilies=~AF_INET\n${run}`, 'trusted', []],
  ['one that may have no sockets at all', `Type=notify\nRestrictAddressFamilies=none\n${run}`, 'trusted', ['sandbox/no-notify']],
  ['logger under the profiles of systemd', 'ExecStart=/bin/logger x\n', 'strict', []],
  ['a logger that the profile keeps from the log', 'ExecStart=/bin/busybox logger x\n', 'silent', ['sandbox/no-log-socket']],
  ['a program that logs by syslog(), under the profiles of systemd', 'ExecStart=/usr/sbin/groupadd x\n', 'strict', []],
  ['one that would, where there is no image to ask', 'ExecStart=/usr/sbin/groupdel x\n', 'silent', []],
  ['a port that anybody opens', `${run}SocketBindAllow=tcp:8080\n`, 'default', []],
  ['any port', `${run}SocketBindAllow=any\nSocketBindAllow=ipv4:tcp:0\n`, 'default', []],
  ['ports from below', `${run}SocketBindAllow=ipv4:tcp:80-443\n`, 'default', ['sandbox/low-port']],
  ['a directory that is made beside the image', 'ExecStartPre=/bin/mkdir -p /tmp/x /dev/shm/y\nExecStart=/usr/bin/x\n', 'default', []],
  ['one that is there', 'ExecStartPre=/bin/mkdir -p /srv/closed\nExecStart=/usr/bin/x\n', 'default', []],
  ['one that the unit opens', `ReadWritePaths=+/srv\nExecStartPre=/bin/mkdir -p /srv/x\n${run}`, 'default', []],
  ['one that may fail', 'ExecStartPre=-/bin/mkdir /x\nExecStart=/usr/bin/x\n', 'default', []],
  ['one that a variable names', 'ExecStartPre=/bin/mkdir -p $DIR /var/lib/%p\nExecStart=/usr/bin/x\n', 'default', []],
  ['a loopback that it may speak to', `${run}IPAddressAllow=localhost\n`, 'nonetwork', []],
  ['families that it may not use', `${run}RestrictAddressFamilies=~AF_INET\n`, 'nonetwork', ['sandbox/undoes-profile']],
  ['a program of its owner alone, and its group', 'ExecStart=/srv/own/busybox\nSupplementaryGroups=x\n', 'default', []],
  ['a setuid program as root', 'User=root\nExecStart=/usr/bin/cat-setuid\n', 'default', ['sandbox/root-user']],
  [
    'a function that the unit lets through',
    'SystemCallFilter=sethostname\nExecStart=/usr/bin/hostname x\n',
    'default',
    ['sandbox/widened'],
  ],
  ['node that interprets', 'ExecStart=/usr/bin/node --jitless /x.js\n', 'default', []],
  ['paths that are mounted over', `${run}ReadWritePaths=/run/x /proc/sys/net /var/run/y\n`, 'default', []],
  ['a path of its own state', `${run}StateDirectory=x\nReadWritePaths=/var/lib/x\n`, 'default', []],
  ['a profile that nobody knows', `${run}User=root\n`, 'mine', []],
  ['a specifier', `${run}WorkingDirectory=%h\n`, 'default', []],
])('%s', (_, text, profile, expected) => {
  expect(codes(text, profile)).toEqual(expected);
});

test.each([
  ['another prefix', { ...box, release: { ID: 'box', PORTABLE_PREFIXES: 'other' } }, 'box.service'],
  ['the machine itself', { ...box, root: '/' }, 'box.service'],
])('nothing is said of what is not attached: %s', (_, inTree, name) => {
  expect(codes(`${run}User=root\n`, 'default', 262, inTree, name)).toEqual([]);
});

test('a finding names the line of the profile', () => {
  const [found] = findings(`${run}User=root\n`, 'default');
  expect(found?.related).toEqual([
    { profile: { name: 'default' }, systemd: 262, line: expect.any(Number), message: 'DynamicUser=yes in the profile default' },
  ]);
});

test.each<readonly [distribution: boolean, name: string, said: readonly string[]]>([
  [true, 'else.service', []],
  [true, 'box.service', ['image/missing-program']],
  [false, 'else.service', ['image/missing-program', 'portable/unmatched-prefix']],
])('what an image lacks for units that it does not bring itself is not told: a distribution %s, %s', (distribution, name, said) => {
  const missing: ImageAnswers = { ...image, program: path => ({ program: { kind: 'missing', at: path }, missing: [] }) };
  const unit = { kind: 'service', role: 'unit', name } as const;
  const inTree = { ...box, distribution, units: [name] };
  const found = check({ tree: parseUnit(`[Service]\n${run}`), unit, inTree, image: missing, target: { systemd: 262 } });
  expect(found.map(({ code }) => code).sort()).toEqual(said);
});
