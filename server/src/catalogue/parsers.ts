/**
 * Which parser reads which directive. A row is `parser: Key Key ...`; parsers bear systemd's own names without `config_parse_`, a suffix
 * after `/` where its table hands the parser a parameter that matters (src/core/load-fragment-gperf.gperf.in). What a parser accepts, and how
 * that changed from version to version, is its grammar's business; directives are listed here whatever the version that knows them.
 */
import type { Grammar } from './grammars/grammar.ts';
import { execGrammars } from './grammars/registry-exec.ts';
import { unitGrammars } from './grammars/registry-unit.ts';
import { valueGrammars } from './grammars/registry-values.ts';

/** Execution environment: Service, Socket, Mount, Swap. */
const exec = `
  working_directory: WorkingDirectory
  unit_path_printf/strict: RootDirectory RootImage RootVerity RootMStack
  unit_path_printf: TTYPath NetworkNamespacePath IPCNamespacePath UserNamespacePath
  root_image_options: RootImageOptions
  image_policy: RootImagePolicy MountImagePolicy ExtensionImagePolicy
  exec_root_hash: RootHash
  exec_root_hash_sig: RootHashSignature
  extension_images: ExtensionImages
  mount_images: MountImages
  user_group_compat: User Group
  user_group_strv_compat: SupplementaryGroups
  tristate: SetLoginEnvironment MountAPIVFS BindLogSockets MemoryKSM
  exec_nice: Nice
  exec_oom_score_adjust: OOMScoreAdjust
  exec_coredump_filter: CoredumpFilter
  exec_io_class: IOSchedulingClass
  exec_io_priority: IOSchedulingPriority
  exec_cpu_sched_policy: CPUSchedulingPolicy
  exec_cpu_sched_prio: CPUSchedulingPriority
  exec_cpu_affinity: CPUAffinity
  numa_policy: NUMAPolicy
  numa_mask: NUMAMask
  mode: UMask RuntimeDirectoryMode StateDirectoryMode CacheDirectoryMode LogsDirectoryMode ConfigurationDirectoryMode
  environ: Environment
  unit_env_file: EnvironmentFile
  pass_environ: PassEnvironment
  unset_environ: UnsetEnvironment
  bool: RootEphemeral CPUSchedulingResetOnFork RemoveIPC TTYReset TTYVHangup TTYVTDisallocate SyslogLevelPrefix NoNewPrivileges
  bool: MemoryDenyWriteExecute RestrictRealtime RestrictSUIDSGID LockPersonality PrivateDevices ProtectKernelTunables ProtectKernelModules
  bool: ProtectKernelLogs ProtectClock PrivateNetwork PrivateIPC IgnoreSIGPIPE StateDirectoryAccounting CacheDirectoryAccounting LogsDirectoryAccounting
  bool/strict: DynamicUser
  exec_input: StandardInput
  exec_output: StandardOutput StandardError
  exec_input_text: StandardInputText
  exec_input_data: StandardInputData
  tty_size: TTYRows TTYColumns
  unit_string_printf: SyslogIdentifier PAMName UtmpIdentifier
  log_facility: SyslogFacility
  log_level: SyslogLevel LogLevelMax
  sec: LogRateLimitIntervalSec TimeoutCleanSec
  unsigned: LogRateLimitBurst
  log_extra_fields: LogExtraFields
  log_filter_patterns: LogFilterPatterns
  exec_secure_bits: SecureBits
  capability_set: CapabilityBoundingSet AmbientCapabilities
  nsec: TimerSlackNSec
  exec_keyring_mode: KeyringMode
  protect_proc: ProtectProc
  proc_subset: ProcSubset
  private_bpf: PrivateBPF
  bpf_delegate_commands: BPFDelegateCommands
  bpf_delegate_maps: BPFDelegateMaps
  bpf_delegate_programs: BPFDelegatePrograms
  bpf_delegate_attachments: BPFDelegateAttachments
  syscall_filter: SystemCallFilter
  syscall_archs: SystemCallArchitectures
  syscall_errno: SystemCallErrorNumber
  syscall_log: SystemCallLog
  namespace_flags: RestrictNamespaces DelegateNamespaces
  address_families: RestrictAddressFamilies
  restrict_filesystems: RestrictFileSystems
  rlimit/size: LimitFSIZE LimitDATA LimitSTACK LimitCORE LimitRSS LimitAS LimitMEMLOCK LimitMSGQUEUE
  rlimit/count: LimitNOFILE LimitNPROC LimitLOCKS LimitSIGPENDING LimitRTPRIO
  rlimit/sec: LimitCPU
  rlimit/usec: LimitRTTIME
  rlimit/nice: LimitNICE
  namespace_path_strv: ReadWritePaths ReadOnlyPaths InaccessiblePaths ExecPaths NoExecPaths ExtensionDirectories
  namespace_path_strv: ReadWriteDirectories ReadOnlyDirectories InaccessibleDirectories
  colon_separated_paths: ExecSearchPath
  bind_paths: BindPaths BindReadOnlyPaths
  temporary_filesystems: TemporaryFileSystem
  private_tmp: PrivateTmp
  protect_control_groups: ProtectControlGroups
  log_namespace: LogNamespace
  private_users: PrivateUsers
  private_mounts: PrivateMounts
  private_pids: PrivatePIDs
  protect_system: ProtectSystem
  protect_home: ProtectHome
  protect_hostname: ProtectHostname
  exec_mount_propagation_flag: MountFlags
  personality: Personality
  exec_preserve_mode: RuntimeDirectoryPreserve
  exec_directories: RuntimeDirectory StateDirectory CacheDirectory LogsDirectory ConfigurationDirectory
  exec_quota: StateDirectoryQuota CacheDirectoryQuota LogsDirectoryQuota
  set_credential: SetCredential
  set_credential/encrypted: SetCredentialEncrypted
  load_credential: LoadCredential LoadCredentialEncrypted
  import_credential: ImportCredential
  exec_utmp_mode: UtmpMode
  exec_selinux_context: SELinuxContext
  exec_apparmor_profile: AppArmorProfile
  exec_smack_process_label: SmackProcessLabel
  memory_thp: MemoryTHP`;

/** Killing: Service, Socket, Mount, Swap, Scope. */
const kill = `
  bool: SendSIGKILL SendSIGHUP
  kill_mode: KillMode
  signal: KillSignal RestartKillSignal FinalKillSignal WatchdogSignal`;

/** Resource control: Service, Socket, Mount, Swap, Slice, Scope. */
const cgroup = `
  unit_slice: Slice
  unit_cpu_set: AllowedCPUs StartupAllowedCPUs AllowedMemoryNodes StartupAllowedMemoryNodes
  bool: CPUAccounting BlockIOAccounting
  cg_cpu_weight: CPUWeight StartupCPUWeight
  cpu_shares: CPUShares StartupCPUShares
  cpu_quota: CPUQuota
  sec_def_infinity: CPUQuotaPeriodSec
  cpuset_partition: CPUSetPartition
  bool: MemoryAccounting MemoryZSwapWriteback IOAccounting TasksAccounting IPAccounting CoredumpReceive
  memory_limit/min: MemoryMin MemoryLow StartupMemoryLow MemorySwapMax StartupMemorySwapMax MemoryZSwapMax StartupMemoryZSwapMax
  memory_limit/min: DefaultMemoryMin DefaultMemoryLow
  memory_limit/startup-default: DefaultStartupMemoryLow
  memory_limit: MemoryHigh StartupMemoryHigh MemoryMax StartupMemoryMax
  memory_limit/legacy: MemoryLimit
  device_allow: DeviceAllow
  device_policy: DevicePolicy
  cg_weight: IOWeight StartupIOWeight
  io_device_weight: IODeviceWeight
  io_limit: IOReadBandwidthMax IOWriteBandwidthMax IOReadIOPSMax IOWriteIOPSMax
  io_device_latency: IODeviceLatencyTargetSec
  blockio_weight: BlockIOWeight StartupBlockIOWeight
  blockio_device_weight: BlockIODeviceWeight
  blockio_bandwidth: BlockIOReadBandwidth BlockIOWriteBandwidth
  tasks_max: TasksMax
  delegate: Delegate
  delegate_subgroup: DelegateSubgroup
  disable_controllers: DisableControllers
  in_addr_prefixes: IPAddressAllow IPAddressDeny
  ip_filter_bpf_progs: IPIngressFilterPath IPEgressFilterPath
  managed_oom_mode: ManagedOOMSwap ManagedOOMMemoryPressure
  managed_oom_mem_pressure_limit: ManagedOOMMemoryPressureLimit
  managed_oom_mem_pressure_limit_percent: ManagedOOMMemoryPressureLimitPercent
  managed_oom_mem_pressure_duration_sec: ManagedOOMMemoryPressureDurationSec
  managed_oom_preference: ManagedOOMPreference
  oom_rules: OOMRules
  bpf_foreign_program: BPFProgram
  cgroup_socket_bind: SocketBindAllow SocketBindDeny
  restrict_network_interfaces: RestrictNetworkInterfaces
  bind_network_interface: BindNetworkInterface
  sec: MemoryPressureThresholdSec CPUPressureThresholdSec IOPressureThresholdSec
  memory_pressure_watch: MemoryPressureWatch CPUPressureWatch IOPressureWatch
  cgroup_nft_set: NFTSet`;

const unit = `
  unit_string_printf: Description
  documentation: Documentation
  unit_path_printf: SourcePath
  unit_deps: Requires Requisite Wants BindsTo BindTo Upholds Conflicts Before After OnSuccess OnFailure PropagatesReloadTo PropagateReloadTo
  unit_deps: ReloadPropagatedFrom PropagateReloadFrom PropagatesStopTo StopPropagatedFrom PartOf JoinsNamespaceOf
  obsolete_unit_deps: RequiresOverridable RequisiteOverridable
  unit_mounts_for: RequiresMountsFor WantsMountsFor
  bool: StopWhenUnneeded RefuseManualStart RefuseManualStop AllowIsolate DefaultDependencies SurviveFinalKillSignal IgnoreOnIsolate
  job_mode: OnSuccessJobMode OnFailureJobMode
  job_mode_isolate: OnFailureIsolate
  job_timeout_sec: JobTimeoutSec JobRunningTimeoutSec
  emergency_action: JobTimeoutAction StartLimitAction FailureAction SuccessAction
  reboot_parameter: JobTimeoutRebootArgument RebootArgument
  sec: StartLimitIntervalSec StartLimitInterval
  unsigned: StartLimitBurst
  exit_status: FailureActionExitStatus SuccessActionExitStatus
  unit_condition_path: ConditionPathExists ConditionPathExistsGlob ConditionPathIsDirectory ConditionPathIsSymbolicLink ConditionPathIsMountPoint
  unit_condition_path: ConditionPathIsReadWrite ConditionPathIsEncrypted ConditionPathIsSocket ConditionDirectoryNotEmpty ConditionFileNotEmpty
  unit_condition_path: ConditionFileIsExecutable ConditionNeedsUpdate
  unit_condition_path: AssertPathExists AssertPathExistsGlob AssertPathIsDirectory AssertPathIsSymbolicLink AssertPathIsMountPoint
  unit_condition_path: AssertPathIsReadWrite AssertPathIsEncrypted AssertPathIsSocket AssertDirectoryNotEmpty AssertFileNotEmpty
  unit_condition_path: AssertFileIsExecutable AssertNeedsUpdate
  unit_condition_string: ConditionFirstBoot ConditionArchitecture ConditionFirmware ConditionVirtualization ConditionHost ConditionKernelCommandLine
  unit_condition_string: ConditionKernelVersion ConditionVersion ConditionCredential ConditionSecurity ConditionCapability ConditionACPower
  unit_condition_string: ConditionMemory ConditionCPUFeature ConditionCPUs ConditionEnvironment ConditionUser ConditionGroup
  unit_condition_string: ConditionControlGroupController ConditionOSRelease ConditionMemoryPressure ConditionCPUPressure ConditionIOPressure
  unit_condition_string: ConditionKernelModuleLoaded ConditionFraction ConditionMachineTag
  unit_condition_string: AssertFirstBoot AssertArchitecture AssertFirmware AssertVirtualization AssertHost AssertKernelCommandLine AssertKernelVersion
  unit_condition_string: AssertVersion AssertCredential AssertSecurity AssertCapability AssertACPower AssertMemory AssertCPUFeature AssertCPUs
  unit_condition_string: AssertEnvironment AssertUser AssertGroup AssertControlGroupController AssertOSRelease AssertMemoryPressure
  unit_condition_string: AssertCPUPressure AssertIOPressure AssertKernelModuleLoaded AssertFraction AssertMachineTag
  unit_condition_null: ConditionNull AssertNull
  collect_mode: CollectMode`;

const service = `
  pid_file: PIDFile
  exec: ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecReloadPost ExecStop ExecStopPost
  sec: RestartSec RestartMaxDelaySec RestartRandomizedDelaySec RuntimeMaxSec RuntimeRandomizedExtraSec WatchdogSec StartLimitInterval
  unsigned: RestartSteps StartLimitBurst FileDescriptorStoreMax
  service_timeout: TimeoutSec TimeoutStartSec
  sec_fix_0: TimeoutStopSec
  service_timeout_abort: TimeoutAbortSec
  service_timeout_failure_mode: TimeoutStartFailureMode TimeoutStopFailureMode
  emergency_action: StartLimitAction FailureAction
  unit_string_printf: RebootArgument
  service_type: Type
  service_exit_type: ExitType
  service_restart: Restart
  service_restart_mode: RestartMode
  bool: PermissionsStartOnly RootDirectoryStartOnly RemainAfterExit GuessMainPID NonBlocking
  set_status: RestartPreventExitStatus RestartForceExitStatus SuccessExitStatus
  bus_name: BusName
  exec_preserve_mode: FileDescriptorStorePreserve
  notify_access: NotifyAccess
  service_sockets: Sockets
  unit_path_printf: USBFunctionDescriptors USBFunctionStrings
  oom_policy: OOMPolicy
  open_file: OpenFile
  signal: ReloadSignal
  refresh_on_reload: RefreshOnReload
  luo_session: LUOSession`;

const socket = `
  socket_listen/socket: ListenStream ListenDatagram ListenSequentialPacket ListenNetlink
  socket_listen/fifo: ListenFIFO
  socket_listen/special: ListenSpecial
  socket_listen/mqueue: ListenMessageQueue
  socket_listen/usb-function: ListenUSBFunction
  socket_protocol: SocketProtocol
  socket_bind: BindIPv6Only
  unsigned: Backlog MaxConnections MaxConnectionsPerSource KeepAliveProbes TriggerLimitBurst PollLimitBurst
  socket_bindtodevice: BindToDevice
  exec: ExecStartPre ExecStartPost ExecStopPre ExecStopPost
  sec_fix_0: TimeoutSec DeferTriggerMaxSec
  user_group_compat: SocketUser SocketGroup
  mode: SocketMode DirectoryMode
  bool: Accept FlushPending Writable KeepAlive NoDelay FreeBind Transparent Broadcast PassCredentials PassPIDFD PassSecurity PassPacketInfo
  bool: AcceptFileDescriptors ReusePort RemoveOnStop PassFileDescriptorsToExec SELinuxContextFromNet
  sec: KeepAliveTimeSec KeepAliveIntervalSec DeferAcceptSec TriggerLimitIntervalSec PollLimitIntervalSec
  int: Priority IPTTL Mark
  iec_size: ReceiveBuffer SendBuffer PipeSize
  ip_tos: IPTOS
  socket_timestamping: Timestamping
  string: TCPCongestion
  long: MessageQueueMaxMessages
  long/size: MessageQueueMessageSize
  unit_path_strv_printf: Symlinks
  fdname: FileDescriptorName
  socket_service: Service
  socket_defer_trigger: DeferTrigger
  unit_string_printf: SmackLabel SmackLabelIPIn SmackLabelIPOut
  socket_xattr: XAttrEntryPoint XAttrListen XAttrAccept`;

const mount = `
  mount_node: What
  unit_path_printf: Where
  unit_string_printf: Options Type
  sec_fix_0: TimeoutSec
  mode: DirectoryMode
  bool: SloppyOptions LazyUnmount ForceUnmount ReadWriteOnly`;

const automount = `
  unit_path_printf: Where
  unit_string_printf: ExtraOptions
  mode: DirectoryMode
  sec_fix_0: TimeoutIdleSec`;

const swap = `
  mount_node: What
  swap_priority: Priority
  unit_string_printf: Options
  sec_fix_0: TimeoutSec`;

const timer = `
  timer/calendar: OnCalendar
  timer/span: OnActiveSec OnBootSec OnStartupSec OnUnitActiveSec OnUnitInactiveSec
  bool: OnClockChange OnTimezoneChange Persistent WakeSystem RemainAfterElapse FixedRandomDelay DeferReactivation
  sec: AccuracySec RandomizedDelaySec RandomizedOffsetSec
  trigger_unit: Unit`;

const path = `
  path_spec: PathExists PathExistsGlob PathChanged PathModified DirectoryNotEmpty
  trigger_unit: Unit
  bool: MakeDirectory
  mode: DirectoryMode
  sec: TriggerLimitIntervalSec
  unsigned: TriggerLimitBurst`;

const slice = `
  concurrency_max: ConcurrencySoftMax ConcurrencyHardMax
  activating_concurrency_max: ActivatingConcurrencyMax`;

const scope = `
  sec: RuntimeMaxSec RuntimeRandomizedExtraSec TimeoutStopSec
  oom_policy: OOMPolicy`;

/** What `systemctl enable` reads; the manager does not. */
const install = `
  install_units: WantedBy RequiredBy UpheldBy
  install_also: Also
  install_alias: Alias
  install_instance: DefaultInstance`;

/** The blocks of every section. A later row wins over an earlier one. */
const sections: Readonly<Record<string, readonly string[]>> = {
  Unit: [unit],
  Service: [exec, kill, cgroup, service],
  Socket: [exec, kill, cgroup, socket],
  Mount: [exec, kill, cgroup, mount],
  Automount: [automount],
  Swap: [exec, kill, cgroup, swap],
  Timer: [timer],
  Path: [path],
  Slice: [cgroup, slice],
  Scope: [kill, cgroup, scope],
  Install: [install],
};

const bySection = new Map<string, Map<string, string>>();

/** The name of the parser that reads a directive, as in systemd's table; undefined for an unknown directive. Rows are looked at when asked for. */
export function parserOf(section: string, key: string): string | undefined {
  const known = bySection.get(section);
  const found = known?.get(key);
  if (found !== undefined) return found;
  const blocks = Object.hasOwn(sections, section) ? sections[section] : undefined;
  const block = blocks?.findLast(each => rowWith(key, each) !== undefined);
  const parser = block === undefined ? undefined : rowWith(key, block);
  if (parser === undefined) return undefined;
  bySection.set(section, (known ?? new Map<string, string>()).set(key, parser));
  return parser;
}

/** The parser in the last row of a block that names a key. */
function rowWith(key: string, block: string): string | undefined {
  for (let at = block.length; at > 0; ) {
    at = block.lastIndexOf(` ${key}`, at - 1);
    const next = at < 0 ? undefined : block.charAt(at + 1 + key.length);
    if (next === '' || next === ' ' || next === '\n') {
      const start = block.lastIndexOf('\n', at) + 1;
      const colon = block.indexOf(': ', start);
      return colon < at ? block.slice(start, colon).trim() : undefined;
    }
  }
  return undefined;
}

/** Every directive with its parser. */
export function directives(): readonly { readonly section: string; readonly key: string; readonly parser: string }[] {
  return Object.entries(sections).flatMap(([section, blocks]) => {
    const keys = blocks.flatMap(block => block.split('\n')).flatMap(row => row.slice(row.indexOf(': ') + 2).split(' '));
    return [...new Set(keys)].flatMap(key => {
      const parser = parserOf(section, key);
      return parser === undefined ? [] : [{ section, key, parser }];
    });
  });
}

/** The grammar of a directive; undefined when it is unknown, or its value is read by nobody. */
export function grammarOf(section: string, key: string): Grammar | undefined {
  const parser = parserOf(section, key);
  return parser === undefined ? undefined : (valueGrammars[parser] ?? execGrammars[parser] ?? unitGrammars[parser]);
}
