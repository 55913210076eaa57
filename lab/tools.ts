/** The programs that throwaway hosts and example images need, and getting them where that can be done unasked: as root, on a Debian-like system. */
import { existsSync } from 'node:fs';
import { findProgram, must } from './processes.ts';

/** A program (or, with a slash, a file) and the Debian package that brings it. */
export interface Tool {
  readonly probe: string;
  readonly package: string;
}

const hostTools: readonly Tool[] = [
  { probe: 'systemd-nspawn', package: 'systemd-container' },
  { probe: 'systemd-socket-activate', package: 'systemd' },
  { probe: 'mmdebstrap', package: 'mmdebstrap' },
  { probe: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
  { probe: 'ip', package: 'iproute2' },
  { probe: 'ssh', package: 'openssh-client' },
  { probe: 'ssh-keygen', package: 'openssh-client' },
  { probe: 'rsync', package: 'rsync' },
  { probe: 'nsenter', package: 'util-linux' },
];

/** What makes the raw images of the example and of many tests. */
export const mksquashfs: Tool = { probe: 'mksquashfs', package: 'squashfs-tools' };

/** What makes disk images, for holding our readers against the kernel. */
const imageTools: readonly Tool[] = [
  mksquashfs,
  { probe: 'mkfs.erofs', package: 'erofs-utils' },
  { probe: 'mke2fs', package: 'e2fsprogs' },
  { probe: 'mkfs.btrfs', package: 'btrfs-progs' },
  { probe: 'mkfs.xfs', package: 'xfsprogs' },
  { probe: 'sfdisk', package: 'fdisk' },
  { probe: 'mkfs.vfat', package: 'dosfstools' },
  { probe: 'setfattr', package: 'attr' },
  { probe: 'setcap', package: 'libcap2-bin' },
  { probe: 'losetup', package: 'mount' },
];

const present = ({ probe }: Tool): boolean => (probe.includes('/') ? existsSync(probe) : findProgram(probe) !== undefined);

/** Whether packages can be installed unasked. */
export const canInstall = (): boolean => process.platform === 'linux' && process.getuid?.() === 0 && findProgram('apt-get') !== undefined;

let installing: Promise<unknown> = Promise.resolve();

/**
 * Installs the packages of the tools that are missing; nothing to do when none is. One call after the other.
 * Throws with apt's own words when that fails, or when it cannot be tried (not root, not Debian-like).
 */
export async function installTools(tools: readonly Tool[], log: (line: string) => void = () => {}): Promise<void> {
  const next = installing.then(async () => {
    const packages = [...new Set(tools.filter(t => !present(t)).map(t => t.package))];
    if (packages.length === 0) return;
    if (!canInstall()) throw new Error(`missing: ${packages.join(', ')} (packages of Debian). Install them and try again.`);
    log(`Installing ${packages.join(', ')} ...`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const options = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-qq'];
    // another apt may hold the lists' lock, for which apt has no patience of its own: what was known before may do
    await must('apt-get', [...options, 'update'], { env }).catch(error => log(`apt-get update failed, going on: ${error.message}`));
    await must('apt-get', [...options, 'install', '-y', '--no-install-recommends', ...packages], { env });
  });
  installing = next.catch(() => {});
  return next;
}

/** Installs what throwaway hosts need. */
export const installHostTools = (log?: (line: string) => void): Promise<void> => installTools(hostTools, log);

/** Installs what makes disk images. */
export const installImageTools = (log?: (line: string) => void): Promise<void> => installTools(imageTools, log);

/** Installs a dynamic linker of musl, and what makes programs for it. */
export const installMuslTools = (log?: (line: string) => void): Promise<void> =>
  installTools(
    [
      { probe: 'gcc', package: 'gcc' },
      { probe: 'ld-musl-config', package: 'musl' },
    ],
    log,
  );

/** Why disk images cannot be made and mounted on this machine, in words that end a sentence "left out: ..."; undefined when they can. */
export function whyNoImages(): string | undefined {
  if (process.platform !== 'linux') return `mounting them needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'mounting them needs root';
  const missing = imageTools.filter(t => !present(t));
  if (missing.length > 0 && !canInstall()) return `missing programs: ${missing.map(t => t.probe).join(', ')}`;
  return undefined;
}

/** Why no throwaway host can be booted on this machine, in words that end a sentence "no throwaway host: ..."; undefined when one can. */
export function whyNoHosts(): string | undefined {
  if (process.platform !== 'linux') return `they need Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'they need root';
  const missing = hostTools.filter(t => !present(t));
  if (missing.length > 0 && !canInstall()) return `missing programs: ${missing.map(t => t.probe).join(', ')}`;
  return undefined;
}
