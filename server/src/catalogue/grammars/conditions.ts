/** ConditionX= and AssertX= (src/core/load-fragment.c): what they ask is only looked at when the unit starts. */

import { parseBoolean } from './boolean.ts';
import { judgeExpanded, wordFrom } from './expanded.ts';
import type { Context, Fault, Grammar, Part } from './grammar.ts';
import { pathProblem } from './paths.ts';
import type { SplitWord } from './split.ts';

/** Reads `|` (one of these suffices) and `!` (negated) before the question itself. */
function condition(
  name: string,
  modifiers: RegExp,
  kind: string,
  judge: (question: SplitWord, context: Context) => Fault | undefined,
): Grammar {
  return {
    name,
    empty: 'resets',
    read: (value, context) => {
      const prefix = modifiers.exec(value)?.[0] ?? '';
      const question = wordFrom(value, prefix.length);
      const parts: Part[] = prefix === '' ? [] : [{ start: 0, end: prefix.length, kind: 'modifier', text: prefix.trimEnd() }];
      const objection = judge(question, context);
      if (objection) return { parts, faults: [objection] };
      return { parts: [...parts, { ...question, kind }], faults: [] };
    },
  };
}

/** ConditionPathExists= and its like: an absolute path right after the modifiers (config_parse_unit_condition_path). */
export const pathCondition = condition('path condition', /^\|?!?/, 'path', (question, context) =>
  judgeExpanded(question, 'full', context, path => pathProblem(path, {}, context.version)),
);

const spacedModifiers = /^(?:\|[ \t\n\r]*)?(?:![ \t\n\r]*)?/;

/** ConditionHost= and its like: any text, blanks allowed after the modifiers; a wrong one is never true (config_parse_unit_condition_string). */
export const textCondition = condition('text condition', spacedModifiers, 'condition', (question, context) =>
  judgeExpanded(question, 'full', context, () => undefined),
);

/** ConditionNull=: a boolean (config_parse_unit_condition_null). */
export const nullCondition = condition('null condition', spacedModifiers, 'boolean', (question, context) =>
  judgeExpanded(question, 'full', context, text => (parseBoolean(text) === undefined ? 'yes or no' : undefined)),
);
