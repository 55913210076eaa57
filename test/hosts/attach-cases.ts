/** Attaches made up images on a real host by portabled, many a call, and collects what it answered and which files it wrote. */
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { LabHost } from '../../lab/hosts.ts';
import { must } from '../../lab/processes.ts';

/** An image, or an extension image: its file name, and what it holds. */
export interface CaseImage {
  readonly name: string;
  /** Text of each file by its path; `-> target` is a link, `<- source` a copy of a file of this machine, a path that ends with `/` a directory. */
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
  /** Services of it that are started once it is attached. */
  readonly starts?: readonly string[];
  readonly next?: NextCase;
}

/** What is asked of portabled once an image is attached: to take it away, or to put another one in its place. */
export interface NextCase extends Pick<AttachCase, 'image' | 'extensions' | 'prefixes' | 'profile' | 'copyMode' | 'runtime' | 'force'> {
  readonly kind: 'detach' | 'reattach';
  /** An image that is attached beside, with a unit of its own. */
  readonly beside?: CaseImage;
  /** A unit that is started before, where it can be. */
  readonly started?: string;
}

/** What portabled did. */
export interface RealAttach {
  /** `NAME: message` of the error that it answered with. */
  readonly error?: string;
  /** What lies in its directories afterwards: `644 text`, or `-> target`, by path; images that were put there by hand are `placedImage`. */
  readonly files: ReadonlyMap<string, string>;
  /** Of the services that were to be started, those that failed. */
  readonly failed: readonly string[];
  /** What the next request came to; absent where there was none, or nothing attached. */
  readonly next?: {
    readonly error?: string;
    readonly before: ReadonlyMap<string, string>;
    readonly after: ReadonlyMap<string, string>;
    /** The unit that was to be started is active. */
    readonly active: boolean;
  };
}

/** What stands for an image that lies in one of portabled's directories because it was put there by hand. */
export const placedImage = '644 placed';

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
  for (const [n, one] of cases.entries()) for (const each of imagesOf(one)) await build(lab, each, n);
  const script = ['set -u', `rm -rf ${base}/out; mkdir -p ${base}/out`, ...cases.map((one, n) => steps(lab.systemd, one, n, manager))].join(
    '\n',
  );
  writeFileSync(join(lab.root, base, 'script'), script);
  await lab.run('chown', '-hR', manager.user, base);
  const { code, stderr } = await lab.run(...manager.by, 'bash', `${base}/script`);
  if (code !== 0) throw new Error(`the cases ended with ${code}: ${stderr.slice(-2000)}`);
  return cases.map((_, n) => collect(join(lab.root, base, 'out', String(n))));
}

/** All images of a case, each once. */
function imagesOf({ image, extensions = [], next }: AttachCase): readonly CaseImage[] {
  const all = [image, ...extensions, ...(next ? [next.image, ...(next.extensions ?? []), ...(next.beside ? [next.beside] : [])] : [])];
  return [...new Map(all.map(each => [pathOf(each, 0), each])).values()];
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
    else if (text.startsWith('<- ')) copyFileSync(text.slice(3), file);
    else writeFileSync(file, text);
  }
  // an older version, which is not taken and need not be an image
  if (image.versions !== undefined) {
    const older = join(dirname(target), image.name.replace(/_[^_]*?(\.raw)?$/, '_0$1'));
    if (image.raw) writeFileSync(older, '');
    else mkdirSync(older, { recursive: true });
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

const portabled = 'org.freedesktop.portable1 /org/freedesktop/portable1 org.freedesktop.portable1.Manager';
const array = (texts: readonly string[]) => [String(texts.length), ...texts.map(quoted)].join(' ');

/** The call that attaches an image, or puts it in the place of another. */
function placing(method: 'Attach' | 'Reattach', systemd: number, one: Omit<AttachCase, 'hostUnits'>, number: number): string {
  const { image, extensions = [], prefixes, profile, copyMode = '', runtime = true, force = false } = one;
  const path = quoted(askedPath(image, number));
  const plain = `${method}Image sassbs ${path} ${array(prefixes)} ${quoted(profile)} ${runtime} ${quoted(copyMode)}`;
  const flags = (runtime ? 1 : 0) + (force ? 6 : 0);
  const paths = extensions.map(extension => askedPath(extension, number));
  const extended = `${method}ImageWithExtensions sasassst ${path} ${array(paths)} ${array(prefixes)} ${quoted(profile)} ${quoted(copyMode)} ${flags}`;
  // 247 has no call for extension images, and says so
  return systemd < 252 && extensions.length === 0 ? plain : extended;
}

function detaching({ image, extensions = [], runtime = true }: NextCase, number: number): string {
  const paths = extensions.map(extension => askedPath(extension, number));
  return `DetachImageWithExtensions sast ${quoted(askedPath(image, number))} ${array(paths)} ${runtime ? 1 : 0}`;
}

/**
 * Calls portabled; what it says goes into files named `to`. busctl prints the message only; the name of the error is in the debug log. A loop
 * device that another host on this machine takes first is no answer.
 */
const calling = (call: string, to: string, { busctl }: Manager): readonly string[] => [
  `for try in 1 2 3 4 5 6; do`,
  `SYSTEMD_LOG_LEVEL=debug ${busctl} call ${portabled} ${call} > ${to}stdout 2> ${to}stderr && touch ${to}done`,
  `grep -q EBUSY ${to}stderr || break; sleep 0.$try; done`,
];

/** Keeps what lies in portabled's directories, but of images that were put there only that they are there. */
const keeping = (to: string, placed: readonly string[], { written }: Manager): readonly string[] => [
  ...written.map(directory => `[ ! -e ${directory} ] || { mkdir -p ${to}${dirname(directory)}; cp -a ${directory} ${to}${directory}; }`),
  ...placed.map(path => `p=${to}${quoted(path)}; [ ! -e "$p" ] || { rm -rf "$p"; printf placed > "$p"; }`),
];

/** What is done on the host for one case. */
function steps(systemd: number, one: AttachCase, number: number, manager: Manager): string {
  const { systemctl, units: own, written } = manager;
  const { next, starts = [], hostUnits = {} } = one;
  const out = `${base}/out/${number}`;
  const start = (unit: string) =>
    `${systemctl} -q start ${unit} 2>/dev/null || echo ${unit} >> ${out}/failed; ${systemctl} -q stop ${unit} 2>/dev/null`;
  const placed = imagesOf(one).filter(({ place }) => place !== undefined);
  const paths = placed.map(each => pathOf(each, number));
  const units = Object.entries(hostUnits);
  return [
    `mkdir -p ${out}`,
    ...placed.map(each => `mkdir -p ${each.place}; cp -a ${quoted(`${base}/${number}/${each.name}.kept`)} ${quoted(pathOf(each, number))}`),
    `mkdir -p ${own}`,
    ...units.map(([name, text]) => `printf %s ${quoted(text)} > ${own}/${quoted(name)}`),
    ...(units.length > 0 ? [`${systemctl} daemon-reload`] : []),
    ...calling(placing('Attach', systemd, one, number), `${out}/`, manager),
    ...keeping(`${out}/files`, paths, manager),
    ...(starts.length > 0 ? [`if [ -e ${out}/done ]; then ${systemctl} daemon-reload`, ...starts.map(start), 'fi'] : []),
    ...(next ? [`if [ -e ${out}/done ]; then`, ...nextSteps(systemd, next, number, manager, paths), 'fi'] : []),
    ...paths.map(path => `rm -rf ${quoted(path)}`),
    `rm -rf ${written.slice(0, 4).join(' ')}`,
    ...units.map(([name]) => `rm -f ${own}/${quoted(name)}`),
    ...(units.length > 0 || starts.length > 0 || next ? [`${systemctl} daemon-reload`] : []),
  ].join('\n');
}

/** What is asked of portabled next, and what lies there before and after. */
function nextSteps(...[systemd, next, number, manager, placed]: [number, NextCase, number, Manager, readonly string[]]): readonly string[] {
  const { systemctl } = manager;
  const { kind, beside, started, runtime } = next;
  const out = `${base}/out/${number}`;
  const plain = { prefixes: [besideUnit.replace(/\..*/, '')], profile: 'default', ...(runtime !== undefined && { runtime }) };
  const call = kind === 'detach' ? detaching(next, number) : placing('Reattach', systemd, next, number);
  const start = `${systemctl} daemon-reload; ${systemctl} -q start ${started} 2>/dev/null; ${systemctl} -q is-active ${started} && touch ${out}/active`;
  return [
    ...(beside ? calling(placing('Attach', systemd, { ...plain, image: beside }, number), `${out}/beside-`, manager) : []),
    ...(started ? [start] : []),
    ...keeping(`${out}/before`, placed, manager),
    ...calling(call, `${out}/next-`, manager),
    ...keeping(`${out}/after`, placed, manager),
    ...(started ? [`${systemctl} -q stop ${started} 2>/dev/null`] : []),
  ];
}

/** The unit of an image that is attached beside. */
export const besideUnit = 'hello-beside.service';

function collect(out: string): RealAttach {
  const names = readdirSync(out);
  const files = names.includes('files') ? filesIn(join(out, 'files')) : new Map<string, string>();
  const error = saidIn(out, '');
  const failed = names.includes('failed') ? readFileSync(join(out, 'failed'), 'utf8').trim().split('\n') : [];
  if (error !== undefined || !names.includes('next-stderr')) return { files, failed, ...(error !== undefined && { error }) };
  const kept = (name: string) => (names.includes(name) ? filesIn(join(out, name)) : new Map<string, string>());
  const refused = saidIn(out, 'next-');
  const next = {
    before: kept('before'),
    after: kept('after'),
    active: names.includes('active'),
    ...(refused !== undefined && { error: refused }),
  };
  return { files, failed, next };
}

function filesIn(root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const walk = (directory: string): void => {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) files.set(path.slice(root.length), `-> ${readlinkSync(path)}`);
      else if (stat.isDirectory()) walk(path);
      else files.set(path.slice(root.length), `${(stat.mode & 0o7777).toString(8)} ${readFileSync(path, 'utf8')}`);
    }
  };
  walk(root);
  return files;
}

/** The error that a call was answered with; undefined where it was done. */
function saidIn(out: string, of: string): string | undefined {
  if (existsSync(join(out, `${of}done`))) return undefined;
  const said = readFileSync(join(out, `${of}stderr`), 'utf8');
  const name = /error_name=([\w.]+)|Got message type=error.*error-name=([\w.]+)/.exec(said);
  const message = /Call failed: (.*)/.exec(said)?.[1] ?? said;
  return `${name?.[1] ?? name?.[2] ?? ''}: ${message}`;
}
