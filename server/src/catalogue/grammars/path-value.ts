/** Values that are one path, with specifiers. */
import { problemOf } from './expanded.ts';
import { type Context, fault, type Grammar, nothing, type Outcome, type Reading, whole, wrong } from './grammar.ts';
import { type PathTraits, pathProblem, simplifyPath, tooLong } from './paths.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';

/** What reading a path found: the expanded path, or what is wrong with it. */
export interface PathReading extends Reading {
  /** The path as systemd sees it, simplified; absent when it is wrong or cannot be known. */
  readonly path?: string;
}

/** Reads a part of a value as a path: specifiers first, then the shape (unit_path_printf, path_simplify_and_warn). */
export function readPath(value: string, start: number, end: number, context: Context, outcome: Outcome, traits?: PathTraits): PathReading {
  const text = value.slice(start, end);
  const { text: path, certain, unknown } = expandSpecifiers(text, 'full', context);
  if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, 'full', outcome, start)] };
  const problem = certain
    ? pathProblem(path, traits, context.version)
    : (tooLong(path) ?? problemOf(text, 'full', context, made => (made === '' ? undefined : pathProblem(made, traits, context.version))));
  if (problem !== undefined) return { parts: nothing.parts, faults: [fault(start, end, outcome, problem)] };
  const parts = [{ start, end, kind: 'path', text }];
  return certain ? { parts, faults: nothing.faults, path: simplifyPath(path, context.version) } : { parts, faults: nothing.faults };
}

function pathGrammar(name: string, outcome: Outcome): Grammar {
  return {
    name,
    empty: 'resets',
    read: (value, context) => {
      const { text, certain, unknown } = expandSpecifiers(value, 'full', context);
      // what expands to nothing resets like an empty value (config_parse_path)
      if (certain && text === '' && !unknown) return whole('path', value);
      return readPath(value, 0, value.length, context, outcome);
    },
  };
}

/** An absolute path; a wrong one is ignored (config_parse_unit_path_printf). */
export const path = pathGrammar('path', 'ignored');

/** An absolute path; a wrong one refuses the unit. */
export const strictPath = pathGrammar('strict path', 'refused');

/** WorkingDirectory=: `~` or an absolute path, after a `-` that makes a wrong one only ignored. */
export const workingDirectory: Grammar = {
  name: 'working directory',
  empty: 'resets',
  read: (value, context) => {
    const from = value.startsWith('-') ? 1 : 0;
    if (value.slice(from) === '~') return whole('home', value);
    return readPath(value, from, value.length, context, from === 1 ? 'ignored' : 'refused');
  },
  words: () => ['~'],
};

/**
 * PIDFile=: a path, relative ones below /run. systemd's message for a wrong path says "ignoring", but the unit does not load
 * (config_parse_pid_file returns the error). Debian's 252 keeps silent about /var/run and takes paths below /dev, /proc and /sys.
 */
export const pidFile: Grammar = {
  name: 'PID file',
  empty: 'resets',
  read: (value, context) => {
    const { text, certain, unknown } = expandSpecifiers(value, 'full', context);
    if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, 'full')] };
    const long = tooLong(text);
    if (long !== undefined) return wrong(value, long);
    // what a template's instance adds behind it does not matter to /var/run
    if (!certain && !value.startsWith('/var/run/')) return whole('path', value);
    const absolute = text.startsWith('/') ? text : `/run/${text}`;
    const problem = certain ? pathProblem(absolute, { apiFileSystems: context.version < 253 }, context.version) : undefined;
    if (problem !== undefined) return { parts: nothing.parts, faults: [fault(0, value.length, 'refused', problem)] };
    const simple = simplifyPath(absolute, context.version);
    const faults =
      context.version >= 253 && simple.startsWith('/var/run/')
        ? [
            fault(
              0,
              value.length,
              'rewritten',
              `systemd uses ${(certain ? simple : value).slice('/var'.length)}, as /var/run is only a link to /run.`,
            ),
          ]
        : nothing.faults;
    return { parts: whole('path', value).parts, faults };
  },
};
