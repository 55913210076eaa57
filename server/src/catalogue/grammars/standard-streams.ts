/** Where a process reads and writes: StandardInput=, StandardOutput=, StandardError=, and data to read. */
import { base64Length } from './encodings.ts';
import { knownEscape, resolveEscapes } from './escapes.ts';
import { fault, type Grammar, nothing, scalar, whole, wrong } from './grammar.ts';
import { readPath } from './path-value.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { orList, words } from './words.ts';

/** A name for a file descriptor: printable ASCII without colons, at most 255 (fdname_is_valid). */
export function isDescriptorName(name: string): boolean {
  return /^[\x20-\x39\x3b-\x7e]{1,255}$/.test(name);
}

/** A grammar of a word, `fd:NAME`, or a path after one of some prefixes (config_parse_exec_input, config_parse_exec_output). */
function stream(name: string, table: string, files: readonly string[], obsolete: Readonly<Record<string, string>>): Grammar {
  const known = words(table);
  const prefixes = files.map(file => `${file}:`);
  return {
    name,
    empty: 'read',
    read: (value, context) => {
      const prefix = prefixes.find(file => value.startsWith(file));
      if (prefix !== undefined) return readPath(value, prefix.length, value.length, context, 'ignored');
      if (value.startsWith('fd:')) {
        const { text, certain, unknown } = expandSpecifiers(value.slice(3), 'full', context);
        if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, 'full', 'ignored', 3)] };
        if (certain && text !== '' && !isDescriptorName(text)) {
          return {
            parts: nothing.parts,
            faults: [fault(3, value.length, 'ignored', 'a name of printable ASCII characters without colons')],
          };
        }
        return { parts: [{ start: 3, end: value.length, kind: 'descriptor', text: value.slice(3) }], faults: nothing.faults };
      }
      const now = obsolete[value];
      if (now !== undefined) {
        return {
          parts: whole('stream', value).parts,
          faults: [fault(0, value.length, 'rewritten', `${value} is obsolete, systemd uses ${now}`)],
        };
      }
      // the prefixes themselves are words of systemd's table, though they name no file
      if (known.has(value, context.version) || value === 'fd' || files.includes(value)) return whole('stream', value);
      return wrong(value, orList([...known.all(context.version), 'fd:NAME', ...prefixes.map(file => `${file}/PATH`)]));
    },
    words: ({ version }) => [...known.all(version), 'fd:', ...prefixes],
  };
}

/** StandardInput=. */
export const standardInput = stream('standard input', 'null tty tty-force tty-fail socket data', ['file'], {});

/** StandardOutput=, StandardError=. */
export const standardOutput = stream(
  'standard output',
  'inherit null tty kmsg kmsg+console journal journal+console socket',
  ['file', 'append', 'truncate'],
  { syslog: 'journal', 'syslog+console': 'journal+console' },
);

/** StandardInputText=: text with C escapes and specifiers (config_parse_exec_input_text). */
export const inputText: Grammar = {
  name: 'input text',
  empty: 'resets',
  read: (value, context) => {
    const unescaped = resolveEscapes(value, context.version);
    if ('wrong' in unescaped) {
      const { start, end } = unescaped.wrong;
      return { parts: nothing.parts, faults: [fault(start, end, 'ignored', knownEscape)] };
    }
    const { unknown } = expandSpecifiers(unescaped.text, 'full', context);
    if (!unknown) return whole('text', value);
    const span = unescaped.text === value ? unknown : { start: 0, end: value.length };
    return { parts: nothing.parts, faults: [unknownSpecifier(span, 'full')] };
  },
};

/** StandardInputData=: bytes in Base64 (config_parse_exec_input_data). */
export const inputData = scalar({
  name: 'input data',
  kind: 'base64',
  empty: 'resets',
  expected: 'data in Base64',
  accepts: (value, { version }) => base64Length(value, version) !== undefined,
});
