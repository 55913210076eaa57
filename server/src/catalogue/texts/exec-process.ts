/** Execution: users, limits, scheduling, environment, input and output. A row: `Names | default | what is looked up where | summary`. */
export const execProcess = `
User | root | host: user | User that the processes run as, by name or number. The image's own users do not count.
Group | the default group of the user | host: group | Group that the processes run as, by name or number. The image's own groups do not count.
DynamicUser | no | - | Makes up a user for the time that the service runs. Implies read-only file systems and a private /tmp.
SupplementaryGroups | - | host: group | Further groups of the processes, on top of those that the user has anyway.
SetLoginEnvironment | yes with User= | - | Sets $HOME, $LOGNAME and $SHELL from the user database.
PAMName | - | host: PAM service | Sets up a PAM session of this service name around the processes. Needs User=.
CapabilityBoundingSet | all | - | Capabilities that the processes can ever have; after ~ those that they cannot.
AmbientCapabilities | - | - | Capabilities that programs without file capabilities get as well, so that an unprivileged user can have some.
SecureBits | - | - | Secure bits of the processes, such as noroot or keep-caps.
NoNewPrivileges | no | - | Processes can gain no rights by running a program: set-user-ID bits and file capabilities do nothing.
SELinuxContext | by the policy | host: kernel | SELinux context of the processes, in place of the transition by the policy. With a leading - errors do no harm.
AppArmorProfile | - | host: kernel | AppArmor profile that the processes run under; it must be loaded. With a leading - errors do no harm.
SmackProcessLabel | - | host: kernel | SMACK label of the processes. With a leading - errors do no harm.
LimitCPU | - | - | Limit of the CPU time of a process (ulimit -t), as SOFT:HARD or one value for both.
LimitFSIZE | - | - | Limit of the size of a file that a process makes (ulimit -f), as SOFT:HARD or one value for both.
LimitDATA | - | - | Limit of the data segment of a process (ulimit -d); MemoryMax= is mostly better.
LimitSTACK | 8M:infinity | - | Limit of the stack of a process (ulimit -s), as SOFT:HARD or one value for both.
LimitCORE | 0:infinity | - | Limit of the size of a core dump (ulimit -c), as SOFT:HARD or one value for both.
LimitRSS | - | - | Limit of the resident memory (ulimit -m), which Linux does not enforce; use MemoryMax=.
LimitNOFILE | 1024:524288 | - | Limit of the file descriptors of a process (ulimit -n), as SOFT:HARD or one value for both.
LimitAS | - | - | Limit of the address space of a process (ulimit -v); MemoryMax= is mostly better.
LimitNPROC | the kernel's | - | Limit of the processes of the user, over all services (ulimit -u); TasksMax= is mostly better.
LimitMEMLOCK | 8M | - | Limit of the memory that a process may lock (ulimit -l), as SOFT:HARD or one value for both.
LimitLOCKS | - | - | Limit of the file locks of a process (ulimit -x).
LimitSIGPENDING | the kernel's | - | Limit of the queued signals of the user (ulimit -i).
LimitMSGQUEUE | 800K | - | Limit of the bytes in POSIX message queues of the user (ulimit -q).
LimitNICE | 0 | - | How far a process may raise its priority (ulimit -e): a nice level with its sign, or the kernel's raw number.
LimitRTPRIO | 0 | - | Highest real-time priority that a process may take (ulimit -r).
LimitRTTIME | - | - | How long a real-time process may compute without a blocking call.
UMask | 0022 | - | Permission bits that are taken away from new files of the processes.
CoredumpFilter | the kernel's, 0x33 | - | Which kinds of memory go into core dumps of the processes.
KeyringMode | private for services, shared for others | - | Which kernel keyring the processes get: their own, one linked with that of the user, or that of systemd.
OOMScoreAdjust | 0 | - | Makes the kernel's out-of-memory killer spare the processes (down to -1000) or prefer them (up to 1000).
TimerSlackNSec | 50us | - | How late the processes' timers may fire, so that wake-ups can be joined.
Personality | that of the machine | - | Architecture that uname() tells the processes, as x86 on x86-64.
IgnoreSIGPIPE | yes | - | Starts the processes with SIGPIPE ignored.
Nice | 0 | - | Nice level of the processes, from -20 (most urgent) to 19.
CPUSchedulingPolicy | other | - | CPU scheduler of the processes: other, batch, idle, fifo, rr or ext.
CPUSchedulingPriority | 0; 1 for fifo and rr | - | Real-time priority of the processes, from 1 to 99, with fifo and rr.
CPUSchedulingResetOnFork | no | - | Gives children of the processes normal scheduling again.
CPUAffinity | - | - | The CPUs that the processes run on, as 0-3,8; numa stands for those of NUMAMask=.
NUMAPolicy | - | - | How memory is spread over NUMA nodes: default, preferred, bind, interleave or local.
NUMAMask | - | - | The NUMA nodes that NUMAPolicy= is about.
IOSchedulingClass | best-effort | - | IO scheduling class of the processes: realtime, best-effort or idle.
IOSchedulingPriority | 4 | - | IO priority of the processes within their class, from 0 (first) to 7.
MemoryKSM | - | - | Lets the kernel merge equal memory pages of the processes.
MemoryTHP | inherit | - | Whether the processes may use transparent huge pages.
Environment | - | - | Sets environment variables, as NAME=VALUE, in quotes where the value has blanks. Anyone can read them: nothing for secrets.
EnvironmentFile | - | host: file | Files with environment variables, a NAME=VALUE a line; they win over Environment=. A leading - lets a file be missing.
PassEnvironment | - | host: manager | Names of variables that the processes get from the service manager's own environment.
UnsetEnvironment | - | - | Variables, or assignments, that are taken away at the very end, wherever they came from.
StandardInput | null | host: file | What the processes read as standard input: nothing, a terminal, a socket, a file, a descriptor or given data.
StandardOutput | journal | host: file | Where standard output goes: the journal, a terminal, a socket, a file, a descriptor or nowhere.
StandardError | inherit | host: file | Where standard error goes: where standard output does, the journal, a terminal, a file or nowhere.
StandardInputText | - | - | Text for standard input, a line an assignment; sets StandardInput=data.
StandardInputData | - | - | Base64 data for standard input; sets StandardInput=data.
LogLevelMax | - | - | Least important level of messages that still reaches the journal.
LogExtraFields | - | - | Further fields, as NAME=VALUE, that each journal entry of the unit gets.
LogRateLimitIntervalSec | that of journald | - | Window in which messages are counted for LogRateLimitBurst=; 0 switches the limit off.
LogRateLimitBurst | that of journald | - | How many messages the window may hold before further ones are dropped.
LogFilterPatterns | - | - | Regular expressions: only messages that match are kept, and after ~ those that match are dropped.
LogNamespace | - | host: journal | Sends the logs to a journal instance of this name, apart from everything else.
SyslogIdentifier | the program's name | - | Name that lines of standard output and error bear in the log.
SyslogFacility | daemon | - | Syslog facility of lines of standard output and error.
SyslogLevel | info | - | Log level of lines of standard output and error that bring none of their own.
SyslogLevelPrefix | yes | - | Takes a log level such as <3> from the beginning of each line.
TTYPath | /dev/console | host: device | The terminal that StandardInput=tty and its like use.
TTYReset | no | - | Resets the terminal before and after use.
TTYVHangup | no | - | Disconnects all who have the terminal open, before and after use.
TTYRows | - | - | Height of the terminal of TTYPath=.
TTYColumns | - | - | Width of the terminal of TTYPath=.
TTYVTDisallocate | no | - | Frees a virtual terminal before and after use, which clears its scroll-back.
UtmpIdentifier | - | - | Four letters under which the service appears in utmp and wtmp; for getty-like services.
UtmpMode | init | - | Kind of the entry in utmp and wtmp: init, login or user.
Capabilities | - | - | Set capabilities in an old notation; means nothing any more.
`;
