/** Hosts that are reached as a user who may run a few programs there through sudo, without a password. */

/** The programs that `sudo -n` starts, all of them; the user is shown these before they are allowed. */
export const sudoPrograms = ['/usr/bin/systemd-stdio-bridge', '/bin/sh', '/usr/bin/rsync'] as const;

/** The command line that runs a program through sudo, using nothing but the programs above. */
export function throughSudo(argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  const direct = sudoPrograms.some(path => path.endsWith(`/${argv[0]}`));
  return direct ? ['sudo', '-n', '--', ...argv] : ['sudo', '-n', '--', 'sh', '-c', 'exec "$@"', 'sh', ...argv];
}
