import { expect, test } from 'vitest';
import { hostImageText } from '../../../client/src/inspect/host-image-text.ts';

test('facts, os-release and units as one text; what would play tricks in it is made visible', () => {
  const image = { name: 'a_1', kind: 'raw', path: '/p/a_1.raw', state: 'attached-runtime', readOnly: false, usage: 2048, created: 0 };
  const text = hostImageText('vm\nb', image, {
    path: '/p/a_1.raw',
    osRelease: 'ID=a\n',
    extensions: new Map([['/p/x', 'ID=_any\n']]),
    units: new Map([
      ['b.service', '[Unit]\nDescription=\u001b[31mred\n'],
      ['a.service', '[Service]\n'],
    ]),
  });
  expect(text).toContain('# Host: vm b\n');
  expect(text).toContain('# Size: 2.0 KiB\n# Created: 1970-01-01T00:00:00.000Z\n# Changed: unknown\n# Extensions: none\n');
  expect(text.indexOf('---- os-release\nID=a')).toBeLessThan(text.indexOf('---- extension-release of /p/x\nID=_any'));
  expect(text.indexOf('---- a.service\n[Service]')).toBeLessThan(text.indexOf('---- b.service\n[Unit]'));
  expect(text).not.toContain('\u001b');
});
