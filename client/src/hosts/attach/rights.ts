/** Who may do what on a host: found out without trying, and what would have to be set up there for more. */
import * as l10n from '@vscode/l10n';
import type { Bus, CallOptions } from '../bus/bus.ts';
import { asList } from '../bus/values.ts';
import type { HostDefinition, Rights } from '../contract.ts';
import { sudoPrograms } from '../transport/sudo.ts';

/** What polkit is asked about before portabled and systemd do something (their .policy files). The first is what attaching needs at least. */
export const polkitActions = [
  'org.freedesktop.portable1.attach-images',
  'org.freedesktop.portable1.inspect-images',
  'org.freedesktop.portable1.manage-images',
  'org.freedesktop.systemd1.manage-units',
  'org.freedesktop.systemd1.manage-unit-files',
  'org.freedesktop.systemd1.reload-daemon',
] as const;

/** What attaching an image and starting its units takes. */
const neededActions: readonly string[] = [
  polkitActions[0],
  'org.freedesktop.systemd1.manage-units',
  'org.freedesktop.systemd1.reload-daemon',
];

const dbus = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const;
const polkit = {
  destination: 'org.freedesktop.PolicyKit1',
  path: '/org/freedesktop/PolicyKit1/Authority',
  interface: 'org.freedesktop.PolicyKit1.Authority',
} as const;

/** Whether what is reached there is the user's own manager and portabled, in place of the system's. */
export const isOwn = (definition: HostDefinition): boolean => definition.kind !== 'container' && definition.scope === 'user';

/** Whether a line on the host could give the user more rights there. */
export const canBeSetUp = (definition: HostDefinition): definition is Extract<HostDefinition, { readonly kind: 'ssh' }> =>
  definition.kind === 'ssh' && definition.scope !== 'user';

/**
 * What we may do on the host behind a bus, without side effects: whom the bus takes us for, and if that is not root, what polkit would say
 * without asking anybody. Where polkit does not answer, nothing is allowed. Rejects with a BusError only when the bus itself fails.
 */
export async function askRights(bus: Bus, definition: HostDefinition, options: CallOptions): Promise<Rights> {
  if (isOwn(definition)) return 'own';
  const uid = await ownUid(bus, options);
  if (uid === 0) return definition.kind === 'ssh' && definition.sudo ? 'sudo' : 'root';
  const granted = await Promise.all(neededActions.map(action => isGranted(bus, action, options)));
  return granted.every(yes => yes) ? 'polkit' : 'none';
}

async function ownUid(bus: Bus, options: CallOptions): Promise<unknown> {
  const [uid] = await bus.call({ ...dbus, member: 'GetConnectionUnixUser', signature: 's', body: [bus.name] }, options);
  return uid;
}

/** Whether polkit allows an action to us here and now (flags 0: nobody is asked). */
async function isGranted(bus: Bus, action: string, options: CallOptions): Promise<boolean> {
  const subject = ['system-bus-name', [['name', ['s', bus.name]]]];
  const call = { ...polkit, member: 'CheckAuthorization', signature: '(sa{sv})sa{ss}us', body: [subject, action, [], 0, ''] };
  try {
    const [result] = await bus.call(call, options);
    return asList(result)[0] === true;
  } catch (error) {
    if (bus.closedBy) throw error;
    return false; // no polkit there, or it hangs
  }
}

/** The ways to get rights on a host. */
export type SetUpKind = 'sudo' | 'polkit';

/** In what a polkit's rules are written: polkit before 0.106, as Debian 11 has it, reads no JavaScript. */
export type PolkitRules = 'polkit' | 'polkit-pkla';

/** In what the rules of the polkit behind a bus are written; where it does not say, as today. Rejects with a BusError when the bus fails. */
export async function polkitRulesOn(bus: Bus, options: CallOptions): Promise<PolkitRules> {
  const properties = { ...polkit, interface: 'org.freedesktop.DBus.Properties', member: 'Get', signature: 'ss' };
  try {
    const [backend] = await bus.call({ ...properties, body: [polkit.interface, 'BackendName'] }, options);
    return backend === 'local' ? 'polkit-pkla' : 'polkit';
  } catch (error) {
    if (bus.closedBy) throw error;
    return 'polkit';
  }
}

/** What is written there, line by line, and into which file. `USER` is the user's name. */
const files: Readonly<Record<'sudo' | PolkitRules, { readonly path: string; readonly umask: string; readonly lines: readonly string[] }>> =
  {
    sudo: { path: '/etc/sudoers.d/portable-services', umask: '337', lines: [`USER ALL=(root) NOPASSWD: ${sudoPrograms.join(', ')}`] },
    polkit: {
      path: '/etc/polkit-1/rules.d/49-portable-services.rules',
      umask: '022',
      lines: [
        `polkit.addRule(function (action, subject) { if (subject.user == "USER" && ${JSON.stringify(polkitActions)}.indexOf(action.id) >= 0) return polkit.Result.YES; });`,
      ],
    },
    'polkit-pkla': {
      path: '/etc/polkit-1/localauthority/50-local.d/49-portable-services.pkla',
      umask: '022',
      lines: [
        '[Portable Services]',
        'Identity=unix-user:USER',
        `Action=${polkitActions.join(';')}`,
        ...['ResultAny', 'ResultInactive', 'ResultActive'].map(key => `${key}=yes`),
      ],
    },
  };

/**
 * The line to type on the host, as somebody who may use sudo there with a password. `user`: the name that we have there; where that is not
 * known, the line asks the shell that it is typed into.
 */
export function setUpLine(kind: 'sudo' | PolkitRules, user?: string): string {
  const { path, umask, lines } = files[kind];
  const known = user !== undefined && /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(user);
  const name = known ? user : `'"$(id -un)"'`;
  // readable for root only where sudo wants it so, and for polkitd, whose directory is closed to others
  const words = lines.map(text => `'${text.replaceAll('USER', name)}'`.replace(/^''|''$/g, '')).join(' ');
  return `printf '%s\\n' ${words} | sudo sh -c 'umask ${umask}; cat >${path}'`;
}

/** What such a line allows, told without embellishment. */
export function whatItGrants(kind: SetUpKind): string {
  return kind === 'sudo'
    ? l10n.t(
        'This user, and every program of this user, may then do everything on the host as root, without a password, through {0}.',
        sudoPrograms.join(', '),
      )
    : l10n.t(
        'This user may then attach images that lie on the host already, and start and stop every unit: whoever may do that can become root there.',
      );
}

/** One sentence or two: how a host must be reached so that attaching is allowed there, and why nothing can be asked. */
export function rightsAdvice(definition: HostDefinition): string {
  switch (definition.kind) {
    case 'ssh':
      if (definition.sudo) return l10n.t('sudo must allow {0} there without a password. That is full root.', sudoPrograms.join(', '));
      return l10n.t(
        'Connect as root: add the SSH host {0}. Or set up sudo for this user, which is as much. polkit cannot ask for a password over ssh, since no agent of it runs there.',
        asRoot(definition.destination),
      );
    case 'container':
      return l10n.t('Entering a container needs root on this machine.');
    case 'local':
      return l10n.t(
        'Only root can bring an image to this machine: add the SSH host {0}, or attach an image from a directory that only root can write, such as /var/lib/portables.',
        'root@localhost',
      );
  }
}

/** What to offer for copying when rights are missing: only where it helps, which is over ssh in system scope. */
export function rightsSetUp(definition: HostDefinition): string | undefined {
  return definition.kind === 'ssh' && definition.scope === undefined ? setUpLine('sudo') : undefined;
}

/** An ssh destination with the user replaced by root; a `Host` of the configuration works with a user before it, too. */
export function asRoot(destination: string): string {
  const uri = /^ssh:\/\/(?:[^@/]*@)?(.*)$/.exec(destination);
  if (uri) return `ssh://root@${uri[1]}`;
  return `root@${destination.slice(destination.lastIndexOf('@') + 1)}`;
}
