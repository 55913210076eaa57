/**
 * Rules about [Install]: what `systemctl enable` refuses or skips (src/shared/install.c). The manager itself never reads that section. All of
 * it was asked of `systemctl --root=TREE enable` of 252, 257 and 262, which agree.
 */

import type { Part } from '../catalogue/grammars/index.ts';
import { installWords } from '../catalogue/grammars/install.ts';
import { expandSpecifiers } from '../catalogue/grammars/specifier.ts';
import { unitNameForm, unitTypeOf } from '../catalogue/grammars/unit-names.ts';
import { hasPlaceholder } from '../unit/placeholders.ts';
import type { Span } from '../unit/tree.ts';
import { templateOf } from '../unit/unit-set.ts';
import { placeIn } from './place.ts';
import type { JudgedAssignment, Report, Subject } from './rule.ts';
import { contextOf } from './value.ts';
import type { WholeReport, WholeUnit } from './whole-unit.ts';
import { quoted } from './wording.ts';

const refuses = 'systemctl enable refuses the unit';

/** Directives whose words are units that shall pull this one in. */
const dependents: readonly string[] = ['WantedBy', 'RequiredBy', 'UpheldBy'];
const namingKeys: ReadonlySet<string> = new Set([...dependents, 'Also']);

/** A word of an [Install] directive as systemctl expands it. */
interface InstallWord extends Part {
  readonly expanded: string;
  /** The specifier that it does not know, in the word. */
  readonly unknown?: Span;
}

/** From this version on a quote that is never closed takes the whole line with it; before, the words in front of it count (seen on 252 and 257). */
const wholeLinesFrom = 257;

/** The words of an assignment in [Install], if it is one that counts; none where a placeholder is in its value. */
function wordsOf(
  { section, standing, parts, assignment: { key, value, start } }: JudgedAssignment,
  subject: Subject,
  keys: ReadonlySet<string>,
): readonly InstallWord[] {
  if (section !== 'Install' || standing !== 'known' || !keys.has(key.text) || isReset(key.text, start, subject)) return [];
  if (subject.target.systemd >= wholeLinesFrom && key.text !== 'Also' && installWords(key.text, value).failure) return [];
  return parts.map(word => {
    const { text, unknown } = expandSpecifiers(word.text, 'name', contextOf(subject, section, key.text));
    return { ...word, expanded: text, ...(unknown && { unknown }) };
  });
}

/** Whether an empty assignment behind it takes back what an assignment says; what Also= said is carried out at once. */
const isReset = (key: string, start: number, { tree }: Subject): boolean =>
  key !== 'Also' &&
  tree.sections.some(
    ({ name, assignments }) =>
      name.text === 'Install' && assignments.some(later => later.start > start && later.key.text === key && later.value === ''),
  );

const badSpecifier = `Expected a specifier that names take, such as %i, %n or %p: ${refuses}.`;
const isName = (name: string): boolean => unitNameForm(name) !== undefined;

/** Names in WantedBy= and its like, and in Also=, that no unit can have. */
export function badUnitName(judged: JudgedAssignment, subject: Subject): readonly Report[] {
  return wordsOf(judged, subject, namingKeys).flatMap(word => {
    // without the unit's name nobody knows what a specifier makes of it
    if (!word.unknown && (isName(word.expanded) || (word.text !== word.expanded && subject.unit.name === undefined))) return [];
    const span = placeIn(judged.assignment, word);
    if (word.unknown) return [{ ...span, message: badSpecifier }];
    const meant = word.text.includes(',')
      ? 'Names stand apart by blanks.'
      : 'A name has letters, digits and : - _ . \\, and the suffix of a type, such as .target.';
    return [{ ...span, message: `${quoted(word.text)} is no unit's name: ${refuses}. ${meant}` }];
  });
}

/** Types of units that may have other names (unit_type_may_alias). */
const mayAlias: ReadonlySet<string> = new Set(['service', 'socket', 'target', 'device', 'timer', 'path']);
const aliasKeys: ReadonlySet<string> = new Set(['Alias']);

/** Names that the unit cannot have as another one. */
export function badAlias(judged: JudgedAssignment, subject: Subject): readonly Report[] {
  const { kind, name } = subject.unit;
  if (kind && !mayAlias.has(kind)) return [];
  return wordsOf(judged, subject, aliasKeys).flatMap(word => {
    const span = placeIn(judged.assignment, word);
    if (word.unknown) return [{ ...span, message: badSpecifier }];
    if (word.text !== word.expanded && name === undefined) return [];
    const why = aliasProblem(word.expanded, kind, name);
    return why === undefined
      ? []
      : [{ ...span, message: `${quoted(word.text)} cannot be another name of this unit, as ${why}: ${refuses}.` }];
  });
}

/** Why a name cannot stand for a unit (unit_validate_alias_symlink_or_warn). */
function aliasProblem(alias: string, kind: string | undefined, name: string | undefined): string | undefined {
  const [, folder = '', entry] = /^([^/]*)\.(?:wants|requires|upholds)\/([^/]*)$/.exec(alias) ?? [];
  if (entry !== undefined)
    return isName(folder) && (name === undefined || entry === name)
      ? undefined
      : 'a link in such a folder bears the name of the unit itself';
  if (alias.includes('/')) return 'it is a path';
  const form = unitNameForm(alias);
  if (!form) return 'no unit can have it';
  if (kind && unitTypeOf(alias) !== kind) return `its type must be ${kind}, too`;
  if (name === undefined || alias === name) return undefined;
  const own = unitNameForm(name);
  if (own === 'plain') return form === 'plain' ? undefined : 'only a template or an instance can stand for one';
  if (form === 'plain') return 'only a name with an @ can stand for one with an @';
  const instanceOf = (text: string) => text.slice(text.indexOf('@') + 1, text.lastIndexOf('.'));
  return own === 'instance' && form === 'instance' && instanceOf(alias) !== instanceOf(name)
    ? 'the part behind the @ must be the same'
    : undefined;
}

/** A default instance that cannot be one. */
export function badInstance(judged: JudgedAssignment, subject: Subject): Report | undefined {
  const { section, standing, assignment } = judged;
  const { key, value, valueSpan } = assignment;
  if (section !== 'Install' || standing !== 'known' || key.text !== 'DefaultInstance' || value === '') return undefined;
  if ((subject.unit.placeholders && hasPlaceholder(value)) || !isTemplate(subject, 'alone')) return undefined;
  const { text, unknown } = expandSpecifiers(value, 'name', contextOf(subject, section, key.text));
  if (unknown) return { ...placeIn(judged.assignment, unknown), message: badSpecifier };
  if (/^[A-Za-z0-9:_.\\@-]*$/.test(text) && text.length < 255) return undefined;
  return {
    ...valueSpan,
    message: `An instance has letters, digits and : - _ . \\ @ only: ${refuses}. systemd-escape makes one of any text.`,
  };
}

/** Whether the unit is a template, or may be one; an instance that has a file of its own counts, too, unless they are meant alone. */
const isTemplate = ({ unit: { name } }: Subject, which?: 'alone'): boolean =>
  name === undefined || unitNameForm(name) === 'template' || (which !== 'alone' && templateOf(name) !== undefined);

/** What systemctl skips: other names for types that have none, an instance of what is no template, open quotes. */
export function installIgnored(judged: JudgedAssignment, subject: Subject): Report | undefined {
  const { section, standing, assignment } = judged;
  const { key, value } = assignment;
  if (section !== 'Install' || standing !== 'known') return undefined;
  const { kind, placeholders } = subject.unit;
  const skipped = 'systemctl enable ignores this line';
  const span = { start: key.start, end: key.end };
  if (key.text === 'Alias' && kind && !mayAlias.has(kind)) return { ...span, message: `A ${kind} unit has no other names: ${skipped}.` };
  if (key.text === 'DefaultInstance')
    return isTemplate(subject)
      ? undefined
      : { ...span, message: `Only templates (name@.${kind ?? 'service'}) have instances: ${skipped}.` };
  if (key.text === 'Also' || (placeholders && hasPlaceholder(value))) return undefined;
  const { failure } = installWords(key.text, value);
  return failure && { ...placeIn(judged.assignment, failure), message: `This quote is never closed: ${skipped}.` };
}

const installKeys = ['WantedBy', 'RequiredBy', 'UpheldBy', 'Alias', 'Also', 'DefaultInstance'];

/** An [Install] section in which nothing is left. */
export function nothingEnabled(whole: WholeUnit): WholeReport | undefined {
  const { name } = whole;
  const section = whole.fragment.sections.find(s => s.name.text === 'Install');
  if (!section) return undefined;
  const settings = installKeys.flatMap(key => whole.all([key], 'Install'));
  if (settings.some(({ value, judged }) => judged.assignment.key.text !== 'Alias' || value !== name)) return undefined;
  return { at: 'unit', section: 'Install', message: 'This [Install] says nothing that systemctl enable could do.' };
}
