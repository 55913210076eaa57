/** The programs that a service runs, as far as they come from its image. */
import { searchPath, splitSearchPath, splitUpTo } from '../../image/programs.ts';
import { remembered } from '../../unit/recent.ts';
import type { WholeUnit } from '../whole-unit.ts';
import { certain, isOfImage, runsInImage, saysYes, type Written, wordsOf } from './service-paths.ts';

/** Execution directives of a service. */
const keys = ['ExecCondition', 'ExecStartPre', 'ExecStart', 'ExecStartPost', 'ExecReload', 'ExecReloadPost', 'ExecStop', 'ExecStopPost'];

/** A program that a unit names. */
export interface NamedProgram extends Written {
  /** A path, or a name that is looked up. */
  readonly program: string;
  /** Where a name is looked up. */
  readonly directories: readonly string[];
}

/** The programs of a service that have to be in its image; not those whose failure the unit takes (`-`), or which it makes a condition of itself. */
export const programsOf = remembered((whole: WholeUnit): readonly NamedProgram[] => {
  if (!runsInImage(whole)) return [];
  const found: NamedProgram[] = [];
  const searched = whole.all(['ExecSearchPath']).flatMap(({ value }) => value.split(':'));
  const directories = searched.length > 0 ? searched : whole.systemd <= splitUpTo ? splitSearchPath : searchPath;
  const onHost = saysYes(whole, 'RootDirectoryStartOnly');
  for (const key of keys) {
    if (!whole.sets(key) || (onHost && key !== 'ExecStart')) continue;
    for (const at of whole.all([key])) {
      let prefix = '';
      for (const part of at.judged.parts) {
        if (part.kind === 'prefix') prefix = part.text;
        else if (part.kind === 'program') {
          const program = prefix.includes('-') ? undefined : certain(at, part.text, whole);
          prefix = '';
          if (program === undefined || isGuarded(program, whole)) continue;
          const named = { at, part: { start: part.start, end: part.end }, text: part.text, program };
          if (program.startsWith('/') ? !isOfImage(program, whole) : searched.some(directory => !isOfImage(directory, whole))) continue;
          found.push({ ...named, directories });
        } else if (part.kind === 'separator') prefix = '';
      }
    }
  }
  return found;
});

/** Conditions by which a unit itself sees to it that a program is there. */
const guards = ['ConditionPathExists', 'ConditionFileIsExecutable', 'ConditionFileNotEmpty', 'AssertPathExists', 'AssertFileIsExecutable'];

const isGuarded = (program: string, whole: WholeUnit): boolean =>
  wordsOf(whole, guards, 'Unit').some(({ text }) => text.replace(/^\|/, '') === program);
