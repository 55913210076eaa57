/** Judges tables of values: what a grammar's tests are made of. */
import { expect, test } from 'vitest';
import { type Fault, judgeValue } from '../../../server/src/catalogue/grammars/index.ts';

const unitTypes: Readonly<Record<string, string>> = {
  Socket: 'socket',
  Mount: 'mount',
  Automount: 'automount',
  Swap: 'swap',
  Timer: 'timer',
  Path: 'path',
  Slice: 'slice',
};

/** Our faults in a value of `Section.Key` in the unit `zz.*`. */
export function faultsIn(directive: string, value: string, version = 262): readonly Fault[] {
  const [section = '', key = ''] = directive.split('.');
  const unitType = unitTypes[section] ?? 'service';
  return judgeValue(section, key, value, { version, section, key, unitType, unitName: `zz.${unitType}` });
}

/** One line of a table: `.` nothing said, `!` a warning, `X` refused; then values with that verdict. */
export type Case = readonly [verdict: '.' | '!' | 'X', ...values: string[]];

/** A test that a directive's values get these verdicts, in the newest version or another. */
export function verdicts(directive: string, cases: readonly Case[], version = 262): void {
  test(`${directive} in ${version}`, () => {
    const wanted = cases.flatMap(([verdict, ...values]) => values.map(value => `${verdict} ${value}`));
    const got = cases.flatMap(([, ...values]) =>
      values.map(value => {
        const faults = faultsIn(directive, value, version);
        return `${faults.length === 0 ? '.' : faults.some(({ effect }) => effect === 'error') ? 'X' : '!'} ${value}`;
      }),
    );
    expect(got).toEqual(wanted);
  });
}

/** The words of a value that faults mark. */
export function marked(directive: string, value: string, version?: number): readonly string[] {
  return faultsIn(directive, value, version).map(({ start, end }) => value.slice(start, end));
}
