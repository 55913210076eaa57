/** Whole units made up for the occasion: sections, directives that meet, drop-ins, continuations, comments inside them, odd line ends and broken lines. */
import { namesIn } from '../../server/src/catalogue/catalogue.ts';
import type { UnitKind } from '../../server/src/unit/unit-file.ts';
import { dropInFolders } from '../../server/src/unit/unit-set.ts';
import { caseOf, wholeCases } from '../server/rules/whole-cases.ts';
import { generatorFor, randomFrom } from './fresh-values.ts';

/** Files by name, the unit first. */
export type MadeUnit = readonly (readonly [name: string, text: string])[];

/** What each type of unit needs to be loaded, of which little is left out. */
const bodies: readonly { readonly kind: UnitKind; readonly name: string; readonly section: string; readonly needs: readonly string[] }[] = [
  { kind: 'service', name: 'a.service', section: 'Service', needs: ['ExecStart=/bin/true'] },
  { kind: 'service', name: 'a.service', section: 'Service', needs: ['Type=oneshot', 'ExecStart=/bin/true'] },
  { kind: 'service', name: 'a@.service', section: 'Service', needs: ['ExecStart=/bin/true %i'] },
  { kind: 'service', name: 'a-b@x-y.service', section: 'Service', needs: ['ExecStart=/bin/true %i'] },
  { kind: 'service', name: '-a.service', section: 'Service', needs: ['ExecStart=/bin/true'] },
  { kind: 'socket', name: 'a.socket', section: 'Socket', needs: ['ListenStream=/run/a'] },
  { kind: 'timer', name: 'a.timer', section: 'Timer', needs: ['OnBootSec=1'] },
  { kind: 'path', name: 'a.path', section: 'Path', needs: ['PathExists=/a'] },
  { kind: 'mount', name: 'a.mount', section: 'Mount', needs: ['What=/dev/x', 'Where=/a'] },
  { kind: 'mount', name: 'a-b\\x2dc.mount', section: 'Mount', needs: ['What=/dev/x', 'Where=/a/b-c'] },
  { kind: 'automount', name: 'a--b.automount', section: 'Automount', needs: ['Where=/a/b'] },
  { kind: 'automount', name: 'a.automount', section: 'Automount', needs: ['Where=/a'] },
  { kind: 'swap', name: 'dev-a.swap', section: 'Swap', needs: ['What=/dev/a'] },
  { kind: 'slice', name: 'a.slice', section: 'Slice', needs: [] },
  { kind: 'target', name: 'a.target', section: 'Unit', needs: [] },
];

/** Lines of the table of whole units, by section: settings that have to do with each other. */
const together: ReadonlyMap<string, readonly string[]> = (() => {
  const lines = new Map<string, Set<string>>();
  for (const [, text] of wholeCases.flatMap(row => caseOf(row).files)) {
    let section = '';
    for (const line of text.split('\n')) {
      section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
      if (/^\w+=/.test(line)) lines.set(section, (lines.get(section) ?? new Set()).add(line));
    }
  }
  return new Map([...lines].map(([section, all]) => [section, [...all]]));
})();

/** What is in files beside settings; the last ones end the reading. */
const oddLines = [
  '',
  '  ',
  '# a comment',
  '; another \\',
  '  # indented',
  'no equals',
  '=value',
  ' = x',
  'X-Own=1',
  'Nice',
  'Key\u00a0=1',
  '[X-Own]',
];
const oddHeaders = ['[Foo]', '[X-Own]', ' [Unit] ', '[Unit] ', '[unit]', '[ Service]', '[Install]', '[Service][Unit]', '[Socket]'];
const endings = ['[Service', '[]', '[Unit] # x', 'A=\ufffe', '# \uffff'];

/** Makes units for a version; the same ones for the same seed. */
export function madeUnits(version: number, count: number, seed: number): readonly MadeUnit[] {
  const random = randomFrom(seed * 1000 + version);
  const pick = <T>(list: readonly T[], otherwise: T): T => list[random(list.length)] ?? otherwise;
  const chance = (in100: number) => random(100) < in100;

  function setting(section: string): string {
    const known = together.get(section) ?? [];
    if (known.length > 0 && chance(60)) return pick(known, '');
    const key = pick(namesIn(section, version), 'Description');
    const value = generatorFor(section, key, version, random).next();
    // how long values are judged is asked elsewhere, without the instance of a template, which adds to them
    return `${key}${chance(10) ? ' = ' : '='}${chance(8) || value.length > 200 ? '' : value}`;
  }
  /** Continued over several lines, perhaps with comments and what looks like a continuation between them. */
  function continued(line: string): string {
    return line
      .split(' ')
      .map((word, n, words) => {
        if (n === words.length - 1) return word;
        const between = pick(['', '', '# inside\n', '; inside \\\n', '  # inside\n', '   '], '');
        return chance(50) ? `${word} \\${chance(5) ? ' ' : ''}\n${between}` : `${word} `;
      })
      .join('');
  }
  function section(name: string, needs: readonly string[]): readonly string[] {
    const lines = [...needs, ...Array.from({ length: random(5) }, () => setting(name))];
    for (let n = random(3); n > 0; n--) if (chance(40)) lines.splice(random(lines.length + 1), 0, pick(oddLines, ''));
    return [`[${name}]`, ...lines.map(line => (chance(15) ? continued(line) : line))];
  }
  function text(name: string, needs: readonly string[]): string {
    const sections = [section(name, needs)];
    if (chance(60)) sections.unshift(section('Unit', []));
    if (chance(15)) sections.push(section(name, []));
    if (chance(10)) sections.splice(random(sections.length), 0, [pick(oddHeaders, ''), 'Nice=1', 'Foo=1']);
    const lines = sections.flat();
    if (chance(4)) lines.splice(random(lines.length + 1), 0, pick(endings, ''));
    if (chance(5)) lines.unshift('Early=1');
    const end = chance(90) ? '\n' : pick(['\r\n', '\r', '\0', '\n\r', '\r\n\0', '\n\n\r'], '\n');
    const whole = lines.join('\n').replaceAll('\n', end);
    return `${chance(3) ? '\ufeff' : ''}${whole}${chance(80) ? end : chance(30) ? ' \\' : ''}`;
  }

  return Array.from({ length: count }, (): MadeUnit => {
    const [first] = bodies;
    const body = chance(50) ? first : pick(bodies, first);
    if (!body) return [];
    const { kind, name, section: own } = body;
    const needs = chance(92) ? body.needs : body.needs.slice(1);
    const files: (readonly [string, string])[] = [[name, text(own, needs)]];
    if (chance(12)) {
      for (let n = 1 + random(2); n > 0; n--) {
        const dropIn = text(own, []);
        // what is for many units is judged without the name of one; that of all of a type is read for those of the system, too
        const many = [...dropInFolders(name).slice(1), kind];
        files.push([`${chance(50) && !dropIn.includes('%') ? pick(many, kind) : name}.d/${n}0-x.conf`, dropIn]);
      }
    }
    return files;
  });
}
