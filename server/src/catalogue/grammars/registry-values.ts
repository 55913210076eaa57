/** Parsers of single values: numbers, times, sizes, words, texts, paths, users, resource control. Names as in parsers.ts. */
import { boolean, booleanOr, strictBoolean, tristate } from './boolean.ts';
import { errorNumber } from './errno.ts';
import { byVersion, fault, type Grammar } from './grammar.ts';
import { integer, isInteger, mode, ranges } from './integer.ts';
import { path, pidFile, strictPath, workingDirectory } from './path-value.ts';
import { resourceLimit } from './resource-limit.ts';
import {
  blockIoWeight,
  cpuQuota,
  cpuShares,
  cpuWeight,
  managedOomDuration,
  managedOomLimit,
  managedOomMode,
  memoryLimit,
  memoryLimitOrNone,
  onlyFor,
  outdated,
  quota,
  tasksMax,
  weight,
} from './resources.ts';
import {
  cpusetPartition,
  deferTrigger,
  personality,
  preserveMode,
  pressureWatch,
  privateMounts,
  privateTmp,
  privateUsers,
  protectControlGroups,
  protectHome,
  protectHostname,
  protectSystem,
  refreshOnReload,
  restrictFileSystems,
} from './sandbox-words.ts';
import { coredumpFilter, cpuPolicy, cpuPriority, ioClass, ioPriority, nice, numaPolicy, oomScoreAdjust } from './scheduling.ts';
import { signal } from './signal.ts';
import { size, sizeGrammar } from './size.ts';
import { logFacility, logLevel } from './syslog.ts';
import { busName, logNamespace, luoSession, plainText, securityLabel, subgroup, text } from './text.ts';
import { nanoseconds, resettableTimeSpan, timeSpan } from './time-span.ts';
import { groupNames, userName } from './user-name.ts';
import { enumeration } from './words.ts';

const killModes = enumeration('kill mode', 'control-group mixed process none', { empty: 'resets' });
const count = integer('count', ranges.unsigned, { empty: 'resets', words: ['infinity'] });

export const valueGrammars: Readonly<Record<string, Grammar>> = {
  // numbers, times, sizes
  bool: boolean,
  'bool/strict': strictBoolean,
  tristate,
  int: integer('integer', ranges.int),
  unsigned: integer('unsigned integer', ranges.unsigned),
  long: integer('long integer', ranges.long),
  'long/size': byVersion(integer('long integer', ranges.long), {
    258: sizeGrammar('message size', { also: bytes => bytes <= ranges.long[1] }),
  }),
  mode,
  iec_size: size,
  sec: timeSpan,
  sec_fix_0: timeSpan,
  sec_def_infinity: resettableTimeSpan,
  nsec: nanoseconds,
  job_timeout_sec: timeSpan,
  service_timeout: timeSpan,
  service_timeout_abort: resettableTimeSpan,
  exit_status: integer('exit status', ranges.uint8, { empty: 'resets' }),
  tty_size: integer('terminal size', ranges.unsigned, { empty: 'resets' }),
  syscall_errno: errorNumber,
  signal,

  // paths, users, texts
  unit_path_printf: path,
  'unit_path_printf/strict': strictPath,
  working_directory: workingDirectory,
  pid_file: pidFile,
  user_group_compat: userName,
  user_group_strv_compat: groupNames,
  unit_string_printf: text,
  string: plainText,
  exec_selinux_context: securityLabel,
  exec_apparmor_profile: securityLabel,
  exec_smack_process_label: securityLabel,
  log_namespace: logNamespace,
  bus_name: busName,
  luo_session: luoSession,

  // limits and scheduling
  'rlimit/size': resourceLimit('size'),
  'rlimit/count': resourceLimit('count'),
  'rlimit/sec': resourceLimit('sec'),
  'rlimit/usec': resourceLimit('usec'),
  'rlimit/nice': resourceLimit('nice'),
  exec_nice: nice,
  exec_oom_score_adjust: oomScoreAdjust,
  exec_coredump_filter: coredumpFilter,
  exec_io_class: ioClass,
  exec_io_priority: ioPriority,
  exec_cpu_sched_policy: cpuPolicy,
  exec_cpu_sched_prio: cpuPriority,
  numa_policy: numaPolicy,
  log_facility: logFacility,
  log_level: logLevel,

  // resource control
  cg_weight: weight,
  cg_cpu_weight: cpuWeight,
  cpu_shares: cpuShares,
  cpu_quota: cpuQuota,
  cpuset_partition: cpusetPartition,
  memory_limit: memoryLimit,
  'memory_limit/min': memoryLimitOrNone,
  'memory_limit/startup-default': memoryLimit,
  'memory_limit/legacy': outdated('outdated memory limit', memoryLimit, 'MemoryMax='),
  blockio_weight: blockIoWeight,
  tasks_max: tasksMax,
  managed_oom_mode: managedOomMode,
  managed_oom_mem_pressure_limit: managedOomLimit,
  managed_oom_mem_pressure_limit_percent: managedOomLimit,
  managed_oom_mem_pressure_duration_sec: managedOomDuration,
  managed_oom_preference: enumeration('OOM preference', 'none avoid omit'),
  memory_pressure_watch: pressureWatch,
  device_policy: enumeration('device policy', 'auto closed strict'),
  delegate_subgroup: onlyFor(['service', 'scope'], subgroup),
  exec_quota: quota,
  concurrency_max: count,
  activating_concurrency_max: count,
  memory_thp: enumeration('transparent huge pages', 'inherit disable madvise system'),

  // the sandbox
  exec_keyring_mode: enumeration('keyring mode', 'inherit private shared'),
  protect_proc: enumeration('proc protection', 'noaccess invisible ptraceable default'),
  proc_subset: enumeration('proc subset', 'all pid'),
  private_bpf: boolean,
  private_tmp: privateTmp,
  private_users: privateUsers,
  private_mounts: privateMounts,
  private_pids: boolean,
  protect_control_groups: protectControlGroups,
  protect_system: protectSystem,
  protect_home: protectHome,
  protect_hostname: protectHostname,
  exec_mount_propagation_flag: enumeration('mount propagation', 'shared slave private', { empty: 'resets' }),
  personality,
  exec_preserve_mode: preserveMode,
  exec_utmp_mode: enumeration('utmp mode', 'init login user'),
  restrict_filesystems: restrictFileSystems,

  // services, sockets, units
  kill_mode: {
    ...killModes,
    read: (value, context) => {
      const reading = killModes.read(value, context);
      if (value !== 'none') return reading;
      return {
        ...reading,
        faults: [fault(0, value.length, 'used', 'Processes are left behind when the unit stops; mixed or control-group end them.')],
      };
    },
  },
  collect_mode: enumeration('collect mode', 'inactive inactive-or-failed'),
  service_type: enumeration('service type', 'simple exec forking oneshot dbus notify notify-reload@253 idle'),
  service_exit_type: enumeration('exit type', 'main cgroup'),
  service_restart: enumeration('restart', 'no on-success on-failure on-abnormal on-watchdog on-abort always'),
  service_restart_mode: enumeration('restart mode', 'normal direct debug@257'),
  service_timeout_failure_mode: enumeration('timeout failure mode', 'terminate abort kill'),
  notify_access: enumeration('notify access', 'none main exec all'),
  oom_policy: enumeration('OOM policy', 'continue stop kill'),
  refresh_on_reload: refreshOnReload,
  socket_bind: booleanOr('IPv6 binding', 'default both ipv6-only'),
  socket_protocol: enumeration('socket protocol', 'udplite sctp', {
    also: value => /^(?:udplite|sctp)$/i.test(value) || isInteger(value, [132n, 132n]) || isInteger(value, [136n, 136n]),
  }),
  socket_timestamping: booleanOr('timestamping', 'us usec ns nsec \u00b5s \u03bcs'),
  socket_defer_trigger: deferTrigger,
  ip_tos: enumeration('type of service', 'low-delay throughput reliability low-cost', {
    empty: 'resets',
    also: value => isInteger(value, ranges.uint8),
    alsoCalled: 'a number from 0 to 255',
  }),
};
