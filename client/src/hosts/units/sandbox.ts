/** A shell that sees what a service sees: in the namespaces of its main process, or in a new sandbox with its settings. */

/** The shells that are looked for in an image, best first. */
const shells = ['/bin/bash', '/usr/bin/bash', '/bin/sh', '/usr/bin/sh'] as const;

/** Prints the first of the shells that can be started in the namespaces of a process; takes the pid, then the shells. */
const findShellScript = `p=$1; shift
for s in "$@"; do
  nsenter -t "$p" -m -r -- "$s" -c : >/dev/null 2>&1 && { printf %s "$s"; exit 0; }
done`;

/**
 * Enters those namespaces of a process of the same user that are not the user's already: into the others nobody but root may go, but one's own user
 * namespace gives what the rest takes. Takes the pid.
 */
const enterOwn = `p=$1 f=; shift
for n in user:U mnt:m net:n ipc:i uts:u pid:p cgroup:C; do
  [ "$(readlink "/proc/$p/ns/\${n%:*}")" = "$(readlink "/proc/self/ns/\${n%:*}")" ] || f="$f -\${n#*:}"
done
enter() { nsenter -t "$p" $f --preserve-credentials -r -w -- "$@"; }
`;

/** The program that finds a shell for `shellInside`; `own`: in a process of a user's manager, by that user. */
export function findShell(pid: number, own: boolean): readonly [string, ...string[]] {
  const script = own
    ? `${enterOwn}for s in "$@"; do enter "$s" -c : >/dev/null 2>&1 && { printf %s "$s"; exit 0; }; done`
    : findShellScript;
  return ['sh', '-c', script, 'sh', String(pid), ...shells];
}

/** The command line of a shell in all namespaces of a process. Its root and working directory are those of the process. */
export function shellInside(pid: number, shell: string, own: boolean): readonly [string, ...string[]] {
  if (own) return ['sh', '-c', `${enterOwn}enter "$1"`, 'sh', String(pid), shell];
  return ['nsenter', '-t', String(pid), '-a', '-r', '-w', '--', shell];
}

/**
 * Directives that make the sandbox. Not those that make directories on the host: a new service of another name would take the data of the
 * old one over.
 */
const sandboxing =
  /^(?:Root(?:Directory|Image\w*|Hash\w*|Verity|Ephemeral|MStack)|MountAPIVFS|MountImages|Bind(?:ReadOnly)?Paths|TemporaryFileSystem|(?:ReadWrite|ReadOnly|Inaccessible|Exec|NoExec)Paths|Extension(?:Images|Directories|ImagePolicy)|Private\w+|Protect\w+|Restrict(?!FileSystems)\w+|SystemCall(?:Filter|Architectures|ErrorNumber)|CapabilityBoundingSet|AmbientCapabilities|NoNewPrivileges|User|Group|SupplementaryGroups|DynamicUser|WorkingDirectory|Environment|UMask|Limit[A-Z]+|LockPersonality|MemoryDenyWriteExecute|ProcSubset|DevicePolicy|DeviceAllow|IPAddress(?:Allow|Deny)|NetworkNamespacePath)$/;

/** The sandbox of a unit, as `systemctl cat` shows its files, as assignments: `PrivateTmp=yes`. Specifiers of the unit's name are filled in; what has others is left out. */
export function sandboxProperties(files: string, unit: string): readonly string[] {
  const properties: string[] = [];
  let section = '';
  for (const line of files
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map(text => text.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const header = /^\[(.*)\]$/.exec(line);
    if (header) section = header[1] ?? '';
    const [key = '', ...rest] = line.split('=');
    const value = filledIn(rest.join('=').trim(), unit);
    if (header || section !== 'Service' || value === undefined || !sandboxing.test(key.trim())) continue;
    properties.push(`${key.trim()}=${value}`);
  }
  return properties;
}

/** The value with `%n`, `%N`, `%p`, `%i` and `%%` filled in; undefined where it holds other specifiers. */
function filledIn(value: string, unit: string): string | undefined {
  const [, prefix = '', instance = ''] = /^([^@]*)(?:@(.*))?\.[a-z]+$/.exec(unit) ?? [];
  const names: Readonly<Record<string, string>> = {
    n: unit,
    N: unit.replace(/\.[a-z]+$/, ''),
    p: prefix,
    i: instance,
    '%': '%',
  };
  let known = true;
  const filled = value.replace(/%(.?)/g, (whole, letter: string) => {
    const name = names[letter];
    if (name === undefined) known = false;
    return name ?? whole;
  });
  return known ? filled : undefined;
}

/** The command line of a shell in a new sandbox, which is gone when the shell ends. */
export function shellLike(properties: readonly string[], own: boolean): readonly [string, ...string[]] {
  const options = ['--pty', '--quiet', '--collect', '--wait', '--service-type=exec'];
  return ['systemd-run', ...(own ? ['--user'] : []), ...options, ...properties.map(property => `--property=${property}`), '--', '/bin/sh'];
}
