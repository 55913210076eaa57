/** What silences a finding: a comment for its line or its file, a row in portable-lint.json for the workspace; and the choice of a profile there. */
import { configurationName } from '../rules/control/configuration.ts';
import { type JsonMember, type JsonValue, parseJson } from '../rules/control/json.ts';
import { suppressionIn } from '../rules/control/suppressions.ts';
import type { Finding } from '../rules/rule.ts';
import { logicalLines } from '../unit/logical-lines.ts';
import { type Edit, eolOf, type Fix, wholeLines } from './fixes.ts';
import type { JudgedText } from './judge.ts';

/** A comment above the line that the finding stands in; undefined where no comment can stand there. */
export function silencingLine({ text, bom }: JudgedText, { code, start }: Finding): Fix | undefined {
  const title = `Silence ${code} for this line`;
  const line = logicalLines(text, { bom: bom === true }).lines.find(
    ({ pieces }) => pieces[0].start <= start && start <= (pieces.at(-1)?.end ?? 0),
  );
  const at = wholeLines(text, { start: line?.pieces[0].start ?? start, end: start }).start;
  if (at > 0) {
    const above = wholeLines(text, { start: at - 1, end: at - 1 });
    const found = suppressionIn(text.slice(above.start, at), above.start);
    if (found?.scope === 'line') return { title, edits: [insertion(found.end, `,${code}`)] };
  } else if (bom || text.startsWith('\ufeff')) return undefined; // behind a byte order mark it would be no comment
  const indent = /^[ \t]*/.exec(text.slice(at))?.[0] ?? '';
  return { title, edits: [insertion(at, `${indent}# portable-lint: disable=${code}${eolOf(text)}`)] };
}

/** A comment at the top of the file. */
export function silencingFile({ text, bom }: JudgedText, { code }: Finding): Fix {
  const title = `Silence ${code} in this file`;
  let at = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const found = suppressionIn(line, at);
    if (found?.scope === 'file') return { title, edits: [insertion(found.end, `,${code}`)] };
    at += line.length;
  }
  const eol = eolOf(text);
  const comment = `# portable-lint: disable-file=${code}${eol}`;
  if (!bom && !text.startsWith('\ufeff')) return { title, edits: [insertion(0, comment)] };
  const { end } = wholeLines(text, { start: 0, end: 0 });
  return { title, edits: [insertion(end, text[end - 1] === '\n' ? comment : eol + comment)] };
}

/** A row in the text of a portable-lint.json, which may be empty; undefined where that text is no JSON object. */
export function silencingWorkspace(text: string, code: string): Fix | undefined {
  const edit =
    text.trim() === '' ? { start: 0, end: text.length, text: `{\n  "rules": {\n    "${code}": "off"\n  }\n}\n` } : withRow(text, code);
  return edit && { title: `Silence ${code} in this workspace (${configurationName})`, edits: [edit] };
}

function withRow(text: string, code: string): Edit | undefined {
  const json = parseJson(text);
  if ('fault' in json || json.value.kind !== 'object') return undefined;
  const root = json.value;
  const rules = root.members.findLast(m => m.key.text === 'rules')?.value;
  if (!rules) return withMember(text, root, 'rules', inner => `{\n${inner}  "${code}": "off"\n${inner}}`);
  if (rules.kind !== 'object') return undefined;
  const row = rules.members.findLast(m => m.key.text === code);
  if (row) return { start: row.value.start, end: row.value.end, text: '"off"' };
  return withMember(text, rules, code, () => '"off"');
}

/** A profile chosen in the text of a portable-lint.json, which may be empty; undefined where that text is no JSON object. */
export function choosingProfile(text: string, title: string, name: string): Fix | undefined {
  if (text.trim() === '') return { title, edits: [{ start: 0, end: text.length, text: `{\n  "profile": "${name}"\n}\n` }] };
  const json = parseJson(text);
  if ('fault' in json || json.value.kind !== 'object') return undefined;
  const before = json.value.members.findLast(m => m.key.text === 'profile')?.value;
  const value = `"${name}"`;
  const edit = before ? { start: before.start, end: before.end, text: value } : withMember(text, json.value, 'profile', () => value);
  return { title, edits: [edit] };
}

type JsonObject = Extract<JsonValue, { readonly kind: 'object' }>;

/** A member more at the end of an object, laid out as the one before it; `value` gets its indentation. */
function withMember(text: string, object: JsonObject, key: string, value: (indent: string) => string): Edit {
  const last: JsonMember | undefined = object.members.at(-1);
  const member = (indent: string) => `"${key}": ${value(indent)}`;
  if (!last) {
    const outer = indentAt(text, object.start) ?? '';
    return { start: object.start, end: object.end, text: `{\n${outer}  ${member(`${outer}  `)}\n${outer}}` };
  }
  const indent = indentAt(text, last.key.start);
  const ownLine = indent !== undefined && text.slice(0, last.key.start).endsWith(`\n${indent}`);
  return insertion(last.value.end, ownLine ? `,\n${indent}${member(indent)}` : `, ${member(indent ?? '')}`);
}

/** The blanks that the line of an offset begins with. */
const indentAt = (text: string, offset: number): string | undefined =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0];

const insertion = (at: number, text: string): Edit => ({ start: at, end: at, text });
