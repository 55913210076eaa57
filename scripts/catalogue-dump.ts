/** What `systemd --dump-configuration-items` prints, as a table. */

/** Section to directive to the coarse type that systemd names (`BOOLEAN`, `PATH [...]`, ...). */
export type Dump = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads a dump; lines that are neither a header nor `Key=TYPE` are skipped. */
export function parseDump(text: string): Dump {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split('\n')) {
    const header = /^\[(\w+)\]$/.exec(line);
    if (header?.[1]) {
      current = new Map();
      sections.set(header[1], current);
    }
    const equals = line.indexOf('=');
    if (!header && equals > 0) current?.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return sections;
}
