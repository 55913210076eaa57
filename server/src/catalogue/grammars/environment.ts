/** Environment variables: Environment=, EnvironmentFile=, PassEnvironment=, UnsetEnvironment= (src/basic/env-util.c). */
import { isUtf8 } from './bytes.ts';
import type { Grammar } from './grammar.ts';
import { list } from './list.ts';
import { readPath } from './path-value.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { within } from './split.ts';

/** Whether a text may name a variable (env_name_is_valid). */
function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Whether a text is `NAME=value`, the value in UTF-8 (env_assignment_is_valid). */
function isVariableAssignment(text: string): boolean {
  const equals = text.indexOf('=');
  const value = text.slice(equals + 1);
  return equals > 0 && isVariableName(text.slice(0, equals)) && isUtf8(value);
}

function variables(name: string, kind: string, escapes: boolean, expected: string, accepts: (text: string) => boolean): Grammar {
  return list({
    name,
    kind,
    split: { quotes: 'remove', escapes },
    judge: (word, context) => {
      const { text, certain, unknown } = expandSpecifiers(word.text, 'full', context);
      if (unknown) return unknownSpecifier(within(word, unknown.start, unknown.end), 'full', 'skipped');
      return certain && !accepts(text) ? expected : undefined;
    },
  });
}

/** Environment=: assignments (config_parse_environ). */
export const environment = variables(
  'environment',
  'assignment',
  true,
  'NAME=value, quoted as a whole where the value holds blanks; names are letters, digits and _',
  isVariableAssignment,
);

/** PassEnvironment=: names (config_parse_pass_environ). */
export const passEnvironment = variables(
  'environment names',
  'variable',
  false,
  'the name of a variable: letters, digits and _, no digit first',
  isVariableName,
);

/** UnsetEnvironment=: names, or assignments (config_parse_unset_environ). */
export const unsetEnvironment = variables(
  'environment names or assignments',
  'variable',
  true,
  'the name of a variable, or NAME=value',
  text => isVariableName(text) || isVariableAssignment(text),
);

/** EnvironmentFile=: a path, or a glob, after a `-` where it may be missing (config_parse_unit_env_file). */
export const environmentFile: Grammar = {
  name: 'environment file',
  empty: 'resets',
  read: (value, context) => {
    // the dash is looked for after specifiers are replaced, but none begins with one
    const from = value.startsWith('-') ? 1 : 0;
    return readPath(value, from, value.length, context, 'ignored');
  },
};
