/** Where a service that runs from an image finds what its directives name: on the host or in the image, as the catalogue says. */
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../lab/hosts.ts';
import { findDirective, standing } from '../../server/src/catalogue/catalogue.ts';
import { describeDirective } from '../../server/src/catalogue/describe.ts';

const places = ['host', 'image'] as const;
type Place = (typeof places)[number];

/** Directives and a value that names something that is in one place only; `@` stands for the place. */
const rows: readonly (readonly [section: 'Unit' | 'Service', name: string, value: string])[] = [
  ['Service', 'User', 'zz@'],
  ['Service', 'Group', 'zz@'],
  ['Service', 'SupplementaryGroups', 'zz@'],
  ['Service', 'EnvironmentFile', '/zz/file-@'],
  ['Service', 'LoadCredential', 'x:/zz/file-@'],
  ['Service', 'StandardInput', 'file:/zz/file-@'],
  ['Service', 'OpenFile', '/zz/file-@'],
  ['Service', 'BindReadOnlyPaths', '/zz/folder-@:/mnt'],
  ['Service', 'ExecStart', '/zz/busybox-@ true'],
  ['Service', 'ExecStartPre', '/zz/busybox-@ true'],
  ['Service', 'WorkingDirectory', '/zz/folder-@'],
  ['Service', 'ReadOnlyPaths', '+/zz/folder-@'],
  ['Service', 'ReadWritePaths', '+/zz/folder-@'],
  ['Service', 'InaccessiblePaths', '+/zz/folder-@'],
  ['Service', 'RootDirectory', '/zz/root-@'],
  ['Unit', 'AssertPathExists', '/zz/file-@'],
  ['Unit', 'AssertPathIsDirectory', '/zz/folder-@'],
];

const image = '/zzimage';

/** What lies in a place: files, a folder, a program, a root, and users of its own. */
function furnish(root: string, place: Place): void {
  const zz = join(root, 'zz');
  mkdirSync(join(zz, `folder-${place}`), { recursive: true });
  writeFileSync(join(zz, `file-${place}`), 'A=1\n');
  copyFileSync('/bin/busybox', join(zz, `busybox-${place}`));
  chmodSync(join(zz, `busybox-${place}`), 0o755);
  makeRoot(join(zz, `root-${place}`));
  mkdirSync(join(root, 'etc'), { recursive: true });
  appendFileSync(join(root, 'etc/passwd'), `zz${place}:x:4242:4242::/:/bin/sh\n`);
  appendFileSync(join(root, 'etc/group'), `zz${place}:x:4242:\n`);
}

/** The root of an image with a program in it and the mount points that a service needs. */
function makeRoot(root: string): void {
  for (const folder of ['bin', 'mnt', 'proc', 'sys', 'dev', 'run', 'tmp', 'var/tmp', 'usr/lib'])
    mkdirSync(join(root, folder), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  chmodSync(join(root, 'bin/busybox'), 0o755);
  symlinkSync('busybox', join(root, 'bin/true'));
  writeFileSync(join(root, 'usr/lib/os-release'), 'ID=zz\n');
}

/** A unit that comes up only if what the directive names is found. */
function unitText(section: string, name: string, value: string): string {
  const line = `${name}=${value}\n`;
  const own = section === 'Unit' ? '' : line;
  return `[Unit]\n${section === 'Unit' ? line : ''}[Service]\nType=oneshot\nRemainAfterExit=yes\n${name === 'RootDirectory' ? '' : `RootDirectory=${image}\n`}${own}${name === 'ExecStart' ? '' : 'ExecStart=/bin/true\n'}`;
}

/** Units that come up, or do not, against what the catalogue says of where their directive looks; none when all is as it says. */
export async function lookupDifferences(lab: LabHost, version: number): Promise<readonly string[]> {
  makeRoot(join(lab.root, image));
  furnish(lab.root, 'host');
  furnish(join(lab.root, image), 'image');
  const known = rows.filter(([section, name]) => {
    const directive = findDirective(section, name);
    return directive && standing(directive, version) === 'known';
  });
  const units = known.flatMap(([section, name, value]) =>
    places.map(place => ({
      section,
      name,
      place,
      unit: `zz${name.toLowerCase()}-${place}.service`,
      text: unitText(section, name, value.replace('@', place)),
    })),
  );
  for (const { unit, text } of units) writeFileSync(join(lab.root, 'etc/systemd/system', unit), text);
  const names = units.map(({ unit }) => unit);
  await lab.run('systemctl', 'daemon-reload');
  await lab.run('systemctl', 'start', ...names);
  const { stdout } = await lab.run('systemctl', 'is-active', ...names);
  const states = stdout.trim().split('\n');
  if (states.length !== names.length) throw new Error(`systemctl is-active told of ${states.length} units, not of ${names.length}`);
  return units.flatMap(({ section, name, place, unit }, n) => {
    const said =
      describeDirective(section, name, version)?.looksUp.some(({ where, what }) => where === place && what !== 'mount point') === true;
    return (states[n] === 'active') === said ? [] : [`${unit} of ${name}: ${states[n]}`];
  });
}
