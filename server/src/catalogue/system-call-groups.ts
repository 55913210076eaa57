/**
 * Groups of system calls as each version has them, and which of their calls an architecture lacks. Facts: `systemd-analyze syscall-filter` of
 * 252, 257 and 262; libseccomp 2.6.1 for the architectures. What changed between two of these versions is dated to the first one after the older.
 */
import { systemCalls } from './grammars/syscalls.ts';
import { type Words, words } from './grammars/words.ts';

/** What each group holds, other groups among it. */
const groups: Readonly<Record<string, Words>> = {
  aio: words(`
    io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit io_uring_enter io_uring_register
    io_uring_setup`),
  'basic-io': words(`
    _llseek close close_range dup dup2 dup3 llseek@253 lseek pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readv write
    writev`),
  chown: words(`
    chown chown32 fchown fchown32 fchownat lchown lchown32`),
  clock: words(`
    adjtimex clock_adjtime clock_adjtime64 clock_settime clock_settime64 settimeofday`),
  'cpu-emulation': words(`
    modify_ldt subpage_prot switch_endian vm86 vm86old`),
  debug: words(`
    lookup_dcookie perf_event_open pidfd_getfd ptrace rtas s390_runtime_instr sys_debug_setcontext`),
  default: words(`
    @sandbox@253 arch_prctl brk cacheflush clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep
    clock_nanosleep_time64 execve exit exit_group futex futex_time64 futex_waitv get_robust_list get_thread_area getegid getegid32
    geteuid geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid getrandom getresgid getresgid32
    getresuid getresuid32 getrlimit getsid gettid gettimeofday getuid getuid32 lsm_get_self_attr@253 lsm_list_modules@253
    membarrier mmap mmap2 mprotect mseal@253 munmap nanosleep pause prlimit64 restart_syscall riscv_flush_icache riscv_hwprobe
    rseq rt_sigreturn sched_getaffinity sched_yield set_robust_list set_thread_area set_tid_address set_tls sigreturn time
    ugetrlimit uretprobe`),
  'file-system': words(`
    access chdir chmod close creat faccessat faccessat2 fallocate fchdir fchmod fchmodat fchmodat2 fcntl fcntl64 fgetxattr
    file_getattr@253 file_setattr@253 flistxattr fremovexattr fsetxattr fstat fstat64 fstatat@253 fstatat64 fstatfs fstatfs64
    ftruncate ftruncate64 futimesat getcwd getdents getdents64 getxattr getxattrat@253 inotify_add_watch inotify_init
    inotify_init1 inotify_rm_watch lgetxattr link linkat listmount@253 listxattr listxattrat@253 llistxattr lremovexattr lsetxattr
    lstat lstat64 mkdir mkdirat mknod mknodat newfstat@253 newfstatat oldfstat oldlstat oldstat open open_tree@258 openat openat2
    readlink readlinkat removexattr removexattrat@253 rename renameat renameat2 rmdir setxattr setxattrat@253 stat stat64 statfs
    statfs64 statmount@253 statx symlink symlinkat truncate truncate64 unlink unlinkat utime utimensat utimensat_time64 utimes`),
  'io-event': words(`
    _newselect epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd
    eventfd2 poll ppoll ppoll_time64 pselect6 pselect6_time64 select`),
  ipc: words(`
    ipc memfd_create mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64
    mq_unlink msgctl msgget msgrcv msgsnd pipe pipe2 process_madvise process_vm_readv process_vm_writev semctl semget semop
    semtimedop semtimedop_time64 shmat shmctl shmdt shmget`),
  keyring: words(`
    add_key keyctl request_key`),
  memlock: words(`
    mlock mlock2 mlockall munlock munlockall`),
  module: words(`
    delete_module finit_module init_module`),
  mount: words(`
    chroot fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree@-257 open_tree_attr@258 pivot_root umount
    umount2`),
  'network-io': words(`
    accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 recvmsg send
    sendmmsg sendmsg sendto setsockopt shutdown socket socketcall socketpair`),
  obsolete: words(`
    _sysctl afs_syscall bdflush break create_module ftime get_kernel_syms getpmsg gtty idle lock mpx prof profil putpmsg
    query_module security sgetmask ssetmask stime stty sysfs tuxcall ulimit uselib ustat vserver`),
  pkey: words(`
    pkey_alloc pkey_free pkey_mprotect`),
  privileged: words(`
    @chown @clock @module @raw-io @reboot @swap _sysctl acct bpf capset chroot fanotify_init fanotify_mark nfsservctl
    open_by_handle_at pivot_root quotactl quotactl_fd setdomainname setfsuid setfsuid32 setgroups setgroups32 sethostname
    setresuid setresuid32 setreuid setreuid32 setuid setuid32 vhangup`),
  process: words(`
    capget clone clone3 execveat fork getrusage kill pidfd_open pidfd_send_signal prctl rt_sigqueueinfo rt_tgsigqueueinfo setns
    swapcontext tgkill times tkill unshare vfork wait4 waitid waitpid`),
  'raw-io': words(`
    ioperm iopl pciconfig_iobase pciconfig_read pciconfig_write s390_pci_mmio_read s390_pci_mmio_write`),
  reboot: words(`
    kexec_file_load kexec_load reboot`),
  resources: words(`
    ioprio_set mbind migrate_pages move_pages nice sched_setaffinity sched_setattr sched_setparam sched_setscheduler set_mempolicy
    set_mempolicy_home_node setpriority setrlimit`),
  sandbox: words(`
    landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp`),
  setuid: words(`
    setgid setgid32 setgroups setgroups32 setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32
    setuid setuid32`),
  signal: words(`
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 sigaction sigaltstack signal
    signalfd signalfd4 sigpending sigprocmask sigsuspend`),
  swap: words(`
    swapoff swapon`),
  sync: words(`
    fdatasync fsync msync sync sync_file_range sync_file_range2 syncfs`),
  'system-service': words(`
    @aio @basic-io @chown @default @file-system @io-event @ipc @keyring @memlock @network-io @process @resources @setuid @signal
    @sync @timer arm_fadvise64_64 capget capset copy_file_range fadvise64 fadvise64_64 flock get_mempolicy getcpu getpriority
    ioctl ioprio_get kcmp madvise mremap name_to_handle_at oldolduname olduname personality readahead readdir remap_file_pages
    sched_get_priority_max sched_get_priority_min sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
    sched_rr_get_interval_time64 sched_yield sendfile sendfile64 setfsgid setfsgid32 setfsuid setfsuid32 setpgid setsid splice
    sysinfo tee umask uname userfaultfd vmsplice`),
  timer: words(`
    alarm getitimer setitimer timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime
    timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times`),
};

const generic =
  '_sysctl afs_syscall bdflush break chown chown32 clock_adjtime64 clock_settime64 create_module fchown32 ftime get_kernel_syms getpmsg gtty idle ' +
  'ioperm iopl lchown lchown32 lock modify_ldt mpx nice pciconfig_iobase pciconfig_read pciconfig_write prof profil putpmsg query_module rtas ' +
  's390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr security setfsuid32 setgroups32 setresuid32 setreuid32 setuid32 sgetmask ssetmask ' +
  'stime stty subpage_prot switch_endian sys_debug_setcontext sysfs tuxcall ulimit umount uselib ustat vm86 vm86old vserver';

/** Calls of the groups that an exposure looks at which do not exist on an architecture (under systemd's names). */
const lacking: Readonly<Record<string, Words>> = {
  'x86-64': words(`
    bdflush break chown32 clock_adjtime64 clock_settime64 fchown32 ftime gtty idle lchown32 lock mpx nice pciconfig_iobase pciconfig_read
    pciconfig_write prof profil rtas s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr setfsuid32 setgroups32 setresuid32 setreuid32
    setuid32 sgetmask ssetmask stime stty subpage_prot switch_endian sys_debug_setcontext ulimit umount vm86 vm86old`),
  arm64: words(generic),
  riscv64: words(generic),
  loongarch64: words(generic),
  'ppc64-le': words(`
    chown32 clock_adjtime64 clock_settime64 fchown32 lchown32 s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr security setfsuid32
    setgroups32 setresuid32 setreuid32 setuid32 vm86old vserver`),
  s390x: words(`
    break chown32 clock_adjtime64 clock_settime64 fchown32 ftime gtty ioperm iopl lchown32 lock modify_ldt mpx pciconfig_iobase pciconfig_read
    pciconfig_write prof profil rtas security setfsuid32 setgroups32 setresuid32 setreuid32 setuid32 sgetmask ssetmask stime stty subpage_prot
    switch_endian sys_debug_setcontext tuxcall ulimit vm86 vm86old vserver`),
};

/** Calls that groups name, but that are not among those which @known stands for: no kernel of today has them. */
const historic = words(`
  _sysctl afs_syscall bdflush break create_module fstatat ftime get_kernel_syms getpmsg gtty idle lock mpx newfstat nfsservctl prof profil
  putpmsg query_module security stty tuxcall ulimit uselib vserver`);

/** Groups that were opened before, by name and version: an image has hundreds of services with the same ones. */
const opened = new Map<string, ReadonlySet<string>>();
/** Names come from files: there may be any number of them. */
const mostOpened = 500;

/** Every call of a group, groups within it opened; none for a name that is no group of that version. With or without the `@`. */
export function callsOfGroup(name: string, version: number): ReadonlySet<string> {
  const key = `${version} ${name}`;
  const known = opened.get(key) ?? openGroup(name, version);
  if (opened.size < mostOpened) opened.set(key, known);
  return known;
}

function openGroup(name: string, version: number): ReadonlySet<string> {
  const calls = new Set<string>();
  const open = (group: string): void => {
    for (const entry of groups[group.replace(/^@/, '')]?.all(version) ?? []) {
      if (entry.startsWith('@')) open(entry);
      else calls.add(entry);
    }
  };
  if (/^@?known$/.test(name)) {
    for (const call of systemCalls.all(version)) if (!historic.has(call, version)) calls.add(call);
    open('obsolete'); // is named in it
  } else open(name);
  return calls;
}

/** Whether a call that a group names exists on an architecture; architectures that are not in the table count as x86-64. */
export const existsOn = (call: string, architecture: string): boolean => !(lacking[architecture] ?? lacking['x86-64'])?.has(call, 0);
