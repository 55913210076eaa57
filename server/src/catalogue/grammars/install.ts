/**
 * Values in [Install], as systemctl enable reads them (config_parse_also, config_parse_default_instance and config_parse_strv in
 * src/shared/install.c). The manager never looks at them, so these grammars object to nothing: what systemctl says of them is for rules.
 */
import { type Grammar, nothing } from './grammar.ts';
import { type Split, type SplitStyle, splitWords } from './split.ts';

const quoted: SplitStyle = { quotes: 'remove', plainBackslash: true };
const plain: SplitStyle = { plainBackslash: true };

/** The words of a value; only Also= knows no quotes. */
export const installWords = (key: string, value: string): Split => splitWords(value, key === 'Also' ? plain : quoted);

const names = (name: string, kind: string): Grammar => ({
  name,
  empty: 'resets',
  read: (value, { key }) => ({ parts: installWords(key, value).words.map(word => ({ ...word, kind })), faults: nothing.faults }),
});

/** By the name that stands for them in parsers.ts. */
export const installGrammars: Readonly<Record<string, Grammar>> = {
  install_units: names('units to enable for', 'unit'),
  install_also: names('units to enable as well', 'unit'),
  install_alias: names('other names', 'alias'),
  install_instance: {
    name: 'instance',
    empty: 'resets',
    read: value => ({ parts: [{ start: 0, end: value.length, kind: 'instance', text: value }], faults: nothing.faults }),
  },
};
