/** An image that lies on a host, by mouse and keyboard: attached, looked into, detached after a question that names its units. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { makeTree, tickingUnits } from '../../hosts/images.ts';
import type { Ui } from '../run-ui.ts';
import { contextMenu, inlineButton, leaderOf, openPortableServices, row } from '../workbench.ts';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  makeTree(join('/proc', leaderOf(host), 'root/var/lib/portables/there_1'), tickingUnits('there'));
  await openPortableServices(page);
  const hostRow = row(page, 'Hosts', new RegExp(`^${host.name}active, systemd`));
  const image = row(page, 'Hosts', /^there_1/);
  await hostRow.waitFor();
  await hostRow.click();
  await image.filter({ hasText: 'detached' }).waitFor();
  await inlineButton(image, /^Attach Image of Host/);
  await image.filter({ hasText: 'running until the next reboot' }).waitFor({ timeout: 60_000 });

  await contextMenu(page, image, /^Inspect Image of Host/);
  await page.locator('.view-line').filter({ hasText: 'ExecStart=/bin/busybox' }).first().waitFor({ timeout: 60_000 });
  await screenshot('host-image');

  await contextMenu(page, image, /^Detach Image of Host/);
  const dialog = page.locator('.monaco-dialog-box').filter({ hasText: `Detach there_1 from ${host.name}?` });
  await dialog.waitFor();
  assert.match((await dialog.textContent()) ?? '', /there-asked\.socket \(active\)/, 'the units that go are named');
  await screenshot('host-image-detach');
  await dialog.getByRole('button', { name: 'Detach', exact: true }).click();
  await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
}
