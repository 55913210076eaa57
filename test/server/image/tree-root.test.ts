import { expect, test } from 'vitest';
import { imageRootOf } from '../../../server/src/image/tree-root.ts';

const files = new Set([
  '/etc/os-release',
  '/p/whole/usr/lib/os-release',
  '/p/whole/usr/share/inner/etc/os-release',
  'C:\\p\\whole/usr/lib/os-release',
]);
const exists = async (path: string) => files.has(path);

test.each<[string, string | undefined, boolean?]>([
  ['/p/whole/usr/lib/systemd/system/a.service', '/p/whole', true],
  ['/p/whole/usr/lib/systemd/system/a.service.d/x.conf', '/p/whole', true],
  ['/p/whole/usr/local/lib/systemd/system/a.service', '/p/whole', true],
  ['/p/whole/lib/systemd/system/a.service', '/p/whole', true],
  ['/p/whole/etc/systemd/user/a.service', '/p/whole', true],
  ['/p/whole/usr/lib/os-release', '/p/whole', true],
  ['/p/whole/opt/a.service', '/p/whole', true],
  ['/p/whole/usr/share/inner/opt/a.service', '/p/whole/usr/share/inner', true],
  ['/p/mkosi.extra/usr/lib/systemd/system/a.service', '/p/mkosi.extra', false],
  ['/p/mkosi.extra/etc/systemd/system.attached/a.service', '/p/mkosi.extra', false],
  ['/p/mkosi.extra/usr/lib/systemd/portable/profile/own/service.conf', '/p/mkosi.extra', false],
  ['/p/ext/usr/lib/extension-release.d/extension-release.ext', '/p/ext', false],
  ['/p/new/etc/os-release', '/p/new', false],
  ['/p/whole/usr/lib/portables/in/usr/lib/systemd/system/a.service', '/p/whole/usr/lib/portables/in', false],
  ['/etc/systemd/system/a.service', '/', true],
  ['/usr/lib/systemd/system/a.service', '/', true],
  ['/home/me/a.service', undefined],
  ['/home/me/src/systemd/system/a.service', undefined],
  ['/home/me/.config/systemd/user/a.service', undefined],
  ['/p/whole', undefined],
  ['C:\\p\\x\\usr\\lib\\systemd\\system\\a.service', 'C:\\p\\x', false],
  ['C:\\p\\whole\\opt\\a.service', 'C:\\p\\whole', true],
  ['C:\\a.service', undefined],
  ['', undefined],
  ['relative.service', undefined],
])('%s belongs to %s', async (path, root, whole) => {
  expect(await imageRootOf(path, exists)).toEqual(root === undefined ? undefined : { root, whole });
});
