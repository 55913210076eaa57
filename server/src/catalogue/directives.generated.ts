// Made by scripts/catalogue.ts from the dumps of systemd 247, 252, 254, 257, 262. Do not edit.
/** First and last version that the table tells apart. */
export const oldest = 247;
export const newest = 262;
/** A directive a line: name | sections | first version (the oldest stands for itself and all before) | last version, if it was dropped. */
export const directives = `
Accept|Socket|247|
AcceptFileDescriptors|Socket|258|
AccuracySec|Timer|247|
ActivatingConcurrencyMax|Slice|262|
After|Unit|247|
Alias|Install|247|
AllowIsolate|Unit|247|
AllowedCPUs|Service Socket Mount Swap Slice Scope|247|
AllowedMemoryNodes|Service Socket Mount Swap Slice Scope|247|
Also|Install|247|
AmbientCapabilities|Service Socket Mount Swap|247|
AppArmorProfile|Service Socket Mount Swap|247|
AssertACPower|Unit|247|
AssertArchitecture|Unit|247|
AssertCPUFeature|Unit|251|
AssertCPUPressure|Unit|250|
AssertCPUs|Unit|247|
AssertCapability|Unit|247|
AssertControlGroupController|Unit|247|
AssertCredential|Unit|252|
AssertDirectoryNotEmpty|Unit|247|
AssertEnvironment|Unit|247|
AssertFileIsExecutable|Unit|247|
AssertFileNotEmpty|Unit|247|
AssertFirstBoot|Unit|247|
AssertFraction|Unit|261|
AssertGroup|Unit|247|
AssertHost|Unit|247|
AssertIOPressure|Unit|250|
AssertKernelCommandLine|Unit|247|
AssertKernelModuleLoaded|Unit|258|
AssertKernelVersion|Unit|247|
AssertMachineTag|Unit|261|
AssertMemory|Unit|247|
AssertMemoryPressure|Unit|250|
AssertNeedsUpdate|Unit|247|
AssertOSRelease|Unit|249|
AssertPathExists|Unit|247|
AssertPathExistsGlob|Unit|247|
AssertPathIsDirectory|Unit|247|
AssertPathIsEncrypted|Unit|247|
AssertPathIsMountPoint|Unit|247|
AssertPathIsReadWrite|Unit|247|
AssertPathIsSocket|Unit|260|
AssertPathIsSymbolicLink|Unit|247|
AssertSecurity|Unit|247|
AssertUser|Unit|247|
AssertVersion|Unit|258|
AssertVirtualization|Unit|247|
BPFDelegateAttachments|Service Socket Mount Swap|258|
BPFDelegateCommands|Service Socket Mount Swap|258|
BPFDelegateMaps|Service Socket Mount Swap|258|
BPFDelegatePrograms|Service Socket Mount Swap|258|
BPFProgram|Service Socket Mount Swap Slice Scope|249|
Backlog|Socket|247|
Before|Unit|247|
BindIPv6Only|Socket|247|
BindLogSockets|Service Socket Mount Swap|257|
BindNetworkInterface|Service Socket Mount Swap Slice Scope|260|
BindPaths|Service Socket Mount Swap|247|
BindReadOnlyPaths|Service Socket Mount Swap|247|
BindTo|Unit|247|
BindToDevice|Socket|247|
BindsTo|Unit|247|
BlockIOAccounting|Service Socket Mount Swap Slice Scope|247|
BlockIODeviceWeight|Service Socket Mount Swap Slice Scope|247|
BlockIOReadBandwidth|Service Socket Mount Swap Slice Scope|247|
BlockIOWeight|Service Socket Mount Swap Slice Scope|247|
BlockIOWriteBandwidth|Service Socket Mount Swap Slice Scope|247|
Broadcast|Socket|247|
BusName|Service|247|
CPUAccounting|Service Socket Mount Swap Slice Scope|247|
CPUAffinity|Service Socket Mount Swap|247|
CPUPressureThresholdSec|Service Socket Mount Swap Slice Scope|261|
CPUPressureWatch|Service Socket Mount Swap Slice Scope|261|
CPUQuota|Service Socket Mount Swap Slice Scope|247|
CPUQuotaPeriodSec|Service Socket Mount Swap Slice Scope|247|
CPUSchedulingPolicy|Service Socket Mount Swap|247|
CPUSchedulingPriority|Service Socket Mount Swap|247|
CPUSchedulingResetOnFork|Service Socket Mount Swap|247|
CPUSetPartition|Service Socket Mount Swap Slice Scope|261|
CPUShares|Service Socket Mount Swap Slice Scope|247|
CPUWeight|Service Socket Mount Swap Slice Scope|247|
CacheDirectory|Service Socket Mount Swap|247|
CacheDirectoryAccounting|Service Socket Mount Swap|258|
CacheDirectoryMode|Service Socket Mount Swap|247|
CacheDirectoryQuota|Service Socket Mount Swap|258|
CapabilityBoundingSet|Service Socket Mount Swap|247|
CollectMode|Unit|247|
ConcurrencyHardMax|Slice|258|
ConcurrencySoftMax|Slice|258|
ConditionACPower|Unit|247|
ConditionArchitecture|Unit|247|
ConditionCPUFeature|Unit|251|
ConditionCPUPressure|Unit|250|
ConditionCPUs|Unit|247|
ConditionCapability|Unit|247|
ConditionControlGroupController|Unit|247|
ConditionCredential|Unit|252|
ConditionDirectoryNotEmpty|Unit|247|
ConditionEnvironment|Unit|247|
ConditionFileIsExecutable|Unit|247|
ConditionFileNotEmpty|Unit|247|
ConditionFirmware|Unit|249|
ConditionFirstBoot|Unit|247|
ConditionFraction|Unit|261|
ConditionGroup|Unit|247|
ConditionHost|Unit|247|
ConditionIOPressure|Unit|250|
ConditionKernelCommandLine|Unit|247|
ConditionKernelModuleLoaded|Unit|258|
ConditionKernelVersion|Unit|247|
ConditionMachineTag|Unit|261|
ConditionMemory|Unit|247|
ConditionMemoryPressure|Unit|250|
ConditionNeedsUpdate|Unit|247|
ConditionOSRelease|Unit|249|
ConditionPathExists|Unit|247|
ConditionPathExistsGlob|Unit|247|
ConditionPathIsDirectory|Unit|247|
ConditionPathIsEncrypted|Unit|247|
ConditionPathIsMountPoint|Unit|247|
ConditionPathIsReadWrite|Unit|247|
ConditionPathIsSocket|Unit|260|
ConditionPathIsSymbolicLink|Unit|247|
ConditionSecurity|Unit|247|
ConditionUser|Unit|247|
ConditionVersion|Unit|258|
ConditionVirtualization|Unit|247|
ConfigurationDirectory|Service Socket Mount Swap|247|
ConfigurationDirectoryMode|Service Socket Mount Swap|247|
Conflicts|Unit|247|
CoredumpFilter|Service Socket Mount Swap|247|
CoredumpReceive|Service Socket Mount Swap Slice Scope|255|
DefaultDependencies|Unit|247|
DefaultInstance|Install|247|
DefaultMemoryLow|Service Socket Mount Swap Slice Scope|247|
DefaultMemoryMin|Service Socket Mount Swap Slice Scope|247|
DefaultStartupMemoryLow|Service Socket Mount Swap Slice Scope|254|
DeferAcceptSec|Socket|247|
DeferReactivation|Timer|257|
DeferTrigger|Socket|258|
DeferTriggerMaxSec|Socket|258|
Delegate|Service Socket Mount Swap Slice Scope|247|
DelegateNamespaces|Service Socket Mount Swap|258|
DelegateSubgroup|Service Socket Mount Swap Slice Scope|254|
Description|Unit|247|
DeviceAllow|Service Socket Mount Swap Slice Scope|247|
DevicePolicy|Service Socket Mount Swap Slice Scope|247|
DirectoryMode|Socket Mount Automount Path|247|
DirectoryNotEmpty|Path|247|
DisableControllers|Service Socket Mount Swap Slice Scope|247|
Documentation|Unit|247|
DynamicUser|Service Socket Mount Swap|247|
Environment|Service Socket Mount Swap|247|
EnvironmentFile|Service Socket Mount Swap|247|
ExecCondition|Service|247|
ExecPaths|Service Socket Mount Swap|248|
ExecReload|Service|247|
ExecReloadPost|Service|259|
ExecSearchPath|Service Socket Mount Swap|250|
ExecStart|Service|247|
ExecStartPost|Service Socket|247|
ExecStartPre|Service Socket|247|
ExecStop|Service|247|
ExecStopPost|Service Socket|247|
ExecStopPre|Socket|247|
ExitType|Service|250|
ExtensionDirectories|Service Socket Mount Swap|251|
ExtensionImagePolicy|Service Socket Mount Swap|254|
ExtensionImages|Service Socket Mount Swap|248|
ExtraOptions|Automount|250|
FailureAction|Unit Service|247|
FailureActionExitStatus|Unit|247|
FileDescriptorName|Socket|247|
FileDescriptorStoreMax|Service|247|
FileDescriptorStorePreserve|Service|254|
FinalKillSignal|Service Socket Mount Swap Scope|247|
FixedRandomDelay|Timer|247|
FlushPending|Socket|247|
ForceUnmount|Mount|247|
FreeBind|Socket|247|
Group|Service Socket Mount Swap|247|
GuessMainPID|Service|247|
IOAccounting|Service Socket Mount Swap Slice Scope|247|
IODeviceLatencyTargetSec|Service Socket Mount Swap Slice Scope|247|
IODeviceWeight|Service Socket Mount Swap Slice Scope|247|
IOPressureThresholdSec|Service Socket Mount Swap Slice Scope|261|
IOPressureWatch|Service Socket Mount Swap Slice Scope|261|
IOReadBandwidthMax|Service Socket Mount Swap Slice Scope|247|
IOReadIOPSMax|Service Socket Mount Swap Slice Scope|247|
IOSchedulingClass|Service Socket Mount Swap|247|
IOSchedulingPriority|Service Socket Mount Swap|247|
IOWeight|Service Socket Mount Swap Slice Scope|247|
IOWriteBandwidthMax|Service Socket Mount Swap Slice Scope|247|
IOWriteIOPSMax|Service Socket Mount Swap Slice Scope|247|
IPAccounting|Service Socket Mount Swap Slice Scope|247|
IPAddressAllow|Service Socket Mount Swap Slice Scope|247|
IPAddressDeny|Service Socket Mount Swap Slice Scope|247|
IPCNamespacePath|Service Socket Mount Swap|248|
IPEgressFilterPath|Service Socket Mount Swap Slice Scope|247|
IPIngressFilterPath|Service Socket Mount Swap Slice Scope|247|
IPTOS|Socket|247|
IPTTL|Socket|247|
IgnoreOnIsolate|Unit|247|
IgnoreSIGPIPE|Service Socket Mount Swap|247|
ImportCredential|Service Socket Mount Swap|254|
InaccessibleDirectories|Service Socket Mount Swap|247|
InaccessiblePaths|Service Socket Mount Swap|247|
JobRunningTimeoutSec|Unit|247|
JobTimeoutAction|Unit|247|
JobTimeoutRebootArgument|Unit|247|
JobTimeoutSec|Unit|247|
JoinsNamespaceOf|Unit|247|
KeepAlive|Socket|247|
KeepAliveIntervalSec|Socket|247|
KeepAliveProbes|Socket|247|
KeepAliveTimeSec|Socket|247|
KeyringMode|Service Socket Mount Swap|247|
KillMode|Service Socket Mount Swap Scope|247|
KillSignal|Service Socket Mount Swap Scope|247|
LUOSession|Service|262|
LazyUnmount|Mount|247|
LimitAS|Service Socket Mount Swap|247|
LimitCORE|Service Socket Mount Swap|247|
LimitCPU|Service Socket Mount Swap|247|
LimitDATA|Service Socket Mount Swap|247|
LimitFSIZE|Service Socket Mount Swap|247|
LimitLOCKS|Service Socket Mount Swap|247|
LimitMEMLOCK|Service Socket Mount Swap|247|
LimitMSGQUEUE|Service Socket Mount Swap|247|
LimitNICE|Service Socket Mount Swap|247|
LimitNOFILE|Service Socket Mount Swap|247|
LimitNPROC|Service Socket Mount Swap|247|
LimitRSS|Service Socket Mount Swap|247|
LimitRTPRIO|Service Socket Mount Swap|247|
LimitRTTIME|Service Socket Mount Swap|247|
LimitSIGPENDING|Service Socket Mount Swap|247|
LimitSTACK|Service Socket Mount Swap|247|
ListenDatagram|Socket|247|
ListenFIFO|Socket|247|
ListenMessageQueue|Socket|247|
ListenNetlink|Socket|247|
ListenSequentialPacket|Socket|247|
ListenSpecial|Socket|247|
ListenStream|Socket|247|
ListenUSBFunction|Socket|247|
LoadCredential|Service Socket Mount Swap|247|
LoadCredentialEncrypted|Service Socket Mount Swap|250|
LockPersonality|Service Socket Mount Swap|247|
LogExtraFields|Service Socket Mount Swap|247|
LogFilterPatterns|Service Socket Mount Swap|253|
LogLevelMax|Service Socket Mount Swap|247|
LogNamespace|Service Socket Mount Swap|247|
LogRateLimitBurst|Service Socket Mount Swap|247|
LogRateLimitIntervalSec|Service Socket Mount Swap|247|
LogsDirectory|Service Socket Mount Swap|247|
LogsDirectoryAccounting|Service Socket Mount Swap|258|
LogsDirectoryMode|Service Socket Mount Swap|247|
LogsDirectoryQuota|Service Socket Mount Swap|258|
MakeDirectory|Path|247|
ManagedOOMMemoryPressure|Service Socket Mount Swap Slice Scope|247|
ManagedOOMMemoryPressureDurationSec|Service Socket Mount Swap Slice Scope|257|
ManagedOOMMemoryPressureLimit|Service Socket Mount Swap Slice Scope|248|
ManagedOOMMemoryPressureLimitPercent|Service Socket Mount Swap Slice Scope|247|247
ManagedOOMPreference|Service Socket Mount Swap Slice Scope|248|
ManagedOOMSwap|Service Socket Mount Swap Slice Scope|247|
Mark|Socket|247|
MaxConnections|Socket|247|
MaxConnectionsPerSource|Socket|247|
MemoryAccounting|Service Socket Mount Swap Slice Scope|247|
MemoryDenyWriteExecute|Service Socket Mount Swap|247|
MemoryHigh|Service Socket Mount Swap Slice Scope|247|
MemoryKSM|Service Socket Mount Swap|254|
MemoryLimit|Service Socket Mount Swap Slice Scope|247|
MemoryLow|Service Socket Mount Swap Slice Scope|247|
MemoryMax|Service Socket Mount Swap Slice Scope|247|
MemoryMin|Service Socket Mount Swap Slice Scope|247|
MemoryPressureThresholdSec|Service Socket Mount Swap Slice Scope|254|
MemoryPressureWatch|Service Socket Mount Swap Slice Scope|254|
MemorySwapMax|Service Socket Mount Swap Slice Scope|247|
MemoryTHP|Service Socket Mount Swap|260|
MemoryZSwapMax|Service Socket Mount Swap Slice Scope|253|
MemoryZSwapWriteback|Service Socket Mount Swap Slice Scope|256|
MessageQueueMaxMessages|Socket|247|
MessageQueueMessageSize|Socket|247|
MountAPIVFS|Service Socket Mount Swap|247|
MountFlags|Service Socket Mount Swap|247|
MountImagePolicy|Service Socket Mount Swap|254|
MountImages|Service Socket Mount Swap|247|
NFTSet|Service Socket Mount Swap Slice Scope|255|
NUMAMask|Service Socket Mount Swap|247|
NUMAPolicy|Service Socket Mount Swap|247|
NetworkNamespacePath|Service Socket Mount Swap|247|
Nice|Service Socket Mount Swap|247|
NoDelay|Socket|247|
NoExecPaths|Service Socket Mount Swap|248|
NoNewPrivileges|Service Socket Mount Swap|247|
NonBlocking|Service|247|
NotifyAccess|Service|247|
OOMPolicy|Service|247|
OOMPolicy|Scope|252|
OOMRules|Service Socket Mount Swap Slice Scope|261|
OOMScoreAdjust|Service Socket Mount Swap|247|
OnActiveSec|Timer|247|
OnBootSec|Timer|247|
OnCalendar|Timer|247|
OnClockChange|Timer|247|
OnFailure|Unit|247|
OnFailureIsolate|Unit|247|
OnFailureJobMode|Unit|247|
OnStartupSec|Timer|247|
OnSuccess|Unit|249|
OnSuccessJobMode|Unit|249|
OnTimezoneChange|Timer|247|
OnUnitActiveSec|Timer|247|
OnUnitInactiveSec|Timer|247|
OpenFile|Service|253|
Options|Mount Swap|247|
PAMName|Service Socket Mount Swap|247|
PIDFile|Service|247|
PartOf|Unit|247|
PassCredentials|Socket|247|
PassEnvironment|Service Socket Mount Swap|247|
PassFileDescriptorsToExec|Socket|256|
PassPIDFD|Socket|258|
PassPacketInfo|Socket|247|
PassSecurity|Socket|247|
PathChanged|Path|247|
PathExists|Path|247|
PathExistsGlob|Path|247|
PathModified|Path|247|
PermissionsStartOnly|Service|247|
Persistent|Timer|247|
Personality|Service Socket Mount Swap|247|
PipeSize|Socket|247|
PollLimitBurst|Socket|255|
PollLimitIntervalSec|Socket|255|
Priority|Socket Swap|247|
PrivateBPF|Service Socket Mount Swap|258|
PrivateDevices|Service Socket Mount Swap|247|
PrivateIPC|Service Socket Mount Swap|248|
PrivateMounts|Service Socket Mount Swap|247|
PrivateNetwork|Service Socket Mount Swap|247|
PrivatePIDs|Service Socket Mount Swap|257|
PrivateTmp|Service Socket Mount Swap|247|
PrivateUsers|Service Socket Mount Swap|247|
ProcSubset|Service Socket Mount Swap|247|
PropagateReloadFrom|Unit|247|
PropagateReloadTo|Unit|247|
PropagatesReloadTo|Unit|247|
PropagatesStopTo|Unit|249|
ProtectClock|Service Socket Mount Swap|247|
ProtectControlGroups|Service Socket Mount Swap|247|
ProtectHome|Service Socket Mount Swap|247|
ProtectHostname|Service Socket Mount Swap|247|
ProtectKernelLogs|Service Socket Mount Swap|247|
ProtectKernelModules|Service Socket Mount Swap|247|
ProtectKernelTunables|Service Socket Mount Swap|247|
ProtectProc|Service Socket Mount Swap|247|
ProtectSystem|Service Socket Mount Swap|247|
RandomizedDelaySec|Timer|247|
RandomizedOffsetSec|Timer|258|
ReadOnlyDirectories|Service Socket Mount Swap|247|
ReadOnlyPaths|Service Socket Mount Swap|247|
ReadWriteDirectories|Service Socket Mount Swap|247|
ReadWriteOnly|Mount|247|
ReadWritePaths|Service Socket Mount Swap|247|
RebootArgument|Unit Service|247|
ReceiveBuffer|Socket|247|
RefreshOnReload|Service|260|
RefuseManualStart|Unit|247|
RefuseManualStop|Unit|247|
ReloadPropagatedFrom|Unit|247|
ReloadSignal|Service|253|
RemainAfterElapse|Timer|247|
RemainAfterExit|Service|247|
RemoveIPC|Service Socket Mount Swap|247|
RemoveOnStop|Socket|247|
RequiredBy|Install|247|
Requires|Unit|247|
RequiresMountsFor|Unit|247|
RequiresOverridable|Unit|247|
Requisite|Unit|247|
RequisiteOverridable|Unit|247|
Restart|Service|247|
RestartForceExitStatus|Service|247|
RestartKillSignal|Service Socket Mount Swap Scope|247|
RestartMaxDelaySec|Service|254|
RestartMode|Service|254|
RestartPreventExitStatus|Service|247|
RestartRandomizedDelaySec|Service|262|
RestartSec|Service|247|
RestartSteps|Service|254|
RestrictAddressFamilies|Service Socket Mount Swap|247|
RestrictFileSystems|Service Socket Mount Swap|250|
RestrictNamespaces|Service Socket Mount Swap|247|
RestrictNetworkInterfaces|Service Socket Mount Swap Slice Scope|250|
RestrictRealtime|Service Socket Mount Swap|247|
RestrictSUIDSGID|Service Socket Mount Swap|247|
ReusePort|Socket|247|
RootDirectory|Service Socket Mount Swap|247|
RootDirectoryStartOnly|Service|247|
RootEphemeral|Service Socket Mount Swap|254|
RootHash|Service Socket Mount Swap|247|
RootHashSignature|Service Socket Mount Swap|247|
RootImage|Service Socket Mount Swap|247|
RootImageOptions|Service Socket Mount Swap|247|
RootImagePolicy|Service Socket Mount Swap|254|
RootMStack|Service Socket Mount Swap|260|
RootVerity|Service Socket Mount Swap|247|
RuntimeDirectory|Service Socket Mount Swap|247|
RuntimeDirectoryMode|Service Socket Mount Swap|247|
RuntimeDirectoryPreserve|Service Socket Mount Swap|247|
RuntimeMaxSec|Service Scope|247|
RuntimeRandomizedExtraSec|Service Scope|250|
SELinuxContext|Service Socket Mount Swap|247|
SELinuxContextFromNet|Socket|247|
SecureBits|Service Socket Mount Swap|247|
SendBuffer|Socket|247|
SendSIGHUP|Service Socket Mount Swap Scope|247|
SendSIGKILL|Service Socket Mount Swap Scope|247|
Service|Socket|247|
SetCredential|Service Socket Mount Swap|247|
SetCredentialEncrypted|Service Socket Mount Swap|250|
SetLoginEnvironment|Service Socket Mount Swap|255|
Slice|Service Socket Mount Swap Slice Scope|247|
SloppyOptions|Mount|247|
SmackLabel|Socket|247|
SmackLabelIPIn|Socket|247|
SmackLabelIPOut|Socket|247|
SmackProcessLabel|Service Socket Mount Swap|247|
SocketBindAllow|Service Socket Mount Swap Slice Scope|249|
SocketBindDeny|Service Socket Mount Swap Slice Scope|249|
SocketGroup|Socket|247|
SocketMode|Socket|247|
SocketProtocol|Socket|247|
SocketUser|Socket|247|
Sockets|Service|247|
SourcePath|Unit|247|
StandardError|Service Socket Mount Swap|247|
StandardInput|Service Socket Mount Swap|247|
StandardInputData|Service Socket Mount Swap|247|
StandardInputText|Service Socket Mount Swap|247|
StandardOutput|Service Socket Mount Swap|247|
StartLimitAction|Unit Service|247|
StartLimitBurst|Unit Service|247|
StartLimitInterval|Unit Service|247|
StartLimitIntervalSec|Unit|247|
StartupAllowedCPUs|Service Socket Mount Swap Slice Scope|250|
StartupAllowedMemoryNodes|Service Socket Mount Swap Slice Scope|250|
StartupBlockIOWeight|Service Socket Mount Swap Slice Scope|247|
StartupCPUShares|Service Socket Mount Swap Slice Scope|247|
StartupCPUWeight|Service Socket Mount Swap Slice Scope|247|
StartupIOWeight|Service Socket Mount Swap Slice Scope|247|
StartupMemoryHigh|Service Socket Mount Swap Slice Scope|254|
StartupMemoryLow|Service Socket Mount Swap Slice Scope|254|
StartupMemoryMax|Service Socket Mount Swap Slice Scope|254|
StartupMemorySwapMax|Service Socket Mount Swap Slice Scope|254|
StartupMemoryZSwapMax|Service Socket Mount Swap Slice Scope|254|
StateDirectory|Service Socket Mount Swap|247|
StateDirectoryAccounting|Service Socket Mount Swap|258|
StateDirectoryMode|Service Socket Mount Swap|247|
StateDirectoryQuota|Service Socket Mount Swap|258|
StopPropagatedFrom|Unit|249|
StopWhenUnneeded|Unit|247|
SuccessAction|Unit|247|
SuccessActionExitStatus|Unit|247|
SuccessExitStatus|Service|247|
SupplementaryGroups|Service Socket Mount Swap|247|
SurviveFinalKillSignal|Unit|255|
Symlinks|Socket|247|
SyslogFacility|Service Socket Mount Swap|247|
SyslogIdentifier|Service Socket Mount Swap|247|
SyslogLevel|Service Socket Mount Swap|247|
SyslogLevelPrefix|Service Socket Mount Swap|247|
SystemCallArchitectures|Service Socket Mount Swap|247|
SystemCallErrorNumber|Service Socket Mount Swap|247|
SystemCallFilter|Service Socket Mount Swap|247|
SystemCallLog|Service Socket Mount Swap|247|
TCPCongestion|Socket|247|
TTYColumns|Service Socket Mount Swap|250|
TTYPath|Service Socket Mount Swap|247|
TTYReset|Service Socket Mount Swap|247|
TTYRows|Service Socket Mount Swap|250|
TTYVHangup|Service Socket Mount Swap|247|
TTYVTDisallocate|Service Socket Mount Swap|247|
TasksAccounting|Service Socket Mount Swap Slice Scope|247|
TasksMax|Service Socket Mount Swap Slice Scope|247|
TemporaryFileSystem|Service Socket Mount Swap|247|
TimeoutAbortSec|Service|247|
TimeoutCleanSec|Service Socket Mount Swap|247|
TimeoutIdleSec|Automount|247|
TimeoutSec|Service Socket Mount Swap|247|
TimeoutStartFailureMode|Service|247|
TimeoutStartSec|Service|247|
TimeoutStopFailureMode|Service|247|
TimeoutStopSec|Service Scope|247|
TimerSlackNSec|Service Socket Mount Swap|247|
Timestamping|Socket|247|
Transparent|Socket|247|
TriggerLimitBurst|Socket|247|
TriggerLimitBurst|Path|250|
TriggerLimitIntervalSec|Socket|247|
TriggerLimitIntervalSec|Path|250|
Type|Service Mount|247|
UMask|Service Socket Mount Swap|247|
USBFunctionDescriptors|Service|247|
USBFunctionStrings|Service|247|
Unit|Timer Path|247|
UnsetEnvironment|Service Socket Mount Swap|247|
UpheldBy|Install|254|
Upholds|Unit|249|
User|Service Socket Mount Swap|247|
UserNamespacePath|Service Socket Mount Swap|259|
UtmpIdentifier|Service Socket Mount Swap|247|
UtmpMode|Service Socket Mount Swap|247|
WakeSystem|Timer|247|
WantedBy|Install|247|
Wants|Unit|247|
WantsMountsFor|Unit|256|
WatchdogSec|Service|247|
WatchdogSignal|Service Socket Mount Swap Scope|247|
What|Mount Swap|247|
Where|Mount Automount|247|
WorkingDirectory|Service Socket Mount Swap|247|
Writable|Socket|247|
XAttrAccept|Socket|262|
XAttrEntryPoint|Socket|262|
XAttrListen|Socket|262|
`;
