/** Credentials: SetCredential=, SetCredentialEncrypted=, LoadCredential=, LoadCredentialEncrypted=, ImportCredential=. */
import { base64Length } from './encodings.ts';
import { knownEscape, resolveEscapes } from './escapes.ts';
import { type Context, type Fault, fault, type Grammar, nothing, type Part, type Reading } from './grammar.ts';
import { readPath } from './path-value.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { expectedInstead, type SplitWord, splitWords, within } from './split.ts';
import { isDescriptorName } from './standard-streams.ts';
import { isFileName } from './text.ts';

/** Whether a text may name a credential (credential_name_valid). */
function isCredentialName(name: string): boolean {
  return isFileName(name) && isDescriptorName(name);
}

/** A name, or one with a `*` at its end, and nothing else that stands for others (credential_glob_valid). */
function isCredentialGlob(text: string): boolean {
  if (text === '*') return true;
  if (/[?[\]]/.test(text)) return false;
  const star = text.indexOf('*');
  return star < 0 || star === text.length - 1 ? isCredentialName(star < 0 ? text : text.slice(0, -1)) : false;
}

/** Whether an absolute path is written as short as it can be, a slash at its end apart (path_is_normalized). */
function isNormalized(path: string): boolean {
  return !path.includes('//') && !path.split('/').some(component => component === '.' || component === '..');
}

const expectedName = 'a credential name: a file name of printable ASCII characters without colons';

/** What stands before the first colon and where the rest begins, or the objection. */
type Head = { readonly name: SplitWord; readonly rest: number | undefined } | { readonly fault: Fault };

function readHead(value: string, context: Context, accepts: (name: string) => boolean, expected: string): Head {
  const { words, rest, failure } = splitWords(value, { separators: ':', emptyWords: true }, { limit: 1 });
  if (failure) return { fault: fault(failure.start, failure.end, 'ignored', expectedInstead(failure)) };
  const name = words[0] ?? { start: 0, end: 0, text: '' };
  const { text, certain, unknown } = expandSpecifiers(name.text, 'full', context);
  if (unknown) return { fault: unknownSpecifier(within(name, unknown.start, unknown.end), 'full') };
  if (certain && !accepts(text)) return { fault: fault(name.start, Math.max(name.end, 1), 'ignored', expected) };
  return { name, rest: rest !== undefined && rest < value.length ? rest : undefined };
}

const only = (objection: Fault): Reading => ({ parts: nothing.parts, faults: [objection] });

function credential(
  name: string,
  read: (value: string, part: Part, rest: number | undefined, context: Context) => Reading,
  glob = false,
): Grammar {
  return {
    name,
    empty: 'resets',
    read: (value, context) => {
      const head = glob
        ? readHead(value, context, isCredentialGlob, `${expectedName}, or one with a * at its end`)
        : readHead(value, context, isCredentialName, expectedName);
      if ('fault' in head) return only(head.fault);
      const part = { ...head.name, kind: 'credential' };
      const { parts, faults } = read(value, part, head.rest, context);
      return { parts: [part, ...parts], faults };
    },
  };
}

function setting(
  name: string,
  wrong: (data: string, version: number) => { readonly start: number; readonly end: number; readonly expected: string } | undefined,
) {
  return credential(name, (value, { end }, rest, { version }) => {
    if (rest === undefined) return only(fault(0, Math.max(end, value.length), 'ignored', 'a name, a colon, and the data'));
    const objection = wrong(value.slice(rest), version);
    if (objection) return only(fault(rest + objection.start, rest + objection.end, 'ignored', objection.expected));
    return { parts: [{ start: rest, end: value.length, kind: 'data', text: value.slice(rest) }], faults: nothing.faults };
  });
}

/** SetCredential=: a name and text with C escapes (config_parse_set_credential). */
export const setCredential = setting('credential', (data, version) => {
  const unescaped = resolveEscapes(data, version, { acceptNul: true });
  return 'wrong' in unescaped ? { ...unescaped.wrong, expected: knownEscape } : undefined;
});

/** SetCredentialEncrypted=: a name and Base64. */
export const setEncryptedCredential = setting('encrypted credential', (data, version) =>
  base64Length(data, version) === undefined ? { start: 0, end: data.length, expected: 'data in Base64' } : undefined,
);

/** LoadCredential=, LoadCredentialEncrypted=: a name, and a path or the name of a credential of the manager's (config_parse_load_credential). */
export const loadCredential = credential('loaded credential', (value, _, rest, context) => {
  if (rest === undefined) return nothing;
  const source = value.slice(rest);
  const { text, certain, unknown } = expandSpecifiers(source, 'full', context);
  if (certain && !unknown && text.startsWith('/')) {
    if (!isNormalized(text)) return only(fault(rest, value.length, 'ignored', 'a path without doubled slashes, "." and ".." in it'));
    return readPath(value, rest, value.length, context, 'ignored');
  }
  if (unknown) return only(unknownSpecifier(unknown, 'full', 'ignored', rest));
  if (certain && !isCredentialName(text))
    return only(fault(rest, value.length, 'ignored', 'an absolute path, or the name of a credential that the manager has'));
  return { parts: [{ start: rest, end: value.length, kind: 'source', text: source }], faults: nothing.faults };
});

/** ImportCredential=: a name or a glob; from 257 on another name, or the beginning of one, after a colon (config_parse_import_credential). */
export const importCredential = credential(
  'imported credential',
  (value, _, rest, { version }) => {
    if (rest === undefined) return nothing;
    const renamed = value.slice(rest);
    if (version < 257) return only(fault(rest - 1, value.length, 'ignored', 'a name without a colon'));
    if (!isCredentialName(renamed)) return only(fault(rest, value.length, 'ignored', expectedName));
    return { parts: [{ start: rest, end: value.length, kind: 'credential', text: renamed }], faults: nothing.faults };
  },
  true,
);
