/** Execution: root, files, mounts and credentials; [Service], [Socket], [Mount], [Swap]. A row: `Names | default | what is looked up where | summary`. */
export const execPaths = `
ExecSearchPath | the fixed path of systemd | image: directory | Directories, separated by colons, where programs without a slash in their name are looked for; becomes $PATH as well.
WorkingDirectory | /; the home directory for user services | image: directory | Directory in which the processes start; ~ is the home directory of User=. With a leading - it may be missing.
RootDirectory | / | host: directory | Directory that becomes the root of the processes. Portable services get it set when they are attached as a directory.
RootImage | - | host: disk image | Disk image, or block device, whose file system becomes the root of the processes.
RootMStack | - | host: mount stack | Directory of a mount stack, layers over each other, that becomes the root of the processes.
RootImageOptions | - | - | Mount options of the image's partitions, as PARTITION:OPTIONS, or options alone for the root.
RootEphemeral | no | - | Runs the processes on a throwaway copy of the root directory or image, which goes with the service.
RootHash | read from beside the image | host: file | Verity root hash of RootImage=, in hexadecimal, or the path of a file that holds it.
RootHashSignature | read from beside the image | host: file | Signature of the root hash, as base64:..., or the path of a file that holds it.
RootVerity | found beside or in the image | host: file | Path of the verity data of RootImage=, where it is not part of the image.
RootImagePolicy | any root, /usr and data partitions | - | What RootImage= must look like: which partitions, and how far protected by verity, signatures or encryption.
MountImagePolicy | any root, /usr and data partitions | - | What images of MountImages= must look like: which partitions, and how far protected.
ExtensionImagePolicy | a root or /usr partition | - | What images of ExtensionImages= must look like: which partitions, and how far protected.
MountAPIVFS | no; yes with an own root | image: mount point | Mounts /proc, /sys, /dev and /run into the processes' view where they are not there yet.
BindLogSockets | no; yes with MountAPIVFS= or LogNamespace= | host: socket; image: mount point | Binds the journal's sockets into the processes' view, so that they can log.
BindPaths | - | host: path; image: mount point | Makes paths of the host appear in the processes' view, as SOURCE:TARGET:OPTIONS. A leading - lets the source be missing.
BindReadOnlyPaths | - | host: path; image: mount point | Makes paths of the host appear, read-only, in the processes' view, as SOURCE:TARGET:OPTIONS.
MountImages | - | host: disk image; image: mount point | Mounts disk images into the processes' view, as IMAGE:TARGET:OPTIONS.
ExtensionImages | - | host: disk image | Lays system or configuration extension images over the root. Their extension-release must fit the root's os-release.
ExtensionDirectories | - | host: directory | Lays extension directories over the root. Their extension-release must fit the root's os-release.
TemporaryFileSystem | - | image: mount point | Mounts an empty file system in memory over each path, hiding what is there; options after a colon.
RuntimeDirectory | - | host: directory; image: mount point | Directories below /run, made for the service, given to its user and removed when it stops.
StateDirectory | - | host: directory; image: mount point | Directories below /var/lib, made for the service and given to its user; they stay.
CacheDirectory | - | host: directory; image: mount point | Directories below /var/cache, made for the service and given to its user; they stay.
LogsDirectory | - | host: directory; image: mount point | Directories below /var/log, made for the service and given to its user; they stay.
ConfigurationDirectory | - | host: directory; image: mount point | Directories below /etc, made for the service; they stay, and belong to root.
RuntimeDirectoryMode | 0755 | - | Access mode of the directories of RuntimeDirectory=.
StateDirectoryMode | 0755 | - | Access mode of the directories of StateDirectory=.
CacheDirectoryMode | 0755 | - | Access mode of the directories of CacheDirectory=.
LogsDirectoryMode | 0755 | - | Access mode of the directories of LogsDirectory=.
ConfigurationDirectoryMode | 0755 | - | Access mode of the directories of ConfigurationDirectory=.
RuntimeDirectoryPreserve | no | - | Whether the directories of RuntimeDirectory= survive the stop of the service: never, over a restart, or always.
StateDirectoryAccounting | no | - | Counts the disk space that StateDirectory= takes, where the file system has project quotas.
CacheDirectoryAccounting | no | - | Counts the disk space that CacheDirectory= takes, where the file system has project quotas.
LogsDirectoryAccounting | no | - | Counts the disk space that LogsDirectory= takes, where the file system has project quotas.
StateDirectoryQuota | - | - | How much disk space StateDirectory= may take, in bytes or percent of the file system.
CacheDirectoryQuota | - | - | How much disk space CacheDirectory= may take, in bytes or percent of the file system.
LogsDirectoryQuota | - | - | How much disk space LogsDirectory= may take, in bytes or percent of the file system.
TimeoutCleanSec | infinity | - | How long systemctl clean may take to remove the unit's directories.
ReadWritePaths | - | image: path | Paths that stay writable although their surroundings are read-only. A leading - lets a path be missing; with RootDirectory= only those with a leading + have an effect.
ReadOnlyPaths | - | image: path | Paths that the processes may only read. A leading - lets a path be missing; with RootDirectory= only those with a leading + have an effect.
InaccessiblePaths | - | image: path | Paths that the processes can neither read nor enter. A leading - lets a path be missing; with RootDirectory= only those with a leading + have an effect.
ExecPaths | - | image: path | Paths whose programs may be run although NoExecPaths= holds around them. With RootDirectory= they need a leading +.
NoExecPaths | - | image: path | Paths whose programs may not be run; with / everything but ExecPaths=. With RootDirectory= they need a leading +.
ReadWriteDirectories | - | image: path | Old spelling of ReadWritePaths=, still obeyed.
ReadOnlyDirectories | - | image: path | Old spelling of ReadOnlyPaths=, still obeyed.
InaccessibleDirectories | - | image: path | Old spelling of InaccessiblePaths=, still obeyed.
LoadCredential | - | host: file | Passes the content of a file, of a socket, or a credential of the system to the service, as NAME:SOURCE.
LoadCredentialEncrypted | - | host: file | Like LoadCredential=, for content that systemd-creds encrypted; the service gets it decrypted.
ImportCredential | - | host: credential | Passes those credentials of the system to the service whose names match a pattern; may give them other names.
SetCredential | - | - | Passes the given text to the service as a credential, as NAME:TEXT. Anyone can read it in the unit: nothing for secrets.
SetCredentialEncrypted | - | host: key | Passes content that systemd-creds encrypted to the service as a credential, as NAME:DATA; the service gets it decrypted.
`;
