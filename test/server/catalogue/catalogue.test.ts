import { describe, expect, test } from 'vitest';
import { findDirective, namesIn, sectionsWith, standing } from '../../../server/src/catalogue/catalogue.ts';
import { ignoredDirectives } from '../../../server/src/catalogue/ignored.ts';

describe('how a version stands to a directive', () => {
  test.each([
    ['Service', 'ExecStart', 247, 'known'],
    ['Service', 'RestartSteps', 253, 'too-new'],
    ['Service', 'RestartSteps', 254, 'known'],
    ['Path', 'TriggerLimitBurst', 249, 'too-new'],
    ['Socket', 'TriggerLimitBurst', 247, 'known'],
    ['Scope', 'OOMPolicy', 247, 'too-new'],
    ['Service', 'OOMPolicy', 247, 'known'],
    ['Install', 'UpheldBy', 253, 'too-new'],
    ['Unit', 'ConditionCPUFeature', 250, 'too-new'],
    ['Service', 'CPUShares', 257, 'known'],
    ['Service', 'CPUShares', 258, 'ignored'],
    ['Slice', 'DefaultMemoryLow', 259, 'known'],
    ['Slice', 'DefaultMemoryLow', 260, 'ignored'],
    ['Service', 'SysVStartPriority', 247, 'ignored'],
    ['Service', 'ManagedOOMMemoryPressureLimitPercent', 247, 'known'],
    ['Service', 'ManagedOOMMemoryPressureLimitPercent', 248, 'dropped'],
    ['Service', 'LUOSession', 262, 'known'],
    // what lies beyond the table is judged as its nearest version
    ['Service', 'LUOSession', 300, 'known'],
    ['Service', 'ExitType', 240, 'too-new'],
  ] as const)('[%s] %s= in %i: %s', (section, name, systemd, expected) => {
    const directive = findDirective(section, name);
    expect(directive && standing(directive, systemd)).toBe(expected);
  });

  test.each([
    ['Unit', 'ExecStart'],
    ['Service', 'execstart'],
    ['Service', 'StandardOutputFileDescriptor'],
    ['Target', 'Description'],
    ['Service', 'toString'],
    ['__proto__', 'constructor'],
  ])('[%s] %s= is in no version', (section, name) => {
    expect(findDirective(section, name)).toBeUndefined();
  });
});

test.each([
  ['ExecStart', 257, ['Service']],
  ['WantedBy', 257, ['Install']],
  ['PrivateTmp', 257, ['Service', 'Socket', 'Mount', 'Swap']],
  ['TriggerLimitBurst', 249, ['Socket']],
  ['TriggerLimitBurst', 250, ['Socket', 'Path']],
  ['CPUShares', 262, []],
  ['Nonsense', 262, []],
])('%s= lives, for systemd %i, in %j', (name, systemd, sections) => {
  expect(sectionsWith(name, systemd)).toEqual(sections);
});

test('names grow with the version', () => {
  expect(namesIn('Service', 247).length).toBeGreaterThan(200);
  expect(namesIn('Service', 262).length).toBeGreaterThan(namesIn('Service', 252).length);
  expect(namesIn('Nonsense', 262)).toEqual([]);
});

test('each ignored directive and its successor exist', () => {
  for (const { name, sections, successor } of ignoredDirectives) {
    const section = sections?.split(' ')[0] ?? 'Service';
    expect(findDirective(section, name), name).toBeDefined();
    if (successor) expect(namesIn(section, 262), name).toContain(successor);
  }
});
