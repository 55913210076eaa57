/** What a timer waits for (config_parse_timer). */
import { calendarProblem, shorthands } from './calendar.ts';
import { judgeExpanded, settled, wholeWord } from './expanded.ts';
import { fault, type Grammar, nothing, whole } from './grammar.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { parseTimeSpan } from './time-span.ts';

/** OnCalendar=: a calendar event, specifiers replaced. */
export const calendarEvent: Grammar = {
  name: 'calendar event',
  empty: 'resets',
  read: (value, context) => {
    const { text, certain, unknown } = expandSpecifiers(value, 'full', context);
    if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, 'full')] };
    const problem = certain ? calendarProblem(text, context.version) : undefined;
    if (!problem) return whole('calendar event', value);
    const { outcome, expected } = problem;
    const [start, end] =
      text === value ? [Math.min(problem.start, value.length - 1), Math.min(problem.end, value.length)] : [0, value.length];
    return {
      parts: outcome === 'used' ? whole('calendar event', value).parts : nothing.parts,
      faults: [fault(start, end, outcome, expected)],
    };
  },
  words: () => shorthands.slice(0, 8),
};

/** OnBootSec= and its like: a time span, specifiers replaced. */
export const timerSpan: Grammar = {
  name: 'time span of a timer',
  empty: 'resets',
  read: (value, context) => {
    const word = wholeWord(value);
    const judge = (text: string) => (parseTimeSpan(text) === undefined ? 'a time span such as 5s, 1h 30min or infinity' : undefined);
    return settled('time span', word, judgeExpanded(word, 'full', context, judge));
  },
};
