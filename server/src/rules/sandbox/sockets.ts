/** Sockets by which a service speaks to systemd and to the journal, and does not reach under its profile (seen on 252, 257 and 262). */
import { families } from '../../portable/exposure/filters.ts';
import type { Subject } from '../rule.ts';
import { enabled, serviceType } from '../settings.ts';
import type { Setting, WholeReport, WholeUnit } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type AttachedUnit, inProfile, isOfProfile, profileName } from './attached-unit.ts';
import { sandboxedCommands } from './commands.ts';
import { isBound } from './file-system.ts';

/** A setting that is there and says no. */
const disabled = (whole: WholeUnit, key: string): Setting | undefined => (enabled(whole, key) ? undefined : whole.one(key));

/** From this version on /run of a service is its own, notify socket and all, only with the other API file systems (257; not 252). */
const notifyByApiFrom = 257;
/** BindLogSockets= is there, and comes with MountAPIVFS=, which an image implies. */
const logSocketsFrom = 257;

/** A service that has to say when it is ready, and cannot. */
export function noNotify(unit: AttachedUnit): WholeReport | undefined {
  const { whole } = unit;
  const type = serviceType(whole);
  const at = whole.one('Type');
  if (!at || (type !== 'notify' && type !== 'notify-reload')) return undefined;
  const { allows, named } = families(whole);
  const restricts = whole.all(['RestrictAddressFamilies']);
  const end = `with Type=${type} systemd waits for that, and the start fails`;
  if (restricts.length > 0 && allows !== named.has('AF_UNIX')) {
    // the one of the profile, if it has a part in it
    const by = restricts.find(setting => isOfProfile(unit, setting)) ?? restricts.at(-1);
    const message = `The service cannot tell systemd that it is ready: RestrictAddressFamilies=, as it is under ${profileName(unit)}, does not let it have sockets of AF_UNIX. ${sentence(end)}. RestrictAddressFamilies=AF_UNIX lets it.`;
    return { at, message, ...inProfile(unit, by) };
  }
  const by = whole.systemd >= notifyByApiFrom ? disabled(whole, 'MountAPIVFS') : undefined;
  if (!by || isBound(whole, '/run/systemd/notify')) return undefined;
  const message = `The service cannot tell systemd that it is ready: with MountAPIVFS=no it does not find /run/systemd/notify. ${sentence(end)}. BindReadOnlyPaths=/run/systemd/notify puts it there.`;
  return { at, message, ...inProfile(unit, by) };
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Why the sockets of the journal are not there: the setting, or nothing that would mount them. */
function withoutLogSockets(whole: WholeUnit): { readonly by?: Setting; readonly why: string } | undefined {
  if (isBound(whole, '/run/systemd/journal/dev-log') || isBound(whole, '/dev/log')) return undefined;
  if (whole.systemd < logSocketsFrom) return { why: 'nothing mounts /dev/log into the service' };
  if (enabled(whole, 'BindLogSockets')) return undefined;
  const by = disabled(whole, 'BindLogSockets') ?? disabled(whole, 'MountAPIVFS');
  return by && { by, why: `${by.judged.assignment.key.text}=${by.value} keeps /dev/log out of the service` };
}

/** What programs that log by /dev/log take from the C library. */
const logging: ReadonlySet<string> = new Set(['syslog', 'vsyslog', '__syslog_chk', '__vsyslog_chk']);

/** A program that writes to the log by a socket which is not there; what it prints gets there all the same. */
export function noLogSocket(unit: AttachedUnit, { image }: Subject): readonly WholeReport[] {
  const without = withoutLogSockets(unit.whole);
  if (!without) return [];
  return sandboxedCommands(unit.whole).flatMap(({ at, part, program, name, args }): readonly WholeReport[] => {
    const found = image?.program(program)?.program;
    const applet = /^(busybox|toybox)$/.test(name) ? args[0] : name;
    const imports = found?.kind === 'elf' && found.path.endsWith(`/${name}`) ? (image?.imports(found.path) ?? []) : [];
    // shells, interpreters and multi-call programs may all log, and seldom do
    const does = applet === 'logger' || (imports.some(each => logging.has(each)) && !many.test(name));
    if (!does) return [];
    const message = `What ${quoted(applet ?? name)} logs by syslog() is lost under ${profileName(unit)}: ${without.why}. What it prints is logged. ${whatHelps(unit.whole)} puts the socket there.`;
    return [{ at, part, message, ...inProfile(unit, without.by) }];
  });
}

const many = /^(busybox|toybox|bash|dash|sh|zsh|perl[\d.]*|python[\d.]*|ruby[\d.]*|php[\w.-]*|openssl)$/;

const whatHelps = ({ systemd }: WholeUnit): string => (systemd < logSocketsFrom ? 'BindReadOnlyPaths=/dev/log' : 'BindLogSockets=yes');
