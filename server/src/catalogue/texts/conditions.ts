/**
 * The tests of [Unit], each of which exists as `Condition...=` and as `Assert...=`. A row: `Name | what is looked up where | when it holds`, the last
 * to be put after "only if".
 */
export const conditions = `
Architecture | host: machine | the machine has this architecture; native stands for the one that systemd was built for
Firmware | host: machine | the firmware is of this kind: uefi, device-tree, or a match of the device tree or SMBIOS
Virtualization | host: machine | the system runs in this kind of virtual machine or container; yes, vm and container match any
Host | host: machine | the host name matches this pattern, or the machine ID or product UUID is this
KernelCommandLine | host: machine | the kernel command line holds this word, or this assignment
KernelVersion | host: machine | the kernel's release matches this pattern or these comparisons, as >=6.1
Version | host: machine | the kernel, systemd or glibc has a version that matches, as systemd >=257
Credential | host: credential | a credential of this name was passed to the service manager
Environment | host: manager | the service manager's own environment holds this variable, or this assignment
Security | host: machine | this security technology is active, such as selinux, apparmor, tpm2 or uefi-secureboot
Capability | host: manager | the service manager's bounding set holds this capability
ACPower | host: machine | the machine runs on mains power, or for no on battery alone
NeedsUpdate | host: directory | this directory (/etc or /var) is older than /usr and waits for an update
FirstBoot | host: machine | the system boots for the first time, with /etc still to be filled
PathExists | host: path | something exists at this path
PathExistsGlob | host: path | at least one path matches this pattern
PathIsDirectory | host: path | this path is a directory
PathIsSymbolicLink | host: path | this path is a symbolic link
PathIsMountPoint | host: path | this path is a mount point
PathIsReadWrite | host: path | the file system of this path is mounted for writing
PathIsEncrypted | host: path | the file system of this path lies on an encrypted block device
PathIsSocket | host: path | this path is a socket
DirectoryNotEmpty | host: path | this directory exists and holds something
FileNotEmpty | host: path | this regular file exists and is not empty
FileIsExecutable | host: path | this regular file exists and is marked executable
User | host: user | the service manager runs as this user; @system stands for any system user
Group | host: group | the service manager's user belongs to this group
ControlGroupController | host: machine | these control group controllers are available
Memory | host: machine | the machine has this much memory, as >=1G
CPUs | host: machine | the service manager may use this number of CPUs, as >=4
CPUFeature | host: machine | the processor has this feature, as avx2
OSRelease | host: file | a field of the os-release file has this value, as ID=debian
MachineTag | host: machine | one of the machine's tags matches this pattern
Fraction | host: machine | the machine belongs to this share of a fleet, picked by its machine ID
MemoryPressure | host: control group | memory pressure is at or below this share of time, of the system or of a slice
CPUPressure | host: control group | CPU pressure is at or below this share of time, of the system or of a slice
IOPressure | host: control group | IO pressure is at or below this share of time, of the system or of a slice
KernelModuleLoaded | host: machine | this kernel module is loaded and has come up
`;
