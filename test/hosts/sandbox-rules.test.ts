/** Each rule of sandbox/ shown true: what it says of a service happens on a real host, and not to the service that it lets pass. */
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabHost } from '../../lab/hosts.ts';
import { check } from '../../server/src/rules/check.ts';
import type { TreeFacts } from '../../server/src/rules/portable/portable-tree.ts';
import { parseUnit } from '../../server/src/unit/parse.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory } from './laboratory.ts';
import { type Outcome, sandboxCases } from './sandbox-cases.ts';
import { takeName } from './take-name.ts';

const unitText = (text: string): string => (text.startsWith('[Unit]') ? text : `[Service]\n${text}`);
const attempts = sandboxCases.flatMap(({ code, property, flagged, fixed }, n) => [
  { ...flagged, code, property, unit: `box-${n}-flagged.service` },
  { ...fixed, code, property, unit: `box-${n}-fixed.service` },
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
function found(name: string, text: string, profile: string, systemd: number, inTree: TreeFacts): readonly string[] {
  const unit = { kind: 'service', role: 'unit', name } as const;
  const findings = check({ tree: parseUnit(text), unit, inTree, target: { systemd, profile: { name: profile } } });
  return findings.map(({ code }) => code).filter(code => code.startsWith('sandbox/'));
}

const policy = '<busconfig><policy context="default"><allow own_prefix="org.example"/></policy></busconfig>\n';

/** Puts perl with what it loads into an image on the host. */
async function copyPerl(lab: LabHost, image: string): Promise<void> {
  const script = `for f in /usr/bin/perl $(ldd /usr/bin/perl | grep -o '/[^ )]*'); do mkdir -p "$1/\${f%/*}"; cp -L "$f" "$1/$f"; done
    for d in $(perl -e 'print "@INC"'); do [ ! -e "$d/Socket.pm" ] || { mkdir -p "$1/$d"; cp -r "$d/." "$1/$d"; }; done
    d=$(perl -e 'for (@INC) { print, last if -e "$_/strict.pm" }'); mkdir -p "$1/$d"; cp -r "$d/." "$1/$d"`;
  const { code, stderr } = await lab.run('bash', '-c', script, 'bash', image);
  if (code !== 0) throw new Error(`perl could not be copied: ${stderr}`);
}

async function prepare(lab: LabHost): Promise<void> {
  const { path } = makeTree(join(lab.root, 'srv/box_1'), Object.fromEntries(attempts.map(({ unit, text }) => [unit, unitText(text)])));
  for (const place of ['home/x', 'root', 'tmp/x', 'run/x', 'var/tmp/x', 'srv/data', 'run/box', 'run/dbus'])
    mkdirSync(join(path, place), { recursive: true });
  for (const place of ['home/x', 'root', 'tmp', 'run', 'var/tmp', 'dev', 'srv']) copyFileSync('/bin/busybox', join(path, place, 'busybox'));
  for (const applet of ['mount', 'umount', 'chroot', 'mknod']) symlinkSync('busybox', join(path, 'bin', applet));
  mkdirSync(join(path, 'usr/bin'), { recursive: true });
  writeFileSync(join(path, 'etc/secret'), 'not to be seen\n');
  writeFileSync(join(path, 'run/dbus/system_bus_socket'), '');
  writeFileSync(join(path, 'usr/bin/take-name'), takeName);
  writeFileSync(join(lab.root, 'etc/dbus-1/system.d/sandbox.conf'), policy);
  await copyPerl(lab, '/srv/box_1');
  const prepared = 'chmod -R a+rwX /srv/box_1/srv/data; sysctl -qw net.ipv4.ip_unprivileged_port_start=1024; systemctl reload dbus';
  const { code, stderr } = await lab.run('sh', '-c', prepared);
  if (code !== 0) throw new Error(`the host could not be prepared: ${stderr}`);
}

/** Attaches the image under a profile, starts its services for that, and says what became of them. */
async function outcomes(lab: LabHost, profile: string): Promise<ReadonlyMap<string, Outcome>> {
  const tried = attempts.filter(attempt => attempt.profile === profile);
  const script = [
    `portablectl attach -q --runtime --profile=${profile} /srv/box_1 box >&2 || exit 1`,
    'cursor=$(journalctl -q -n 1 --show-cursor | sed -n "s/^-- cursor: //p")',
    `systemctl start ${tried.map(({ unit }) => unit).join(' ')} 2>/dev/null; journalctl --sync`,
    ...tried.map(
      ({ unit, property = 'Type' }) =>
        `echo "== ${unit}"; for p in Result ExecMainStatus ${property}; do systemctl show -p $p ${unit}; done
         journalctl -q -o cat --no-pager -u ${unit} --after-cursor="$cursor"`,
    ),
    `systemctl stop 'box-*'; portablectl detach -q --runtime /srv/box_1 box >&2`,
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
    laboratory = await openLaboratory(['bookworm', 'trixie', 'forky']);
    await Promise.all([...laboratory.hosts.values()].map(prepare));
  });
  afterAll(() => laboratory?.close());

  test.each(['bookworm', 'trixie', 'forky'] as const)('are true on %s', async suite => {
    const lab = laboratory.hosts.get(suite);
    if (!lab) throw new Error(`${suite} was not booted`);
    const wrong: unknown[] = [];
    for (const profile of ['default', 'nonetwork', 'strict', 'trusted']) {
      const became = await outcomes(lab, profile);
      for (const { unit, code, text, shows } of attempts.filter(attempt => attempt.profile === profile)) {
        const outcome = became.get(unit);
        if (!outcome || !shows(outcome)) wrong.push({ unit, code, profile, text, outcome });
      }
    }
    expect(wrong).toEqual([]);
  });

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
});
