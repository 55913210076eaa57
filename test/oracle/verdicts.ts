/** The recorded verdicts of real systemd in ../shared/oracle (beside the project, not part of it), and ours on the same values. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { grammarFor, judgeValue } from '../../server/src/catalogue/grammars/index.ts';
import { parserOf } from '../../server/src/catalogue/parsers.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'oracle');

/** The versions that were asked. */
export const versions = [252, 257, 262] as const;

/** Whether the verdicts are there. */
export const available = existsSync(join(folder, 'values.txt'));

/** `.` systemd says nothing, `!` it says something and goes on, `X` the unit is refused. */
export type Verdict = '.' | '!' | 'X';

/** One directive of one version. */
export interface Row {
  readonly section: string;
  readonly key: string;
  /** One verdict a value, in the order of `values()`. */
  readonly verdicts: string;
}

/** The unit that a section was tried in. */
const units: Readonly<Record<string, readonly [type: string, name: string]>> = {
  Mount: ['mount', 'zz.mount'],
  Automount: ['automount', 'zz.automount'],
  Swap: ['swap', 'dev-zz.swap'],
  Socket: ['socket', 'zz.socket'],
  Timer: ['timer', 'zz.timer'],
  Path: ['path', 'zz.path'],
  Slice: ['slice', 'zz.slice'],
  Scope: ['scope', 'zz.scope'],
};

/** The values that were tried, the empty one as an empty text. */
export function values(): readonly string[] {
  const lines = readFileSync(join(folder, 'values.txt'), 'utf8').split('\n').filter(Boolean);
  return lines.map(line => (line === '<empty>' ? '' : line));
}

/** What a version said of every directive that it knows. */
export function rows(version: number): readonly Row[] {
  return readFileSync(join(folder, `systemd-${version}.txt`), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const [name = '', , verdicts = ''] = line.split('\t');
      const [section = '', key = ''] = name.split('.');
      return { section, key, verdicts };
    });
}

/** The name of the grammar of a directive, and of its parser where there is no grammar yet. */
export function grammarName({ section, key }: Row): { readonly name: string; readonly silent: boolean } {
  // as in a drop-in, the only place where [Scope] is read
  const grammar = grammarFor(section, key, { dropIn: true });
  return grammar ? { name: grammar.name, silent: false } : { name: parserOf(section, key) ?? 'unknown', silent: true };
}

/** Our verdict on a value. */
export function ours(version: number, { section, key }: Row, value: string): Verdict {
  const [unitType, unitName] = units[section] ?? ['service', 'zz.service'];
  const faults = judgeValue(section, key, value, { version, section, key, unitType, unitName });
  return faults.length === 0 ? '.' : faults.some(({ effect }) => effect === 'error') ? 'X' : '!';
}

/** What 252 and 257 ask the machine's control groups about. The tree had none, so the first path that was taken ended the reading of the file. */
const asksControlGroups = ['IPIngressFilterPath', 'IPEgressFilterPath'];
const lastRead = '/usr/bin/true';

/** The first value, `yes`, refuses the unit, which the recording took for a complaint: no later value was read. */
const endsWithYes = /ImagePolicy$/;

/**
 * Our verdict as the recording would have shown it: each value was recorded after an empty assignment, and where already that one
 * refuses the unit (`DynamicUser=`), the value was never read. With control groups in the tree, those versions answer as 262 does.
 */
export function recorded(version: number, row: Row, value: string): Verdict {
  if (version < 258 && asksControlGroups.includes(row.key) && position(value) > position(lastRead)) return '.';
  if (endsWithYes.test(row.key) && position(value) > position('yes')) return '.';
  return ours(version, row, '') === 'X' ? '.' : ours(version, row, value);
}

let positions: ReadonlyMap<string, number> | undefined;

function position(value: string): number {
  positions ??= new Map(values().map((each, i) => [each, i]));
  return positions.get(value) ?? 0;
}
