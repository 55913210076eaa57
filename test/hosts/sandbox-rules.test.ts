/** Each rule of sandbox/ shown true: what it says of a service happens on a real host, and not to the service that it lets pass. */
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabHost } from '../../lab/hosts.ts';
import { must } from '../../lab/processes.ts';
import { installTools } from '../../lab/tools.ts';
import { readElf } from '../../server/src/image/elf/elf.ts';
import { type KnownHost, knownHost } from '../../server/src/portable/known-host.ts';
import { check } from '../../server/src/rules/check.ts';
import type { TreeFacts } from '../../server/src/rules/portable/portable-tree.ts';
import { parseUnit } from '../../server/src/unit/parse.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory } from './laboratory.ts';
import { boxFiles, type Outcome, ownProfile, ownProfiles, sandboxCases } from './sandbox-cases.ts';
import { takeName } from './take-name.ts';
import { startUserManager } from './user-manager.ts';

const unitText = (text: string): string => (text.startsWith('[Unit]') ? text : `[Service]\n${text}`);
const attempts = sandboxCases.flatMap(({ code, property, from = 0, flagged, fixed }, n) => [
  { ...flagged, code, property, from, unit: `box-${n}-flagged.service` },
  { ...fixed, code, property, from, unit: `box-${n}-fixed.service` },
]);
const factsOf = (name: string, prefix: string, units: readonly string[]): TreeFacts => ({
  root: `/srv/${name}`,
  name,
  release: { ID: prefix, PORTABLE_PREFIXES: prefix },
  units,
  distribution: false,
  mountPoints: true,
  beside: () => [],
});
/** The codes of sandbox/ that we find in a service under a profile. */
function found(name: string, text: string, profile: string, systemd: number, inTree: TreeFacts, host?: KnownHost): readonly string[] {
  const unit = { kind: 'service', role: 'unit', name } as const;
  const target = { systemd, profile: { name: profile, ...ownProfile(profile) }, ...(host && { host }) };
  const findings = check({ tree: parseUnit(text), unit, inTree, target });
  return findings.map(({ code }) => code).filter(code => code.startsWith('sandbox/'));
}

/** Says to systemd that it is ready, or ends with an error. */
const sayReady = `use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
send($s, "READY=1", 0, sockaddr_un($ENV{NOTIFY_SOCKET})) or die "send: $!"; sleep 1000;
`;
const policy = '<busconfig><policy context="default"><allow own_prefix="org.example"/></policy></busconfig>\n';

/** Puts perl and install with what they load into an image on the host, and what groupadd loads. */
async function copyPrograms(lab: LabHost, image: string): Promise<void> {
  const script = `for f in /usr/bin/perl /usr/bin/install $(ldd /usr/bin/perl /usr/bin/install /usr/sbin/groupadd | grep -o '^\t.*' | grep -o '/[^ )]*'); do mkdir -p "$1/\${f%/*}"; cp -L "$f" "$1/$f"; done
    for d in $(perl -e 'print "@INC"'); do [ ! -e "$d/Socket.pm" ] || { mkdir -p "$1/$d"; cp -r "$d/." "$1/$d"; }; done
    d=$(perl -e 'for (@INC) { print, last if -e "$_/strict.pm" }'); mkdir -p "$1/$d"; cp -r "$d/." "$1/$d"`;
  const { code, stderr } = await lab.run('bash', '-c', script, 'bash', image);
  if (code !== 0) throw new Error(`perl and install could not be copied: ${stderr}`);
}

/** What a program takes from glibc. */
async function importsOf(program: string): Promise<readonly string[]> {
  const bytes = readFileSync(program);
  const elf = await readElf({ size: bytes.length, read: async (from, count) => bytes.subarray(from, from + count) });
  return elf?.imports() ?? [];
}

/** Puts the files with rights of their own into the image. */
async function makeFiles(host: string, image: string): Promise<void> {
  for (const [path, { kind, mode, owner = 0, capabilities, like, imports }] of Object.entries(boxFiles)) {
    const place = join(image, path);
    if (kind === 'directory') mkdirSync(place);
    else copyFileSync(like === undefined ? '/bin/busybox' : join(host, like), place);
    if (imports)
      expect(
        (await importsOf(place)).some(name => imports.includes(name)),
        path,
      ).toBe(true);
    chownSync(place, owner, owner);
    chmodSync(place, mode);
    if (capabilities !== undefined) await must('setcap', [capabilities, place]);
  }
}

async function prepare(lab: LabHost): Promise<void> {
  const { path } = makeTree(join(lab.root, 'srv/box_1'), Object.fromEntries(attempts.map(({ unit, text }) => [unit, unitText(text)])));
  for (const place of ['home/x', 'root', 'tmp/x', 'run/x', 'var/tmp/x', 'srv/data', 'run/box', 'run/dbus', 'var/lib/box-none'])
    mkdirSync(join(path, place), { recursive: true });
  for (const place of ['home/x', 'root', 'tmp', 'run', 'var/tmp', 'dev', 'srv']) copyFileSync('/bin/busybox', join(path, place, 'busybox'));
  const applets = ['logger', 'mount', 'umount', 'chroot', 'mknod', 'mkdir', 'touch', 'cp', 'chmod', 'chown', 'chgrp', 'tee'];
  for (const applet of applets) symlinkSync('busybox', join(path, 'bin', applet));
  for (const place of ['usr/bin', 'usr/sbin']) mkdirSync(join(path, place), { recursive: true });
  await makeFiles(lab.root, path);
  writeFileSync(join(path, 'etc/name'), (await lab.run('hostname')).stdout);
  writeFileSync(join(path, 'etc/secret'), 'not to be seen\n');
  writeFileSync(join(path, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(path, 'run/dbus/system_bus_socket'), '');
  writeFileSync(join(path, 'usr/bin/take-name'), takeName);
  writeFileSync(join(lab.root, 'etc/dbus-1/system.d/sandbox.conf'), policy);
  writeFileSync(join(path, 'usr/bin/say-ready'), sayReady);
  for (const [name, text] of Object.entries(ownProfiles)) {
    const directory = join(lab.root, 'etc/systemd/portable/profile', name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'service.conf'), text);
  }
  await copyPrograms(lab, '/srv/box_1');
  symlinkSync('../usr/bin/install', join(path, 'bin/install'));
  const prepared = 'chmod -R a+rwX /srv/box_1/srv/data; sysctl -qw net.ipv4.ip_unprivileged_port_start=1024; systemctl reload dbus';
  const { code, stderr } = await lab.run('sh', '-c', prepared);
  if (code !== 0) throw new Error(`the host could not be prepared: ${stderr}`);
}

type Attempt = (typeof attempts)[number];

/** Whose manager runs the services: how it is spoken to, where the image for it lies, and by what the journal knows its units. */
const managers = {
  system: { by: '', option: '', image: '/srv/box_1', field: '_SYSTEMD_UNIT', units: 'UNIT' },
  user: {
    by: 'runuser -u dev -- env XDG_RUNTIME_DIR=/run/user/1000 HOME=/home/dev',
    ...{ option: '--user', image: '/srv/own/box_1', field: '_SYSTEMD_USER_UNIT', units: 'USER_UNIT' },
  },
} as const;

/** Attaches the image under a profile, starts these services of it, and says what became of them. */
async function outcomes(
  lab: LabHost,
  profile: string,
  tried: readonly Attempt[],
  asked: keyof typeof managers = 'system',
): Promise<ReadonlyMap<string, Outcome>> {
  const { by, option, image, field, units } = managers[asked];
  const [systemctl, portablectl] = ['systemctl', 'portablectl'].map(program => `${by} ${program} ${option}`);
  const script = [
    `${portablectl} attach -q --runtime --profile=${profile} ${image} box >&2 || exit 1`,
    'cursor=$(journalctl -q -n 1 --show-cursor | sed -n "s/^-- cursor: //p")',
    `${systemctl} start ${tried.map(({ unit }) => unit).join(' ')} 2>/dev/null; journalctl --sync`,
    ...tried.map(
      ({ unit, property = 'Type' }) =>
        `echo "== ${unit}"; for p in Result ExecMainStatus ${property}; do ${systemctl} show -p $p ${unit}; done
         journalctl -q -o cat --no-pager --after-cursor="$cursor" ${field}=${unit} + ${units}=${unit}`,
    ),
    `${systemctl} stop 'box-*'; ${portablectl} detach -q --runtime ${image} box >&2`,
  ].join('\n');
  const { code, stdout, stderr } = await lab.run('bash', '-c', script);
  expect(code, stderr).toBe(0);
  const parts = stdout.split(/^== /m).slice(1);
  return new Map(
    parts.map(part => {
      const [unit = '', result = '', status = '', property = '', ...log] = part.split('\n');
      const said = (line: string): string => line.slice(line.indexOf('=') + 1);
      return [unit, { result: said(result), status: said(status), property, log: log.join('\n') }];
    }),
  );
}

describeOnHosts('rules of the sandbox', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    await installTools([{ probe: 'setcap', package: 'libcap2-bin' }]);
    laboratory = await openLaboratory(['bookworm', 'trixie', 'forky']);
    await Promise.all([...laboratory.hosts.values()].map(prepare));
  });
  afterAll(() => laboratory?.close());

  test.each(['bookworm', 'trixie', 'forky'] as const)(
    'are true on %s',
    async suite => {
      const lab = laboratory.labOf(suite);
      const wrong: unknown[] = [];
      for (const profile of ['default', 'nonetwork', 'strict', 'trusted', ...Object.keys(ownProfiles)]) {
        const tried = attempts.filter(attempt => attempt.profile === profile && attempt.from <= lab.systemd);
        const became = await outcomes(lab, profile, tried);
        for (const { unit, code, text, shows } of tried) {
          const outcome = became.get(unit);
          if (!outcome || !shows(outcome)) wrong.push({ unit, code, profile, text, outcome });
        }
      }
      expect(wrong).toEqual([]);
    },
    240_000,
  );

  test("are true of services of a user's own manager, which has profiles of its own", async () => {
    const lab = laboratory.labOf('forky');
    await startUserManager(lab);
    const script = `mkdir -p /srv/own /etc/systemd/user/portable; cp -a /srv/box_1 /srv/own/; cp -r /etc/systemd/portable/profile /etc/systemd/user/portable/
      cd /srv/own/box_1; mkdir -p usr/lib/systemd/user; mv usr/lib/systemd/system/box-* usr/lib/systemd/user/
      echo PORTABLE_SCOPE=user >> usr/lib/os-release; chown -R dev /srv/own`;
    expect((await lab.run('bash', '-c', script)).code).toBe(0);
    const host = knownHost({ name: 'own', scope: 'user' });
    const facts = factsOf(
      'box_1',
      'box',
      attempts.map(({ unit }) => unit),
    );
    const inTree = { ...facts, release: { ...facts.release, PORTABLE_SCOPE: 'user' } };
    const wrong: unknown[] = [];
    let flagged = 0;
    for (const profile of ['default', 'nonetwork', 'strict', 'trusted', ...Object.keys(ownProfiles)]) {
      const told = attempts.filter(
        ({ unit, code, text, profile: under }) =>
          under === profile && found(unit, unitText(text), profile, lab.systemd, inTree, host).includes(code),
      );
      if (told.length === 0) continue;
      const became = await outcomes(lab, profile, told, 'user');
      for (const { unit, code, text, shows } of told) {
        flagged++;
        const outcome = became.get(unit);
        // as root, where systemd itself is, the same line does something else
        const holds = code === 'sandbox/root-user' ? outcome?.status === '216' : outcome && shows(outcome);
        if (!holds) wrong.push({ unit, code, profile, text, outcome });
      }
    }
    expect(wrong).toEqual([]);
    expect(flagged).toBeGreaterThan(20);
  }, 240_000);

  test('node crashes where memory that was written may not be run', async () => {
    const { lab } = laboratory;
    const image = join(lab.root, 'srv/jit_1');
    const service = (args: string) => `[Service]\nType=oneshot\nExecStart=/usr/bin/node ${args}-e 0\n`;
    const units = { 'jit-flagged.service': service(''), 'jit-fixed.service': service('--jitless ') };
    makeTree(image, units);
    const loaded = readFileSync('/proc/self/maps', 'utf8').match(/\/\S+\.so(\.\d+)*$/gm) ?? [];
    const libraries = new Set(loaded.filter(file => /^\/(usr\/)?lib/.test(file)));
    for (const file of libraries) {
      // under the name that programs ask for, and the loader where they look for it
      const name = basename(file).replace(/(\.so\.\d+).*$/, '$1');
      for (const directory of [dirname(file), ...(name.startsWith('ld-') ? ['/lib64', '/lib'] : [])]) {
        mkdirSync(join(image, directory), { recursive: true });
        copyFileSync(file, join(image, directory, name));
      }
    }
    mkdirSync(join(image, 'usr/bin'), { recursive: true });
    copyFileSync(process.execPath, join(image, 'usr/bin/node'));
    const script = `portablectl attach -q --runtime /srv/jit_1 jit >&2; systemctl start jit-flagged jit-fixed 2>/dev/null
      systemctl show -P Result jit-flagged jit-fixed; systemctl stop 'jit-*'; portablectl detach -q --runtime /srv/jit_1 jit >&2; rm -r /srv/jit_1`;
    const { stdout } = await lab.run('bash', '-c', script);
    expect(stdout.split('\n').filter(Boolean)).toEqual([expect.stringMatching(/^(signal|core-dump)$/), 'success']);
    const facts = factsOf('jit_1', 'jit', Object.keys(units));
    for (const [name, text] of Object.entries(units)) {
      expect(found(name, text, 'default', 252, facts).includes('sandbox/executable-memory')).toBe(name === 'jit-flagged.service');
    }
  });

  test('java, mono and luajit fail there, too, and do not where it is allowed', async () => {
    const { lab } = laboratory;
    const image = join(lab.root, 'srv/jits_1');
    const packages = 'openjdk-17-jre-headless,mono-runtime,mono-gac,luajit';
    // nothing is set up: these run from their files alone
    await must('mmdebstrap', ['--variant=extract', `--include=${packages}`, '--quiet', 'bookworm', image]);
    const java = '/usr/lib/jvm/java-17-openjdk-amd64/bin/java';
    const loop = "-e 'local s = 0; for i = 1, 1e7 do s = s + i end'";
    const tried: readonly (readonly [name: string, command: string, flagged: boolean])[] = [
      ['java', `${java} -version`, true],
      ['java-int', `${java} -Xint -version`, true],
      ['mono', '/usr/bin/mono-sgen /usr/lib/mono/4.5/gacutil.exe -l', true],
      ['mono-version', '/usr/bin/mono-sgen --version', false],
      ['luajit', `/usr/bin/luajit ${loop}`, true],
      ['luajit-off', `/usr/bin/luajit -joff ${loop}`, false],
    ];
    const units = Object.fromEntries(
      tried.map(([name, command]) => [`jits-${name}.service`, `[Service]\nType=oneshot\nExecStart=${command}\n`]),
    );
    rmSync(join(image, 'usr/lib/os-release'), { force: true });
    makeTree(image, units);
    const outcomesUnder = async (profile: string) => {
      const script = `portablectl attach -q --runtime --profile=${profile} /srv/jits_1 jits >&2
        systemctl start ${Object.keys(units).join(' ')} 2>/dev/null; systemctl show -P Result ${Object.keys(units).join(' ')}
        systemctl stop 'jits-*'; systemctl reset-failed; portablectl detach -q --runtime /srv/jits_1 jits >&2`;
      const { stdout } = await lab.run('bash', '-c', script);
      return stdout.split('\n').filter(Boolean);
    };
    const directory = join(lab.root, 'etc/systemd/portable/profile/writable');
    mkdirSync(directory, { recursive: true });
    const usual = readFileSync(join(lab.root, 'usr/lib/systemd/portable/profile/default/service.conf'), 'utf8');
    writeFileSync(join(directory, 'service.conf'), `${usual}MemoryDenyWriteExecute=no\n`);
    expect(await outcomesUnder('writable')).toEqual(tried.map(() => 'success'));
    const under = await outcomesUnder('default');
    expect(under.map(result => result !== 'success')).toEqual(tried.map(([, , flagged]) => flagged));
    const facts = factsOf('jits_1', 'jits', Object.keys(units));
    for (const [name, , flagged] of tried) {
      const unit = `jits-${name}.service`;
      expect([name, found(unit, units[unit] ?? '', 'default', 252, facts).includes('sandbox/executable-memory')]).toEqual([name, flagged]);
    }
  }, 300_000);
});
