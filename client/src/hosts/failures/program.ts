/** Status 203: the program could not be executed. Which file is missing is told from what systemd said before it gave up. */
import * as l10n from '@vscode/l10n';
import type { Case } from './case.ts';
import type { Told } from './facts.ts';

/** Explains it: the program is not there, not executable, not for this machine, or its interpreter is not there. */
export function tellProgram({ failed, find, interpreter }: Case): Told {
  const key = failed.directive;
  // up to 252 `Failed to locate executable X: Y`, since then `Unable to locate executable 'X': Y`
  const located = find(/(?:Failed|Unable) to locate executable '?(.+?)'?: ([^:]+)$/);
  const executed = find(/Failed to execute (\/.*?): ([^:]+)$/);
  const program = located?.[1] ?? executed?.[1] ?? failed.path;
  const at = { key, holds: program };
  const error = located?.[2] ?? executed?.[2] ?? '';
  if (/denied/.test(error)) {
    return {
      why: l10n.t('its program {0} is in the image, but may not be executed', program),
      advice: l10n.t('Make it executable (chmod +x) in the image; NoExecPaths= and a noexec mount forbid it, too.'),
      ...at,
    };
  }
  if (/format/.test(error)) {
    return {
      why: l10n.t('{0} is no program for this machine', program),
      advice: l10n.t('It must be built for the architecture of the host, or be a script that begins with #! and its interpreter.'),
      ...at,
    };
  }
  if (!located && executed) {
    const advice = l10n.t('Put it into the image, or build the program without it (a static one needs none).');
    const why =
      interpreter === undefined
        ? l10n.t('{0} is in the image, but not the interpreter or loader that it asks for', program)
        : l10n.t('{0} is in the image, but not its interpreter {1}', program, interpreter);
    return { why, advice, ...at };
  }
  return {
    why: l10n.t('its program {0} is not in the image', program),
    advice: l10n.t('Put it into the image at that path, or correct the path.'),
    ...at,
  };
}

/** A program that starts, but finds a library missing, says so itself and ends with 127. */
export function tellLibrary({ failed, find }: Case): Told | undefined {
  const missing = find(/^(\S+): error while loading shared libraries: ([^:\s]+): (.*)$/);
  if (!missing || failed.end.status !== 127) return undefined;
  return {
    why: l10n.t('its program needs the library {0}, which is not in the image', missing[2] ?? ''),
    advice: l10n.t('Put the library into the image, from the distribution that the program was built on.'),
    key: failed.directive,
    holds: failed.path,
  };
}
