import { expect, test } from 'vitest';
import { forNotification, forOutput, oneLine, withoutIcons } from '../../../client/src/common/sinks.ts';

const mark = '\u{fffd}';

test.each([
  ['a\nb', `a${mark}b`],
  ['a\u202eb', `a${mark}b`],
  ['a\u2028b', `a${mark}b`],
  ['a\u001b[31mb', `a${mark}[31mb`],
  ['größe 日本', 'größe 日本'],
])('a row shows %j as one line', (text, shown) => expect(oneLine(text)).toBe(shown));

test('a notification makes no link of a name', () => {
  expect(forNotification('[x](command:workbench.action.quit)')).toBe('[x] (command:workbench.action.quit)');
});

test('a quick pick draws no icon from a name', () => expect(withoutIcons('$(trash) x')).toBe('$ (trash) x'));

test('the output keeps lines and tabs, and shows escapes as marks', () => {
  expect(forOutput('a\n\tb\u001b[2J\r')).toBe(`a\n\tb${mark}[2J${mark}`);
});
