/** What systemd refuses of sockets, mounts, swaps, timers, paths and slices as a whole (their *_verify in src/core). */
import { parseBoolean } from '../catalogue/grammars/boolean.ts';
import { simplifyPath } from '../catalogue/grammars/paths.ts';
import { expandSpecifiers } from '../catalogue/grammars/specifier.ts';
import { unitNameForm } from '../catalogue/grammars/unit-names.ts';
import { escapePath, unescapePath } from '../unit/unit-name.ts';
import { named } from './dependencies.ts';
import type { Subject } from './rule.ts';
import { enabled, expanded } from './settings.ts';
import type { Setting, WholeReport, WholeUnit } from './whole-unit.ts';
import { quoted } from './wording.ts';

const refuses = ({ systemd }: WholeUnit): string => `systemd ${systemd} refuses to load the unit`;

const accepting = ['ListenStream', 'ListenSequentialPacket'];
const notAccepting = ['ListenDatagram', 'ListenFIFO', 'ListenNetlink', 'ListenSpecial', 'ListenMessageQueue', 'ListenUSBFunction'];
const listening = [...accepting, ...notAccepting];
/** Those whose path is a node in the file system that a link can point to (socket_find_symlink_target). */
const inFileSystem = [...accepting, 'ListenDatagram', 'ListenFIFO'];
const keyOf = ({ judged }: Setting): string => judged.assignment.key.text;

/** What makes a unit start others: without any of it there is nothing to wait for. An empty one removes those before it, whatever their name. */
const triggers: Readonly<
  Record<string, { readonly keys: readonly string[]; readonly flags: readonly string[]; readonly expected: string }>
> = {
  socket: { keys: listening, flags: [], expected: 'ListenStream= or another Listen directive' },
  timer: {
    keys: ['OnActiveSec', 'OnBootSec', 'OnStartupSec', 'OnUnitActiveSec', 'OnUnitInactiveSec', 'OnCalendar'],
    flags: ['OnClockChange', 'OnTimezoneChange'],
    expected: 'OnCalendar=, OnBootSec= or another time',
  },
  path: {
    keys: ['PathExists', 'PathExistsGlob', 'PathChanged', 'PathModified', 'DirectoryNotEmpty'],
    flags: [],
    expected: 'PathExists=, PathChanged= or another path',
  },
};

/** A socket, timer or path that waits for nothing. */
export function noTrigger(whole: WholeUnit): WholeReport | undefined {
  const row = triggers[whole.kind];
  if (!row || whole.all(row.keys).length > 0 || row.flags.some(flag => enabled(whole, flag))) return undefined;
  return { at: whole.emptied(row.keys) ?? 'unit', message: `This ${whole.kind} has no ${row.expected} to wait for: ${refuses(whole)}.` };
}

/** MaxConnections=0 is refused only together with Accept= up to this version. */
const connectionsCheckedAlwaysFrom = 256;

/** What a socket cannot have together. */
export function socketConflict(whole: WholeUnit): WholeReport | undefined {
  if (whole.kind !== 'socket') return undefined;
  const accept = whole.one('Accept');
  const accepts = accept !== undefined && parseBoolean(accept.value) === true;
  const listens = whole.all(listening);
  const connections = whole.one('MaxConnections');
  if (connections && Number(connections.value) === 0 && (accepts || whole.systemd >= connectionsCheckedAlwaysFrom)) {
    return { at: connections, message: `MaxConnections= must be at least 1: ${refuses(whole)}.` };
  }
  if (accepts) {
    const odd = listens.find(at => notAccepting.includes(keyOf(at)));
    if (odd)
      return {
        at: odd,
        message: `Accept=yes works only with ListenStream= and ListenSequentialPacket=, not with ${keyOf(odd)}=: ${refuses(whole)}.`,
      };
    const service = whole.one('Service');
    if (service) {
      const name = whole.name?.replace(/@?\.socket$/, '@.service') ?? 'a template of its own name';
      return {
        at: service,
        message: `With Accept=yes the service is always ${quoted(name)} and Service= cannot be set: ${refuses(whole)}.`,
      };
    }
    const defer = enabled(whole, 'DeferTrigger');
    if (defer) return { at: defer, message: `DeferTrigger= cannot be used with Accept=yes: ${refuses(whole)}.` };
  }
  const [link] = whole.all(['Symlinks']);
  const nodes = listens.filter(at => inFileSystem.includes(keyOf(at)) && (expanded(at, whole) ?? at.value).startsWith('/'));
  if (link && nodes.length !== 1) {
    const found = nodes.length === 0 ? 'none' : String(nodes.length);
    return {
      at: link,
      message: `Symlinks= needs exactly one socket or FIFO in the file system, and there is ${found}: ${refuses(whole)}.`,
    };
  }
  return undefined;
}

/** The directive whose path makes the name of a unit. */
const namedAfter: Readonly<Record<string, string>> = { mount: 'Where', automount: 'Where', swap: 'What' };

/** Device paths that stand for `LABEL=x` and its like (fstab_node_to_udev_node). */
const tags: Readonly<Record<string, string>> = { LABEL: 'by-label', UUID: 'by-uuid', PARTUUID: 'by-partuuid', PARTLABEL: 'by-partlabel' };

function devicePath(value: string): string | undefined {
  const [, tag = '', name = ''] = /^([A-Z]+)="?([^"]*)"?$/.exec(value) ?? [];
  const folder = tags[tag];
  if (folder === undefined) return value;
  return /^[#+\-.:=@\w]+$/.test(name) ? `/dev/disk/${folder}/${name}` : undefined;
}

/** A mount, automount or swap whose path is not that of its name. Where none is set it is made from the name, which need not lead back to it. */
export function nameMismatch(whole: WholeUnit, subject: Subject): WholeReport | undefined {
  const key = namedAfter[whole.kind];
  if (key === undefined || whole.name === undefined) return undefined;
  const bare = whole.name.slice(0, whole.name.lastIndexOf('.'));
  const at = whole.one(key);
  if (!at) {
    const path = unescapePath(bare);
    if (path !== undefined && escapePath(path) === bare) return undefined;
    return {
      at: 'unit',
      message: `There is no ${key}=, and ${quoted(bare)} is not how systemd writes a path in a name: ${refuses(whole)}.`,
    };
  }
  const text = expanded(at, whole);
  const path = text && (whole.kind === 'swap' ? devicePath(text) : text);
  if (!path?.startsWith('/')) return undefined;
  const name = `${escapePath(simplifyPath(path, whole.systemd))}.${whole.kind}`;
  if (name === whole.name || subject.among?.set.knows(name, subject.among.path)) return undefined;
  return { at, message: `A ${whole.kind} unit is named after its path: this one must be called ${quoted(name)}, and ${refuses(whole)}.` };
}

/** A mount without anything to mount. */
export function nothingToMount(whole: WholeUnit): WholeReport | undefined {
  if (whole.kind !== 'mount' || whole.name === '-.mount') return undefined;
  const what = whole.one('What');
  if (!what) return { at: 'unit', message: `This mount has no What=: ${refuses(whole)}.` };
  if (expanded(what, whole) !== '') return undefined;
  return { at: what, message: `Nothing is left of this What= in a unit of this name: ${refuses(whole)}.` };
}

/** Mounts that are systemd's own (src/shared/mount-setup.c). */
const systemds =
  /^\/(proc(\/(sys|kmsg))?|sys|dev(\/(shm|pts|console))?|run(\/host)?|sys\/(kernel\/security|fs\/(cgroup(\/.*)?|smackfs|pstore|bpf|selinux)|firmware\/efi\/efivars))$/;
const credentials = /^\/run\/credentials(\/|$)/;
/** From this version on the place of credentials is kept too, and /run/lock no longer. */
const keptFrom = 256;

/** A mount where only systemd itself may mount. */
export function apiMount(whole: WholeUnit): WholeReport | undefined {
  const at = whole.kind === 'mount' ? whole.one('Where') : undefined;
  const text = at && expanded(at, whole);
  if (!at || !text) return undefined;
  const path = simplifyPath(text, whole.systemd);
  const kept = systemds.test(path) || (whole.systemd >= keptFrom ? credentials.test(path) : path === '/run/lock');
  return kept ? { at, message: `${quoted(path)} is mounted by systemd itself: ${refuses(whole)}.` } : undefined;
}

/** Types that have neither templates nor instances. */
const withoutTemplates: ReadonlySet<string> = new Set(['mount', 'automount', 'swap', 'slice', 'device']);

/** A unit file that systemd does not load because of its name. */
export function badName(whole: WholeUnit): WholeReport | undefined {
  const { name, kind } = whole;
  if (name === undefined) return undefined;
  const form = unitNameForm(name);
  const at = 'unit';
  if (!form) return { at, message: `${quoted(name)} is no name that a unit can have: systemd never loads this file.` };
  if (form !== 'plain' && withoutTemplates.has(kind)) {
    return { at, message: `There are no templates and instances of ${kind} units, but the name has an @: ${refuses(whole)}.` };
  }
  const bare = name.slice(0, -'.slice'.length);
  if (kind === 'slice' && bare !== '-' && /^-|-$|--/.test(bare)) {
    return {
      at,
      message: `Each dash in a slice's name begins a child, so none may stand first, last or beside another: ${refuses(whole)}.`,
    };
  }
  if (name === '-.automount') return { at, message: `The root directory cannot be mounted on demand: ${refuses(whole)}.` };
  return undefined;
}

/** The dependencies that systemd drops with a warning when they name the unit itself (unit.c, maybe_warn_about_dependency). */
const noticed = ['After', 'Before', 'Conflicts', 'OnFailure', 'OnSuccess'];

/** A unit that depends on itself. */
export function selfDependency(whole: WholeUnit): readonly WholeReport[] {
  if (whole.name === undefined) return [];
  return noticed.flatMap(key =>
    whole.all([key], 'Unit').flatMap(at => {
      if (!at.value.includes('%') && !at.value.includes(whole.name ?? '')) return [];
      return at.judged.parts
        .filter(part => expandedName(part.text, whole) === whole.name)
        .map(part => ({ at, part, message: `The unit names itself in ${key}=: systemd ${whole.systemd} drops this.` }));
    }),
  );
}

/** Dependencies that systemd passes over with a word about each (src/core/unit.c, unit_add_dependency). */
export function ignoredDependency(whole: WholeUnit): readonly WholeReport[] {
  const says = `systemd ${whole.systemd} says so and passes over this`;
  const devices = named(whole, ['Before'], 'Unit').filter(({ name }) => name.endsWith('.device'));
  const failures = whole.kind === 'slice' ? named(whole, ['OnFailure'], 'Unit').filter(({ name }) => name !== whole.name) : [];
  return [
    ...devices.map(({ at, part }) => ({ at, part, message: `A device appears when it does, and cannot wait for a unit: ${says}.` })),
    ...failures.map(({ at, part }) => ({ at, part, message: `A slice cannot fail, so nothing is ever started for it: ${says}.` })),
  ];
}

/** A word as the name that it becomes; a template's instance stays empty, as in its own name. */
const expandedName = (word: string, { name, systemd, kind }: WholeUnit): string =>
  expandSpecifiers(word, 'name', {
    version: systemd,
    section: 'Unit',
    key: '',
    unitType: kind,
    ...(name !== undefined && { unitName: name }),
  }).text;
