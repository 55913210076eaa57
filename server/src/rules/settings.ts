/** Settings of a whole unit as what they mean. */
import { parseBoolean } from '../catalogue/grammars/boolean.ts';
import { expandSpecifiers, type SpecifierTable } from '../catalogue/grammars/specifier.ts';
import { infinity, parseTimeSpan } from '../catalogue/grammars/time-span.ts';
import { hasPlaceholder } from '../unit/placeholders.ts';
import { remembered } from '../unit/recent.ts';
import type { Span } from '../unit/tree.ts';
import type { Setting, WholeUnit } from './whole-unit.ts';

/** The words of a setting of one value, the default where it is not set. */
export const wordOf = (whole: WholeUnit, key: string, otherwise: string, section?: string): string =>
  whole.one(key, section)?.value ?? otherwise;

/** The setting of one value, if it is there and says yes or a word that is no boolean. */
export function enabled(whole: WholeUnit, key: string): Setting | undefined {
  const setting = whole.one(key);
  return setting && parseBoolean(setting.value) !== false ? setting : undefined;
}

/** A time span in microseconds; undefined where it is not set, or is for ever. */
export function timeOf(whole: WholeUnit, key: string, section?: string): { readonly at: Setting; readonly time: bigint } | undefined {
  const at = whole.one(key, section);
  const time = at && parseTimeSpan(at.value);
  return at && time !== undefined && time !== infinity ? { at, time } : undefined;
}

/** One command of a unit. */
export interface Command {
  readonly at: Setting;
  /** Its program in the value. */
  readonly program: Span;
}

const read = remembered((_: WholeUnit) => new Map<string, readonly Command[]>());

/** The commands of an Exec directive; several rules ask for the same ones. */
export function commandsOf(whole: WholeUnit, key: string): readonly Command[] {
  const known = read(whole);
  const commands = known.get(key) ?? readCommands(whole, key);
  known.set(key, commands);
  return commands;
}

const readCommands = (whole: WholeUnit, key: string): readonly Command[] =>
  whole.all([key]).flatMap(at =>
    // what a placeholder becomes is one command, as far as anybody knows
    at.unit.placeholders && hasPlaceholder(at.value)
      ? [{ at, program: { start: 0, end: at.value.length } }]
      : at.judged.parts
          .filter(({ kind }) => kind === 'program' || kind === 'shell command')
          .map(({ start, end }) => ({ at, program: { start, end } })),
  );

/** The type of a service, found out as systemd does where it is not set (service_add_extras). */
export function serviceType(whole: WholeUnit): string {
  const set = whole.one('Type');
  if (set) return set.value;
  return whole.one('BusName') ? 'dbus' : commandsOf(whole, 'ExecStart').length > 0 ? 'simple' : 'oneshot';
}

/** A value with its specifiers replaced; undefined where they are not known before the unit runs. */
export function expanded({ value, judged, unit }: Setting, whole: WholeUnit, table: SpecifierTable = 'full'): string | undefined {
  const { text, certain, unknown } = expandSpecifiers(value, table, {
    version: whole.systemd,
    section: judged.section,
    key: judged.assignment.key.text,
    unitType: whole.kind,
    dropIn: unit.role !== 'unit',
    ...(whole.name !== undefined && { unitName: whole.name }),
  });
  return certain && !unknown ? text : undefined;
}
