import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findDirective, namesIn, standing, versions } from '../../../server/src/catalogue/catalogue.ts';
import { describeDirective, describeSection } from '../../../server/src/catalogue/describe.ts';
import { ignoredDirectives } from '../../../server/src/catalogue/ignored.ts';
import { allSections } from '../../../server/src/unit/unit-file.ts';

const range = Array.from({ length: versions.newest - versions.oldest + 1 }, (_, n) => versions.oldest + n);

/** Every directive that some version knows or ignores. */
const everyone = allSections.flatMap(section => {
  const names = new Set(range.flatMap(version => namesIn(section, version)));
  for (const { name } of ignoredDirectives) if (findDirective(section, name)) names.add(name);
  return [...names].map(name => ({ section, name }));
});
const described = everyone.map(of => ({ ...of, told: describeDirective(of.section, of.name, versions.newest) }));

test('there are as many as real systemd has', () => {
  expect(everyone.length).toBeGreaterThan(1_400);
});

test('each is described, in one or two sentences', () => {
  const wrong = described.filter(({ told }) => {
    const summary = told?.summary ?? '';
    // "..." stands for what is left out, and ends no sentence
    const sentences = summary.replaceAll('...', '').match(/\.( |$)/g)?.length ?? 0;
    return summary === '' || summary.length > 240 || !summary.endsWith('.') || sentences > 2 || /[`*]|\.\.$|^[a-z]/.test(summary);
  });
  expect(wrong.map(({ section, name, told }) => `${section}.${name}: ${told?.summary}`)).toEqual([]);
});

test('no two have the same summary, but those that several sections share', () => {
  const names = new Map<string, Set<string>>();
  for (const { name, told } of described) if (told) names.set(told.summary, (names.get(told.summary) ?? new Set()).add(name));
  expect([...names.values()].filter(sharing => sharing.size > 1).map(sharing => [...sharing])).toEqual([]);
});

test('a summary names only directives that exist', () => {
  const known = new Set(everyone.map(({ name }) => name));
  const wrong = described.flatMap(({ name, told }) =>
    [...(told?.summary ?? '').matchAll(/\b([A-Z]\w+)=/g)].flatMap(([, other = '']) =>
      known.has(other) || /^[A-Z]+$/.test(other) ? [] : `${name}: ${other}`,
    ),
  );
  expect(wrong).toEqual([]);
});

test('each has its page of the manual, and an entry there if it is not outdated', () => {
  for (const { section, name, told } of described) {
    expect(told?.manual.page, `${section}.${name}`).toMatch(/^systemd\.[a-z-]+\(5\)$/);
    if (told?.standing === 'known' && !told.successor && name !== 'PermissionsStartOnly')
      expect(told.manual.address, name).toContain('.html#');
    expect(() => new URL(told?.manual.address ?? '')).not.toThrow();
  }
});

test('what is outdated leads to what is not', () => {
  for (const { section, name, told } of described) {
    if (!told?.successor) continue;
    const { section: place, name: now } = told.successor;
    const directive = findDirective(place, now);
    expect(directive && standing(directive, versions.newest), `${section}.${name}`).toBe('known');
    expect(describeDirective(place, now, versions.newest)?.successor, now).toBeUndefined();
  }
});

test('the tables hold nothing else, and stay small', () => {
  const folder = join(import.meta.dirname, '../../../server/src/catalogue/texts');
  const texts = readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8'));
  expect(texts.join('').length).toBeLessThan(90_000);
  const known = new Set(everyone.map(({ name }) => name));
  const rows = texts
    .flatMap(text => text.split('\n'))
    .filter(line => line.includes(' | ') && !line.startsWith(' *') && !line.startsWith('/*'));
  const names = rows.map(row => row.slice(0, row.indexOf(' | ')));
  expect(names.filter(name => !known.has(name) && !known.has(`Condition${name}`))).toEqual([]);
  expect(rows.filter(row => !/^\w+( \| [^|]+){2,3}$/.test(row))).toEqual([]);
});

describe('what is said of a directive', () => {
  test.each([
    ['Service', 'MemoryLimit', 257, { standing: 'known', successor: { section: 'Service', name: 'MemoryMax' }, ignoredSince: 258 }],
    ['Service', 'MemoryLimit', 262, { standing: 'ignored' }],
    ['Service', 'StartLimitInterval', 262, { successor: { section: 'Unit', name: 'StartLimitIntervalSec' } }],
    ['Mount', 'ReadOnlyDirectories', 262, { successor: { section: 'Mount', name: 'ReadOnlyPaths' } }],
    ['Service', 'RestartSteps', 253, { standing: 'too-new', since: 254, byDefault: '0' }],
    ['Service', 'Environment', 262, { repetition: 'adds', emptiness: 'clears' }],
    ['Unit', 'After', 262, { repetition: 'adds', emptiness: 'nothing' }],
    ['Service', 'PrivateTmp', 262, { repetition: 'replaces', emptiness: 'ignored', byDefault: 'no' }],
    ['Timer', 'Unit', 262, { repetition: 'first' }],
    ['Install', 'WantedBy', 262, { repetition: 'adds', emptiness: 'clears' }],
    ['Service', 'User', 262, { looksUp: [{ where: 'host', what: 'user' }] }],
    [
      'Service',
      'BindPaths',
      262,
      {
        looksUp: [
          { where: 'host', what: 'path' },
          { where: 'image', what: 'mount point' },
        ],
      },
    ],
    ['Unit', 'ConditionPathExists', 262, { summary: expect.stringContaining('skipped') }],
    ['Unit', 'AssertPathExists', 262, { summary: expect.stringContaining('fails') }],
  ] as const)('[%s] %s= in %i', (section, name, version, expected) => {
    expect(describeDirective(section, name, version)).toMatchObject(expected);
  });

  test.each([
    ['Service', 'Type', 'systemd.service.html#Type='],
    ['Mount', 'Type', 'systemd.mount.html#Type='],
    ['Swap', 'StateDirectory', 'systemd.exec.html#RuntimeDirectory='],
    ['Unit', 'AssertUser', 'systemd.unit.html#AssertArchitecture='],
    ['Slice', 'MemoryLow', 'systemd.resource-control.html#MemoryMin=bytes,%20MemoryLow=bytes'],
    ['Service', 'CPUShares', 'systemd.resource-control.html#CPUWeight=weight'],
    ['Scope', 'TimeoutStopSec', 'systemd.service.html#TimeoutStopSec='],
    ['Service', 'CPUAccounting', 'systemd.resource-control.html'],
  ])('[%s] %s= is explained in %s', (section, name, address) => {
    expect(describeDirective(section, name, 262)?.manual.address).toBe(
      `https://www.freedesktop.org/software/systemd/man/latest/${address}`,
    );
  });

  test.each([
    ['Service', 'Nonsense'],
    ['Nonsense', 'Type'],
    ['__proto__', 'constructor'],
    ['Unit', 'Condition'],
  ])('of [%s] %s= nothing', (section, name) => {
    expect(describeDirective(section, name, 262)).toBeUndefined();
  });
});

test('each section is described', () => {
  for (const section of allSections) expect(describeSection(section)?.summary, section).toMatch(/\.$/);
  expect(describeSection('constructor')).toBeUndefined();
});
