/** `%` specifiers: which letters a place takes, and a likely value of each (src/core/unit-printf.c, src/shared/specifier.c). */
import type { Span } from '../../unit/tree.ts';
import { unescapeName, unescapePath } from '../../unit/unit-name.ts';
import { type Context, type Fault, fault } from './grammar.ts';
import { words } from './words.ts';

/** Known everywhere, with a value such as they have; of several the one that fits more places: a letter in front. */
const common: Readonly<Record<string, string>> = {
  a: 'x86-64',
  A: '1',
  b: 'abcdef0123456789abcdef0123456789',
  B: '1',
  g: 'root',
  G: '0',
  H: 'host',
  l: 'host',
  m: 'abcdef0123456789abcdef0123456789',
  M: 'image',
  o: 'linux',
  q: 'host',
  T: '/tmp',
  u: 'root',
  U: '0',
  v: '6.1.0',
  V: '/var/tmp',
  w: '1',
  W: 'variant',
};

/** Known where more than a name may stand. */
const rich: Readonly<Record<string, string>> = {
  C: '/var/cache',
  D: '/usr/share',
  E: '/etc',
  h: '/root',
  L: '/var/log',
  s: '/bin/sh',
  S: '/var/lib',
  t: '/run',
  y: '/etc/systemd/system/unit',
  Y: '/etc/systemd/system',
};

/** The letters of names (dependencies), and those of any other text. */
const letters = {
  name: words('i j n N p a A b B g G H l m M o q u U v w W'),
  full: words('i I j J n N p P f y Y c r R C d D@255 E L S t h s a A b B g G H l m M o q T u U v V w W'),
} as const;

/** Which table of specifiers a place has: `name` = unit_name_printf, `full` = unit_full_printf, unit_path_printf, unit_cred_printf. */
export type SpecifierTable = keyof typeof letters;

/** A text with its specifiers replaced. */
export interface Expansion {
  readonly text: string;
  /** False where a value cannot be known before the unit runs (the instance of a template, the control group): then only the letters may be judged. */
  readonly certain: boolean;
  /** Whether there was any specifier but `%%`. */
  readonly changed: boolean;
  /** The first specifier that is unknown, or that the unit's name has no value for; the expansion ends there (specifier_printf fails). */
  readonly unknown?: Span;
}

/** Splits a unit name: `a-b@c.service`. */
function nameParts(name: string) {
  const dot = name.lastIndexOf('.');
  const bare = dot < 0 ? name : name.slice(0, dot);
  const at = bare.indexOf('@');
  const prefix = at < 0 ? bare : bare.slice(0, at);
  return { bare, prefix, instance: at < 0 ? '' : bare.slice(at + 1), template: at >= 0 && at === bare.length - 1 };
}

/** Replaces the specifiers of a text by values such as systemd would put there. */
export function expandSpecifiers(text: string, table: SpecifierTable, { unitName, version }: Context): Expansion {
  if (!text.includes('%')) return { text, certain: true, changed: false };
  const parts = nameParts(unitName ?? '');
  let certain = true;
  let changed = false;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    const letter = text[i + 1];
    if (c !== '%' || letter === undefined) {
      out += c;
      continue;
    }
    i++;
    if (letter === '%') out += '%';
    else if (letters[table].has(letter, version)) {
      changed = true;
      const known = common[letter] ?? (table === 'full' ? rich[letter] : undefined);
      if (known !== undefined) out += known;
      else {
        const open = unitName === undefined || 'rR'.includes(letter) || (parts.template && 'iInNf'.includes(letter));
        const value = ofUnit(letter, unitName ?? 'unit', parts);
        if (value === undefined && !open) return { text: out, certain, changed, unknown: { start: i - 1, end: i + 1 } };
        if (open) certain = false;
        out += value ?? '/';
      }
    } else if (/[0-9A-Za-z]/.test(letter)) return { text: out, certain, changed, unknown: { start: i - 1, end: i + 1 } };
    else out += `%${letter}`;
  }
  return { text: out, certain, changed };
}

/**
 * Contexts in which a text with specifiers becomes something certain, to try what it could be: the own one, or where the unit or its instance is
 * not known, units of several names. What is wrong in all of them is wrong.
 */
export function possibleContexts(context: Context): readonly Context[] {
  const { unitName, unitType } = context;
  const { prefix, template } = nameParts(unitName ?? '');
  if (unitName !== undefined && !template) return [context];
  const names = ['@x', '@x.service', '@-x', ...(unitName === undefined ? ['', '-x'] : [])];
  return names.map(after => ({ ...context, unitName: `${prefix || 'x'}${after}.${unitType}` }));
}

function ofUnit(letter: string, name: string, { bare, prefix, instance }: ReturnType<typeof nameParts>): string | undefined {
  const last = prefix.slice(prefix.lastIndexOf('-') + 1);
  switch (letter) {
    case 'i':
      return instance;
    case 'I':
      return unescapeName(instance);
    case 'j':
      return last;
    case 'J':
      return unescapeName(last);
    case 'n':
      return name;
    case 'N':
      return bare;
    case 'p':
      return prefix;
    case 'P':
      return unescapeName(prefix);
    case 'c':
      return `/system.slice/${name}`;
    case 'f':
      return unescapePath(instance || prefix);
    default:
      return `/run/credentials/${name}`; // d
  }
}

/** The objection to a specifier that is unknown or has no value, `offset` being where the expanded text begins in the value. */
export function unknownSpecifier({ start, end }: Span, table: SpecifierTable, outcome: Fault['outcome'] = 'ignored', offset = 0): Fault {
  const what =
    table === 'name'
      ? 'a specifier that unit names take, such as %i, %n or %p'
      : 'a known specifier with a value here, such as %i, %n or %t';
  return fault(start + offset, end + offset, outcome, `${what}; a percent sign itself is written %%`);
}
