/** System calls that a program is made to use, and that the profile forbids. */
import { systemCalls } from '../../portable/exposure/filters.ts';
import type { Subject } from '../rule.ts';
import type { WholeReport } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type AttachedUnit, inProfile, isOfProfile, profileName } from './attached-unit.ts';
import { sandboxedCommands } from './commands.ts';

/**
 * Functions of glibc that do nothing but a system call, with all calls that one of its versions has for it (test/hosts/system-calls asks a real
 * one). Left out is what every filter lets through, and what many programs take and few call: a root of their own, mounts, quotas.
 */
export const callsOfFunctions: Readonly<Record<string, readonly string[]>> = {
  acct: ['acct'],
  adjtimex: ['adjtimex', 'clock_adjtime', 'clock_adjtime64'],
  clock_settime: ['clock_settime', 'clock_settime64'],
  fanotify_init: ['fanotify_init'],
  fanotify_mark: ['fanotify_mark'],
  ioperm: ['ioperm'],
  iopl: ['iopl'],
  klogctl: ['syslog'],
  ntp_adjtime: ['adjtimex', 'clock_adjtime', 'clock_adjtime64'],
  open_by_handle_at: ['open_by_handle_at'],
  process_vm_readv: ['process_vm_readv'],
  process_vm_writev: ['process_vm_writev'],
  ptrace: ['ptrace'],
  reboot: ['reboot'],
  setdomainname: ['setdomainname'],
  sethostname: ['sethostname'],
  settimeofday: ['settimeofday', 'clock_settime', 'clock_settime64'],
  swapoff: ['swapoff'],
  swapon: ['swapon'],
  vhangup: ['vhangup'],
};

/** Programs that run what others wrote, or are many in one: what these take from glibc tells nothing of what they do. And those of needs-root. */
const general =
  /^(mount|umount|chroot|busybox|toybox|coreutils|systemd.*|bash|dash|sh|zsh|perl[\d.]*|python[\d.]*|ruby[\d.]*|php[\w.-]*|lua[\w.]*|node|nodejs|java|mono|tclsh[\d.]*|guile[\d.]*|gdb|qemu-.*)$/;

/** A program that takes a function from glibc whose system call is forbidden. */
export function missingSystemCall(unit: AttachedUnit, { image }: Subject): readonly WholeReport[] {
  const by = unit.whole.all(['SystemCallFilter']).find(setting => isOfProfile(unit, setting));
  if (!image || !by) return [];
  const { allows, named } = systemCalls(unit.whole);
  const forbidden = (call: string) => allows !== named.has(call);
  const told = new Set<string>();
  return sandboxedCommands(unit.whole).flatMap(({ at, part, program, name, mayFail }): readonly WholeReport[] => {
    if (told.has(program)) return [];
    told.add(program);
    const found = mayFail ? undefined : image.program(program)?.program;
    if (found?.kind !== 'elf' || general.test(name) || !found.path.endsWith(`/${name}`)) return [];
    const missing = (image.imports(found.path) ?? [])
      .filter(each => Object.hasOwn(callsOfFunctions, each) && callsOfFunctions[each]?.every(forbidden))
      .sort();
    if (missing.length === 0) return [];
    const calls = missing.map(each => `${each}()`).join(', ');
    const [behind, calling] =
      missing.length > 1 ? ['system calls behind them', 'calls one of them'] : ['system call behind it', 'calls it'];
    const message = `${quoted(name)} is made to call ${calls}, and ${profileName(unit)} forbids the ${behind} (SystemCallFilter=): when the program ${calling}, the call fails, as if it lacked the rights.`;
    return [{ at, part, message, ...inProfile(unit, by) }];
  });
}
