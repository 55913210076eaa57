import { expect, test } from 'vitest';
import { readValue } from '../../../server/src/catalogue/grammars/index.ts';

const read = (key: string, value: string) =>
  readValue('Install', key, value, { version: 257, section: 'Install', key, unitType: 'service', unitName: 'zz@.service' });

test.each<readonly [key: string, value: string, parts: readonly string[]]>([
  ['WantedBy', 'a.target  "b c" %i.target', ['unit a.target', 'unit "b c"', 'unit %i.target']],
  ['Also', 'a.socket "b', ['unit a.socket', 'unit "b']],
  ['Alias', "x.service 'y.service'", ['alias x.service', "alias 'y.service'"]],
  ['DefaultInstance', 'a b', ['instance a b']],
  ['RequiredBy', '', []],
])('%s=%s', (key, value, parts) => {
  const reading = read(key, value);
  expect(reading.parts.map(({ kind, start, end }) => `${kind} ${value.slice(start, end)}`)).toEqual(parts);
  expect(reading.faults).toEqual([]);
});
