// What one report of an image leaves for the next: what has not changed, and nothing of what has.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Additions } from '../../../server/src/node/report/exposures.ts';
import { type KnownImage, reportMemory } from '../../../server/src/node/report/memory.ts';
import { readingOf } from '../../../server/src/rules/reading.ts';
import type { UnitSource } from '../../../server/src/unit/unit-set.ts';

const place = '/usr/lib/systemd/system/a.service';
const open = '[Service]\nExecStart=/a\n';
const closed = `${open}PrivateNetwork=yes\nProtectSystem=strict\n`;
const target = { systemd: 257 };
const additions: Additions = {
  profiles: [undefined],
  asked: { loaded: true, manager: 'system' },
  dropIn: '[Service]\nRootDirectory=/x\n',
  target,
};

function sourceIn(image: KnownImage<unknown>, text: string): UnitSource {
  const source = image.source(place, text);
  if (!source) throw new Error('it is a unit file');
  return source;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a file with the same text is the same object, one with another text is read anew', () => {
  const image = reportMemory<unknown>()('/images/a');
  const first = sourceIn(image, open);
  expect(sourceIn(image, open)).toBe(first);
  const changed = sourceIn(image, closed);
  expect(changed).not.toBe(first);
  expect(changed.tree().text).toBe(closed);
  // the one before is gone: what is back is read once more
  expect(sourceIn(image, open)).not.toBe(first);
  expect(sourceIn(image, open).tree().text).toBe(open);
});

test('a changed file has its own exposures', () => {
  const image = reportMemory<unknown>()('/images/a');
  const measured = (text: string) => image.exposures(additions)(sourceIn(image, text), 'a.service')[0]?.tenths ?? -1;
  const before = measured(open);
  expect(measured(open)).toBe(before);
  expect(measured(closed)).toBeLessThan(before);
  expect(measured(open)).toBe(before);
});

test('what is added by the attach counts anew when it changes', () => {
  const image = reportMemory<unknown>()('/images/a');
  const measured = (dropIn: string, systemd = 257) =>
    image.exposures({ ...additions, dropIn, target: { systemd } })(sourceIn(image, open), 'a.service')[0]?.tenths ?? -1;
  const before = measured('[Service]\nRootDirectory=/x\n');
  expect(measured('[Service]\nRootDirectory=/x\nPrivateNetwork=yes\n')).toBeLessThan(before);
  expect(measured('[Service]\nRootDirectory=/x\n')).toBe(before);
});

test('the rules read what is there now, for the systemd that judges now', () => {
  const image = reportMemory<unknown>()('/images/a');
  const keys = (source: UnitSource, systemd: number) => {
    image.recall(source, { systemd });
    return readingOf({ tree: source.tree(), unit: source.unit, target: { systemd } }).assignments.map(
      ({ assignment }) => assignment.key.text,
    );
  };
  const first = sourceIn(image, open);
  expect(keys(first, 257)).toEqual(['ExecStart']);
  const changed = sourceIn(image, closed);
  expect(keys(changed, 257)).toEqual(['ExecStart', 'PrivateNetwork', 'ProtectSystem']);
  expect(keys(changed, 252)).toEqual(['ExecStart', 'PrivateNetwork', 'ProtectSystem']);
  // one that was dropped meanwhile is not taken for the one that is there
  image.recall(first, target);
  expect(keys(changed, 257)).toEqual(['ExecStart', 'PrivateNetwork', 'ProtectSystem']);
});

test('another image, and time without a question, drop everything', () => {
  const memory = reportMemory<unknown>();
  const first = sourceIn(memory('/images/a'), open);
  expect(sourceIn(memory('/images/a'), open)).toBe(first);
  sourceIn(memory('/images/b'), open);
  const second = sourceIn(memory('/images/a'), open);
  expect(second).not.toBe(first);
  vi.advanceTimersByTime(29_000);
  expect(sourceIn(memory('/images/a'), open)).toBe(second);
  vi.advanceTimersByTime(31_000);
  expect(sourceIn(memory('/images/a'), open)).not.toBe(second);
});

test('what a first report saw is given away once, and for its image', () => {
  const memory = reportMemory<string>();
  memory('/images/a').keep('seen');
  expect([memory('/images/a').take(), memory('/images/a').take()]).toEqual(['seen', undefined]);
  memory('/images/a').keep('seen');
  memory('/images/b');
  expect(memory('/images/a').take()).toBeUndefined();
});
