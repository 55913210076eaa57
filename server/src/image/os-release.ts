import type { Span, Word } from '../unit/tree.ts';

/** One `KEY=value` of an os-release or extension-release file. Offsets are UTF-16 code units into the text, end exclusive. */
export interface ReleaseField extends Span {
  readonly key: Word;
  /** Without quotes and escapes. */
  readonly value: string;
  /** The value as written, quotes included, without blanks around it. */
  readonly valueSpan: Span;
}

type State = 'before-key' | 'comment' | 'key' | 'before-value' | 'value' | 'value-escape' | 'single' | 'double' | 'double-escape';

const newline = /[\n\r]/;
const blank = /[ \t\n\r]/;

/**
 * Parses os-release syntax as systemd's parse_env_file() does (src/basic/env-file.c; 252 differs only in comments that end in a backslash).
 * Quotes count at the start of a value only, a quoted value may span lines and be followed by more, an unclosed quote ends with the file, a
 * line without `=` is passed over. Returns every assignment in order; where a key comes twice the last one counts. Never fails.
 */
export function parseRelease(text: string): readonly ReleaseField[] {
  const fields: ReleaseField[] = [];
  const end = text.includes('\0') ? text.indexOf('\0') : text.length; // C strings end there
  let state: State = 'before-key';
  let keyStart = 0;
  let keyEnd = 0;
  let value = '';
  let valueStart = 0;
  let valueEnd = 0;
  let trimmed: number | undefined; // length of the value before the blanks at its end

  const add = () => {
    const key = text.slice(keyStart, keyEnd).replace(/[ \t]+$/, '');
    const text_ = state === 'value' && trimmed !== undefined ? value.slice(0, trimmed) : value;
    fields.push({
      key: { text: key, start: keyStart, end: keyStart + key.length },
      value: text_,
      valueSpan: { start: valueStart, end: valueEnd },
      start: keyStart,
      end: valueEnd,
    });
    state = 'before-key';
  };

  for (let i = 0; i < end; i++) {
    const c = text.charAt(i);
    switch (state) {
      case 'before-key':
        if (c === '#' || c === ';') state = 'comment';
        else if (!blank.test(c)) {
          state = 'key';
          keyStart = i;
        }
        break;
      case 'comment':
        if (newline.test(c)) state = 'before-key';
        break;
      case 'key':
        if (newline.test(c)) state = 'before-key';
        else if (c === '=') {
          state = 'before-value';
          keyEnd = i;
          value = '';
          trimmed = undefined;
          valueStart = i + 1;
          valueEnd = i + 1;
        }
        break;
      case 'before-value':
        if (newline.test(c)) add();
        else if (!blank.test(c)) {
          if (valueEnd === valueStart) valueStart = i;
          valueEnd = i + 1;
          if (c === "'") state = 'single';
          else if (c === '"') state = 'double';
          else if (c === '\\') state = 'value-escape';
          else {
            state = 'value';
            value += c;
          }
        }
        break;
      case 'value':
        if (newline.test(c)) add();
        else if (c === '\\') {
          state = 'value-escape';
          trimmed = undefined;
          valueEnd = i + 1;
        } else {
          if (blank.test(c)) trimmed ??= value.length;
          else {
            trimmed = undefined;
            valueEnd = i + 1;
          }
          value += c;
        }
        break;
      case 'value-escape':
        state = 'value';
        if (!newline.test(c)) {
          value += c;
          valueEnd = i + 1;
        }
        break;
      case 'single':
        valueEnd = i + 1;
        if (c === "'") state = 'before-value';
        else value += c;
        break;
      case 'double':
        valueEnd = i + 1;
        if (c === '"') state = 'before-value';
        else if (c === '\\') state = 'double-escape';
        else value += c;
        break;
      case 'double-escape':
        valueEnd = i + 1;
        state = 'double';
        if ('"\\`$'.includes(c)) value += c;
        else if (c !== '\n') value += `\\${c}`;
        break;
    }
  }
  if (state !== 'before-key' && state !== 'comment' && state !== 'key') add();
  return fields;
}

/** The values by key, the last assignment winning. */
export function releaseValues(fields: readonly ReleaseField[]): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.map(({ key, value }) => [key.text, value]));
}

const versionKeys = ['IMAGE_VERSION', 'VERSION_ID', 'BUILD_ID'] as const;

/** The version of an image: the first of `IMAGE_VERSION=`, `VERSION_ID=`, `BUILD_ID=` that is there and not empty. */
export function releaseVersion(values: Readonly<Record<string, string>>): string | undefined {
  return versionKeys.map(key => values[key]).find(Boolean);
}
