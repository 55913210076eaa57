/** [Mount], [Automount] and [Swap] alone. A row: `Names | default | what is looked up where | summary`; see ../describe.ts. */
export const mount = `
What | - | host: device | What is mounted: a device node, a tag as UUID=..., a path to bind, or a network share. Required.
Where | - | host: mount point | Absolute path of the mount point; the unit must be named after it. Required.
Type | auto | host: kernel | Type of the file system, as mount -t takes it.
Options | - | - | Mount options, separated by commas.
SloppyOptions | no | - | Tolerates mount options that the file system does not know.
LazyUnmount | no | - | Detaches the file system at once on stop and cleans up when it is no longer busy.
ReadWriteOnly | no | - | Fails the mount rather than fall back to read-only when writing is not possible.
ForceUnmount | no | - | Forces the unmount on stop, for instance of an NFS server that does not answer.
DirectoryMode | 0755 | - | Access mode of the mount point and its parents where they have to be made.
TimeoutSec | 1min 30s | - | How long the mount or unmount command may take before it is ended and the unit fails.
`;

export const automount = `
Where | - | host: mount point | Absolute path of the automount point; the unit must be named after it. Required.
ExtraOptions | - | - | Further mount options for the autofs mount, separated by commas.
DirectoryMode | 0755 | - | Access mode of the automount point and its parents where they have to be made.
TimeoutIdleSec | 0 | - | Unmounts after this long without access; 0 means never.
`;

export const swap = `
What | - | host: device | Device node or file to swap to, or a tag as UUID=...; the unit must be named after it. Required.
Priority | - | - | Swap priority: the kernel fills devices of higher priority first. -1 leaves the choice to the kernel.
Options | - | - | Options as in the fourth field of fstab, separated by commas: discard, pri=... and the like.
TimeoutSec | 1min 30s | - | How long the swapon or swapoff command may take before it is ended and the unit fails.
`;
