/** The one table of rules. A new rule is a row here, a function, a page in docs/rules, and a table of cases. */
import { ignored, tooNew, unknownDirective, wrongSection } from './directives.ts';
import type { Rule } from './rule.ts';
import { unknownSection } from './sections.ts';
import { badHeader, emptyKey, lineTooLong, noEquals, notUtf8, outsideSection } from './syntax.ts';

export const rules: readonly Rule[] = [
  { code: 'unit/bad-header', severity: 'error', on: 'bad-header', check: badHeader },
  { code: 'unit/not-utf8', severity: 'error', on: 'not-utf8', check: notUtf8 },
  { code: 'unit/line-too-long', severity: 'error', on: 'line-too-long', check: lineTooLong },
  { code: 'unit/outside-section', severity: 'warning', on: 'outside-section', check: outsideSection },
  { code: 'unit/no-equals', severity: 'warning', on: 'no-equals', check: noEquals },
  { code: 'unit/empty-key', severity: 'warning', on: 'empty-key', check: emptyKey },
  { code: 'unit/unknown-section', severity: 'warning', on: 'section', check: unknownSection },
  { code: 'unit/unknown-directive', severity: 'warning', on: 'assignment', check: unknownDirective },
  { code: 'unit/wrong-section', severity: 'warning', on: 'assignment', check: wrongSection },
  { code: 'unit/too-new', severity: 'warning', on: 'assignment', check: tooNew },
  { code: 'unit/ignored', severity: 'warning', fades: true, on: 'assignment', check: ignored },
];

/** Where the page of a rule lies below docs/rules: `unit/no-equals.md`. */
export const pageOf = (code: string): string => `${code}.md`;
