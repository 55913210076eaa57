/** Small images that really run: a static busybox and units. */
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must } from '../../lab/processes.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';

/** Where systemd mounts something into a service's root, and files that it mounts over. */
const mountPoints = ['proc', 'sys', 'dev', 'run', 'tmp', 'var/tmp'];

/** A service that says `tick` four times a second, one that waits for its socket, and a template. */
export function tickingUnits(prefix: string): Readonly<Record<string, string>> {
  const service = (script: string) => `[Unit]\nDescription=Test ${prefix}\n[Service]\nExecStart=/bin/busybox sh -c "${script}"\n`;
  return {
    [`${prefix}.service`]: service('while :; do echo tick; sleep 0.25; done'),
    [`${prefix}-asked.socket`]: `[Unit]\nDescription=Test ${prefix}\n[Socket]\nListenStream=/run/${prefix}-asked.sock\n`,
    [`${prefix}-asked.service`]: service('echo asked; sleep 1000'),
    [`${prefix}@.service`]: service('sleep 1000'),
  };
}

/** Builds an image tree at `directory`; its name is the last part, its prefix what stands before `_`. */
export function makeTree(directory: string, units: Readonly<Record<string, string>>, osRelease?: string): ImageFacts {
  const name = directory.slice(directory.lastIndexOf('/') + 1);
  const prefix = name.split('_', 1)[0] ?? name;
  for (const path of mountPoints) mkdirSync(join(directory, path), { recursive: true });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  write('etc/resolv.conf', '');
  write('etc/machine-id', '');
  write('usr/lib/os-release', osRelease ?? `ID=${prefix}\nVERSION_ID=1.0\nPORTABLE_PREFIXES=${prefix}\n`);
  for (const [unit, text] of Object.entries(units)) write(`usr/lib/systemd/system/${unit}`, text);
  mkdirSync(join(directory, 'bin'), { recursive: true });
  copyFileSync('/bin/busybox', join(directory, 'bin/busybox'));
  chmodSync(join(directory, 'bin/busybox'), 0o755);
  symlinkSync('busybox', join(directory, 'bin/sh'));
  chmodSync(directory, 0o755);
  const found = Object.keys(units).map(unit => ({ name: unit, path: `/usr/lib/systemd/system/${unit}`, attachable: true }));
  return { path: directory, name, kind: 'directory', prefix, units: found };
}

/** Packs a tree as squashfs beside it. */
export async function packTree(tree: ImageFacts): Promise<ImageFacts> {
  const path = `${tree.path}.raw`;
  await must('mksquashfs', [tree.path, path, '-noappend', '-no-progress', '-quiet', '-all-root', '-comp', 'gzip']);
  return { ...tree, path, kind: 'raw', fileSystem: 'squashfs' };
}
