/** [Unit], and [Install]. A row: `Names | default | what is looked up where | summary`, `-` for nothing; see ../describe.ts. */

export const unit = `
Description | the unit's name | - | Names the unit for people, in a few words. Shown by systemctl, in the journal and while booting.
Documentation | - | - | Addresses where the unit is documented, most useful first: http, https, file, info or man.
SourcePath | - | host: file | The file that this unit was made from. Generators set it; a change of that file makes systemctl suggest a reload.
Wants | - | host: unit | Starts the listed units together with this one, and goes on if one of them fails or is not there.
Requires | - | host: unit | Starts the listed units together with this one, and stops it when one of them is stopped. Without After= they start at the same time.
Requisite | - | host: unit | Fails the start at once unless the listed units are already active; it does not start them.
BindsTo | - | host: unit | Like Requires=, and this unit also stops when a listed one becomes inactive for any reason. With After= that one must be active all along.
PartOf | - | host: unit | Stops and restarts this unit whenever a listed one is stopped or restarted. Changes of this unit do not reach back.
Upholds | - | host: unit | As long as this unit is active, the listed ones are started again whenever they are found stopped or failed.
Conflicts | - | host: unit | Starting this unit stops the listed ones, and starting one of them stops this. Says nothing about the order.
Before | - | host: unit | Orders this unit's start ahead of the listed ones, and its stop behind theirs. Pulls nothing in.
After | - | host: unit | Delays this unit's start until the listed ones have finished starting, and stops it ahead of them. Pulls nothing in.
OnFailure | - | host: unit | Units to start when this one ends up failed.
OnSuccess | - | host: unit | Units to start when this one has become inactive after it succeeded.
OnFailureJobMode | replace | - | How the start jobs of OnFailure= are put into the queue beside what is waiting there.
OnSuccessJobMode | fail | - | How the start jobs of OnSuccess= are put into the queue beside what is waiting there.
PropagatesReloadTo | - | host: unit | A reload of this unit reloads the listed ones, too.
ReloadPropagatedFrom | - | host: unit | A reload of a listed unit reloads this one, too.
PropagatesStopTo | - | host: unit | A stop of this unit stops the listed ones, too.
StopPropagatedFrom | - | host: unit | A stop of a listed unit stops this one, too.
JoinsNamespaceOf | - | host: unit | Shares the private /tmp, network and IPC namespaces of the listed units, where both sides ask for private ones.
RequiresMountsFor | - | host: mount point | Requires, and orders this unit behind, every mount that the given paths lie on.
WantsMountsFor | - | host: mount point | Wants, and orders this unit behind, every mount that the given paths lie on; goes on without them.
IgnoreOnIsolate | no; yes for mounts, automounts, swaps, slices and scopes | - | Keeps the unit running when another one is isolated.
StopWhenUnneeded | no | - | Stops the unit as soon as no active unit needs it any more.
RefuseManualStart | no | - | Lets the unit be started only as a dependency, not by a user's request.
RefuseManualStop | no | - | Lets the unit be stopped only as a dependency, not by a user's request.
AllowIsolate | no | - | Permits systemctl isolate with this unit: everything that it does not need is then stopped.
DefaultDependencies | yes | - | Adds the usual dependencies on early boot and shutdown. Switch it off only for units that run before or after those.
SurviveFinalKillSignal | no | - | Spares the unit's processes from the signals that are sent to everything at the very end of shutdown.
CollectMode | inactive | - | Whether systemd forgets the unit also when it has failed, without waiting for systemctl reset-failed.
FailureAction | none | - | What the system does when the unit fails: nothing, reboot, power off, exit or the like.
SuccessAction | none | - | What the system does when the unit has ended well: nothing, reboot, power off, exit or the like.
FailureActionExitStatus | that of the main process | - | Exit status that the manager or the machine's container returns when FailureAction= is an exit.
SuccessActionExitStatus | that of the main process | - | Exit status that the manager or the machine's container returns when SuccessAction= is an exit.
JobTimeoutSec | infinity | - | Longest time that a job of this unit may wait or run before it is cancelled. The unit itself is left as it is.
JobRunningTimeoutSec | infinity | - | Longest time that a job of this unit may run, counted from the moment when it is no longer waiting for others.
JobTimeoutAction | none | - | What the system does when a job of this unit exceeds its time, apart from cancelling the job.
JobTimeoutRebootArgument | - | - | Argument of the reboot that JobTimeoutAction= brings about.
StartLimitIntervalSec | 10s | - | Length of the window in which starts are counted for StartLimitBurst=; 0 switches the limit off.
StartLimitBurst | 5 | - | How many starts the window of StartLimitIntervalSec= may hold; further ones are refused until it has passed.
StartLimitAction | none | - | What the system does when a start is refused because of StartLimitBurst=.
RebootArgument | - | - | Argument of the reboot that StartLimitAction=, FailureAction= or SuccessAction= bring about.
BindTo | - | host: unit | Old spelling of BindsTo=, still obeyed.
PropagateReloadTo | - | host: unit | Old spelling of PropagatesReloadTo=, still obeyed.
PropagateReloadFrom | - | host: unit | Old spelling of ReloadPropagatedFrom=, still obeyed.
RequiresOverridable | - | host: unit | Outdated: systemd reads it as Requires= and warns.
RequisiteOverridable | - | host: unit | Outdated: systemd reads it as Requisite= and warns.
OnFailureIsolate | no | - | Outdated: yes means OnFailureJobMode=isolate, no means replace.
StartLimitInterval | 10s | - | Old spelling of StartLimitIntervalSec=, still obeyed.
IgnoreOnSnapshot | - | - | Kept units out of snapshots, which systemd no longer has; read by no version that matters.
`;

/** Read by systemctl enable, not by the manager. */
export const install = `
Alias | - | host: unit | Further names under which enabling makes the unit known, as links. They must have the unit's own type.
WantedBy | - | host: unit | Enabling makes each listed unit pull this one in as by Wants=. multi-user.target is the usual one of services.
RequiredBy | - | host: unit | Enabling makes each listed unit pull this one in as by Requires=, so that they fail along with it.
UpheldBy | - | host: unit | Enabling makes each listed unit keep this one running as by Upholds=.
Also | - | host: unit | Further units that are enabled and disabled whenever this one is.
DefaultInstance | - | - | The instance that is enabled when a template is enabled without naming one.
`;
