/** What the users that a service gets under its profile may not do with the files of its image. */
import type { Rights } from '../../image/rights.ts';
import { isRoot } from '../../portable/exposure/security.ts';
import type { Subject } from '../rule.ts';
import { enabled } from '../settings.ts';
import type { Setting, WholeReport } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type AttachedUnit, inProfile, isOfProfile, profileName, securityOf } from './attached-unit.ts';
import { sandboxedCommands } from './commands.ts';

const [setuid, setgid, runnable] = [0o4000, 0o2000, 0o001];

/** The setting of the profile by which no program gives its service more rights: NoNewPrivileges=, or DynamicUser=, which brings that. */
const noNewPrivileges = (unit: AttachedUnit): Setting | undefined =>
  [enabled(unit.whole, 'NoNewPrivileges'), enabled(unit.whole, 'DynamicUser')].find(setting => setting && isOfProfile(unit, setting));

/** A program that is meant to run with the rights of its owner, or with capabilities of its own, and does not. */
export function noSetuid(unit: AttachedUnit, { image }: Subject): readonly WholeReport[] {
  const by = noNewPrivileges(unit);
  if (!image || !by || isRoot(securityOf(unit).user)) return [];
  return sandboxedCommands(unit.whole).flatMap(({ at, part, program }): readonly WholeReport[] => {
    const path = image.program(program)?.program;
    const rights = path?.kind === 'elf' ? image.rights(path.path)?.rights : undefined;
    const gives = rights && given(rights);
    if (!gives) return [];
    const message = `${quoted(program)} ${gives}, and does not get that under ${profileName(unit)}: with ${nameOf(by)} a program runs with the rights of the service's own user. systemd says nothing about it, and what needs more fails when it runs.`;
    return [{ at, part, message, ...inProfile(unit, by) }];
  });
}

const nameOf = ({ judged, value }: Setting): string => `${judged.assignment.key.text}=${value}`;

function given({ mode, capabilities }: Rights): string | undefined {
  if (capabilities) return 'has capabilities of its own';
  if ((mode & setuid) !== 0) return 'is to run as its owner (setuid)';
  return (mode & setgid) !== 0 && (mode & 0o010) !== 0 ? 'is to run with its group (setgid)' : undefined;
}

/** A program, or the working directory, that only its owner may use, who is not the user of the service. */
export function notItsOwn(unit: AttachedUnit, { image }: Subject): readonly WholeReport[] {
  const { whole } = unit;
  const who = image && stranger(unit);
  if (!image || !who) return [];
  const reports: WholeReport[] = [];
  const say = (at: Setting, part: { readonly start: number; readonly end: number } | undefined, path: string, status: string) => {
    const rights = image.rights(path)?.rights;
    const why = rights && who.closed(rights);
    if (!why) return;
    const message = `The service may not use ${quoted(path)} under ${profileName(unit)}: ${why}, and ${who.is}. It ends with ${status}.`;
    reports.push({ at, ...(part && { part }), message, ...inProfile(unit, who.by) });
  };
  for (const { at, part, program, mayFail } of sandboxedCommands(whole)) {
    const found = program.startsWith('/') && !mayFail ? image.program(program)?.program : undefined;
    if (found?.kind === 'elf' || found?.kind === 'script') say(at, part, program, '203/EXEC');
  }
  const directory = whole.one('WorkingDirectory');
  if (directory && /^\/[^%]*$/.test(directory.value) && image.place(directory.value) === 'directory')
    say(directory, undefined, directory.value, '200/CHDIR');
  return reports;
}

interface Stranger {
  readonly by: Setting;
  readonly is: string;
  /** Why something is closed to that user, if it is. */
  readonly closed: (rights: Rights) => string | undefined;
}

/** The user that the profile makes of a service's, where it owns nothing of the image; undefined where that cannot be told. */
function stranger(unit: AttachedUnit): Stranger | undefined {
  const { whole } = unit;
  const { user, ambient, supplementaryGroups } = securityOf(unit);
  const [dynamic, users] = [enabled(whole, 'DynamicUser'), enabled(whole, 'PrivateUsers')];
  if (supplementaryGroups || whole.one('Group') || ambient.has('cap_dac_override') || ambient.has('cap_dac_read_search')) return undefined;
  const forOwner = (path: string) => `only its owner${path}`;
  if (dynamic && isOfProfile(unit, dynamic) && user === '') {
    return {
      by: dynamic,
      is: `by ${nameOf(dynamic)} the service runs as a user who owns nothing of the image`,
      closed: ({ mode, shut }) =>
        shut
          ? `${forOwner(' and group')} may enter ${quoted(shut.path)}`
          : (mode & runnable) === 0
            ? `${forOwner(' and group')} may`
            : undefined,
    };
  }
  if (users && isOfProfile(unit, users) && isRoot(user)) {
    const foreign = (owner: number | undefined): owner is number => owner !== undefined && owner !== 0;
    return {
      by: users,
      is: `with ${nameOf(users)} root of the service has no rights over the files of others`,
      closed: ({ mode, owner, shut }) => {
        if (shut) return foreign(shut.owner) ? `only user ${shut.owner} may enter ${quoted(shut.path)}` : undefined;
        return (mode & runnable) === 0 && foreign(owner) ? `it belongs to user ${owner} alone` : undefined;
      },
    };
  }
  return undefined;
}
