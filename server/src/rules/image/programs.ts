/** Programs that the image lacks, or that could not run in it: systemd attaches the unit, and its start fails with 203/EXEC. */

import { runsOn } from '../../image/elf/machine.ts';
import type { ProgramAnswer } from '../../image/questions.ts';
import type { Subject } from '../rule.ts';
import type { WholeReport, WholeUnit } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type NamedProgram, programsOf } from './commands.ts';

const fails = 'systemd cannot run it (203/EXEC)';

/** Makes a rule that looks at each program with what is known of it. */
const aboutPrograms =
  (say: (named: NamedProgram, answer: ProgramAnswer, subject: Subject) => Omit<WholeReport, 'at' | 'part'> | undefined) =>
  (whole: WholeUnit, subject: Subject): readonly WholeReport[] => {
    const { image } = subject;
    if (!image) return [];
    return programsOf(whole).flatMap(named => {
      const answer = image.program(named.program, named.directories);
      const said = answer && say(named, answer, subject);
      return said ? [{ at: named.at, part: named.part, ...said }] : [];
    });
  };

/** A program that is not there. */
export const missingProgram = aboutPrograms(({ program, text }, { program: found, meant }) => {
  if (found.kind !== 'missing') return undefined;
  const where = program.startsWith('/')
    ? found.at === program
      ? ''
      : ` (nothing is at ${quoted(found.at)})`
    : ' in any directory that systemd searches';
  const hint = meant === undefined ? '' : ` Did you mean ${quoted(meant)}?`;
  return {
    message: `The image has no program ${quoted(program)}${where}: ${fails}.${hint}`,
    // a specifier in it would be lost
    ...(meant !== undefined && text === program && { remedies: [{ kind: 'replace', title: `Change to ${quoted(meant)}`, text: meant }] }),
  };
});

/** A file that is not marked as a program. */
export const notExecutable = aboutPrograms(({ program }, { program: found }) =>
  found.kind === 'not-executable'
    ? { message: `${quoted(program)} is in the image, but nobody may execute it: ${fails}. It needs chmod +x.` }
    : undefined,
);

/** A directory, or something else that is no file, in the place of a program. */
export const isDirectory = aboutPrograms(({ program }, { program: found }) => {
  if (found.kind !== 'directory' && found.kind !== 'special') return undefined;
  const what = found.kind === 'directory' ? 'a directory' : 'neither a file nor a link to one';
  return { message: `${quoted(program)} is ${what} in the image, not a program: ${fails}.` };
});

/** A program for another machine. */
export const wrongArchitecture = aboutPrograms(({ program }, { architecture }, { image, target }) => {
  if (architecture === undefined) return undefined;
  const host = target.architecture;
  const machine = host ?? image?.architecture()?.name;
  if (machine === undefined || runsOn(architecture, machine)) return undefined;
  const whose = host === undefined ? 'the image is made for' : `${target.source ?? 'the host'} is`;
  return { message: `${quoted(program)} is made for ${architecture}, and ${whose} ${quoted(machine)}: ${fails}.` };
});

/** A program whose interpreter is not there. */
export const missingInterpreter = aboutPrograms(({ program }, { interpreter, program: found }) => {
  if (interpreter === undefined) return undefined;
  const lacks = `${quoted(interpreter)}, which the image lacks or nobody may execute`;
  if (!interpreter.startsWith('/')) return { message: `${quoted(program)} has env look for ${lacks}: it ends at once with status 127.` };
  const verb = found.kind === 'script' ? 'begins with #! and needs' : 'is loaded by';
  return { message: `${quoted(program)} ${verb} ${lacks}: ${fails}.` };
});

/** Missing libraries that a message names. */
const mostNamed = 3;

/** A program of which libraries are not there. It is started, and ends by itself: the dynamic linker's status is 127. */
export const missingLibrary = aboutPrograms(({ program }, { missing, program: found }) => {
  if (missing.length === 0) return undefined;
  const own = 'path' in found ? found.path : program;
  const named = missing
    .slice(0, mostNamed)
    .map(({ name, neededBy }) => (neededBy === own ? quoted(name) : `${quoted(name)} (for ${quoted(neededBy)})`));
  const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : '';
  const library = missing.length === 1 ? 'the library' : 'libraries';
  return {
    message: `${quoted(program)} needs ${library} ${named.join(', ')}${more}, which the image lacks: it ends at once with status 127.`,
  };
});
