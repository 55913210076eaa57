/** What a service sees of the file system under its profile, and what it means to see. */
import { parseBoolean } from '../../catalogue/grammars/boolean.ts';
import { simplifyPath } from '../../catalogue/grammars/paths.ts';
import { remembered } from '../../unit/recent.ts';
import { enabled, serviceType } from '../settings.ts';
import type { Setting, WholeReport, WholeUnit } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type AttachedUnit, inProfile, isOfProfile, profileName } from './attached-unit.ts';
import { sandboxedCommands } from './commands.ts';

/** Whether a path is a directory, or lies in it. */
export const below = (path: string, directory: string): boolean => path === directory || path.startsWith(`${directory}/`);

/** Directories that a unit gets for itself, and where they are. */
export const ownDirectories: Readonly<Record<string, string>> = {
  RuntimeDirectory: '/run',
  StateDirectory: '/var/lib',
  CacheDirectory: '/var/cache',
  LogsDirectory: '/var/log',
};

/** What is bound into a service: from where on the host, to where. Asked by the list, which is that of the profile for most services. */
const bindsOf = remembered((settings: readonly Setting[]) =>
  settings
    .flatMap(({ value }) => value.split(/\s+/).map(word => word.replace(/^-/, '').split(':')))
    .map(([from = '', to]) => ({ from, to: to || from })),
);
const bindsInto = (whole: WholeUnit) => bindsOf(whole.all(['BindPaths', 'BindReadOnlyPaths']));

/** Where something of the host, or a directory of the unit's own, is mounted: the paths as the service sees them. */
export const mountedPlaces = remembered((whole: WholeUnit): readonly string[] => {
  const bound = bindsInto(whole).map(({ to }) => to);
  const mounted = whole.all(['TemporaryFileSystem']).flatMap(({ value }) => value.split(/\s+/).map(word => word.split(':')[0] ?? ''));
  const own = Object.entries(ownDirectories).flatMap(([key, parent]) =>
    whole.all([key]).flatMap(({ value }) => value.split(/\s+/).map(word => `${parent}/${word.split(':')[0]}`)),
  );
  return [...bound, ...mounted, ...own].filter(path => path.length > 1);
});

/** Whether a path of the host is mounted into the service, by itself or with what it lies in. */
export const isBound = (whole: WholeUnit, path: string): boolean =>
  bindsInto(whole).some(({ from }) => path === from || path.startsWith(`${from.replace(/\/+$/, '')}/`));

/** A directory of the image in whose place the service sees something else. */
interface Hidden {
  readonly directory: string;
  /** Whether the directory itself cannot be entered; else it is there and empty. */
  readonly closed: boolean;
  readonly by: Setting | undefined;
  readonly because: string;
}

/** What can be hidden at all (hiddenDirectories): of most services, nothing lies there. */
const hideable = /^\/+(home|root|run|dev|tmp|var\/+tmp)(\/|$)|\/\.{0,2}(\/|$)/;

function hiddenDirectories(unit: AttachedUnit, places: readonly string[]): readonly Hidden[] {
  const { whole } = unit;
  const home = whole.one('ProtectHome');
  const temporary = enabled(whole, 'PrivateTmp') ?? enabled(whole, 'DynamicUser');
  const name = (setting: Setting): string => `${setting.judged.assignment.key.text}=${setting.value} of ${profileName(unit)}`;
  const hidden: Hidden[] = [];
  if (home && isOfProfile(unit, home) && (parseBoolean(home.value) === true || home.value === 'tmpfs')) {
    const closed = home.value !== 'tmpfs';
    for (const directory of ['/home', '/root', '/run/user'])
      hidden.push({ directory, closed, by: home, because: `${name(home)} hides it` });
  }
  if (temporary && isOfProfile(unit, temporary)) {
    for (const directory of ['/tmp', '/var/tmp'])
      hidden.push({ directory, closed: false, by: temporary, because: `by ${name(temporary)}, ${directory} is an empty one of its own` });
  }
  const api = whole.one('MountAPIVFS');
  if (api && isOfProfile(unit, api) && parseBoolean(api.value) === true) {
    for (const directory of ['/run', '/dev'])
      hidden.push({ directory, closed: false, by: api, because: `the image's own ${directory} is never seen by services` });
  }
  return hidden.filter(({ directory }) => !places.some(place => below(directory, place)));
}

/** A program or working directory in a part of the image that the service does not see. */
export function hiddenPath(unit: AttachedUnit): readonly WholeReport[] {
  const { whole } = unit;
  const commands = sandboxedCommands(whole).filter(({ program, mayFail }) => !mayFail && hideable.test(program));
  const directory = whole.one('WorkingDirectory');
  const entered = directory && /^\/[^%]*$/.test(directory.value) && hideable.test(directory.value) ? directory : undefined;
  if (commands.length === 0 && !entered) return [];
  const places = mountedPlaces(whole);
  const hidden = hiddenDirectories(unit, places);
  const findHidden = (path: string): Hidden | undefined => {
    if (places.some(place => below(path, place) || below(place, path))) return undefined;
    return hidden.find(({ directory, closed }) => path.startsWith(`${directory}/`) || (closed && path === directory));
  };
  const reports: WholeReport[] = [];
  for (const { at, part, program } of commands) {
    const found = findHidden(simplifyPath(program));
    if (!found) continue;
    const message = `The service does not find ${quoted(program)} under ${profileName(unit)}: ${found.because}. It ends with 203/EXEC.`;
    reports.push({ at, part, message, ...inProfile(unit, found.by) });
  }
  const found = entered && findHidden(simplifyPath(entered.value));
  if (found) {
    const message = `The service cannot enter ${quoted(entered.value)} under ${profileName(unit)}: ${found.because}. It ends with 200/CHDIR.`;
    reports.push({ at: entered, message, ...inProfile(unit, found.by) });
  }
  return reports;
}

/** A PID file in a directory that the service and the host each have for themselves. */
export function pidFile(unit: AttachedUnit): WholeReport | undefined {
  const { whole } = unit;
  const at = whole.one('PIDFile');
  if (!at || at.value.includes('%') || serviceType(whole) !== 'forking') return undefined;
  const path = simplifyPath(at.value.startsWith('/') ? at.value.replace(/^\/+var\/+run\//, '/run/') : `/run/${at.value}`);
  const api = whole.one('MountAPIVFS');
  if (!below(path, '/run') || !api || parseBoolean(api.value) !== true) return undefined;
  if (mountedPlaces(whole).some(place => below(path, place))) return undefined;
  const message = `The start fails under ${profileName(unit)}: the service has a /run of its own, in which it cannot write, and systemd waits for ${quoted(path)} in that of the host. A PID file in a RuntimeDirectory= is seen by both.`;
  return { at, message, ...inProfile(unit, api) };
}

const pathLists = ['ReadWritePaths', 'ReadOnlyPaths', 'InaccessiblePaths', 'ExecPaths', 'NoExecPaths'] as const;

/** Paths that are looked for beside the image, and not in it, when the image is a directory. */
export function pathWithoutPlus(unit: AttachedUnit): readonly WholeReport[] {
  const lists = pathLists.flatMap(key => unit.own.all([key]).map(at => ({ key, at })));
  const places = lists.length > 0 ? mountedPlaces(unit.whole) : [];
  return lists.flatMap(({ key, at }) =>
    at.judged.parts.flatMap((part): readonly WholeReport[] => {
      const [, optional = '', path = ''] = /^(-?)(\/.*)$/.exec(part.text) ?? [];
      if (path === '' || places.some(place => below(path, place))) return [];
      // what is mounted over the image is that of the host
      if (/^\/(proc|sys|dev|run|tmp|var\/(run|tmp))(\/|$)/.test(path) || simplifyPath(path) === '/') return [];
      const message = `${key}=${quoted(path)} has no effect when the image is a directory: without a + it means the host's ${quoted(path)}, which the service does not see. With it, it means that of the image, of every kind.`;
      const text = `${optional}+${path}`;
      return [{ at, part, message, remedies: [{ kind: 'replace', title: `Change to ${text}`, text }] }];
    }),
  );
}

/** Devices that every service has. */
const commonDevices =
  /^\/dev\/(null|zero|full|random|urandom|tty|ptmx|log|fd|std(in|out|err)|(pts|shm|mqueue|hugepages|char|block)(\/.*)?)$/;

/** A device that the unit is allowed to use and does not have. */
export function noDevice(unit: AttachedUnit): readonly WholeReport[] {
  const { whole, own } = unit;
  const devices = own.all(['DeviceAllow']);
  const by = devices.length > 0 ? enabled(whole, 'PrivateDevices') : undefined;
  if (!by || !isOfProfile(unit, by)) return [];
  const places = mountedPlaces(whole);
  return devices.flatMap((at): readonly WholeReport[] => {
    const [path = ''] = at.value.split(/\s+/);
    if (!path.startsWith('/dev/') || path.includes('%') || commonDevices.test(path) || places.some(place => below(path, place))) return [];
    const message = `The service has no ${quoted(path)} under ${profileName(unit)}: PrivateDevices=yes gives it a /dev without it. BindPaths=${quoted(path)} puts it there.`;
    return [{ at, part: { start: 0, end: path.length }, message, ...inProfile(unit, by) }];
  });
}
