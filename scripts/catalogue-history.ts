/**
 * When a directive came, for those that appeared between two versions whose tables we have. From the "Added in version" notes of the manual
 * pages, the NEWS file and the tables of the releases between. `Section.Name` where the date holds for one section only. The tables decide:
 * a date outside the two versions that bracket it is not used.
 */
export const cameWith: Readonly<Record<number, string>> = {
  248: 'ExecPaths ExtensionImages IPCNamespacePath ManagedOOMMemoryPressureLimit ManagedOOMPreference NoExecPaths PrivateIPC',
  249: `AssertOSRelease BPFProgram ConditionFirmware ConditionOSRelease OnSuccess OnSuccessJobMode PropagatesStopTo SocketBindAllow
    SocketBindDeny StopPropagatedFrom Upholds`,
  250: `AssertCPUPressure AssertIOPressure AssertMemoryPressure ConditionCPUPressure ConditionIOPressure ConditionMemoryPressure
    ExecSearchPath ExitType ExtraOptions LoadCredentialEncrypted RestrictFileSystems RestrictNetworkInterfaces RuntimeRandomizedExtraSec
    SetCredentialEncrypted StartupAllowedCPUs StartupAllowedMemoryNodes TTYColumns TTYRows Path.TriggerLimitBurst
    Path.TriggerLimitIntervalSec`,
  251: 'AssertCPUFeature ConditionCPUFeature ExtensionDirectories',
  252: 'AssertCredential ConditionCredential',
  253: 'LogFilterPatterns MemoryZSwapMax Scope.OOMPolicy OpenFile ReloadSignal',
  254: `DefaultStartupMemoryLow DelegateSubgroup ExtensionImagePolicy FileDescriptorStorePreserve ImportCredential MemoryKSM
    MemoryPressureThresholdSec MemoryPressureWatch MountImagePolicy RestartMaxDelaySec RestartMode RestartSteps RootEphemeral
    RootImagePolicy StartupMemoryHigh StartupMemoryLow StartupMemoryMax StartupMemorySwapMax StartupMemoryZSwapMax UpheldBy`,
  255: 'CoredumpReceive NFTSet PollLimitBurst PollLimitIntervalSec SetLoginEnvironment SurviveFinalKillSignal',
  256: 'MemoryZSwapWriteback PassFileDescriptorsToExec WantsMountsFor',
  257: 'BindLogSockets DeferReactivation ManagedOOMMemoryPressureDurationSec PrivatePIDs',
  258: `AcceptFileDescriptors AssertKernelModuleLoaded AssertVersion BPFDelegateAttachments BPFDelegateCommands BPFDelegateMaps
    BPFDelegatePrograms CacheDirectoryAccounting CacheDirectoryQuota ConcurrencyHardMax ConcurrencySoftMax ConditionKernelModuleLoaded
    ConditionVersion DeferTrigger DeferTriggerMaxSec DelegateNamespaces LogsDirectoryAccounting LogsDirectoryQuota PassPIDFD PrivateBPF
    RandomizedOffsetSec StateDirectoryAccounting StateDirectoryQuota`,
  259: 'ExecReloadPost UserNamespacePath',
  260: 'AssertPathIsSocket BindNetworkInterface ConditionPathIsSocket MemoryTHP RefreshOnReload RootMStack',
  261: `AssertFraction AssertMachineTag ConditionFraction ConditionMachineTag CPUPressureThresholdSec CPUPressureWatch CPUSetPartition
    IOPressureThresholdSec IOPressureWatch OOMRules`,
  262: 'ActivatingConcurrencyMax LUOSession RestartRandomizedDelaySec XAttrAccept XAttrEntryPoint XAttrListen',
};

/** Directives that a version no longer knew, renamed while still new. Those that it still knows but ignores are in catalogue/ignored.ts. */
export const wentWith: Readonly<Record<number, string>> = {
  248: 'ManagedOOMMemoryPressureLimitPercent',
};
