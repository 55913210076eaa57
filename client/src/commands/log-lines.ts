/** What the log of an image says: pure. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { forOutput, oneLine } from '../common/sinks.ts';
import { isTemplate } from '../hosts/attach/image-state.ts';
import type { ImageState, LogEntry } from '../hosts/contract.ts';
import { liveUnits } from '../tree/image-items.ts';

/** Syslog priorities that deserve a word; 5 to 7 need none. */
const priorityWords = ['emergency', 'alert', 'critical', 'error', 'warning'] as const;

/** One journal entry as a line (more, indented, where the message has more): local time, unit, priority, who says it. */
export function logLine({ time, unit, priority, identifier, message }: LogEntry): string {
  const word = priorityWords[priority];
  const level = word ? `[${word}] ` : '';
  const text = forOutput(message).trimEnd().replaceAll('\n', '\n    ');
  return `${timestamp(time)} ${level}${oneLine(unit)} ${oneLine(identifier)}: ${text}`;
}

/** A line of our own between the entries. */
export function noteLine(text: string): string {
  return `-- ${oneLine(text)} --`;
}

/** Microseconds since the epoch as local date and time, to the millisecond: `2026-11-23 01:22:33.123`. */
export function timestamp(microseconds: number): string {
  const date = new Date(Math.floor(microseconds / 1000));
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}

/** The units whose journal is the image's: those on the host where it is attached, else those that attaching it would bring. */
export function unitsToFollow(image: ImageFacts, state: ImageState | undefined, only: string | undefined): readonly string[] {
  const live = state?.attached ? state.units : [];
  const names = only === undefined ? image.units.filter(unit => unit.attachable).map(unit => unit.name) : [only];
  const found = names.flatMap(name => (isTemplate(name) ? liveUnits(name, live).map(unit => unit.name) : [name]));
  return [...new Set(found)];
}

/** The name of the channel: what is followed, and where. */
export function channelName(hostName: string, imageName: string, only: string | undefined): string {
  return oneLine(l10n.t('{0} on {1}', only ?? imageName, hostName));
}
