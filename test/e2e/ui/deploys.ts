/**
 * One image through its life, by mouse and keyboard: attached as chosen, deployed on save, rolled back, cleaned up after; errors that stop a deploy,
 * and the way on; previews. Then as it lies on the host: persistent, read-only, detached, removed.
 */
import * as assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Ui } from '../run-ui.ts';
import {
  answer,
  chosen,
  clearNotifications,
  command,
  contextMenu,
  onHost,
  openFile,
  openPortableServices,
  quickPick,
  row,
  toast,
  unfold,
  until,
} from '../workbench.ts';

/** Types another greeting into the unit. */
async function greet(page: Page, before: string, after: string): Promise<void> {
  await openFile(page, 'hello.service');
  await command(page, 'Replace');
  await page.locator('.find-widget .find-part textarea').first().fill(before);
  await page.locator('.find-widget .replace-part textarea').first().fill(after);
  await page.locator('.find-widget .replace-part textarea').first().press('Control+Alt+Enter');
  await page.locator('.view-line').filter({ hasText: after }).waitFor();
  await page.keyboard.press('Escape');
}

/** What VS Code's own Markdown preview shows, in the frames of its webview. */
const rendered = (page: Page) => page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  const unitFile = join(info.workspace, 'hello/usr/lib/systemd/system/hello.service');
  const whole = readFileSync(unitFile, 'utf8');
  const image = row(page, 'Images', /^hello 1\.0(?! \.raw)/);
  const running = () => onHost(host, 'sh', '-c', 'tr "\\0" "\\n" </proc/$(systemctl show -P MainPID hello.service)/environ');
  await openPortableServices(page);
  await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });

  // what would happen
  await contextMenu(page, image, /^Preview Attach/);
  await page.locator('.tab.active').filter({ hasText: 'Preview Attaching hello 1.0' }).waitFor({ timeout: 30_000 });
  await rendered(page).getByText('/run/systemd/system.attached/hello.service', { exact: true }).first().waitFor();
  await screenshot('preview-attach');

  // as chosen: another profile, enabled
  await contextMenu(page, image, /^Attach with Options/);
  const pick = quickPick(page);
  await pick.choose(/1 of 5/, 'strict');
  await pick.step(/2 of 5/);
  await screenshot('options-how');
  await pick.check('Enable');
  await pick.accept(/3 of 5/);
  await screenshot('options-prefixes');
  await pick.accept(/4 of 5/);
  await pick.accept(/5 of 5/);
  await screenshot('options-copies');
  await pick.accept();
  await image.filter({ hasText: 'running, strict' }).waitFor({ timeout: 60_000 });
  assert.match(onHost(host, 'readlink', '/run/systemd/system.attached/hello.service.d/10-profile.conf'), /profile\/strict\//);
  assert.equal(onHost(host, 'systemctl', 'is-enabled', 'hello.service').trim(), 'enabled-runtime');
  await clearNotifications(page);

  // the choice is remembered: the profile that was chosen comes first
  await contextMenu(page, image, /^Attach with Options/);
  await pick.step(/1 of 5/);
  assert.match((await pick.first().textContent()) ?? '', /strict/);
  await page.keyboard.press('Escape');

  // saved, and it runs
  await contextMenu(page, image, /^Redeploy on Save/);
  await image.filter({ hasText: 'redeploy on save' }).waitFor();
  await page.locator('.statusbar-item').filter({ hasText: 'redeploy on save: hello' }).waitFor();
  await greet(page, 'Hello, world', 'Hello again');
  await page.keyboard.press('Control+s');
  await page.locator('.tab.active:not(.dirty)').waitFor();
  await until('the new greeting runs', () => running().includes('GREETING=Hello again'));
  await screenshot('redeployed');
  await command(page, 'Portable Services: Redeploy on Save');
  await pick.choose(/on save/, 'directory');
  await page.locator('.statusbar-item').filter({ hasText: 'redeploy on save: hello' }).waitFor({ state: 'detached' });

  // back
  await openPortableServices(page);
  await contextMenu(page, image, /^Roll Back/);
  await pick.step(/Roll hello 1\.0 on .* back to which version/);
  await screenshot('roll-back');
  await pick.accept();
  await toast(page, /is rolled back on/).waitFor({ timeout: 60_000 });
  await until('the old greeting runs', () => running().includes('GREETING=Hello, world'));
  await clearNotifications(page);
  await contextMenu(page, image, /^Clean Up Old Versions/);
  await pick.step(/Remove which old versions/);
  assert.match((await pick.first().textContent()) ?? '', /\d [KM]iB/, 'sizes are told');
  await screenshot('clean-up');
  await pick.accept();
  await toast(page, /of old versions of hello 1\.0 are removed/).waitFor({ timeout: 60_000 });
  assert.equal(onHost(host, 'sh', '-c', 'ls -A /run/portables/.#versions | wc -l').trim(), '1');

  // an error in a unit stops a deploy, though its file is not open, unless the user knows better
  const template = join(info.workspace, 'hello/usr/lib/systemd/system/hello-echo@.service');
  const echo = readFileSync(template, 'utf8');
  writeFileSync(template, echo.replace('/usr/bin/busybox cat', 'bin/cat'));
  const stopped = toast(page, /was not deployed to .*, because of an error: .*hello-echo@\.service, line 7/);
  await contextMenu(page, image, /^Deploy/);
  await stopped.waitFor({ timeout: 30_000 });
  await screenshot('deploy-stopped');
  await stopped.getByRole('button', { name: 'Show Line' }).click();
  await page.locator('.tab.active').filter({ hasText: 'hello-echo@.service' }).waitFor();
  await page.locator('.squiggly-error').first().waitFor();
  await clearNotifications(page);
  await openPortableServices(page);
  await contextMenu(page, image, /^Deploy/);
  await stopped.getByRole('button', { name: 'Deploy Anyway' }).click({ timeout: 30_000 });
  await toast(page, /is deployed to/).waitFor({ timeout: 60_000 });
  await until('the new greeting runs once more', () => running().includes('GREETING=Hello again'));
  writeFileSync(template, echo);
  await clearNotifications(page);

  // what is being edited is saved first
  await greet(page, 'Hello again', 'Hello, all');
  await openPortableServices(page);
  await contextMenu(page, image, /^Deploy/);
  await toast(page, /is deployed to .*restarted: hello/).waitFor({ timeout: 60_000 });
  await until('what was being edited runs', () => running().includes('GREETING=Hello, all'));
  await page
    .locator('.tab:not(.dirty)')
    .filter({ hasText: /^hello\.service/ })
    .waitFor();
  writeFileSync(unitFile, whole);
  await clearNotifications(page);

  // what detaching would do
  await contextMenu(page, image, /^Preview Detach/);
  await page.locator('.tab.active').filter({ hasText: 'Preview Detaching hello 1.0' }).waitFor({ timeout: 30_000 });
  await rendered(page).getByText('hello-echo.socket').first().waitFor();
  await screenshot('preview-detach');

  // for good, as it lies on the host
  const hostRow = row(page, 'Hosts', new RegExp(`^${host.name}active`));
  const there = row(page, 'Hosts', /^hello(running|attached|enabled)/);
  await unfold(hostRow);
  await there.filter({ hasText: 'until the next reboot' }).waitFor();
  const question = page.locator('.monaco-dialog-box');
  await chosen(page, there, /^Make Persistent/, question);
  await question.waitFor();
  await screenshot('make-persistent');
  await answer(page, /Attach hello to .* for good\?/, 'Attach and Enable');
  // where portablectl links what it enables, which is-enabled does not see: "disabled", on 252 and 262
  const link = '/etc/systemd/system.attached/multi-user.target.wants/hello.service';
  await until('it is enabled for good', () => onHost(host, 'sh', '-c', `test -L ${link} && echo yes; true`).trim() === 'yes');
  await there.filter({ hasNotText: 'until the next reboot' }).waitFor({ timeout: 60_000 });
  // the file system of these hosts has no attribute for it
  const refused = toast(page, /does not let even root do that/);
  await chosen(page, there, /^Mark Image Read-Only/, refused);
  await refused.waitFor({ timeout: 30_000 });
  await screenshot('read-only-refused');
  await clearNotifications(page);
  await chosen(page, there, /^Detach/, question);
  await answer(page, /Detach hello from/, 'Detach');
  const left = row(page, 'Hosts', /^hellodetached/);
  await left.waitFor({ timeout: 60_000 });
  await chosen(page, left, /^Remove Image from Host/, question);
  await question.waitFor();
  await screenshot('remove-question');
  await answer(page, /Remove hello from/, 'Remove');
  await row(page, 'Hosts', /^No images lie on this host/).waitFor({ timeout: 30_000 });
  await screenshot('nothing-left');
}
