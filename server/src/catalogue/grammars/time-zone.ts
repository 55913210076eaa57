/** Names of time zones (src/basic/time-util.c, timezone_is_valid): which of them a host has installed, only it knows. */

/** Short names that hosts in these zones take as their own (tzname(3)). */
const local = new Set(
  'CET CEST EET EEST WET WEST MSK BST IST SAST JST KST HKT SGT PKT WIB AEST AEDT ACST ACDT AWST NZST NZDT NST NDT AST ADT EST EDT CST CDT MST MDT PST PDT AKST AKDT HST'.split(
    ' ',
  ),
);

const known = new Map<string, boolean>();

/** Whether a text names a time zone, in the spelling of its file: `Europe/Berlin`, `GMT`, `Etc/GMT+5`. */
export function isTimeZone(name: string): boolean {
  // directories and files of the database begin with a capital letter; offsets are none of its names
  if (!/^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return false;
  if (local.has(name)) return true;
  let answer = known.get(name);
  if (answer === undefined) {
    answer = looksUp(name);
    if (known.size > 1000) known.clear();
    known.set(name, answer);
  }
  return answer;
}

function looksUp(name: string): boolean {
  try {
    const found = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    // the runtime takes any case, files do not; another name is what this one is a link to
    return found === name || found.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
