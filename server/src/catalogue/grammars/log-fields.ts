/** What goes into the journal, and what is left out: LogExtraFields=, LogFilterPatterns=. */
import { fault, type Grammar, nothing } from './grammar.ts';
import { list } from './list.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { within } from './split.ts';

/** A field that a client may send: upper case letters, digits and _, a letter first, at most 64 (journal_field_valid). */
const field = /^[A-Z][A-Z0-9_]{0,63}$/;

/** LogExtraFields= (config_parse_log_extra_fields). */
export const logExtraFields = list({
  name: 'journal fields',
  kind: 'field',
  split: { quotes: 'remove', escapes: true },
  judge: (word, context) => {
    const { text, certain, unknown } = expandSpecifiers(word.text, 'full', context);
    if (unknown) return unknownSpecifier(within(word, unknown.start, unknown.end), 'full', 'skipped');
    if (!certain) return undefined;
    const equals = text.indexOf('=');
    if (equals < 0) return 'FIELD=value';
    if (field.test(text.slice(0, equals))) return undefined;
    const end = word.text.indexOf('=');
    const span = within(word, 0, end < 0 ? word.text.length : end);
    return fault(span.start, span.end, 'skipped', 'a field name of upper case letters, digits and _, a letter first, at most 64');
  },
});

/** LogFilterPatterns=: a regular expression, after a `~` where it tells what to leave out (config_parse_log_filter_patterns). */
export const logFilterPattern: Grammar = {
  name: 'log filter pattern',
  empty: 'resets',
  read: value => {
    const from = value.startsWith('~') ? 1 : 0;
    if (from === value.length) {
      return { parts: nothing.parts, faults: [fault(0, value.length, 'ignored', 'a regular expression after the ~')] };
    }
    return { parts: [{ start: from, end: value.length, kind: 'pattern', text: value.slice(from) }], faults: nothing.faults };
  },
};
