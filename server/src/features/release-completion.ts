/** The fields and values that may stand in an os-release or extension-release. */
import type { CompletionItem, CompletionItemKind } from 'vscode-languageserver';
import { isPrefix } from '../image/names.ts';
import { isAttachable } from '../image/units.ts';
import { releaseFields, releaseFieldText } from '../portable/release-fields.ts';
import { isBuildName } from '../rules/portable/portable-tree.ts';
import type { ReleaseFile } from '../rules/portable/release-file.ts';
import type { JudgedRelease } from './judge-release.ts';
import { fieldMarkdown } from './release-hover.ts';

const kinds = { field: 10, value: 12 } as const satisfies Record<string, CompletionItemKind>;

/** Keeps editors to our order: by themselves they take that of the alphabet. */
const sortText = (n: number): string => String(n).padStart(3, '0');

/** What may stand at an offset of the text; nothing in a comment. */
export function releaseCompletions({ text, release, lines }: JudgedRelease, offset: number): CompletionItem[] {
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  const before = text.slice(lineStart, offset);
  if (/^\s*[#;]/.test(before)) return [];
  const equals = before.indexOf('=');
  // where a value goes over several lines, what is typed in it is no field
  const inside = release.fields.some(({ valueSpan }) => valueSpan.start < lineStart && offset <= valueSpan.end);
  if (inside) return [];
  const word = /[\w-]*$/.exec(before)?.[0] ?? '';
  const after = /^[\w-]*/.exec(text.slice(offset))?.[0] ?? '';
  const range = lines.range({ start: offset - word.length, end: offset + after.length });
  if (equals < 0) {
    if (before.trim() !== word) return [];
    const tail = text.charAt(offset + after.length) === '=' ? '' : '=';
    return releaseFields
      .filter(({ key, only = release.kind }) => only === release.kind && (release.field(key) === undefined || key === word + after))
      .map((field, n) => ({
        label: field.key,
        kind: kinds.field,
        detail: field.summary,
        sortText: sortText(n),
        documentation: { kind: 'markdown', value: fieldMarkdown(field, release.target) },
        textEdit: { range, newText: field.key + tail },
      }));
  }
  return valuesOf(before.slice(0, equals).trim(), release).map((label, n) => ({
    label,
    kind: kinds.value,
    sortText: sortText(n),
    textEdit: { range, newText: label.includes(' ') && !before.includes('"') ? `"${label}"` : label },
  }));
}

/** The values that a field may have, as far as they can be told; those that this image itself suggests first. */
function valuesOf(key: string, { kind, facts }: ReleaseFile): readonly string[] {
  if (key === 'PORTABLE_PREFIXES') {
    const units = facts?.units.filter(unit => isAttachable(unit)) ?? [];
    return [...new Set(units.map(unit => unit.replace(/[-@.].*$/, '')))].filter(isPrefix);
  }
  const known = releaseFieldText(key, kind)?.values ?? [];
  const own = facts && !isBuildName(facts.name) ? (facts.name.split('_', 1)[0] ?? '').toLowerCase() : '';
  if (key === 'ID' && kind === 'extension-release')
    return ['_any', ...(facts?.beside() ?? []).flatMap(({ release }) => release.ID ?? []), ...known];
  if (key === 'ID' && /^[a-z0-9._-]+$/.test(own)) return [own, ...known.filter(id => id !== own)];
  return known;
}
