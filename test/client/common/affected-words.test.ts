import { expect, test } from 'vitest';
import { affectedWords } from '../../../client/src/common/affected-words.ts';
import { parseSize } from '../../../client/src/common/parse-size.ts';

test('everything that goes is named, by where it comes from', () => {
  const units = [
    { name: 'web.service', from: '/p/web_1', active: 'active' },
    { name: 'web@.service', from: '/p/web_1', active: 'inactive' },
    { name: 'web-api.service', from: '/p/web-api_2', active: 'failed' },
  ];
  const dependents = [
    { name: 'proxy.service', needs: 'web.service', stops: true },
    { name: 'backup.service', needs: 'web.service', stops: false },
  ];
  expect(affectedWords('/p/web_1', { units, dependents })).toBe(
    [
      'Active now, and stopped by this (1):\nweb.service (active)',
      'Not active, and removed (1):\nweb@.service',
      'Of other images or files, too (1, of which 0 are active):\nweb-api.service (failed), from /p/web-api_2',
      'Active units that need them:\nproxy.service stops with web.service\nbackup.service asked for web.service',
    ].join('\n\n'),
  );
});

test('nothing else: nothing else is said', () => {
  const units = [{ name: 'web.service', from: '/p/web_1', active: 'inactive' }];
  expect(affectedWords('/p/web_1', { units, dependents: [] }, 'are replaced')).toBe(
    'Units that are replaced (1, of which 0 are active):\nweb.service',
  );
});

test('many are counted, and names from a host break no line', () => {
  const units = Array.from({ length: 25 }, (_, i) => ({ name: `a\n${i}.service`, from: '/p/a', active: 'inactive' }));
  const lines = affectedWords('/p/a', { units, dependents: [] }).split('\n');
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toBe('and 5 more');
});

test.each<readonly [string, number | undefined]>([
  ['500M', 500 * 2 ** 20],
  [' 1.5 G ', 1.5 * 2 ** 30],
  ['12', 12],
  ['7B', 7],
  ['', undefined],
  ['-1', undefined],
  ['1X', undefined],
  ['M', undefined],
])('%j is %s bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});
