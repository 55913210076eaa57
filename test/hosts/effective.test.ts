/**
 * Units as they are once attached, beside what real hosts say of them: `systemctl cat` to the byte, forty properties of the sandbox, and the
 * exposure. One image with several services, as a directory and as squashfs, under each profile.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPortableImage } from '../../server/src/node/images/plan-image.ts';
import { catText, type EffectiveUnit, effectiveUnit } from '../../server/src/portable/effective.ts';
import { exposureOf, printed } from '../../server/src/portable/exposure/exposure.ts';
import type { Asked } from '../../server/src/portable/exposure/security.ts';
import { portableDropIn } from '../../server/src/portable/plan/drop-in.ts';
import { shippedFile, shippedProfiles } from '../../server/src/portable/profiles.ts';
import type { HostFacts } from '../../server/src/protocol-host.ts';
import { wholeUnit } from '../../server/src/rules/whole-unit.ts';
import { makeTree, packTree } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory } from './laboratory.ts';
import { shownProperties } from './shown-properties.ts';
import { startUserManager } from './user-manager.ts';

const idle = 'ExecStart=/bin/busybox sleep 1000\n';
const bare = `[Unit]\nDescription=Idle\n\n[Service]\n${idle}`;
const ownWords = `${bare}PrivateNetwork=no\nProtectSystem=full\nUMask=0077\nUser=root\nProtectHome=no\nKeyringMode=private\nPrivateTmp=no`;
const lists = `${bare}CapabilityBoundingSet=CAP_NET_RAW CAP_CHOWN\nRestrictAddressFamilies=AF_INET\nAmbientCapabilities=CAP_CHOWN
SystemCallArchitectures=native x86\n# a comment\nReadOnlyPaths=-/srv \\\n  -/opt\nRestrictNamespaces=user \\\n  mnt\n`;
const units: Readonly<Record<string, string>> = {
  'eff.service': bare,
  'eff-own.service': ownWords,
  'eff-lists.service': lists,
  'eff-turned.service': `${bare}CapabilityBoundingSet=~CAP_SYS_TIME\nRestrictAddressFamilies=~AF_PACKET\nRestrictNamespaces=~user\n`,
  'eff-long.service': `${bare}StateDirectory=eff\nNoNewPrivileges=yes\nPrivateIPC=yes\nProtectProc=invisible\nProcSubset=pid\nDevicePolicy=closed\n`,
  'eff.socket': '[Socket]\nListenStream=/run/eff.sock\n',
};
/** Drop-ins that a host has by itself, which it tells us. */
const hostFiles: Readonly<Record<string, string>> = {
  '/etc/systemd/system/eff-.service.d/30-all.conf': '[Service]\nRestrictRealtime=no\n',
  '/etc/systemd/system/eff.service.d/override.conf': '# by hand\n[Service]\nProtectClock=yes\nBindReadOnlyPaths=\n',
  '/run/systemd/system/service.d/15-every.conf': '[Service]\nOOMScoreAdjust=5\n',
  '/run/systemd/system/eff.service.d/50-masked.conf': '[Service]\nProtectHostname=yes\n',
  '/etc/systemd/system/eff-turned.service.d/70-empty.conf': '',
  '/etc/eff-linked.conf': '[Service]\nLockPersonality=yes\n',
  '/run/systemd/system/eff-own.service.d/10-profile.conf': '[Service]\nProtectHome=read-only\n',
};
/** Links among its drop-ins: one masks a file of the same name in /run, one leads elsewhere. */
const hostLinks: Readonly<Record<string, string>> = {
  '/etc/systemd/system/eff.service.d/50-masked.conf': '/dev/null',
  '/etc/systemd/system/eff-lists.service.d/60-linked.conf': '/etc/eff-linked.conf',
};
const name = 'eff_1';

/** What we say that a unit is; `at` is where its image lies on the host, of which these drop-ins are known. */
function ours(
  unit: string,
  profile: string,
  at: string,
  { systemd, root, dropIns = [] }: { readonly systemd: number; readonly root: string; readonly dropIns: HostFacts['dropIns'] },
): EffectiveUnit | undefined {
  const raw = at.endsWith('.raw');
  const suffix = unit.slice(unit.lastIndexOf('.') + 1);
  const target = `/usr/lib/systemd/portable/profile/${profile}/${suffix}.conf`;
  const file = join(root, target);
  const base = {
    path: at,
    kind: raw ? ('raw' as const) : ('directory' as const),
    release: { ID: 'eff', VERSION_ID: '1.0', PORTABLE_PREFIXES: 'eff' },
    units: [],
    ...(raw && { policy: 'root=squashfs:=absent' }),
  };
  return effectiveUnit({
    name: unit,
    unit: { text: units[unit] ?? '' },
    ...(existsSync(file) && { profile: { text: readFileSync(file, 'utf8'), target } }),
    dropIn: portableDropIn(unit, { systemd, base, extensions: [], from: base, force: false }),
    runtime: true,
    hostDropIns: dropIns,
  });
}

/** What was printed behind each `== NAME`. */
const answersIn = (printed: string): ReadonlyMap<string, string> =>
  new Map(printed.split(/^== /m).map(part => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]));

/** A unit as we have it beside what a host says of it: `systemctl cat`, then, behind lines of `-- `, its properties, and how exposed it is. */
function beside(effective: EffectiveUnit | undefined, said = '', systemd = 0, asked: Asked = { loaded: true, manager: 'system' }) {
  const [cat = '', shown = '', level] = said.split(/^-- \n/m);
  const whole = effective && wholeUnit(effective.loaded, { systemd });
  if (!effective || !whole) throw new Error(`nothing is known of ${said}`);
  const text = catText(effective.files, systemd);
  const exposure = printed(exposureOf(whole, 'x86-64', asked).tenths);
  const real = / ([\d.]+) /.exec(level ?? '')?.[1];
  const unlike =
    cat !== text ? { real: cat, ours: text } : level !== undefined && real !== exposure ? { real: level, ours: exposure } : undefined;
  return { whole, shown, unlike };
}

describeOnHosts('effective units', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(['bookworm', 'trixie', 'forky']);
    const tree = makeTree(join(laboratory.directory, name), units);
    // on a read-only image, what is mounted over must be there
    for (const place of ['var/lib/eff', 'run/dbus', 'run/host']) mkdirSync(join(tree.path, place), { recursive: true });
    const raw = await packTree(tree);
    for (const lab of laboratory.hosts.values()) {
      makeTree(join(lab.root, 'srv', name), units);
      writeFileSync(join(lab.root, `srv/${name}.raw`), readFileSync(raw.path));
      for (const [path, text] of Object.entries(hostFiles))
        await lab.run('sh', '-c', 'mkdir -p "$1"; printf %s "$3" > "$2"', 'sh', dirname(path), path, text);
      for (const [path, target] of Object.entries(hostLinks))
        await lab.run('sh', '-c', 'mkdir -p "$1"; ln -s "$3" "$2"', 'sh', dirname(path), path, target);
    }
  });
  afterAll(() => laboratory?.close());

  test.each(['bookworm', 'trixie', 'forky'] as const)('%s tells its own profiles', async suite => {
    const lab = laboratory.labOf(suite);
    const own = '/etc/systemd/portable/profile/mine';
    await lab.run('sh', '-c', 'mkdir -p "$1" && echo "[Service]" > "$1/service.conf"', 'sh', own);
    const found = await laboratory.host(lab, 'container').onHost.profileFiles();
    expect(found.map(({ name: profile }) => profile).sort()).toEqual([...shippedProfiles, 'mine'].sort());
    for (const { path, text } of found) expect(readFileSync(join(lab.root, path), 'utf8')).toBe(text);
  });

  test.each(['bookworm', 'trixie', 'forky'] as const)(
    '%s has them as we say',
    async suite => {
      const lab = laboratory.labOf(suite);
      const { dropIns } = await laboratory.host(lab, 'container').facts();
      const differing: unknown[] = [];
      let compared = 0;
      for (const at of [`/srv/${name}`, `/srv/${name}.raw`]) {
        for (const profile of shippedProfiles) {
          const names = Object.keys(units);
          const services = names.filter(unit => unit.endsWith('.service'));
          const script = `portablectl attach -q --runtime --profile=${profile} ${at} eff >&2 || exit 1
          for u in ${names.join(' ')}; do echo "== $u"; systemctl cat $u; echo "-- "; systemctl show $u ${Object.keys(shownProperties)
            .map(p => `-p ${p}`)
            .join(' ')}
          case $u in *.service) echo "-- "; systemd-analyze security --no-pager $u | tail -1;; esac; done
          systemctl start ${services.join(' ')}; echo "== states"; systemctl is-active ${services.join(' ')}; systemctl stop ${services.join(' ')} eff.socket
          portablectl detach -q --runtime ${at} eff >&2`;
          const { code, stdout, stderr } = await lab.run('bash', '-c', script);
          expect(code, stderr).toBe(0);
          const answers = answersIn(stdout);
          expect(answers.get('states')).toBe('active\n'.repeat(services.length));
          for (const unit of names) {
            const effective = ours(unit, profile, at, { systemd: lab.systemd, root: lab.root, dropIns });
            const { whole, shown, unlike } = beside(effective, answers.get(unit), lab.systemd);
            const where = { unit, profile, at };
            if (unlike) differing.push({ ...where, ...unlike });
            if (!unit.endsWith('.service')) continue;
            for (const line of shown.trimEnd().split('\n')) {
              const key = line.slice(0, line.indexOf('='));
              const said = shownProperties[key]?.(whole);
              const real = line
                .slice(key.length + 1)
                .split(' ')
                .sort()
                .join(' ');
              compared++;
              if (real !== said) differing.push({ ...where, key, real, ours: said });
            }
          }
        }
      }
      expect(differing).toEqual([]);
      expect(compared).toBeGreaterThan(8 * 5 * 39);
    },
    300_000,
  ); // 45 s by itself

  test("a user's own manager has them as we say, under the profiles for users", async () => {
    const lab = laboratory.labOf('forky');
    await startUserManager(lab);
    const image = makeTree(join(lab.root, 'srv/own', name), {}, 'ID=eff\nVERSION_ID=1.0\nPORTABLE_PREFIXES=eff\nPORTABLE_SCOPE=user\n');
    mkdirSync(join(image.path, 'usr/lib/systemd/user'), { recursive: true });
    for (const [unit, text] of Object.entries(units)) writeFileSync(join(image.path, 'usr/lib/systemd/user', unit), text);
    const base = await readPortableImage(image.path, 'base', { hostPath: `/srv/own/${name}`, manager: 'user' });
    expect(base.units.map(unit => unit.name)).toEqual(Object.keys(units).sort());
    const differing: unknown[] = [];
    for (const profile of shippedProfiles) {
      const script = `cd /; export XDG_RUNTIME_DIR=/run/user/1000; portablectl --user attach -q --runtime --profile=${profile} /srv/own/${name} eff >&2 || exit 1
        for u in ${Object.keys(units).join(' ')}; do echo "== $u"; systemctl --user cat $u; echo "-- "; case $u in *.service) echo "-- "
          systemd-analyze --user security --no-pager $u | tail -1;; esac; done
        portablectl --user detach -q --runtime /srv/own/${name} eff >&2`;
      const { code, stdout, stderr } = await lab.run('runuser', '-u', 'dev', '--', 'bash', '-c', script);
      expect(code, stderr).toBe(0);
      const answers = answersIn(stdout);
      for (const unit of base.units) {
        const file = shippedFile(profile, unit.name.replace(/^.*\./, ''), lab.systemd, 'user');
        const text = file && readFileSync(join(lab.root, file.path), 'utf8');
        const effective = effectiveUnit({
          ...{ name: unit.name, unit, runtime: true, place: '/run/user/1000/systemd/user.attached' },
          ...(file && text !== undefined && { profile: { text, target: file.path } }),
          dropIn: portableDropIn(unit.name, { systemd: lab.systemd, base, extensions: [], from: base, force: false }),
        });
        const { unlike } = beside(effective, answers.get(unit.name), lab.systemd, { loaded: true, manager: 'user' });
        if (unlike) differing.push({ unit: unit.name, profile, ...unlike });
      }
    }
    expect(differing).toEqual([]);
  });
});
