/** The commands of a service as they are run under its profile. */
import { remembered } from '../../unit/recent.ts';
import { commandsOf } from '../settings.ts';
import type { Setting, WholeUnit } from '../whole-unit.ts';

/** One command of an Exec directive. */
export interface SandboxedCommand {
  readonly at: Setting;
  /** The program's place in the value. */
  readonly part: { readonly start: number; readonly end: number };
  /** As it is written, prefixes left out. */
  readonly program: string;
  /** The last part of the program's path. */
  readonly name: string;
  readonly args: readonly string[];
  /** A failure of it is none of the service. */
  readonly mayFail: boolean;
}

/** What ends a command where another one follows. */
const nextCommand = /\s;(?:\s|$)/;

const keys = ['ExecCondition', 'ExecStartPre', 'ExecStart', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost'];

/** All commands that run inside the sandbox as its user: those after `+` or `!` do not, and what has specifiers is not known. */
export const sandboxedCommands = remembered((whole: WholeUnit): readonly SandboxedCommand[] =>
  keys
    .flatMap(key => commandsOf(whole, key))
    .flatMap(({ at, program: { start, end } }): readonly SandboxedCommand[] => {
      const written = at.value.slice(start, end);
      const prefix = /[-@:+!|]*$/.exec(at.value.slice(0, start))?.[0] ?? '';
      const inside = /^[-@:+!|]*/.exec(written)?.[0] ?? '';
      const prefixes = prefix + inside;
      const program = written.slice(inside.length);
      if (/[+!|]/.test(prefixes) || program.includes('%')) return [];
      const rest = at.value.slice(end).split(nextCommand, 1)[0] ?? '';
      const name = program.slice(program.lastIndexOf('/') + 1);
      return [{ at, part: { start, end }, program, name, args: rest.trim().split(/\s+/).filter(Boolean), mayFail: prefixes.includes('-') }];
    }),
);
