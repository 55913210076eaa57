/** The facts of a failure, and what every row of the tables asks of them. */
import type { Command, FailureFacts, ProcessEnd } from './facts.ts';

export interface Case extends FailureFacts {
  /** The program that failed: a command that had to end well and did not, or the main process. */
  readonly failed: Command & { readonly end: ProcessEnd };
  /** The last message that fits, as a match. */
  readonly find: (pattern: RegExp) => RegExpExecArray | undefined;
}

/** Looks for the program that failed. Where none is known to have, it is the main one and ended well. */
export function caseOf(facts: FailureFacts): Case {
  const main = facts.commands.find(({ directive }) => directive === 'ExecStart');
  const failed = facts.commands.find(({ directive, end }) => directive !== 'ExecStart' && end !== undefined);
  const { directive, path } = failed ?? main ?? { directive: 'ExecStart', path: '' };
  const end = failed?.end ?? facts.main ?? { how: 'exited', status: 0 };
  return {
    ...facts,
    failed: { directive, path, end },
    find: pattern => {
      for (const message of facts.messages.toReversed()) {
        const match = pattern.exec(message);
        if (match) return match;
      }
      return undefined;
    },
  };
}

/** What the system call said, out of `...: No such file or directory`. */
export function errorText({ find }: Case): string {
  return find(/^\S+: Failed at step \S+ spawning .*: ([^:]+)$/)?.[1] ?? '';
}
