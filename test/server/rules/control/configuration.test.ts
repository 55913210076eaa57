import { describe, expect, test } from 'vitest';
import { readConfiguration } from '../../../../server/src/rules/control/configuration.ts';

const faults = (text: string) => readConfiguration(text).faults.map(f => `${f.start} ${f.message}`);

test('everything that can be said', () => {
  const { configuration, faults: wrong } = readConfiguration(`{
    "$schema": "x", "systemd": 252, "ignore": ["vendor", "**/*.j2"], "baseline": "old.json",
    "rules": { "unit/no-equals": "off", "unit/*": "hint", "unit/too-new": "info" }
  }`);
  expect(wrong).toEqual([]);
  expect(configuration).toMatchObject({ systemd: 252, ignore: ['vendor', '**/*.j2'], baseline: 'old.json' });
  const levels = ['unit/no-equals', 'unit/empty-key', 'unit/too-new', 'advice/x'].map(configuration.levels);
  expect(levels).toEqual(['off', 'hint', 'information', undefined]);
});

describe('what is wrong is told with its place', () => {
  test.each([
    ['', '0 the text ends too early'],
    ['[]', '0 expected an object: { }'],
    ['{"systemd": 246}', '12 systemd: expected a version from 247 to 262'],
    ['{"systemd": "252"}', '12 systemd: expected a version from 247 to 262'],
    ['{"rules": []}', '10 rules: expected an object such as { "unit/no-equals": "off" }'],
    ['{"rules": {"unit/no-equal": "off"}}', '11 rules: there is no rule unit/no-equal: did you mean unit/no-equals?'],
    ['{"rules": {"unit/no-equals": "loud"}}', '29 rules: expected off, hint, info, warning or error, in double quotes'],
    ['{"rules": {"unit/no-equals": "constructor"}}', '29 rules: expected off, hint, info, warning or error, in double quotes'],
    ['{"ignore": "x"}', '11 ignore: expected a list of patterns such as [ "vendor/**" ]'],
    ['{"ignore": [1]}', '12 ignore: expected a pattern such as "vendor/**"'],
    ['{"baseline": 1}', '13 baseline: expected the path of a file that portable-lint --write-baseline wrote'],
    ['{"toString": 1}', '1 there is no setting toString, only systemd, profile, rules, ignore, baseline'],
    ['{"systemd": 252,}', '16 no comma may stand before }'],
    ['{"systemd" 252}', '11 expected a colon'],
    ["{'systemd': 252}", '1 expected a name in double quotes'],
    ['{"systemd": 252} x', '17 nothing may follow the last bracket'],
    ['{"systemd": 252 "rules": {}}', '16 expected a comma or }'],
    [`${'['.repeat(100)}`, '51 this is nested too deeply'],
  ])('%s', (text, expected) => expect(faults(text)).toEqual([expected]));
});

test('what is right counts beside what is wrong', () => {
  expect(readConfiguration('{"systemd": 252, "rules": 1}').configuration.systemd).toBe(252);
});
