/** [Service] alone. A row: `Names | default | what is looked up where | summary`; see ../describe.ts. */
export const service = `
Type | simple; oneshot without ExecStart=, dbus with BusName= | - | How systemd tells that the service has started: as soon as it is forked or executed, when it notifies, owns a bus name, has forked, or has ended.
ExitType | main | - | Whether the service counts as ended with its main process, or only when the last process of its control group is gone.
RemainAfterExit | no | - | Keeps the service active when all its processes have ended.
GuessMainPID | yes | - | With Type=forking and no PIDFile=, lets systemd guess which process is the main one.
PIDFile | - | host: file | File, best below /run, from which systemd learns the main process of a Type=forking service.
BusName | - | host: bus | D-Bus name that the service takes; with Type=dbus it has started once it owns the name.
ExecStart | - | image: program | Command line of the service itself. More than one only with Type=oneshot; then they run one after the other.
ExecStartPre | - | image: program | Commands that run to their end, in order, ahead of ExecStart=; if one fails, so does the start.
ExecStartPost | - | image: program | Commands that run once ExecStart= counts as started, in order.
ExecCondition | - | image: program | Commands that run first: exit status 1 to 254 skips the service quietly, 255 or a signal fails it.
ExecReload | - | image: program | Commands that make the running service read its configuration again. They should return when it has done so.
ExecReloadPost | - | image: program | Commands that run after a reload has succeeded.
ExecStop | - | image: program | Commands that ask the service to end, if it had started. What still runs afterwards is killed as KillMode= says.
ExecStopPost | - | image: program | Commands that clean up after the service has ended, however it ended, also when it never came up.
RestartSec | 100ms | - | Pause between the end of the service and its automatic restart.
RestartSteps | 0 | - | In how many steps the pause grows from RestartSec= to RestartMaxDelaySec=; 0 leaves it as it is.
RestartMaxDelaySec | infinity | - | Longest pause that RestartSteps= lets the delay between restarts grow to.
RestartRandomizedDelaySec | 0 | - | Adds a random time up to this one to each pause before a restart, so that not everything restarts at once.
RestartMode | normal | - | With direct, a restart passes no failed or inactive state in between, so nothing that depends on the service notices it; debug adds logging.
TimeoutStartSec | 1min 30s; infinity for oneshot | - | How long the start may take before systemd gives the service up.
TimeoutStopSec | 1min 30s | - | How long each ExecStop= command and, after it, the service itself may take to end before it is killed.
TimeoutAbortSec | that of TimeoutStopSec= | - | How long the service may take to end after a watchdog timeout, for instance to write its core.
TimeoutSec | - | - | Sets TimeoutStartSec= and TimeoutStopSec= at once.
TimeoutStartFailureMode | terminate | - | How a service is ended whose start takes too long: asked to stop, told to abort, or killed.
TimeoutStopFailureMode | terminate | - | How a service is ended that does not stop in time: asked again, told to abort, or killed.
RuntimeMaxSec | infinity | - | Longest time that the service may be active; then it is ended and counts as failed.
RuntimeRandomizedExtraSec | 0 | - | Extends RuntimeMaxSec= by a random time up to this one.
WatchdogSec | 0 | - | The service must report in at least this often, or it is aborted and counts as failed; 0 switches this off.
Restart | no | - | After which ends systemd starts the service again: never, always, or after certain failures or successes.
SuccessExitStatus | - | - | Further exit statuses and signals of the main process that count as success.
RestartPreventExitStatus | - | - | Exit statuses and signals of the main process after which there is no restart, whatever Restart= says.
RestartForceExitStatus | - | - | Exit statuses and signals of the main process that bring a restart, whatever Restart= says.
RootDirectoryStartOnly | no | - | Applies RootDirectory= and its kin to ExecStart= alone, so that the other commands run on the host.
NonBlocking | no | - | Sets O_NONBLOCK on the file descriptors that are passed to the service by socket activation.
NotifyAccess | none; main where the type needs messages | - | Which processes of the service may send it status messages with sd_notify().
Sockets | those of the same name | host: unit | Socket units whose file descriptors the service inherits when it starts.
FileDescriptorStoreMax | 0 | - | How many file descriptors the service may leave with systemd to get them back after a restart.
FileDescriptorStorePreserve | restart | - | For how long the stored file descriptors are kept: over restarts only, for as long as the unit is loaded, or not.
LUOSession | - | host: kernel | Names of live update sessions whose descriptors the service gets, so that what it puts there survives a kexec.
USBFunctionDescriptors | - | host: file | File with USB FunctionFS descriptors, for services activated by ListenUSBFunction=.
USBFunctionStrings | - | host: file | File with USB FunctionFS strings, for services activated by ListenUSBFunction=.
OOMPolicy | stop | - | What happens when the kernel kills a process of the service for want of memory: go on, stop the service, or kill it whole.
OpenFile | - | host: file | Opens a file or connects to a socket on behalf of the service and passes it as a named file descriptor.
ReloadSignal | SIGHUP | - | The signal that tells a Type=notify-reload service to reload.
RefreshOnReload | extensions | - | What a reload brings up to date in the running service: extension images, credentials, both or neither.
PermissionsStartOnly | no | - | Outdated: runs all commands but ExecStart= with full rights. A + before a single command does it better.
SysVStartPriority | - | - | Ordered System V scripts at boot; means nothing any more.
BusPolicy | - | - | Set access rules on the kernel's bus, which never came to be; means nothing any more.
StartLimitInterval | 10s | - | Old place and spelling of StartLimitIntervalSec= in [Unit], still obeyed.
StartLimitBurst | 5 | - | Old place of StartLimitBurst= in [Unit], still obeyed.
StartLimitAction | none | - | Old place of StartLimitAction= in [Unit], still obeyed.
FailureAction | none | - | Old place of FailureAction= in [Unit], still obeyed.
RebootArgument | - | - | Old place of RebootArgument= in [Unit], still obeyed.
`;
