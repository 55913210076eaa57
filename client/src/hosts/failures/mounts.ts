/** Status 226: the file system that the service is to see could not be put together. Which path, and who asks for it. */
import * as l10n from '@vscode/l10n';
import { type Case, errorText } from './case.ts';
import type { Told } from './facts.ts';

/** Where systemd puts a service's root together. */
const workRoots = /^\/run\/systemd\/(?:unit-root|mount-rootfs|unit-private-tmp)(?=\/|$)/;

/** What systemd mounts into every image that a service runs from. */
const always = ['/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp', '/etc/resolv.conf', '/etc/machine-id', '/etc/os-release'];

/** Directives whose values are paths that are mounted, or mounted over, and what stands before these. */
const mounting: readonly (readonly [key: string, base: string])[] = [
  ['BindPaths', ''],
  ['BindReadOnlyPaths', ''],
  ['TemporaryFileSystem', ''],
  ['ReadWritePaths', ''],
  ['ReadOnlyPaths', ''],
  ['InaccessiblePaths', ''],
  ['ExecPaths', ''],
  ['NoExecPaths', ''],
  ['MountImages', ''],
  ['StateDirectory', '/var/lib/'],
  ['CacheDirectory', '/var/cache/'],
  ['LogsDirectory', '/var/log/'],
  ['ConfigurationDirectory', '/etc/'],
  ['RuntimeDirectory', '/run/'],
  ['WorkingDirectory', ''],
  ['ExtensionImages', ''],
  ['ExtensionDirectories', ''],
];

/** Explains it, by the path that systemd names, if it does. */
export function tellMounts(failure: Case): Told {
  const named = failure.find(/Failed to set up mount namespacing: (\/.*): ([^:]+)$/);
  const error = named?.[2] ?? errorText(failure);
  const path = named?.[1] === undefined ? undefined : insideImage(named[1], failure.texts('RootDirectory')[0] ?? '');
  if (path === undefined) {
    return {
      why: l10n.t('the file system that it is to see could not be set up: {0}', error),
      advice: l10n.t(
        'Look at its directives with paths; the image must hold /proc, /sys, /dev, /run, /tmp, /var/tmp and what is mounted over.',
      ),
    };
  }
  const blamed = nearness
    .map(isNear => mounting.find(([key, base]) => failure.texts(key).some(text => isNear(`${base}${text.replace(/^[-+]+/, '')}`, path))))
    .find(found => found !== undefined);
  const why = /read-only/i.test(error)
    ? l10n.t('the image lacks {0} and is read-only, so that nothing can be mounted there', path)
    : l10n.t('{0} could not be mounted or be mounted over: {1}', path, error);
  if (blamed) {
    const [key, base] = blamed;
    const advice = /no such file/i.test(error)
      ? l10n.t('Make it: what is mounted must be on the host, and where it is mounted to, in the image; or leave it out of {0}=.', key)
      : l10n.t('Make it in the image, as directory or file, as the other side is; or leave it out of {0}=.', key);
    return { why, advice, key, holds: path.startsWith(base) ? path.slice(base.length) : path };
  }
  if (always.includes(path)) return { why, advice: l10n.t('Every image needs {0}: make it there, empty.', path) };
  return { why, advice: l10n.t('Make {0} in the image; the profile may ask for it, too.', path) };
}

/** A path as the image has it. */
function insideImage(path: string, root: string): string {
  const plain = root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length) : path.replace(workRoots, '');
  return plain === '' ? '/' : plain;
}

/** Whether a path that a directive names is that one; else whether it leads through it, or to it. */
const nearness: readonly ((named: string, path: string) => boolean)[] = [
  (named, path) => named === path,
  (named, path) => named.startsWith(`${path}/`),
  (named, path) => named.length > 1 && path.startsWith(`${named}/`),
];
