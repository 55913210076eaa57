/** Signal names and numbers (src/basic/signal-util.c, signal_from_string). */
import { scalar } from './grammar.ts';
import { parseInteger } from './integer.ts';
import { words } from './words.ts';

/** Without `SIG`; those of every Linux architecture but the real-time ones. */
const names = words(
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS',
);

/** The highest signal, and where glibc's real-time signals begin. */
const last = 64n;
const firstRealTime = 34n;

/** Whether a text is a signal: `TERM`, `SIGTERM`, `RTMIN+3`, `RTMAX-1` or a number from 1 on. */
export function isSignal(text: string): boolean {
  const number = parseInteger(text);
  if (number !== undefined) return number >= 1n && number <= last;
  const name = text.startsWith('SIG') ? text.slice(3) : text;
  if (names.has(name, 0)) return true;
  const [, edge, offset] = /^RT(MIN|MAX)(?:([+-].*))?$/s.exec(name) ?? [];
  if (edge === undefined) return false;
  if (offset === undefined) return true;
  // the sign is read with the number, so no other may follow
  const steps = parseInteger(offset);
  if (steps === undefined || offset[0] !== (edge === 'MIN' ? '+' : '-')) return false;
  return steps <= last - firstRealTime && -steps <= last - firstRealTime;
}

/** Signal (config_parse_signal). */
export const signal = scalar({
  name: 'signal',
  expected: 'a signal such as SIGTERM, SIGRTMIN+3 or 15',
  accepts: isSignal,
  words: ({ version }) => names.all(version).map(name => `SIG${name}`),
});
