/** What the image has, although systemd looks for it on the host. */
import { parseBoolean } from '../../catalogue/grammars/boolean.ts';
import { isAttachable, matchesPrefix } from '../../image/units.ts';
import type { Subject, Target } from '../rule.ts';
import type { WholeReport, WholeUnit } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { certain, isBelow, runsInImage, type Written, wordsOf } from './service-paths.ts';
import { setting } from './under-profile.ts';

/** Users and groups that every host has. */
const everywhere: ReadonlySet<string> = new Set(
  `root nobody nogroup daemon bin sys adm tty disk lp mail news uucp man proxy kmem dialout fax voice cdrom floppy tape sudo audio dip www-data
  backup operator list irc src shadow utmp video sasl plugdev staff games users input sgx kvm render wheel messagebus dbus polkitd
  systemd-journal systemd-network systemd-resolve systemd-timesync systemd-coredump systemd-oom`.split(/\s+/),
);

/** Where most hosts have what is there in an image. */
const common = [
  '/dev',
  '/proc',
  '/sys',
  '/run',
  '/tmp',
  '/var/tmp',
  '/boot',
  '/usr/lib/systemd',
  '/etc/systemd',
  '/usr/share/zoneinfo',
  '/etc/ssl',
];
const commonPaths =
  /^\/((etc|usr|var|lib|lib64|bin|sbin|home|root|opt|srv|mnt|usr\/(lib|bin|sbin|share|local)|var\/(lib|log|cache|spool))|etc\/(default|machine-id|resolv\.conf|os-release|passwd|group|shadow|hosts|hostname|localtime|fstab|ld\.so\.\w+|environment|initrd-release|locale\.conf|nsswitch\.conf|ssl|pki)|usr\/lib\/os-release|(usr\/)?bin\/(sh|bash|true|false|env|cat|mount)|(usr\/)?sbin\/(init|nologin))$/;

const userKeys = ['User', 'Group', 'SupplementaryGroups'];
/** Of these, what is looked up also where users are made when the service starts. */
const lookedUp = ['SupplementaryGroups'];
const fileKeys = ['EnvironmentFile', 'LoadCredential', 'LoadCredentialEncrypted', 'BindPaths', 'BindReadOnlyPaths'];
const tests = [
  'PathExists',
  'PathIsDirectory',
  'DirectoryNotEmpty',
  'FileNotEmpty',
  'FileIsExecutable',
  'PathIsReadWrite',
  'PathIsSymbolicLink',
];
const testKeys = tests.flatMap(test => [`Condition${test}`, `Assert${test}`]);

/** Whether portabled would attach the unit, so that the host becomes its home. */
function isAttached({ name }: WholeUnit, prefixes: readonly string[] | undefined): boolean {
  return name !== undefined && isAttachable(name) && (prefixes ?? []).some(prefix => matchesPrefix(name, prefix));
}

const failure = { user: '217/USER', group: '216/GROUP' } as const;

/** Whether the active host has a user or group; undefined where that is not known, or where a manager of a user does not look. */
const onHost = ({ host }: Target, kind: 'user' | 'group', name: string): boolean | undefined =>
  host?.scope !== 'system' ? undefined : kind === 'user' ? host.hasUser(name) : host.hasGroup(name);

/** The users and groups that a unit has systemd look up, by name. */
function accountsNamed(whole: WholeUnit, subject: Subject) {
  if (!runsInImage(whole)) return [];
  return wordsOf(whole, dynamic(whole, subject) ? lookedUp : userKeys).flatMap(({ at, part, text }) => {
    const name = certain(at, text, whole);
    const key = at.judged.assignment.key.text;
    const kind = key === 'User' ? ('user' as const) : ('group' as const);
    return name === undefined || /^\d+$/.test(name) ? [] : [{ at, part, name, kind, key }];
  });
}

/** Users and groups that the active host is known to lack. */
export function unknownUser(whole: WholeUnit, subject: Subject): readonly WholeReport[] {
  const { image, target } = subject;
  if (!image || !isAttached(whole, image.traits()?.prefixes)) return [];
  return accountsNamed(whole, subject)
    .filter(({ kind, name }) => onHost(target, kind, name) === false)
    .map(({ at, part, name, kind, key }) => {
      const instead = image[kind](name)?.account ? `, and that of the image does not count` : '';
      const dynamic = key === 'SupplementaryGroups' ? '' : ', or the unit DynamicUser=yes';
      return {
        at,
        part,
        message: `The host ${quoted(target.host?.name ?? '')} has no ${kind} ${quoted(name)}${instead}: the start there fails with ${failure[kind]}. The host needs it (sysusers.d)${dynamic}.`,
      };
    });
}

/** Users and files that are in the image only, as far as anybody knows, while systemd looks on the host. */
export function onlyHere(whole: WholeUnit, subject: Subject): readonly WholeReport[] {
  const { image, target } = subject;
  if (!image || !isAttached(whole, image.traits()?.prefixes)) return [];
  const reports: WholeReport[] = [];
  for (const { at, part, name, kind, key } of accountsNamed(whole, subject)) {
    // where the host is known, its own list counts: see unknownUser
    if (everywhere.has(name) || onHost(target, kind, name) !== undefined || !image[kind](name)?.account) continue;
    reports.push({
      at,
      part,
      message: `The ${kind} ${quoted(name)} is one of the image, and systemd looks for that of ${key}= on the host: where it is missing, the start fails with ${failure[kind]}. The host needs it, too (sysusers.d)${key === 'SupplementaryGroups' ? '' : ', or the unit DynamicUser=yes'}.`,
    });
  }
  const files = [
    ...wordsOf(whole, fileKeys).flatMap(written => sourceOf(written)),
    ...wordsOf(whole, testKeys, 'Unit').map(written => ({ ...written, path: written.text.replace(/^\|?/, '') })),
  ];
  for (const { at, part, path } of files) {
    const known = certain(at, path, whole);
    if (!known?.startsWith('/') || commonPaths.test(known) || common.some(directory => isBelow(known, directory))) continue;
    const place = image.place(known);
    if (place !== 'file' && place !== 'directory') continue;
    const key = at.judged.assignment.key.text;
    reports.push({
      at,
      part,
      message: `${quoted(known)} is in the image, and systemd looks for that of ${key}= on the host, before the image is its root: the host's counts.`,
    });
  }
  return reports;
}

/** Whether users are made when the service starts. */
const dynamic = (whole: WholeUnit, subject: Subject): boolean => parseBoolean(setting(whole, subject, 'DynamicUser') ?? '') === true;

/** The path on the host in a word of `fileKeys`; none where it may be missing, or is a credential of the host by name. */
function sourceOf(written: Written): readonly (Written & { readonly path: string })[] {
  const key = written.at.judged.assignment.key.text;
  const { text } = written;
  if (text.startsWith('-')) return [];
  const path = key.startsWith('LoadCredential') ? text.replace(/^[^:]*:?/, '') : key.startsWith('Bind') ? (text.split(':')[0] ?? '') : text;
  return [{ ...written, path }];
}
