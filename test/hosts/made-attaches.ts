/** Attaches made up by chance that a seed repeats: of images and extension images, broken ones too, in every way that portabled offers. */
import { type AttachCase, besideUnit, type CaseImage, type NextCase, type RawKind } from './attach-cases.ts';

const service = '[Service]\nExecStart=/bin/true\n';
const unitNames = [
  'hello.service',
  'hello.socket',
  'hello-asked.service',
  'hello@.service',
  'hello@a.service',
  'hello.timer',
  'hello.target',
];
const otherNames = [
  'hello.mount',
  'hello.slice',
  'helloworld.service',
  'other.service',
  'hello.path',
  'hello.conf',
  '.hello.service',
  'hello-.service',
];

/** Chance that a seed repeats. */
export function dice(seed: number) {
  let state = seed;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % n;
  };
  return {
    below,
    /** One of some, the first ones as often as they are repeated. */
    of: <T>(...some: readonly [T, ...T[]]): T => some[below(some.length)] ?? some[0],
    /** True once in `n` times. */
    once: (n: number): boolean => below(n) === 0,
  };
}
type Dice = ReturnType<typeof dice>;

function unitsOf({ below, once }: Dice, directory: string): Record<string, string> {
  const files: Record<string, string> = {};
  const add = (name: string) => {
    files[`${directory}/${name}`] = once(12) ? '' : name.endsWith('.service') ? service : `[Unit]\nDescription=${name}\n`;
  };
  for (let left = below(4); left >= 0; left--) add(unitNames[below(unitNames.length)] ?? '');
  while (once(2)) add(otherNames[below(otherNames.length)] ?? '');
  if (once(8)) files[`${directory}/hello-linked.service`] = '-> hello.service';
  if (once(10)) files[`${directory}/hello-up.service`] = '-> ../../../../other/hello.service';
  if (once(10)) files[`${directory}/hello-masked.service`] = '-> /dev/null';
  if (once(10)) files[`${directory}/hello-absolute.service`] = `-> /${directory}/hello.service`;
  if (once(10)) files[`${directory}/hello.service.d/x.conf`] = '[Service]\nUser=a\n';
  return files;
}

function osRelease({ of, once }: Dice): string | undefined {
  if (once(15)) return undefined;
  const lines = [
    of('ID=debian', 'ID=debian', 'ID=debian', 'ID=debian', 'ID="debian"', 'ID=debian', 'NAME=x', 'ID='),
    of('VERSION_ID=12', 'VERSION_ID=12', 'VERSION_ID="12"', 'BUILD_ID=7', ''),
    of('', '', '', 'IMAGE_ID=img\nIMAGE_VERSION=3', 'IMAGE_ID=img', 'ID_LIKE="arch ubuntu"'),
    of('', '', '', '', 'PORTABLE_PREFIXES=hello', 'PORTABLE_PREFIXES="hello other"', 'PORTABLE_PREFIXES=zzz', 'PORTABLE_PREFIXES='),
    of('', '', '', '', '', '', 'PORTABLE_SCOPE=system', 'PORTABLE_SCOPE=any', 'PORTABLE_SCOPE=user', 'PORTABLE_SCOPE=blah'),
    of('', '', '', 'SYSEXT_LEVEL=1'),
  ];
  return `${lines.filter(line => line !== '').join('\n')}\n`;
}

/** Names that mean something to a shell, to systemd's specifiers, to lists of paths, or to nobody. */
const oddNames = [
  'hello world_1',
  'hello$HOME_1',
  "hello'quoted_1",
  'hello"quoted"_1',
  'hello%i_1',
  'hello%%_1',
  'hello\\x_1',
  'hello:x_1',
  'héllo_1',
  '.hello_1',
  '#hello_1',
  'hello.v_1',
  'hello_1.mstack',
  'hello_1.0.raw.bak',
  'hello_',
  '_hello',
  'hello;x_1',
  'hello_1 ',
  '-hello_1',
  '~hello_1',
  'hello\tx_1',
  '.#hello_1',
] as const;

/** The image among its versions, where its name is that of one for every systemd and it lies nowhere else. */
function amongVersions(image: CaseImage): CaseImage {
  const [, stem, raw = ''] = /^([a-z-]+)_[\d.]+?(\.raw)?$/.exec(image.name) ?? [];
  return stem === undefined || image.place !== undefined ? image : { ...image, versions: `${stem}${raw}.v` };
}

function base(chance: Dice): CaseImage {
  const { of, once } = chance;
  const name = once(5) ? of(...oddNames) : of('hello_1.0', 'hello_1.0', 'hello', 'hello-world_2', 'hello+x_1');
  const release = osRelease(chance);
  const files: Record<string, string> = { 'etc/': '', ...unitsOf(chance, 'usr/lib/systemd/system') };
  if (once(5)) Object.assign(files, unitsOf(chance, 'etc/systemd/system'));
  if (once(8)) Object.assign(files, unitsOf(chance, 'usr/local/lib/systemd/system'));
  if (release !== undefined) files[of('usr/lib/os-release', 'usr/lib/os-release', 'etc/os-release')] = release;
  if (release !== undefined && once(8)) files['etc/os-release'] = '-> ../usr/lib/os-release';
  const raw = once(3) ? of<RawKind>('squashfs', 'squashfs', 'erofs', 'ext4', 'gpt', 'gpt unmarked') : undefined;
  return {
    name: raw ? `${name}.raw` : name,
    files,
    ...(raw && { raw }),
    ...(once(4) && { place: of('/run/portables', '/var/lib/portables', '/etc/portables') }),
  };
}

function extension(chance: Dice, number: number): CaseImage {
  const { of, once } = chance;
  const name = once(10) ? `ext${number}${of(' x', '%i', ':y', "'q'", '#', '.mstack', '.mstack')}` : `ext${number}${of('', '_2', '_2.1')}`;
  const files: Record<string, string> = { 'usr/': '', ...unitsOf(chance, 'usr/lib/systemd/system') };
  const directory = of(
    'usr/lib/extension-release.d',
    'usr/lib/extension-release.d',
    'usr/lib/extension-release.d',
    'etc/extension-release.d',
  );
  const lines = [
    of('ID=debian', 'ID=debian', 'ID=debian', 'ID=debian', 'ID=_any', 'ID=arch', 'NAME=x'),
    of('VERSION_ID=12', 'VERSION_ID=12', 'VERSION_ID=12', '', 'VERSION_ID=11', 'SYSEXT_LEVEL=1', 'SYSEXT_LEVEL=2\nVERSION_ID=12'),
    of('', '', '', '', 'SYSEXT_SCOPE=portable', 'SYSEXT_SCOPE="system portable"', 'SYSEXT_SCOPE=system', 'CONFEXT_SCOPE=system'),
    of('', '', '', '', 'ARCHITECTURE=_any', 'ARCHITECTURE=x86-64', 'ARCHITECTURE=arm64'),
    of(
      '',
      '',
      '',
      'PORTABLE_PREFIXES=hello',
      'PORTABLE_PREFIXES=zzz',
      'IMAGE_ID=extimg\nIMAGE_VERSION=9',
      'SYSEXT_ID=e\nSYSEXT_VERSION_ID=4',
      'CONFEXT_IMAGE_ID=c',
      'SYSEXT_IMAGE_ID=f\nSYSEXT_BUILD_ID=2',
    ),
  ];
  if (!once(12)) files[`${directory}/extension-release.${once(15) ? 'else' : name}`] = `${lines.filter(l => l !== '').join('\n')}\n`;
  return { name, files, ...(once(8) && { place: of('/run/portables', '/var/lib/portables') }) };
}

/** Packed or not as the base is: an image and its extensions are mostly of one kind, as they are in practice. */
function packedLike(chance: Dice, base: CaseImage, extension: CaseImage): CaseImage {
  const packed = chance.once(5) ? !base.raw : base.raw !== undefined;
  const raw = chance.of<RawKind>('squashfs', 'squashfs', 'erofs', 'gpt');
  return packed ? { ...extension, name: `${extension.name}.raw`, raw } : extension;
}

const prefixesOf = ({ of }: Dice): readonly string[] =>
  of<readonly string[]>(['hello'], ['hello'], ['hello'], ['hello', 'other'], [], ['zzz'], ['hello-asked'], ['hel']);
const waysOf = ({ of, once }: Dice) => ({
  profile: of('default', 'default', 'strict', 'trusted', 'nope', ''),
  copyMode: of('', '', '', 'copy', 'symlink', 'mixed', 'foo'),
  runtime: !once(3),
  force: once(6),
});

/** A name that portabled may take for that of another image, or not. */
function likeNamed({ of, once }: Dice, { name, raw }: CaseImage): string {
  const stem = name.replace(/\.raw$/, '').replace(/[_+].*$/, '');
  const other = once(6)
    ? of('other_1', 'hell_1', 'hello-world_3', `${stem}-x_1`)
    : `${stem}${of('_2.0', '_2.0', '_2.0', '+y_7', '_3~rc1')}`;
  return raw ? `${other}.raw` : other;
}

/** A version of a unit that is not the one before. */
const changed = (files: CaseImage['files']): CaseImage['files'] =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text === service ? `${service}Nice=1\n` : text]));

/** What is asked of portabled once that is attached. */
function next(chance: Dice, attached: AttachCase): NextCase {
  const { of, once } = chance;
  const { image, extensions = [], runtime = true } = attached;
  const kind = of('detach', 'reattach');
  const besides = ['hello_77', 'hello+x', 'hello-world_77', 'hell_77', 'other_77'] as const;
  const beside = once(3) ? { beside: { name: of(...besides), files: besideFiles } } : {};
  const around = { ...beside, ...(once(4) && { started: 'hello.target' }) };
  const laid = once(5) ? extensions.slice(1) : once(6) ? [...extensions, packedLike(chance, image, extension(chance, 7))] : extensions;
  // mostly as it was attached: a request for the other directory finds nothing
  const where = once(8) ? !runtime : runtime;
  if (kind === 'detach') {
    const named = once(5) ? { ...image, name: likeNamed(chance, image) } : image;
    return { kind, image: named, extensions: laid, ...around, prefixes: [], profile: '', runtime: where };
  }
  const made = once(3) ? base(chance) : { ...image, files: once(2) ? changed(image.files) : base(chance).files };
  const raw = made.raw ?? image.raw;
  const { versions: _, ...placed } = made;
  const name = likeNamed(chance, raw ? { ...image, raw } : image);
  const newer: CaseImage =
    once(8) || name === image.name ? image : { ...placed, ...(raw && { raw }), name: raw && !name.endsWith('.raw') ? `${name}.raw` : name };
  return { kind, image: newer, extensions: laid, ...around, ...waysOf(chance), prefixes: prefixesOf(chance), runtime: where };
}

const besideFiles = { 'etc/': '', 'usr/lib/os-release': 'ID=debian\n', [`usr/lib/systemd/system/${besideUnit}`]: service };

const oddLines = [
  'garbage',
  'NAME="open',
  "NAME='a' b",
  'A B=c',
  '=x',
  '# ID=arch',
  ' ID=arch',
  'ID=_any',
  'ID=arch\nID=debian',
  'VERSION_ID=1\\\n2',
  'ID_LIKE="arch debian"',
  'CONFEXT_LEVEL=1',
  'SYSEXT_LEVEL=',
  'PORTABLE_PREFIXES="hello\tother"',
  'PORTABLE_PREFIXES=hello,other',
  'PORTABLE_SCOPE=',
  'CONFEXT_SCOPE=portable',
  'SYSEXT_SCOPE=',
  'ARCHITECTURE=arm64',
  'VERSION_ID=12\r',
] as const;
const units = 'usr/lib/systemd/system';
const oddFiles: readonly Readonly<Record<string, string>>[] = [
  { [`${units}/service.d/x.conf`]: '[Service]\nUser=a\n', [`${units}/-.service.d/x.conf`]: '[Service]\nUser=b\n' },
  { [`${units}/hello.service`]: '[Service]\nRootImage=/x.raw\nRootDirectory=/x\nExecStart=/bin/true\n' },
  { [`${units}/hello.service`]: 'no unit\n\u{fe}\n' },
  { [`${units}/hello@.timer`]: '[Timer]\n', [`${units}/hello@b.socket`]: '[Socket]\n', [`${units}/hello@@c.service`]: service },
  { [`${units}/hello.service.wants/other.service`]: '-> ../other.service', [`${units}/hello.target.wants/`]: '' },
  { [`${units}/hello-far.service`]: '-> ../../../share/far.service', 'usr/share/far.service': service },
  { [`${units}/hello-loop.service`]: '-> hello-loop.service', [`${units}/hello-dir.service/`]: '' },
  { 'lib/systemd/system/hello-lib.service': service, 'run/systemd/system/hello-run.service': service },
  { 'etc/systemd/system.attached/hello-attached.service': service, 'etc/systemd/system.control/hello.service': service },
  { 'etc/os-release': '-> /usr/lib/os-release' },
  { 'etc/os-release': '-> ../nowhere' },
  { 'etc/os-release/': '' },
  { 'etc/os-release/': '', 'usr/lib/os-release': 'ID=debian\nVERSION_ID=12\n' },
  { 'etc/initrd-release': 'ID=arch\n' },
  { 'etc/os-release': '-> os-release' },
  { 'etc/os-release': '-> ../usr/lib/os-release/x' },
  { 'etc/os-release': '-> ../usr' },
];

const named = 'extension-release.';
/** What lies beside the release file of an extension, or in its place: named after it, or after none that is there. */
const oddReleases = ({ name }: CaseImage): readonly Readonly<Record<string, string>>[] => {
  const own = `${named}${name.replace(/\.raw$/, '')}`;
  const fits = 'ID=debian\nVERSION_ID=12\n';
  return ['usr/lib/extension-release.d', 'etc/extension-release.d'].flatMap(directory => [
    { [`${directory}/${own}/`]: '' },
    { [`${directory}/${own}`]: `-> ${own}` },
    { [`${directory}/${own}`]: '-> nowhere' },
    { [`${directory}/${own}`]: '-> ../file', [`${directory}/../file`]: fits },
    { [`${directory}/${named}other`]: fits },
    { [`${directory}/${named}other`]: 'ID=arch\n' },
    { [`${directory}/${named}other/`]: '' },
    { [`${directory}/${named}other`]: '-> ../file', [`${directory}/../file`]: fits },
    { [`${directory}/${named}`]: fits, [`${directory}/${named}.#x`]: fits },
    { [directory]: 'a file' },
  ]);
};

/** What few images have: a line or files more, some of which take the place of others. */
function odder({ of, once }: Dice, image: CaseImage, moreFiles = oddFiles): CaseImage {
  const files = { ...image.files };
  const [release] = Object.keys(files).filter(path => /release(\.[^/]*)?$/.test(path) && !files[path]?.startsWith('-> '));
  if (release !== undefined && once(2)) files[release] = `${files[release]}${of(...oddLines)}\n`;
  else {
    const [first, ...others] = moreFiles;
    const more = first ? of(first, ...others) : {};
    for (const [path, text] of Object.entries(more)) {
      delete files[path.replace(/\/$/, '')];
      if (!path.endsWith('/')) for (const below of Object.keys(files)) if (below.startsWith(`${path}/`)) delete files[below];
      files[path] = text;
    }
  }
  return { ...image, files };
}

/** Some attaches; the same for the same seed. */
export function madeAttaches(count: number, seed: number): readonly AttachCase[] {
  const odd = dice(seed + 1);
  return usualAttaches(count, seed).map(one => {
    if (!odd.once(4)) return one;
    const [first, ...others] = one.extensions ?? [];
    // one that lies there already keeps portabled from putting others there
    if (first && odd.once(3)) return { ...one, extensions: [{ ...first, place: '/run/portables' }, ...others], runtime: true };
    if (!first || odd.once(2)) return { ...one, image: odder(odd, one.image) };
    const released = odd.once(2);
    const extension = odder(odd, first, released ? oddReleases(first) : oddFiles);
    return { ...one, extensions: [extension, ...others], ...(released && { force: odd.once(2) }) };
  });
}

function usualAttaches(count: number, seed: number): readonly AttachCase[] {
  const chance = dice(seed);
  const { of, once, below } = chance;
  return Array.from({ length: count }, (_, n) => {
    const made = base(chance);
    const image = n % 6 === 0 ? amongVersions(made) : made;
    const number = once(3) ? 1 + below(3) : 0;
    const extensions = Array.from({ length: number }, (_, nth) => packedLike(chance, image, extension(chance, nth)));
    const attached: AttachCase = {
      ...{ image, extensions, prefixes: prefixesOf(chance), ...waysOf(chance) },
      ...(once(6) && { hostUnits: { [of('hello.service', 'other.service', 'hello.socket')]: service } }),
    };
    return once(2) ? { ...attached, next: next(chance, attached) } : attached;
  });
}
