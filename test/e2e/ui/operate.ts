/** Operating what is deployed, by mouse and keyboard: units, why one failed and where, logs, an image dragged onto a host, detach with its question. */
import * as assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ui } from '../run-ui.ts';
import {
  answer,
  clearNotifications,
  command,
  contextMenu,
  inlineButton,
  onHost,
  openPortableServices,
  restOn,
  row,
  toast,
  unfold,
  until,
} from '../workbench.ts';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  const unitFile = join(info.workspace, 'hello/usr/lib/systemd/system/hello.service');
  const whole = readFileSync(unitFile, 'utf8');
  const dialog = page.locator('.monaco-dialog-box');
  const image = row(page, 'Images', /^hello 1\.0(?! \.raw)/);
  const hostRow = row(page, 'Hosts', new RegExp(`^${host.name}active`));

  await openPortableServices(page);
  await row(page, 'Hosts', new RegExp(`^${host.name}active, systemd ${host.systemd}`)).waitFor();
  await image.filter({ hasText: 'detached' }).waitFor({ timeout: 30_000 });

  await inlineButton(image, /^Deploy/);
  await image.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
  await clearNotifications(page);

  // a unit, on the host
  await unfold(hostRow);
  const there = row(page, 'Hosts', /^hellorunning/);
  await unfold(there);
  const unit = row(page, 'Hosts', /^hello\.service/);
  await unit.filter({ hasText: 'active' }).waitFor();
  await inlineButton(unit, /^Stop/);
  await unit.filter({ hasText: 'inactive' }).waitFor({ timeout: 30_000 });
  await screenshot('unit-stopped');
  await contextMenu(page, unit, /^Start$/);
  await unit.filter({ hasText: 'active for' }).waitFor({ timeout: 30_000 });
  await restOn(unit, /Main process: \d+/);
  await screenshot('unit-details');

  // a shell that sees what it sees
  await contextMenu(page, unit, /^Open Shell in Sandbox/);
  await page.locator('.part.panel .xterm').waitFor();
  await page.locator('.part.panel .xterm').click();
  await page.keyboard.type('. /usr/lib/os-release; echo "in $ID $VERSION_ID" >/tmp/seen; cat /tmp/seen');
  await page.keyboard.press('Enter');
  const printSeen = 'cat /proc/$(systemctl show -P MainPID hello.service)/root/tmp/seen';
  await until('the shell sees the image', () => onHost(host, 'sh', '-c', printSeen) === 'in hello 1.0\n');
  await screenshot('shell');
  await page.keyboard.type('exit');
  await page.keyboard.press('Enter');

  // one that fails, why, and where
  writeFileSync(unitFile, whole.replace('Type=exec', 'Type=exec\nLoadCredential=key:/missing/key'));
  await contextMenu(page, image, /^Deploy/);
  const failure = toast(page, /it wants key from \/missing\/key/);
  await failure.waitFor({ timeout: 60_000 });
  await screenshot('why-it-failed');
  await failure.getByRole('button', { name: 'Show Line' }).click();
  await page.locator('.tab.active').filter({ hasText: 'hello.service' }).waitFor();
  await page
    .locator('.statusbar-item')
    .filter({ hasText: /Ln 7, Col \d+ \(14 selected\)/ })
    .waitFor({ timeout: 20_000 });
  await screenshot('show-line');
  await clearNotifications(page);
  await openPortableServices(page);
  await unit.filter({ hasText: /failed|restart/ }).waitFor({ timeout: 30_000 });
  await restOn(unit, /it wants key from/);
  await screenshot('why-on-hover');
  await page.getByRole('tab', { name: /^Portable Services.*hello\.service failed on/ }).waitFor(); // its badge

  // its log, with links
  await contextMenu(page, unit, /^Show Logs$/);
  const log = page.locator('.part.panel .view-line');
  await log.filter({ hasText: 'hello.service' }).first().waitFor({ timeout: 20_000 });
  await page.locator('.part.panel .detected-link').filter({ hasText: 'hello.service' }).first().waitFor({ timeout: 20_000 });
  await screenshot('logs-with-links');
  await command(page, 'View: Toggle Panel Visibility');

  // detached from the host, after its question
  writeFileSync(unitFile, whole);
  await contextMenu(page, row(page, 'Hosts', /^hello.*until the next reboot/), /^Detach/);
  await dialog.filter({ hasText: /Detach hello.* from/ }).waitFor();
  assert.match((await dialog.textContent()) ?? '', /hello\.service/, 'the question names what goes');
  await screenshot('detach-question');
  await dialog.getByRole('button', { name: 'Detach', exact: true }).click();
  await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });

  // dragged from one view to the other, and asked for
  await image.dragTo(hostRow, { sourcePosition: { x: 60, y: 10 }, targetPosition: { x: 60, y: 10 } });
  await dialog.waitFor();
  assert.match((await dialog.textContent()) ?? '', new RegExp(`Deploy hello 1.0 to ${host.name}\\?`));
  await screenshot('drag-and-drop');
  await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
  await image.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
  await contextMenu(page, image, /^Detach/);
  await answer(page, /Detach hello 1\.0 from/, 'Detach');
  await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
}
