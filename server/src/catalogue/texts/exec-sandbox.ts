/** Execution: what processes may see and do. A row: `Names | default | what is looked up where | summary`. */
export const execSandbox = `
ProtectSystem | no | - | Makes parts of the file system read-only: yes for /usr and the boot loader, full also for /etc, strict for everything but the API ones.
ProtectHome | no | - | Hides /home, /root and /run/user, makes them read-only, or lays empty ones over them.
PrivateTmp | no | image: mount point | Gives the unit a /tmp and /var/tmp of its own; with disconnected one in memory that shares nothing with the host's.
PrivateDevices | no | image: mount point | Gives the unit a /dev with only harmless devices, and forbids raw device access.
PrivateNetwork | no | - | Gives the unit a network of its own with nothing but loopback.
NetworkNamespacePath | - | host: namespace | File of an existing network namespace to join, as ip netns makes it.
PrivateIPC | no | - | Gives the unit System V IPC and POSIX queues of its own.
IPCNamespacePath | - | host: namespace | File of an existing IPC namespace to join.
PrivatePIDs | no | - | Lets the unit see no processes but its own; the first one is PID 1 there.
PrivateUsers | no | - | Runs the unit in a user namespace, where it has no rights over the rest of the system.
UserNamespacePath | - | host: namespace | File of an existing user namespace to join.
PrivateMounts | no | - | Keeps mounts that the processes make from the rest of the system.
MountFlags | shared, or slave with an own view | - | Whether mounts propagate between the unit's view of the file system and the host's.
PrivateBPF | no | image: mount point | Mounts a BPF file system of the unit's own at /sys/fs/bpf.
BPFDelegateCommands | - | - | BPF commands that are permitted through the file system of PrivateBPF=.
BPFDelegateMaps | - | - | BPF map types that are permitted through the file system of PrivateBPF=.
BPFDelegatePrograms | - | - | BPF program types that are permitted through the file system of PrivateBPF=.
BPFDelegateAttachments | - | - | BPF attachment types that are permitted through the file system of PrivateBPF=.
ProtectHostname | no | - | Forbids changes of the host name; private lets the unit have one of its own.
ProtectClock | no | - | Forbids setting the clock, and hides the devices for it.
ProtectKernelTunables | no | - | Makes the knobs in /proc and /sys read-only.
ProtectKernelModules | no | - | Forbids loading and unloading kernel modules, and hides the modules' directory.
ProtectKernelLogs | no | - | Forbids reading and writing the kernel's log buffer.
ProtectControlGroups | no | - | Makes /sys/fs/cgroup read-only; private and strict also give the unit a control group namespace.
ProtectProc | default | - | Which processes of other users are visible in /proc.
ProcSubset | all | - | With pid, /proc shows processes and nothing else of the kernel.
RestrictAddressFamilies | no restriction | - | Kinds of sockets that the processes may make; after ~ those that they may not, none for no sockets at all.
RestrictFileSystems | no restriction | host: kernel | Kinds of file systems that the processes may open files on; after ~ those that they may not.
RestrictNamespaces | no | - | Forbids making and joining namespaces: all, all but the listed kinds, or after ~ the listed ones.
DelegateNamespaces | no | - | Which of the unit's namespaces belong to its user namespace, so that it has rights over them.
RestrictRealtime | no | - | Forbids real-time scheduling, with which a process can take all CPU time.
RestrictSUIDSGID | no | - | Forbids setting the set-user-ID and set-group-ID bits on files.
RemoveIPC | no | - | Removes the System V and POSIX IPC objects of the unit's user when it stops.
LockPersonality | no | - | Forbids the personality() system call, by which a process changes its execution domain.
MemoryDenyWriteExecute | no | - | Forbids memory that is writable and executable at once; breaks programs that generate code.
SystemCallFilter | no restriction | - | System calls, or @groups of them, that the processes may make; after ~ those that they may not.
SystemCallErrorNumber | kill | - | Error that a forbidden system call returns, in place of the process being killed.
SystemCallArchitectures | - | - | Architectures whose system calls are permitted; native forbids those of all others.
SystemCallLog | - | - | System calls that are logged each time; after ~ all but those.
`;
