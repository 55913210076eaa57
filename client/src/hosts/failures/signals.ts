/** A process that a signal ended, and SIGSYS above all: a system call that the unit forbids. */
import * as l10n from '@vscode/l10n';
import { callName } from './calls.ts';
import type { Case } from './case.ts';
import type { Told } from './facts.ts';

const names: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
};

/** Explains it. */
export function tellSignal(failure: Case): Told {
  const { status, how } = failure.failed.end;
  if (status === 31) return tellForbiddenCall(failure);
  const { directive, path } = failure.failed;
  const name = names[status] ?? l10n.t('signal {0}', status);
  const why =
    how === 'dumped'
      ? l10n.t('its program {0} crashed with {1} and left a core dump', path, name)
      : l10n.t('its program {0} was ended by {1}', path, name);
  return { why, advice: adviceFor(status), key: directive, holds: path };
}

function adviceFor(status: number): string {
  if (status === 9) return l10n.t('Somebody killed it, or the kernel did when memory ran out: the log of the kernel tells.');
  if (status === 24) return l10n.t('It used up the time that LimitCPU= gives it.');
  if (status === 25) return l10n.t('It wrote a file larger than LimitFSIZE= allows.');
  if (status === 15 || status === 2 || status === 1) return l10n.t('Somebody asked it to end, and it had no handler for that.');
  return l10n.t('That is the program\'s own fault: "coredumpctl info" on the host shows where, if a dump was kept.');
}

function tellForbiddenCall({ kernel, texts }: Case): Told {
  const logged = kernel.map(line => /\bsyscall=(\d+)/.exec(line)?.[1] && line).findLast(line => line);
  const number = /\bsyscall=(\d+)/.exec(logged ?? '')?.[1];
  const call = number === undefined ? undefined : (callName(Number(number), /\barch=([0-9a-f]+)/.exec(logged ?? '')?.[1]) ?? number);
  const key = texts('SystemCallFilter').length > 0 ? 'SystemCallFilter' : 'RestrictNamespaces';
  return {
    why:
      call === undefined
        ? l10n.t('its program made a system call that SystemCallFilter= forbids, and was ended by SIGSYS')
        : l10n.t('its program made the system call {0}, which SystemCallFilter= forbids, and was ended by SIGSYS', call),
    advice:
      call === undefined
        ? l10n.t(
            'Allow what it needs in SystemCallFilter=, which the profile may set, too; with SystemCallLog= the kernel tells which call it is.',
          )
        : l10n.t('Allow it in SystemCallFilter=, or choose a profile that does; SystemCallErrorNumber=EPERM would let the program go on.'),
    key,
  };
}
