/** System call filters: SystemCallFilter=, SystemCallLog=, SystemCallArchitectures= (src/shared/seccomp-util.c). */
import { isErrno } from './errno.ts';
import { type Context, type Fault, fault, type Grammar } from './grammar.ts';
import { invertible } from './inverted.ts';
import { list } from './list.ts';
import { type SplitWord, within } from './split.ts';
import { systemCallGroups, systemCalls } from './syscalls.ts';
import { words } from './words.ts';

/** The objection to the name of a call or a group at the beginning of a word. */
function nameFault(word: SplitWord, name: string, version: number): Fault | undefined {
  const known = name.startsWith('@') ? systemCallGroups.has(name.slice(1), version) : systemCalls.has(name, version);
  if (known) return undefined;
  const { start, end } = within(word, 0, name.length);
  return fault(
    start,
    end,
    'skipped',
    name.startsWith('@') ? 'a group of system calls such as @system-service' : 'a system call such as open',
  );
}

/** The objection to `call:error`; errors only go with calls that are forbidden. */
function filterFault(word: SplitWord, version: number, forbids: boolean): Fault | undefined {
  const colon = word.text.indexOf(':');
  if (colon < 0) return nameFault(word, word.text, version);
  const { start, end } = within(word, colon + 1, word.text.length);
  const error = word.text.slice(colon + 1);
  if (error !== 'kill' && !isErrno(error)) return fault(start, end, 'skipped', 'an error such as EPERM or 1, or kill, after the colon');
  if (!forbids)
    return fault(
      Math.max(start - 1, word.start),
      end,
      'skipped',
      'a call without an error, as only calls that are forbidden by ~ have one',
    );
  return nameFault(word, word.text.slice(0, colon), version);
}

const known = ({ version }: Context) => [...systemCallGroups.all(version).map(group => `@${group}`), ...systemCalls.all(version)];

function calls(name: string, judge: (word: SplitWord, context: Context) => Fault | undefined): Grammar {
  return list({ name, kind: 'system call', judge, words: known });
}

const allowed = calls('system call filter', (word, { version }) => filterFault(word, version, false));
const forbidden = invertible(calls('system call filter', (word, { version }) => filterFault(word, version, true)));

/** SystemCallFilter= (config_parse_syscall_filter). */
export const systemCallFilter: Grammar = {
  ...allowed,
  read: (value, context) => (value.startsWith('~') ? forbidden : allowed).read(value, context),
};

/** SystemCallLog= (config_parse_syscall_log). */
export const systemCallLog = invertible(calls('system call log', (word, { version }) => nameFault(word, word.text, version)));

const architectures = words(`
  native x86 x86-64 x32 arm arm64 loongarch64@253 mips mips64 mips64-n32 mips-le mips64-le mips64-le-n32 parisc parisc64
  ppc ppc64 ppc64-le riscv64 s390 s390x`);

/** SystemCallArchitectures= (config_parse_syscall_archs, seccomp_arch_from_string). */
export const systemCallArchitectures = list({
  name: 'system call architectures',
  kind: 'architecture',
  split: { quotes: 'remove' },
  judge: ({ text }, { version }) => (architectures.has(text, version) ? undefined : 'an architecture such as native or x86-64'),
  words: ({ version }) => architectures.all(version),
});
