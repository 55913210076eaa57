import { expect, test } from 'vitest';
import { isLocateParams, locate } from '../../../server/src/node/documents/locate.ts';

const text = '[Unit]\nUser=x\n[Service]\nExecStartPre=/bin/a\nExecStartPre=/bin/b\n  User=them\nExecStart=/bin/c \\\n  --flag\n';
const at = (section: string, key: string, more: { holds?: string; line?: number } = {}) => locate(text, { section, key, ...more });

test('the last assignment of the section, or the last that holds the text', () => {
  expect(at('Service', 'User')).toEqual({ line: 5, start: 2, end: 6 });
  expect(at('Service', 'ExecStartPre')).toEqual({ line: 4, start: 0, end: 12 });
  expect(at('Service', 'ExecStartPre', { holds: '/bin/a' })).toEqual({ line: 3, start: 0, end: 12 });
  expect(at('Service', 'ExecStartPre', { holds: '/bin/z' })).toEqual({ line: 4, start: 0, end: 12 });
  expect(at('Service', 'Group')).toBeUndefined();
  expect(locate('\u0000[', { section: 'a', key: 'b' })).toBeUndefined();
});

test('a line that systemd named, counted as it does', () => {
  expect(at('Service', 'ExecStart', { line: 6 })).toEqual({ line: 5, start: 2, end: 6 });
  expect(at('Service', 'ExecStart', { line: 8 })).toEqual({ line: 6, start: 0, end: 9 });
  expect(at('Service', 'ExecStart', { line: 3 })).toEqual({ line: 2, start: 0, end: 0 });
});

test.each([
  [{ uri: 'file:///a', section: 'Service', key: 'User' }, true],
  [{ uri: 'file:///a', section: 'Service', key: 'User', holds: 'x', line: 1 }, true],
  [{ uri: 'file:///a', section: 'Service' }, false],
  [{ uri: 'file:///a', section: 'Service', key: 'User', line: 0 }, false],
  [null, false],
])('%j', (params, fits) => expect(isLocateParams(params)).toBe(fits));
