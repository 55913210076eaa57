/** SuccessExitStatus= and its like: exit statuses and signals (config_parse_set_status, src/shared/exit-status.c). */
import { isInteger, ranges } from './integer.ts';
import { list } from './list.ts';
import { isSignal } from './signal.ts';
import { words } from './words.ts';

const names = words(`
  SUCCESS FAILURE INVALIDARGUMENT NOTIMPLEMENTED NOPERMISSION NOTINSTALLED NOTCONFIGURED NOTRUNNING
  USAGE DATAERR NOINPUT NOUSER NOHOST UNAVAILABLE SOFTWARE OSERR OSFILE CANTCREAT IOERR TEMPFAIL PROTOCOL NOPERM CONFIG
  CHDIR NICE FDS EXEC MEMORY LIMITS OOM_ADJUST SIGNAL_MASK STDIN STDOUT CHROOT IOPRIO TIMERSLACK SECUREBITS SETSCHEDULER CPUAFFINITY
  GROUP USER CAPABILITIES CGROUP SETSID CONFIRM STDERR PAM NETWORK NAMESPACE NO_NEW_PRIVILEGES SECCOMP SELINUX_CONTEXT PERSONALITY
  APPARMOR ADDRESS_FAMILIES RUNTIME_DIRECTORY CHOWN SMACK_PROCESS_LABEL KEYRING STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY
  CONFIGURATION_DIRECTORY NUMA_POLICY CREDENTIALS BPF@250 KSM@254 MEMORY_THP@260 EXCEPTION`);

/** Exit statuses and signals; a number is always a status. */
export const exitStatuses = list({
  name: 'exit statuses and signals',
  kind: 'exit status',
  judge: ({ text }, { version }) =>
    isInteger(text, ranges.uint8) || names.has(text, version) || isSignal(text)
      ? undefined
      : 'an exit status from 0 to 255 or by name such as TEMPFAIL, or a signal such as SIGTERM',
  words: ({ version }) => names.all(version),
});
