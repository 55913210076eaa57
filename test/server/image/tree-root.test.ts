import { expect, test } from 'vitest';
import { markedRootOf } from '../../../server/src/image/tree-root.ts';

test.each<[string, string | undefined]>([
  ['/p/x/usr/lib/systemd/system/a.service', '/p/x'],
  ['/p/x/usr/lib/systemd/system/a.service.d/x.conf', '/p/x'],
  ['/p/x/usr/local/lib/systemd/system/a.service', '/p/x'],
  ['/p/x/lib/systemd/system/a.service', '/p/x'],
  ['/p/x/etc/systemd/user/a.service', '/p/x'],
  ['/p/x/etc/systemd/system.attached/a.service', '/p/x'],
  ['/p/x/usr/lib/systemd/portable/profile/own/service.conf', '/p/x'],
  ['/p/x/usr/lib/extension-release.d/extension-release.x', '/p/x'],
  ['/p/x/usr/lib/os-release', '/p/x'],
  ['/p/x/etc/os-release', '/p/x'],
  ['/p/x/usr/lib/portables/in/usr/lib/systemd/system/a.service', '/p/x/usr/lib/portables/in'],
  ['/etc/systemd/system/a.service', '/'],
  ['/usr/lib/systemd/system/a.service', '/'],
  ['C:/p/x/usr/lib/systemd/system/a.service', 'C:/p/x'],
  ['/p/x/opt/a.service', undefined],
  ['/p/x/opt/os-release', undefined],
  ['/home/me/src/systemd/system/a.service', undefined],
  ['/home/me/.config/systemd/user/a.service', undefined],
  ['/p/x', undefined],
  ['', undefined],
  ['relative.service', undefined],
])('%s belongs to %s', (path, root) => {
  expect(markedRootOf(path)).toBe(root);
});
