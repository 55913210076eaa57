/**
 * Where the manual explains a directive. An entry for several bears the name of the first, and the value where the heading shows one; those
 * whose anchor is not simply `Name=` are listed, a page a table, as the newest manual has them: `anchor: Name Name`.
 */
import type { DirectiveName } from './aliases.ts';

const tables: Readonly<Record<string, string>> = {
  'systemd.unit': `
Before=: After
PropagatesReloadTo=: ReloadPropagatedFrom
PropagatesStopTo=: StopPropagatedFrom
OnSuccessJobMode=: OnFailureJobMode
RefuseManualStart=: RefuseManualStop
FailureAction=: SuccessAction
FailureActionExitStatus=: SuccessActionExitStatus
JobTimeoutSec=: JobRunningTimeoutSec
JobTimeoutAction=: JobTimeoutRebootArgument
StartLimitIntervalSec=interval: StartLimitIntervalSec StartLimitBurst
ConditionMemoryPressure=: ConditionCPUPressure ConditionIOPressure
WantedBy=: RequiredBy UpheldBy`,
  'systemd.service': `
ExecStartPre=: ExecStartPost
TimeoutStartFailureMode=: TimeoutStopFailureMode`,
  'systemd.socket': `
ListenStream=: ListenDatagram ListenSequentialPacket
SocketUser=: SocketGroup
ReceiveBuffer=: SendBuffer
SmackLabel=: SmackLabelIPIn SmackLabelIPOut
XAttrEntryPoint=: XAttrListen XAttrAccept
MessageQueueMaxMessages=: MessageQueueMessageSize
ExecStartPre=: ExecStartPost
ExecStopPre=: ExecStopPost
TriggerLimitIntervalSec=: TriggerLimitBurst
PollLimitIntervalSec=: PollLimitBurst`,
  'systemd.timer': `
OnActiveSec=: OnBootSec OnStartupSec OnUnitActiveSec OnUnitInactiveSec
OnClockChange=: OnTimezoneChange`,
  'systemd.path': `
PathExists=: PathExistsGlob PathChanged PathModified DirectoryNotEmpty
TriggerLimitIntervalSec=: TriggerLimitBurst`,
  'systemd.slice': `
ConcurrencyHardMax=: ConcurrencySoftMax`,
  'systemd.exec': `
RootImagePolicy=: MountImagePolicy ExtensionImagePolicy
BindPaths=: BindReadOnlyPaths
User=: Group
LimitCPU=: LimitFSIZE LimitDATA LimitSTACK LimitCORE LimitRSS LimitNOFILE LimitAS LimitNPROC LimitMEMLOCK LimitLOCKS LimitSIGPENDING
LimitCPU=: LimitMSGQUEUE LimitNICE LimitRTPRIO LimitRTTIME
RuntimeDirectory=: StateDirectory CacheDirectory LogsDirectory ConfigurationDirectory
RuntimeDirectoryMode=: StateDirectoryMode CacheDirectoryMode LogsDirectoryMode ConfigurationDirectoryMode
StateDirectoryQuota=: CacheDirectoryQuota LogsDirectoryQuota
StateDirectoryAccounting=: CacheDirectoryAccounting LogsDirectoryAccounting
ReadWritePaths=: ReadOnlyPaths InaccessiblePaths ExecPaths NoExecPaths
StandardInputText=: StandardInputData
LogRateLimitIntervalSec=: LogRateLimitBurst
TTYColumns=: TTYRows
LoadCredential=ID[:PATH]: LoadCredential LoadCredentialEncrypted
ImportCredential=GLOB: ImportCredential
SetCredential=ID:VALUE: SetCredential SetCredentialEncrypted`,
  'systemd.resource-control': `
CPUWeight=weight: CPUWeight StartupCPUWeight
AllowedCPUs=: StartupAllowedCPUs
MemoryMin=bytes, MemoryLow=bytes: MemoryMin MemoryLow StartupMemoryLow
MemoryHigh=bytes: MemoryHigh StartupMemoryHigh
MemoryMax=bytes: MemoryMax StartupMemoryMax
MemorySwapMax=bytes: MemorySwapMax StartupMemorySwapMax
MemoryZSwapMax=bytes: MemoryZSwapMax StartupMemoryZSwapMax
AllowedMemoryNodes=: StartupAllowedMemoryNodes
TasksMax=N: TasksMax
IOWeight=weight: IOWeight StartupIOWeight
IODeviceWeight=device weight: IODeviceWeight
IOReadBandwidthMax=device bytes: IOReadBandwidthMax IOWriteBandwidthMax
IOReadIOPSMax=device IOPS: IOReadIOPSMax IOWriteIOPSMax
IODeviceLatencyTargetSec=device target: IODeviceLatencyTargetSec
IPAddressAllow=ADDRESS[/PREFIXLENGTH]\u2026: IPAddressAllow IPAddressDeny
SocketBindAllow=bind-rule: SocketBindAllow SocketBindDeny
NFTSet=family:table:set: NFTSet
IPIngressFilterPath=BPF_FS_PROGRAM_PATH: IPIngressFilterPath IPEgressFilterPath
BPFProgram=type:program-path: BPFProgram
DevicePolicy=auto|closed|strict: DevicePolicy
ManagedOOMSwap=auto|kill: ManagedOOMSwap ManagedOOMMemoryPressure
ManagedOOMPreference=none|avoid|omit: ManagedOOMPreference`,
};

/** What the newest manual says nothing of, and what has no successor to read about in its place. */
const unexplained: ReadonlySet<string> = new Set(
  `BusPolicy CPUAccounting DefaultMemoryLow DefaultMemoryMin DefaultStartupMemoryLow IgnoreOnSnapshot NetClass PermissionsStartOnly
   SysVStartPriority`.split(/\s+/),
);

/** A page of the manual. */
export interface ManualPage {
  /** `systemd.exec(5)`. */
  readonly page: string;
  /** Where it can be read, at the directive's own entry where it has one. */
  readonly address: string;
}

/** The anchor of a directive on its page: `Name=` unless the tables say otherwise. */
function anchorOf(page: string, name: string): string {
  // every assertion is explained by one entry
  if (name.startsWith('Assert')) return 'AssertArchitecture=';
  const row = tables[page]?.split('\n').find(line =>
    line
      .slice(line.lastIndexOf(': ') + 2)
      .split(' ')
      .includes(name),
  );
  return row ? row.slice(0, row.lastIndexOf(': ')) : `${name}=`;
}

/** The manual's entry for a directive that a page (`systemd.exec`) explains. */
export function manualOf(page: string, { section, name }: DirectiveName): ManualPage {
  // a scope stops as a service does, and its own page does not say it again
  const explains = section === 'Scope' && name === 'TimeoutStopSec' ? 'systemd.service' : page;
  const address = `https://www.freedesktop.org/software/systemd/man/latest/${explains}.html`;
  return { page: `${explains}(5)`, address: unexplained.has(name) ? address : `${address}#${encodeURI(anchorOf(explains, name))}` };
}
