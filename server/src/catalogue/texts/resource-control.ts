/** Resource control: [Service], [Socket], [Mount], [Swap], [Slice], [Scope]. A row: `Names | default | what is looked up where | summary`. */
export const resourceControl = `
Slice | system.slice; that of the instances for templates | host: unit | The slice that the unit's control group lies in, and that its limits count towards.
CPUAccounting | yes | - | Counts the CPU time of the unit, which needs no switch any more.
CPUWeight | 100, the kernel's | - | Share of CPU time beside the unit's siblings, from 1 to 10000, or idle for what is left over.
StartupCPUWeight | - | - | CPUWeight= while the system starts and shuts down.
CPUQuota | - | - | Most CPU time that the unit may take, in percent of one CPU: 200% are two.
CPUQuotaPeriodSec | 100ms, the kernel's | - | Period over which CPUQuota= is measured, from 1ms to 1s.
AllowedCPUs | - | - | The CPUs that the unit's processes run on, as 0-3,8.
StartupAllowedCPUs | - | - | AllowedCPUs= while the system starts and shuts down.
CPUSetPartition | member | - | Whether the CPUs of AllowedCPUs= belong to the unit alone: member, root or isolated.
MemoryAccounting | yes | - | Counts the memory of the unit.
MemoryMin | 0 | - | Memory that is never taken from the unit, however short it gets.
MemoryLow | 0 | - | Memory that is taken from the unit only when there is none left elsewhere.
StartupMemoryLow | - | - | MemoryLow= while the system starts and shuts down.
MemoryHigh | infinity | - | Memory above which the unit is slowed down and made to give some back.
StartupMemoryHigh | - | - | MemoryHigh= while the system starts and shuts down.
MemoryMax | infinity | - | Most memory that the unit may use; beyond it the kernel kills its processes.
StartupMemoryMax | - | - | MemoryMax= while the system starts and shuts down.
MemorySwapMax | infinity | - | Most swap space that the unit may use.
StartupMemorySwapMax | - | - | MemorySwapMax= while the system starts and shuts down.
MemoryZSwapMax | infinity | - | Most compressed swap in memory that the unit may use.
StartupMemoryZSwapMax | - | - | MemoryZSwapMax= while the system starts and shuts down.
MemoryZSwapWriteback | yes | - | Lets compressed swap of the unit be written to the disk.
AllowedMemoryNodes | - | - | The NUMA nodes that the unit's memory comes from.
StartupAllowedMemoryNodes | - | - | AllowedMemoryNodes= while the system starts and shuts down.
TasksAccounting | yes | - | Counts the processes and threads of the unit.
TasksMax | 15% of what the system allows; infinity for slices | - | How many processes and threads the unit may have.
IOAccounting | no | - | Counts what the unit reads and writes on block devices.
IOWeight | 100, the kernel's | - | Share of block IO beside the unit's siblings, from 1 to 10000.
StartupIOWeight | - | - | IOWeight= while the system starts and shuts down.
IODeviceWeight | - | host: device | IOWeight= for one device, as DEVICE WEIGHT; a path stands for the device below it.
IOReadBandwidthMax | - | host: device | How many bytes a second the unit may read from a device, as DEVICE BYTES.
IOWriteBandwidthMax | - | host: device | How many bytes a second the unit may write to a device, as DEVICE BYTES.
IOReadIOPSMax | - | host: device | How many reads a second the unit may do on a device, as DEVICE NUMBER.
IOWriteIOPSMax | - | host: device | How many writes a second the unit may do on a device, as DEVICE NUMBER.
IODeviceLatencyTargetSec | - | host: device | Latency that the unit's IO on a device should not exceed, as DEVICE TIME.
IPAccounting | no | - | Counts packets and bytes that the unit receives and sends.
IPAddressAllow | - | - | IP addresses and networks that the unit may talk to, whatever IPAddressDeny= says.
IPAddressDeny | - | - | IP addresses and networks that the unit may not talk to; any for all.
SocketBindAllow | - | - | Addresses and ports that the unit may bind sockets to, whatever SocketBindDeny= says, as FAMILY:PROTOCOL:PORTS.
SocketBindDeny | - | - | Addresses and ports that the unit may not bind sockets to, as FAMILY:PROTOCOL:PORTS; any for all.
RestrictNetworkInterfaces | no restriction | host: network interface | Network interfaces that the unit may use; after ~ those that it may not.
BindNetworkInterface | - | host: network interface | Network interface that all sockets of the unit are tied to.
NFTSet | - | host: firewall | Puts the unit's control group, user or group ID into sets of the nftables firewall while it runs.
IPIngressFilterPath | - | host: BPF program | Pinned BPF programs that look at each packet that the unit receives.
IPEgressFilterPath | - | host: BPF program | Pinned BPF programs that look at each packet that the unit sends.
BPFProgram | - | host: BPF program | Attaches pinned BPF programs to the unit's control group, as TYPE:PATH.
DeviceAllow | - | host: device | Device nodes that the processes may use, as PATH rwm or char-GROUP rwm. Once there is one, DevicePolicy=auto permits no others but harmless ones.
DevicePolicy | auto | - | Which devices may be used: all while DeviceAllow= is empty (auto), the usual harmless ones (closed), or only the listed (strict).
Delegate | no | - | Hands the unit's part of the control group tree over to it, so that it can make groups of its own; may name controllers.
DelegateSubgroup | - | - | Name of a subgroup that the unit's processes are put into with Delegate=.
DisableControllers | - | - | Control group controllers that may not be used below the unit.
ManagedOOMSwap | auto | - | Whether systemd-oomd may kill the unit when swap runs out.
ManagedOOMMemoryPressure | auto | - | Whether systemd-oomd may kill the unit when memory pressure stays high.
ManagedOOMMemoryPressureLimit | that of oomd.conf | - | Memory pressure above which systemd-oomd acts on the unit, in percent of time.
ManagedOOMMemoryPressureLimitPercent | that of oomd.conf | - | Old spelling of ManagedOOMMemoryPressureLimit=, gone since 248.
ManagedOOMMemoryPressureDurationSec | that of oomd.conf | - | How long the pressure must stay above its limit before systemd-oomd acts.
ManagedOOMPreference | none | - | Makes systemd-oomd avoid or omit the unit when it chooses what to kill.
OOMRules | - | host: file | Names of rule sets in /etc/systemd/oomd/rules.d by which systemd-oomd watches the unit.
MemoryPressureWatch | auto | - | Whether the service is told where to watch for memory pressure, by environment variables.
MemoryPressureThresholdSec | 200ms | - | How much memory stall within two seconds the service is told to look out for.
CPUPressureWatch | auto | - | Whether the service is told where to watch for CPU pressure, by environment variables.
CPUPressureThresholdSec | 200ms | - | How much CPU stall within two seconds the service is told to look out for.
IOPressureWatch | auto | - | Whether the service is told where to watch for IO pressure, by environment variables.
IOPressureThresholdSec | 200ms | - | How much IO stall within two seconds the service is told to look out for.
CoredumpReceive | no | - | Hands core dumps of a container in this unit to the container's own systemd-coredump. Needs Delegate=.
BlockIOAccounting | no | - | Counted block IO with the old control groups; IOAccounting= took its place.
BlockIOWeight | - | - | Share of block IO with the old control groups; IOWeight= took its place.
StartupBlockIOWeight | - | - | BlockIOWeight= while the system starts; StartupIOWeight= took its place.
BlockIODeviceWeight | - | host: device | Share of one device with the old control groups; IODeviceWeight= took its place.
BlockIOReadBandwidth | - | host: device | Limit of reading with the old control groups; IOReadBandwidthMax= took its place.
BlockIOWriteBandwidth | - | host: device | Limit of writing with the old control groups; IOWriteBandwidthMax= took its place.
CPUShares | 1024, the kernel's | - | Share of CPU time with the old control groups; CPUWeight= took its place.
StartupCPUShares | - | - | CPUShares= while the system starts; StartupCPUWeight= took its place.
MemoryLimit | infinity | - | Most memory with the old control groups; MemoryMax= took its place.
DefaultMemoryMin | 0 | - | MemoryMin= of the unit's children where they set none; ignored since 260.
DefaultMemoryLow | 0 | - | MemoryLow= of the unit's children where they set none; ignored since 260.
DefaultStartupMemoryLow | - | - | StartupMemoryLow= of the unit's children where they set none; ignored since 260.
NetClass | - | - | Set the class of network packets; means nothing any more.
`;
