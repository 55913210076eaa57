/** What of a service's view of files comes from its image, and what from elsewhere. */
import { parseBoolean } from '../../catalogue/grammars/boolean.ts';
import { simplifyPath } from '../../catalogue/grammars/paths.ts';
import { remembered } from '../../unit/recent.ts';
import type { Span } from '../../unit/tree.ts';
import { expanded } from '../settings.ts';
import type { Setting, WholeUnit } from '../whole-unit.ts';

/** Directives that change what the root of a service is: then the image that the unit lies in tells nothing. */
const otherRoots = ['RootDirectory', 'RootImage', 'RootMStack', 'ExtensionImages', 'ExtensionDirectories', 'MountImages'];

/** Whether a unit's service runs in the image that it lies in, as far as the unit says. Only services get the image as their root (portable.c). */
export const runsInImage = (whole: WholeUnit): boolean => whole.kind === 'service' && !otherRoots.some(key => whole.sets(key));

/** A word of a setting, and where it stands. */
export interface Written {
  readonly at: Setting;
  readonly part: Span;
  readonly text: string;
}

/** Specifiers whose values come from the unit's name alone. */
const fromName = /%(?![nNpPiIjJf%])/;

/** A path or name as systemd reads it; undefined where specifiers make it known on the host only, or a build fills it in. */
export function certain(at: Setting, text: string, whole: WholeUnit): string | undefined {
  return fromName.test(text) || at.unit.placeholders ? undefined : expanded({ ...at, value: text }, whole);
}

const simplified = (path: string, { systemd }: WholeUnit): string => simplifyPath(path, systemd);

/** The directories that are made for a service, by directive. */
export const madeDirectories: Readonly<Record<string, string>> = {
  RuntimeDirectory: '/run',
  StateDirectory: '/var/lib',
  CacheDirectory: '/var/cache',
  LogsDirectory: '/var/log',
  ConfigurationDirectory: '/etc',
};

/** The words of some directives, apart by blanks, without quotes: with quotes and escapes they are left alone. */
export function wordsOf(whole: WholeUnit, keys: readonly string[], section?: string): readonly Written[] {
  return keys
    .filter(key => whole.sets(key))
    .flatMap(key => whole.all([key], section))
    .flatMap(at =>
      [...at.value.matchAll(/\S+/g)].flatMap(({ 0: text, index }) =>
        /["'\\]/.test(text) ? [] : [{ at, part: { start: index, end: index + text.length }, text }],
      ),
    );
}

/** A place at which something is mounted for a service. */
export interface Mounted extends Written {
  /** Undefined where it is known on the host only. */
  readonly path: string | undefined;
}

/** Where the unit has something mounted into the service's view: binds, empty file systems, directories that are made for it. */
export const mountedBy = remembered((whole: WholeUnit): readonly Mounted[] => {
  const found: Mounted[] = [];
  const add = (written: Written, path: string) => {
    const known = certain(written.at, path, whole);
    found.push({ ...written, path: known?.startsWith('/') ? simplified(known, whole) : undefined });
  };
  for (const word of wordsOf(whole, ['BindPaths', 'BindReadOnlyPaths'])) {
    const [source = '', target = source.replace(/^-/, '')] = word.text.split(':');
    add(word, target);
  }
  for (const word of wordsOf(whole, ['TemporaryFileSystem'])) add(word, word.text.split(':')[0] ?? '');
  for (const [key, base] of Object.entries(madeDirectories)) {
    for (const word of wordsOf(whole, [key])) add(word, `${base}/${word.text.split(':')[0]}`);
  }
  return found;
});

/** Where every service from an image finds the host's files, or empty ones, whatever the image holds. */
const ofTheHost = ['/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp'];

export const isBelow = (path: string, directory: string): boolean =>
  path === directory || directory === '/' || (path.startsWith(directory) && path.charAt(directory.length) === '/');

/** Whether what is at a path comes from the image, and from nowhere else. */
export function isOfImage(path: string, whole: WholeUnit): boolean {
  if (ofTheHost.some(directory => isBelow(path, directory))) return false;
  const home = whole.one('ProtectHome');
  if (home && home.value === 'tmpfs' && ['/home', '/root'].some(directory => isBelow(path, directory))) return false;
  return mountedBy(whole).every(mounted => mounted.path !== undefined && !isBelow(path, mounted.path));
}

/** Whether a setting says yes. */
export const saysYes = (whole: WholeUnit, key: string): boolean => parseBoolean(whole.one(key)?.value ?? '') === true;
