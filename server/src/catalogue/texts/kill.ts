/** How processes are killed: [Service], [Socket], [Mount], [Swap], [Scope]. A row: `Names | default | what is looked up where | summary`. */
export const kill = `
KillMode | control-group | - | Which processes are ended on stop: all of the control group, the main one first (mixed), only the main one (process), or none.
KillSignal | SIGTERM | - | The signal that asks processes to end.
RestartKillSignal | that of KillSignal= | - | The signal that asks processes to end when the stop is part of a restart.
SendSIGHUP | no | - | Sends SIGHUP right after the first signal, to tell shells that their terminal is gone.
SendSIGKILL | yes | - | Kills what is still running when the stop timeout has passed.
FinalKillSignal | SIGKILL | - | The signal that ends what is still running when the stop timeout has passed.
WatchdogSignal | SIGABRT | - | The signal that ends a service whose watchdog timed out.
`;
