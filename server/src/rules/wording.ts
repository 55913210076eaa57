/** Words that several rules use. */
import type { Subject, Target } from './rule.ts';

/** `systemd 252`, with its owner where that is not the setting: `systemd 252 (host build-vm)`. */
export const systemdOf = ({ systemd, source }: Target): string => `systemd ${systemd}${source ? ` (${source})` : ''}`;

/** What it costs when systemd stops reading the file, which depends on the file's role. */
export const consequence = ({ unit }: Subject, who = 'systemd'): string =>
  unit.role === 'unit' ? `${who} refuses to load the unit` : `${who} drops the rest of this ${unit.role}`;

/** Longest piece of the file that a message repeats. */
const longest = 60;

/** A word of the file, fit for a message: no control characters, not endless. */
export function quoted(word: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  const visible = word.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\u{fffd}');
  return visible.length > longest ? `${[...visible.slice(0, longest)].join('')}...` : visible;
}

/** `[Unit]`, `[Unit] or [Install]`, `[A], [B] or [C]`. */
export function sectionList(sections: readonly string[]): string {
  return listed(sections.map(s => `[${quoted(s)}]`));
}

/** `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[]): string {
  const named = words.map(quoted);
  const last = named.pop();
  return named.length > 0 ? `${named.join(', ')} or ${last}` : (last ?? '');
}
