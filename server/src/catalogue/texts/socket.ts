/** [Socket] alone. A row: `Names | default | what is looked up where | summary`; see ../describe.ts. */
export const socket = `
ListenStream | - | host: address | Address to listen on for connections (SOCK_STREAM): a path, @name, port, address with port, or vsock address.
ListenDatagram | - | host: address | Address to receive datagrams on (SOCK_DGRAM): a path, @name, port or address with port.
ListenSequentialPacket | - | host: address | Unix address to listen on for connections that keep message boundaries (SOCK_SEQPACKET).
ListenFIFO | - | host: path | Path of a named pipe to make and watch.
ListenSpecial | - | host: path | Path of a character device or a special file in /proc or /sys to open and watch.
ListenNetlink | - | host: kernel | Netlink family, and a multicast group if wanted, to receive kernel messages from.
ListenMessageQueue | - | host: path | Name of a POSIX message queue to make and watch; it begins with a slash.
ListenUSBFunction | - | host: path | Mount point of a USB FunctionFS whose endpoints the service gets.
SocketProtocol | that of the socket type | - | A protocol other than the usual one for the socket's type: udplite, sctp, mptcp.
BindIPv6Only | default | - | Whether a socket bound to an IPv6 address also takes IPv4: both, ipv6-only, or as the kernel is set.
Backlog | as many as the kernel allows | - | How many connections may wait to be accepted.
BindToDevice | - | host: network interface | Network interface that the socket is tied to; other traffic does not reach it.
SocketUser | root | host: user | User who owns the Unix sockets, FIFOs and queues in the file system.
SocketGroup | the group of SocketUser= | host: group | Group that owns the Unix sockets, FIFOs and queues in the file system.
SocketMode | 0666 | - | Access mode of the Unix sockets, FIFOs and queues in the file system.
DirectoryMode | 0755 | - | Access mode of the directories made on the way to the socket's path.
Accept | no | - | With yes, systemd accepts each connection and starts an instance of the template service for it; else one service gets the listening socket.
Writable | no | - | Opens what ListenSpecial= names for writing as well.
FlushPending | no | - | Empties the socket's buffers of what came in while the service was not running.
MaxConnections | 64 | - | How many service instances may run at the same time with Accept=yes.
MaxConnectionsPerSource | 0, no limit | - | How many connections one source address or user may have at the same time with Accept=yes.
KeepAlive | no | - | Makes TCP probe idle connections to find out whether the other side is still there.
KeepAliveTimeSec | 2h, the kernel's | - | How long a TCP connection must be idle before the first probe.
KeepAliveIntervalSec | 75s, the kernel's | - | Time between two TCP probes.
KeepAliveProbes | 9, the kernel's | - | How many TCP probes may stay unanswered before the connection is dropped.
NoDelay | no | - | Sends small TCP segments at once, without Nagle's algorithm.
Priority | - | - | Kernel priority of the packets that are sent (SO_PRIORITY).
DeferAcceptSec | 0 | - | Starts the service only when data came in, after waiting this long for it at most, instead of at the connection.
ReceiveBuffer | the kernel's | - | Size of the socket's receive buffer.
SendBuffer | the kernel's | - | Size of the socket's send buffer.
IPTOS | - | - | Type-of-service field of outgoing packets: low-delay, throughput, reliability, low-cost or a number.
IPTTL | the kernel's | - | Time to live, or hop limit, of outgoing packets.
Mark | - | - | Firewall mark of the packets that are sent.
ReusePort | no | - | Permits several sockets on the same TCP or UDP port (SO_REUSEPORT).
SmackLabel | - | host: kernel | SMACK label of FIFOs and Unix sockets in the file system.
SmackLabelIPIn | - | host: kernel | SMACK label for incoming packets of IP sockets.
SmackLabelIPOut | - | host: kernel | SMACK label for outgoing packets of IP sockets.
XAttrEntryPoint | - | - | Extended attributes, user.NAME=VALUE, set on the inode of a Unix socket in the file system.
XAttrListen | - | - | Extended attributes, user.NAME=VALUE, set on the listening socket itself.
XAttrAccept | - | - | Extended attributes, user.NAME=VALUE, set on each accepted connection.
SELinuxContextFromNet | no | - | With Accept=yes, takes part of the SELinux context of the instance from the peer's network label.
PipeSize | the kernel's | - | Size of the buffer of FIFOs.
MessageQueueMaxMessages | the kernel's | - | How many messages a POSIX queue may hold. Needs MessageQueueMessageSize= beside it.
MessageQueueMessageSize | the kernel's | - | Largest size of a message in a POSIX queue. Needs MessageQueueMaxMessages= beside it.
FreeBind | no | - | Permits binding to IP addresses that the machine does not have (yet).
Transparent | no | - | Permits the socket to serve foreign addresses, as transparent proxies do (IP_TRANSPARENT).
Broadcast | no | - | Permits sending broadcast datagrams.
PassCredentials | no | - | Lets Unix sockets receive the process, user and group ID of the sender.
PassPIDFD | no | - | Lets Unix sockets receive a file descriptor of the sending process.
PassSecurity | no | - | Lets Unix sockets receive the security label of the sender.
PassPacketInfo | no | - | Lets the socket receive by which interface and address each packet came.
AcceptFileDescriptors | yes | - | Whether other processes may send file descriptors through a Unix socket.
Timestamping | off | - | Whether the socket receives the time of arrival of datagrams, in micro- or nanoseconds.
TCPCongestion | the kernel's | host: kernel | Name of the TCP congestion control algorithm.
ExecStartPre | - | image: program | Commands that run ahead of the sockets being made and bound.
ExecStartPost | - | image: program | Commands that run once the sockets are made and bound.
ExecStopPre | - | image: program | Commands that run ahead of the sockets being closed and removed.
ExecStopPost | - | image: program | Commands that run once the sockets are closed and removed.
TimeoutSec | 1min 30s | - | How long the commands of the socket unit may take before they are ended.
Service | that of the same name | host: unit | The service that incoming traffic starts. Not together with Accept=yes.
RemoveOnStop | no | - | Removes the file nodes that the unit made, and the Symlinks= to them, when the unit is stopped.
Symlinks | - | host: path | Paths where links to the socket or FIFO are made.
FileDescriptorName | the unit's name; connection with Accept=yes | - | Name under which the service finds these file descriptors among those that it is passed.
TriggerLimitIntervalSec | 2s | - | Window in which TriggerLimitBurst= activations may happen before the unit gives up; 0 switches the limit off.
TriggerLimitBurst | 20; 200 with Accept=yes | - | How many activations the window may hold before the socket unit fails.
PollLimitIntervalSec | 2s | - | Window in which PollLimitBurst= events may arrive before the socket is left alone for the rest of it; 0 switches this off.
PollLimitBurst | 15; 150 with Accept=yes | - | How many events the window may hold before the socket is no longer watched until it has passed.
PassFileDescriptorsToExec | no | - | Passes the sockets also to the unit's own ExecStartPost=, ExecStopPre= and ExecStopPost= commands.
DeferTrigger | no | - | Postpones the start of the service while units that conflict with it are active, instead of stopping them.
DeferTriggerMaxSec | infinity | - | How long DeferTrigger= may postpone before the unit fails.
`;
