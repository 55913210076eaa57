/** Calendar events such as `Mon..Fri *-*-* 10:00` (src/shared/calendarspec.c). */
import type { Span } from '../../unit/tree.ts';
import type { Outcome } from './grammar.ts';
import { isTimeZone } from './time-zone.ts';

/** An objection to a piece of a calendar event. */
interface Objection extends Span {
  readonly outcome: Outcome;
  readonly expected: string;
}

/** `start`, or from `start` on every `repeat`, up to `stop`; -1 and 0 where there is none. Seconds count in microseconds. */
interface Component extends Span {
  readonly from: number;
  readonly stop: number;
  readonly repeat: number;
}

/** What may stand between two separators; undefined is `*`. */
type Chain = readonly Component[] | undefined;

/** A place in the text; the functions below move it on. */
interface Cursor {
  readonly text: string;
  at: number;
}

/** Ends reading. Never leaves this file. */
class Stop extends Error {
  readonly objection: Objection;
  constructor(start: number, end: number, expected: string) {
    super(expected);
    this.objection = { start, end, outcome: 'ignored', expected };
  }
}

/** Events with a name, those for completion first. */
export const shorthands = [
  ...['minutely', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'semiannually', 'yearly'],
  ...['semi-annually', 'biannually', 'bi-annually', 'annually', 'anually'],
];
const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const dayName = /(monday|mon|tuesday|tue|wednesday|wed|thursday|thu|friday|fri|saturday|sat|sunday|sun)/iy;

const aNumber = 'a number';
const aDate = 'a date such as 2026-12-24, *-*-01 or *-02~01';
const aTime = 'a time of day such as 10:00, *:0/15 or 12:30:15';
const second = 1_000_000;
const most = 2 ** 31 - 1;
/** Components that one list may have. */
const longest = 241;

const peek = (c: Cursor) => c.text[c.at] ?? '';
const skipBlanks = (c: Cursor) => {
  while (peek(c) === ' ') c.at++;
};
const stop = (c: Cursor, expected: string) => new Stop(c.at, Math.max(c.at + 1, c.text.length), expected);

/** The weekdays at the beginning, Monday being 0; empty when there are none (parse_weekdays). */
function weekdays(c: Cursor): ReadonlySet<number> {
  const found = new Set<number>();
  let open: number | undefined;
  for (let first = true; ; first = false) {
    dayName.lastIndex = c.at;
    const name = dayName.exec(c.text)?.[0];
    if (name === undefined) {
      if (first) return found;
      throw stop(c, 'a weekday such as Mon');
    }
    const day = days.findIndex(long => long.startsWith(name.toLowerCase()));
    const start = c.at;
    c.at += name.length;
    if (!['', '-', '.', ',', ' '].includes(peek(c))) throw new Stop(start, c.at + 1, 'a blank after the weekday');
    if (open !== undefined && open > day) throw new Stop(start, c.at, 'a weekday that does not come before the first of the range');
    for (let between = open ?? day; between <= day; between++) found.add(between);
    if (peek(c) === '') return found;
    if (peek(c) === ' ') break;
    if (peek(c) === ',') {
      open = undefined;
      c.at++;
    } else {
      const dots = c.text.startsWith('..', c.at);
      if (open !== undefined || (peek(c) === '.' && !dots)) throw stop(c, 'a comma, a blank or a range such as Mon..Fri');
      open = day;
      c.at += dots ? 2 : 1;
    }
    if (['', ' '].includes(peek(c))) {
      if (open !== undefined) throw new Stop(start, c.at, 'a weekday after the range');
      break;
    }
  }
  skipBlanks(c);
  return found;
}

const digits = /\d+/y;

/** A number; of seconds, in microseconds and with a fraction (parse_component_decimal). */
function decimal(c: Cursor, micro: boolean): number {
  const start = c.at;
  const run = () => {
    digits.lastIndex = c.at;
    const found = digits.exec(c.text)?.[0];
    if (found === undefined) throw stop(c, aNumber);
    c.at += found.length;
    return found;
  };
  let value = Number(run());
  if (micro) {
    value *= second;
    if (peek(c) === '.' && c.text[c.at + 1] !== '.') {
      c.at++;
      const fraction = run();
      value += Number(fraction.slice(0, 6).padEnd(6, '0')) + (Number(fraction[6] ?? 0) >= 5 ? 1 : 0);
    }
  }
  if (value > most) throw new Stop(start, c.at, 'a smaller number');
  return value;
}

/** Numbers, ranges and repetitions apart by commas, or `*` (parse_chain, prepend_component). */
function chain(c: Cursor, micro = false): Chain {
  if (peek(c) === '*') {
    c.at++;
    return undefined;
  }
  const found: Component[] = [];
  for (;;) {
    const start = c.at;
    if (found.length === longest) throw stop(c, `at most ${longest} numbers in one list`);
    const from = decimal(c, micro);
    let until = -1;
    let repeat = 0;
    if (c.text.startsWith('..', c.at)) {
      c.at += 2;
      until = decimal(c, micro);
      repeat = micro ? second : 1;
    }
    if (peek(c) === '/') {
      c.at++;
      repeat = decimal(c, micro);
      if (repeat === 0) throw new Stop(start, c.at, 'a repetition above 0');
    } else if (micro && until >= 0 && from + repeat > until) throw new Stop(start, c.at, 'a range of at least a second');
    if (!['', ' ', ',', '-', '~', ':'].includes(peek(c))) throw stop(c, 'a separator after the number');
    found.push({ start, end: c.at, from, stop: until, repeat });
    if (peek(c) !== ',') return found;
    c.at++;
  }
}

/** Two digits of a year stand for 1970 to 2069 (fix_year). */
const fullYear = (year: number) => (year < 0 || year >= 100 ? year : year + (year < 70 ? 2000 : 1900));

/** Sorts a chain, takes out what is there twice and repetitions that never come (normalize_chain). */
function normalized(found: readonly Component[]): readonly Component[] {
  const plain = found.map(({ stop: given, repeat, ...rest }) => {
    const until = given > rest.from && repeat > 0 ? given - ((given - rest.from) % repeat) : given;
    const never = (until > rest.from && repeat > 0 && rest.from + repeat > until) || rest.from === until;
    return never ? { ...rest, stop: -1, repeat: 0 } : { ...rest, stop: until, repeat };
  });
  plain.sort((a, b) => a.from - b.from || a.stop - b.stop || a.repeat - b.repeat);
  return plain.filter((one, i) => {
    const before = plain[i - 1];
    return !before || before.from !== one.from || before.stop !== one.stop || before.repeat !== one.repeat;
  });
}

/** A chain within its limits, in order; days before the end of the month may be three less, for each of the list anew (chain_valid). */
function bounded(found: Chain, low: number, high: number, what: string, backwards = false): Chain {
  if (!found) return undefined;
  const sorted = normalized(found);
  for (const [i, { start, end, from, stop: until, repeat }] of sorted.entries()) {
    const limit = backwards ? high - 3 * (i + 1) : high;
    const fits =
      from >= low &&
      from <= limit &&
      repeat <= limit - low &&
      (until >= 0 ? until >= low && until <= limit && from + repeat <= until : backwards ? from - repeat >= low : from + repeat <= limit);
    if (!fits) throw new Stop(start, end, `${what} from ${low} to ${limit}, ranges upwards, repetitions within them`);
  }
  return sorted;
}

/** What a calendar event says about days. */
interface Dates {
  readonly year?: Chain;
  readonly month?: Chain;
  readonly day?: Chain;
  readonly backwards?: boolean;
}

/** `2026-12-24`, `12-24`, `*-02~01`; undefined and nothing read when a time stands there (parse_date). */
function dates(c: Cursor): Dates | undefined {
  if (peek(c) === '') return undefined;
  const start = c.at;
  const first = chain(c);
  if (['', ':'].includes(peek(c))) {
    c.at = start;
    return undefined;
  }
  const next = () => {
    const separator = peek(c);
    if (separator !== '-' && separator !== '~') throw stop(c, aDate);
    c.at++;
    return separator === '~';
  };
  const blank = () => ['', ' '].includes(peek(c));
  const early = next();
  const middle = chain(c);
  if (blank()) {
    skipBlanks(c);
    return { month: first, day: middle, backwards: early };
  }
  if (early) throw stop(c, aDate);
  const backwards = next();
  const last = chain(c);
  if (!blank()) throw stop(c, 'a blank after the date');
  skipBlanks(c);
  return { year: first, month: middle, day: last, backwards };
}

/** Hours, minutes and perhaps seconds; nothing is midnight (parse_calendar_time). */
function times(c: Cursor): void {
  if (peek(c) === '') return;
  const colon = () => {
    if (peek(c) !== ':') throw stop(c, aTime);
    c.at++;
  };
  const hour = chain(c);
  colon();
  const minute = chain(c);
  let seconds: Chain;
  if (peek(c) !== '') {
    colon();
    seconds = chain(c, true);
    if (peek(c) !== '') throw stop(c, 'nothing after the seconds but a time zone');
  }
  bounded(hour, 0, 23, 'an hour');
  bounded(minute, 0, 59, 'a minute');
  bounded(seconds, 0, 60 * second - 1, 'a second below 60, counted here in microseconds:');
}

/** The first moment of the year 2200, in seconds. */
const tooLate = Date.UTC(2200, 0) / 1000;

/** `@` and seconds since 1970 (parse_one_number). */
function timestamp(c: Cursor): Dates {
  const found = /^@[ \t]*([+-]?\d+)$/.exec(c.text.slice(c.at));
  const seconds = Number(found?.[1] ?? Number.NaN);
  if (!(seconds >= 0 && seconds < tooLate)) throw stop(c, '@ and a number of seconds since 1970');
  const moment = new Date(seconds * 1000);
  const one = (from: number): Chain => [{ start: c.at, end: c.text.length, from, stop: -1, repeat: 0 }];
  return { year: one(moment.getUTCFullYear()), month: one(moment.getUTCMonth() + 1), day: one(moment.getUTCDate()) };
}

/** A weekday that the one day named never is; said since 262 (calendar_spec_warn_weekday_conflict). */
function weekdayConflict(wanted: ReadonlySet<number>, { year, month, day, backwards }: Dates): string | undefined {
  const single = (found: Chain) => (found?.length === 1 && found[0]?.repeat === 0 && found[0].stop < 0 ? found[0].from : undefined);
  const [y, m, d] = [single(year), single(month), single(day)];
  if (wanted.size === 0 || wanted.size === 7 || backwards || y === undefined || m === undefined || d === undefined) return undefined;
  const date = new Date(Date.UTC(y, m - 1, d));
  if (date.getUTCMonth() !== m - 1) return undefined;
  const weekday = days[(date.getUTCDay() + 6) % 7] ?? '';
  if (wanted.has(days.indexOf(weekday))) return undefined;
  return `This never happens: the ${date.toISOString().slice(0, 10)} is a ${weekday[0]?.toUpperCase()}${weekday.slice(1)}.`;
}

/** What is wrong with a text as a calendar event; undefined when nothing is. Places are offsets into the text. */
export function calendarProblem(text: string, version: number): Objection | undefined {
  const zone = / utc$/i.test(text) ? text.length - 4 : text.lastIndexOf(' ');
  const event = zone >= 0 && (/ utc$/i.test(text) || isTimeZone(text.slice(zone + 1))) ? text.slice(0, zone) : text;
  if (shorthands.includes(event.toLowerCase())) return undefined;
  const c: Cursor = { text: event, at: 0 };
  try {
    if (event === '') throw stop(c, 'a calendar event such as daily, Mon..Fri 10:00 or *-*-01 04:00');
    const wanted = weekdays(c);
    const start = c.at;
    const stamped = peek(c) === '@';
    const found = stamped ? timestamp(c) : (dates(c) ?? {});
    if (!stamped) times(c);
    const { backwards = false } = found;
    const year = bounded(
      found.year?.map(one => ({ ...one, from: fullYear(one.from), stop: fullYear(one.stop) })),
      1970,
      2199,
      'a year',
    );
    const month = bounded(found.month, 1, 12, 'a month');
    const day = bounded(found.day, 1, 31, backwards ? 'a day before the end of the month' : 'a day', backwards);
    const conflict = version >= 262 ? weekdayConflict(wanted, { year, month, day, backwards }) : undefined;
    return conflict === undefined ? undefined : { start: 0, end: Math.max(start, 1), outcome: 'used', expected: conflict };
  } catch (error) {
    if (error instanceof Stop) return error.objection;
    throw error;
  }
}
