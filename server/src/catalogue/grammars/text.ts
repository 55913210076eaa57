/** Values that are free text or a name with few rules, with specifiers. */
import { type Fault, fault, type Grammar, nothing, type Outcome, type Part, scalar, whole, wrong } from './grammar.ts';
import { byteLength } from './paths.ts';
import { expandSpecifiers, type SpecifierTable, unknownSpecifier } from './specifier.ts';
import { splitWords } from './split.ts';

/** How a grammar of a name is built. */
export interface Name {
  readonly name: string;
  readonly empty?: Grammar['empty'];
  readonly otherwise?: Outcome;
  readonly table?: SpecifierTable;
  readonly expected: string;
  /** Judges the text with its specifiers replaced. */
  readonly accepts: (text: string) => boolean;
}

/** A grammar of a name in which specifiers are replaced before it is judged. */
export function nameGrammar({ name, empty = 'resets', otherwise = 'ignored', table = 'full', expected, accepts }: Name): Grammar {
  return {
    name,
    empty,
    read: (value, context) => {
      const { text, certain, unknown } = expandSpecifiers(value, table, context);
      if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, table, otherwise)] };
      return certain && !accepts(text) ? wrong(value, expected, otherwise) : whole(name, value);
    },
  };
}

/** Free text with specifiers (config_parse_unit_string_printf). */
export const text = nameGrammar({ name: 'text', expected: 'a text', accepts: () => true });

/** Free text, taken as it stands (config_parse_string). */
export const plainText = scalar({ name: 'plain text', kind: 'text', empty: 'resets', expected: 'a text', accepts: () => true });

/** SELinuxContext=, AppArmorProfile=, SmackProcessLabel=: text after a `-` that makes a wrong one only ignored. */
export const securityLabel: Grammar = {
  name: 'security label',
  empty: 'resets',
  read: (value, context) => {
    const from = value.startsWith('-') ? 1 : 0;
    const label = value.slice(from);
    const { unknown } = expandSpecifiers(label, 'full', context);
    if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, 'full', from === 1 ? 'ignored' : 'refused', from)] };
    return { parts: [{ start: from, end: value.length, kind: 'security label', text: label }], faults: nothing.faults };
  },
};

/** A file name: no slash, not `.` or `..`, at most 255 bytes (filename_is_valid). */
export function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && byteLength(name) <= 255;
}

/** LogNamespace= (log_namespace_name_valid: a file name that, beside the machine's id, still is one, of the characters of unit instances). */
export const logNamespace = nameGrammar({
  name: 'log namespace',
  expected: 'letters, digits and : - _ . @, at most 222 of them',
  accepts: name => isFileName(name) && /^[A-Za-z0-9:\-_.@]+$/.test(name) && name.length <= 222,
});

/** BusName=: a D-Bus name; systemd takes the unique ones too, such as :1.5 (sd_bus_service_name_is_valid). */
export const busName = nameGrammar({
  name: 'bus name',
  empty: 'read',
  expected: 'a D-Bus name such as org.example.Name',
  accepts: name =>
    name.length <= 255 && /^(?:[A-Za-z_-][A-Za-z0-9_-]*(?:\.[A-Za-z_-][A-Za-z0-9_-]*)+|:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)$/.test(name),
});

const controllers = [
  'cpu',
  'cpuacct',
  'cpuset',
  'io',
  'blkio',
  'memory',
  'devices',
  'pids',
  'bpf-firewall',
  'bpf-devices',
  'bpf-foreign',
  'bpf-socket-bind',
];

/** DelegateSubgroup=: a control group name that needs no escaping (cg_needs_escape). */
export const subgroup = scalar({
  name: 'control group name',
  empty: 'resets',
  expected: 'a name without slash that does not begin with _, . or cgroup., nor with the name of a controller and a dot',
  accepts: value =>
    isFileName(value) &&
    !/^[_.]|^cgroup\./.test(value) &&
    !['notify_on_release', 'release_agent', 'tasks'].includes(value) &&
    !controllers.some(controller => value.startsWith(`${controller}.`)),
});

/** LUOSession=: names, each once. */
export const luoSession: Grammar = {
  name: 'LUO sessions',
  empty: 'resets',
  read: value => {
    const seen = new Set<string>();
    const parts: Part[] = [];
    const faults: Fault[] = [];
    for (const word of splitWords(value).words) {
      const { start, end, text } = word;
      if (!/^[!-~]{1,255}$/.test(text) || /[:"'*?[\\]/.test(text))
        faults.push(fault(start, end, 'skipped', 'printable ASCII characters but : " \' * ? [ and a backslash, at most 255'));
      else if (seen.has(text)) faults.push(fault(start, end, 'skipped', 'every session once'));
      else parts.push({ ...word, kind: 'session' });
      seen.add(text);
    }
    return { parts, faults };
  },
};

/** The host name after `ProtectHostname=private:` (hostname_is_valid). */
export function isHostName(name: string): boolean {
  return name.length <= 64 && /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(name);
}

/** An objection to a part of a value. */
export function partly(start: number, end: number, expected: string) {
  return { parts: nothing.parts, faults: [fault(start, end, 'ignored', expected)] };
}
