/** [Timer], [Path], [Slice] and [Scope] alone. A row: `Names | default | what is looked up where | summary`; see ../describe.ts. */
export const timer = `
OnActiveSec | - | - | Elapses this long after the timer itself was started.
OnBootSec | - | - | Elapses this long after the machine booted.
OnStartupSec | - | - | Elapses this long after the service manager was started; for user managers that is the login.
OnUnitActiveSec | - | - | Elapses this long after the unit that it triggers was last activated.
OnUnitInactiveSec | - | - | Elapses this long after the unit that it triggers was last deactivated.
OnCalendar | - | host: time zone | Elapses whenever the clock matches a calendar event, as Mon..Fri 10:00, or daily.
AccuracySec | 1min | - | How late the timer may elapse at most, so that wake-ups of several timers can be joined.
RandomizedDelaySec | 0 | - | Delays each elapse by a random time up to this one, to spread the load.
FixedRandomDelay | no | - | Makes the delay of RandomizedDelaySec= the same for each elapse of this timer on this machine.
RandomizedOffsetSec | 0 | - | Shifts OnCalendar= events by a time up to this one that stays the same on this machine, so that their rhythm is kept.
DeferReactivation | no | - | Counts OnCalendar= from the end of the triggered unit, so that one that ran too long is not started again at once.
OnClockChange | no | - | Triggers also when the system clock is set or jumps.
OnTimezoneChange | no | - | Triggers also when the system's time zone changes.
Unit | the service of the same name | host: unit | The unit that is started when the timer elapses; only the first assignment counts.
Persistent | no | - | Remembers on disk when OnCalendar= last triggered, and makes up at once for what was missed while switched off.
WakeSystem | no | - | Wakes the machine from suspend when the timer elapses, where the hardware can.
RemainAfterElapse | yes | - | Keeps the timer loaded after its last elapse, so that it does not trigger again when started.
`;

export const path = `
PathExists | - | host: path | Starts the unit whenever something exists at this path.
PathExistsGlob | - | host: path | Starts the unit whenever at least one path matches this pattern.
PathChanged | - | host: path | Starts the unit when the file or directory was changed and closed after writing.
PathModified | - | host: path | Starts the unit when the file or directory was changed, also at each single write.
DirectoryNotEmpty | - | host: path | Starts the unit whenever this directory holds something.
Unit | the service of the same name | host: unit | The unit that is started when a watched path says so; only the first assignment counts.
MakeDirectory | no | - | Makes the watched directories before watching them.
DirectoryMode | 0755 | - | Access mode of the directories that MakeDirectory= makes.
TriggerLimitIntervalSec | 2s | - | Window in which TriggerLimitBurst= activations may happen before the path unit fails; 0 switches the limit off.
TriggerLimitBurst | 200 | - | How many activations the window may hold before the path unit fails.
`;

export const slice = `
ConcurrencySoftMax | infinity | - | How many units of the slice may be active at the same time; further starts wait in the queue.
ConcurrencyHardMax | infinity | - | How many units of the slice may be active at the same time; further starts fail.
ActivatingConcurrencyMax | infinity | - | How many units of the slice may be starting at the same time; further starts wait in the queue.
`;

export const scope = `
OOMPolicy | continue | - | What happens when the kernel kills a process of the scope for want of memory: go on, stop the scope, or kill it whole.
RuntimeMaxSec | infinity | - | Longest time that the scope may be active before it is ended.
RuntimeRandomizedExtraSec | 0 | - | Extends RuntimeMaxSec= of the scope by a random time up to this one.
TimeoutStopSec | 1min 30s | - | How long the scope's processes may take to end before they are killed.
`;
