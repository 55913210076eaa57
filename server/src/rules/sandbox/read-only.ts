/** Programs that are to change files of the image, which the profile makes read-only. */
import { simplifyPath } from '../../catalogue/grammars/paths.ts';
import type { Remedy, Subject } from '../rule.ts';
import type { Setting, WholeReport, WholeUnit } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type AttachedUnit, inProfile, isOfProfile, profileName, securityOf } from './attached-unit.ts';
import { type SandboxedCommand, sandboxedCommands } from './commands.ts';
import { below, mountedPlaces, ownDirectories } from './file-system.ts';

/** Which arguments of a program are paths that it makes or changes, and whether it does nothing where a directory of that path is there. */
type Changes = (args: readonly string[]) => { readonly paths: readonly string[]; readonly unlessThere?: true };

const plain = (args: readonly string[]): readonly string[] => args.filter(arg => !arg.startsWith('-'));
const flagged = (args: readonly string[], flag: RegExp): boolean => args.some(arg => flag.test(arg));

const programs: Readonly<Record<string, Changes>> = {
  mkdir: args => (flagged(args, /^(-\w*p|--parents$)/) ? { paths: plain(args), unlessThere: true } : { paths: plain(args) }),
  install: args => ({ paths: flagged(args, /^(-\w*d|--directory$)/) ? plain(args) : plain(args).slice(-1) }),
  touch: args => ({ paths: flagged(args, /^(-\w*c|--no-create$)/) ? [] : plain(args) }),
  chown: args => ({ paths: plain(args).slice(1) }),
  chgrp: args => ({ paths: plain(args).slice(1) }),
  chmod: args => ({ paths: plain(args).slice(1) }),
  cp: args => ({ paths: plain(args).slice(1).slice(-1) }),
  tee: args => ({ paths: plain(args) }),
};

/** What the service may write to although the rest is read-only. */
const writable = ['/tmp', '/var/tmp', '/dev', '/proc', '/sys'];

/** A program that is to make or change something where nothing can be written. */
export function readOnlyPath(unit: AttachedUnit, { image }: Subject): readonly WholeReport[] {
  const { whole } = unit;
  const writing = sandboxedCommands(whole).filter(({ name, mayFail }) => !mayFail && Object.hasOwn(programs, name));
  const by = writing.length > 0 ? strictBy(unit) : undefined;
  if (!by) return [];
  const open = [...writable, ...mountedPlaces(whole), ...opened(whole)];
  return writing.flatMap(command => {
    const { name, args } = command;
    const changes = programs[name]?.(args);
    return (changes?.paths ?? []).flatMap((written): readonly WholeReport[] => {
      // what else than plain letters stands there, a shell or systemd makes something of
      if (!/^\/[\w./@+-]+$/.test(written)) return [];
      const path = simplifyPath(written);
      if (open.some(place => below(path, place)) || (changes?.unlessThere && image?.place(path) !== 'missing')) return [];
      const own = ownDirectory(path);
      const message = `${name} cannot write to ${quoted(path)} under ${profileName(unit)}: ${by === 'DynamicUser' ? 'DynamicUser=yes brings ProtectSystem=strict, by which' : 'by ProtectSystem=strict'} the service sees nearly everything as read-only.${own ? ` ${own} gives it a directory there that it may write to.` : ''}`;
      const remedies: Remedy[] = own ? [{ kind: 'insert', title: `Add ${own}`, text: own }] : [];
      const setting = whole.one(by);
      return [{ at: command.at, part: partOf(command, written), message, remedies, ...inProfile(unit, setting) }];
    });
  });
}

/** The directive of the profile that makes files read-only. */
function strictBy(unit: AttachedUnit): 'ProtectSystem' | 'DynamicUser' | undefined {
  if (securityOf(unit).word('ProtectSystem') !== 'strict') return undefined;
  const isOf = (setting: Setting | undefined): boolean => setting !== undefined && isOfProfile(unit, setting);
  if (isOf(unit.whole.one('ProtectSystem'))) return 'ProtectSystem';
  return isOf(unit.whole.one('DynamicUser')) ? 'DynamicUser' : undefined;
}

/** Paths of the image that are opened for writing again. */
const opened = (whole: WholeUnit): readonly string[] =>
  whole.all(['ReadWritePaths']).flatMap(({ value }) => value.split(/\s+/).flatMap(word => /^-?\+(\/.*)$/.exec(word)?.[1] ?? []));

/** The line that gives a service a directory in which a path lies. */
function ownDirectory(path: string): string | undefined {
  const found = Object.entries(ownDirectories).find(([, parent]) => path.startsWith(`${parent}/`));
  const [name = ''] = found ? path.slice(found[1].length + 1).split('/') : [];
  return found && name !== '' ? `${found[0]}=${name}` : undefined;
}

/** The place of an argument in the value. */
function partOf({ at, part }: SandboxedCommand, argument: string): { readonly start: number; readonly end: number } {
  const start = at.value.indexOf(argument, part.end);
  return start < 0 ? part : { start, end: start + argument.length };
}
