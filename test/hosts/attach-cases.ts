/** Attaches made up images on a real host by portabled, many a call, and collects what it answered and which files it wrote. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LabHost } from '../../lab/hosts.ts';
import { must } from '../../lab/processes.ts';

/** An image, or an extension image: its file name, and what it holds. */
export interface CaseImage {
  readonly name: string;
  /** Text of each file by its path; `-> target` is a link, a path that ends with `/` a directory. */
  readonly files: Readonly<Record<string, string>>;
  /** What a raw image holds; a directory when absent. */
  readonly raw?: RawKind;
  /** The directory of versions that it lies in, beside an older one, and by which it is attached; never together with `place`. */
  readonly versions?: string;
  /** The directory on the host that it lies in; one of its own when absent. */
  readonly place?: string;
}

/** A file system, or a partition table with one marked read-only, or not. */
export type RawKind = 'squashfs' | 'erofs' | 'ext4' | 'gpt' | 'gpt unmarked';

/** An attach. */
export interface AttachCase {
  readonly image: CaseImage;
  readonly extensions?: readonly CaseImage[];
  readonly prefixes: readonly string[];
  readonly profile: string;
  readonly copyMode?: string;
  readonly runtime?: boolean;
  readonly force?: boolean;
  /** Unit files that the host has by itself. */
  readonly hostUnits?: Readonly<Record<string, string>>;
}

/** What portabled did. */
export interface RealAttach {
  /** `NAME: message` of the error that it answered with. */
  readonly error?: string;
  /** What lies in its directories afterwards: `644 text`, or `-> target`, by path. */
  readonly files: ReadonlyMap<string, string>;
}

const base = '/srv/plan';

/** Whose portabled is asked. */
export interface Manager {
  readonly busctl: string;
  readonly systemctl: string;
  /** Where the host's own units are put. */
  readonly units: string;
  /** Where portabled writes, and last, where images lie for good. */
  readonly written: readonly string[];
  readonly user: 'root' | 'dev';
  /** What a program is started by, to run as that user. */
  readonly by: readonly [string, ...string[]];
}

export const systemManager: Manager = {
  busctl: 'busctl',
  systemctl: 'systemctl',
  units: '/etc/systemd/system',
  written: ['/etc/systemd/system.attached', '/run/systemd/system.attached', '/etc/portables', '/run/portables', '/var/lib/portables'],
  user: 'root',
  by: ['env'],
};

const [home, runtime] = ['/home/dev', '/run/user/1000'] as const;
export const userManager: Manager = {
  busctl: 'busctl --user',
  systemctl: 'systemctl --user',
  units: `${home}/.config/systemd/user`,
  written: [
    `${home}/.config/systemd/user.attached`,
    `${runtime}/systemd/user.attached`,
    `${home}/.config/portables`,
    `${runtime}/portables`,
    `${home}/.local/state/portables`,
  ],
  user: 'dev',
  by: ['runuser', '-u', 'dev', '--', 'env', `XDG_RUNTIME_DIR=${runtime}`, `HOME=${home}`],
};

/** The path of a case's image on the host. */
export const pathOf = (image: CaseImage, number: number): string =>
  `${image.place ?? `${base}/${number}`}/${image.versions === undefined ? '' : `${image.versions}/`}${image.name}`;
/** What is asked for: an image, or the directory of its versions. */
const askedPath = (image: CaseImage, number: number): string =>
  image.versions === undefined ? pathOf(image, number) : dirname(pathOf(image, number));

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Attaches each case on a host that has nothing attached, and takes it away again. */
export async function attachForReal(
  lab: LabHost,
  cases: readonly AttachCase[],
  manager: Manager = systemManager,
): Promise<readonly RealAttach[]> {
  rmSync(join(lab.root, base), { recursive: true, force: true });
  for (const [n, { image, extensions = [] }] of cases.entries()) for (const each of [image, ...extensions]) await build(lab, each, n);
  const script = ['set -u', `rm -rf ${base}/out; mkdir -p ${base}/out`, ...cases.map((one, n) => steps(lab.systemd, one, n, manager))].join(
    '\n',
  );
  writeFileSync(join(lab.root, base, 'script'), script);
  await lab.run('chown', '-hR', manager.user, base);
  const { code, stderr } = await lab.run(...manager.by, 'bash', `${base}/script`);
  if (code !== 0) throw new Error(`the cases ended with ${code}: ${stderr.slice(-2000)}`);
  return cases.map((_, n) => collect(join(lab.root, base, 'out', String(n))));
}

/** Where an image of a case lies before it is put in its place, on this side. */
export function localPath(lab: LabHost, image: CaseImage, number: number): string {
  return join(lab.root, base, String(number), image.versions ?? '', image.place ? `${image.name}.kept` : image.name);
}

/** Puts an image where it is copied from: a directory below the host's root. */
async function build(lab: LabHost, image: CaseImage, number: number): Promise<void> {
  const target = localPath(lab, image, number);
  // beside versions it would be one of them
  const tree = image.raw ? join(lab.root, base, String(number), `${image.name}.tree`) : target;
  mkdirSync(tree, { recursive: true });
  mkdirSync(dirname(target), { recursive: true });
  for (const [path, text] of Object.entries(image.files)) {
    const file = join(tree, path);
    mkdirSync(path.endsWith('/') ? file : dirname(file), { recursive: true });
    if (path.endsWith('/')) continue;
    rmSync(file, { force: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), file);
    else writeFileSync(file, text);
  }
  // an older version, which is not taken and need not be an image
  if (image.versions !== undefined) {
    const older = join(dirname(target), image.name.replace(/_[^_]*?(\.raw)?$/, '_0$1'));
    if (image.raw) writeFileSync(older, '');
    else mkdirSync(older);
  }
  if (image.raw) await must('sh', ['-c', makers[image.raw], 'sh', tree, target]);
}

const squash = 'mksquashfs "$1" "$2" -noappend -no-progress -quiet -all-root -comp gzip >/dev/null';
/** What a root partition for this machine is; bit 60 keeps it from being written to. */
const inTable = (attributes: string) => `${squash}; mv "$2" "$2.fs"; truncate -s 2M "$2"
  echo 'label: gpt\nstart=2048,size=512,type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709${attributes}' | sfdisk -q "$2"
  dd if="$2.fs" of="$2" bs=512 seek=2048 conv=notrunc status=none; rm "$2.fs"`;
const makers: Readonly<Record<RawKind, string>> = {
  squashfs: squash,
  erofs: 'mkfs.erofs "$2" "$1" >/dev/null 2>&1',
  ext4: 'truncate -s 1M "$2" && mke2fs -q -t ext4 -d "$1" "$2"',
  gpt: inTable(',attrs="GUID:60"'),
  'gpt unmarked': inTable(''),
};

/** What is done on the host for one case. */
function steps(systemd: number, one: AttachCase, number: number, { busctl, systemctl, units: own, written }: Manager): string {
  const { image, extensions = [], prefixes, profile, copyMode = '', runtime = true, force = false, hostUnits = {} } = one;
  const out = `${base}/out/${number}`;
  const array = (texts: readonly string[]) => [String(texts.length), ...texts.map(quoted)].join(' ');
  const path = quoted(askedPath(image, number));
  const plain = `AttachImage sassbs ${path} ${array(prefixes)} ${quoted(profile)} ${runtime} ${quoted(copyMode)}`;
  const flags = (runtime ? 1 : 0) + (force ? 6 : 0);
  const paths = extensions.map(extension => askedPath(extension, number));
  const extended = `AttachImageWithExtensions sassassst ${path} ${array(paths)} ${array(prefixes)} ${quoted(profile)} ${quoted(copyMode)} ${flags}`;
  // 247 has no call for extension images, and says so
  const call = systemd < 252 && extensions.length === 0 ? plain : extended.replace('sassassst', 'sasassst');
  const placed = [image, ...extensions].filter(({ place }) => place !== undefined);
  const units = Object.entries(hostUnits);
  const manager = 'org.freedesktop.portable1 /org/freedesktop/portable1 org.freedesktop.portable1.Manager';
  return [
    `mkdir -p ${out}`,
    ...placed.map(each => `mkdir -p ${each.place}; cp -a ${quoted(`${base}/${number}/${each.name}.kept`)} ${quoted(pathOf(each, number))}`),
    `mkdir -p ${own}`,
    ...units.map(([name, text]) => `printf %s ${quoted(text)} > ${own}/${quoted(name)}`),
    ...(units.length > 0 ? [`${systemctl} daemon-reload`] : []),
    // busctl prints the message only; the name of the error is in the debug log
    // a loop device that another host on this machine takes first is no answer
    `for try in 1 2 3 4 5 6; do`,
    `SYSTEMD_LOG_LEVEL=debug ${busctl} call ${manager} ${call} > ${out}/stdout 2> ${out}/stderr && touch ${out}/done`,
    `grep -q EBUSY ${out}/stderr || break; sleep 0.$try; done`,
    ...placed.map(each => `rm -rf ${quoted(pathOf(each, number))}`),
    ...written.map(
      directory => `[ ! -e ${directory} ] || { mkdir -p ${out}/files${dirname(directory)}; cp -a ${directory} ${out}/files${directory}; }`,
    ),
    `rm -rf ${written.slice(0, 4).join(' ')}`,
    ...units.map(([name]) => `rm -f ${own}/${quoted(name)}`),
    ...(units.length > 0 ? [`${systemctl} daemon-reload`] : []),
  ].join('\n');
}

function collect(out: string): RealAttach {
  const files = new Map<string, string>();
  const root = join(out, 'files');
  const walk = (directory: string): void => {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) files.set(path.slice(root.length), `-> ${readlinkSync(path)}`);
      else if (stat.isDirectory()) walk(path);
      else files.set(path.slice(root.length), `${(stat.mode & 0o7777).toString(8)} ${readFileSync(path, 'utf8')}`);
    }
  };
  const names = readdirSync(out);
  if (names.includes('files')) walk(root);
  if (names.includes('done')) return { files };
  const said = readFileSync(join(out, 'stderr'), 'utf8');
  const name = /error_name=([\w.]+)|Got message type=error.*error-name=([\w.]+)/.exec(said);
  const message = /Call failed: (.*)/.exec(said)?.[1] ?? said;
  return { files, error: `${name?.[1] ?? name?.[2] ?? ''}: ${message}` };
}
