/** The user's path, by mouse and keyboard: images, mistakes and a quick fix, attach, look, follow the log, detach. */
import * as assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { E2eHost } from '../run-info.ts';
import type { Ui } from '../run-ui.ts';
import {
  answer,
  clearNotifications,
  command,
  contextMenu,
  inlineButton,
  leaderOf,
  openFile,
  openPortableServices,
  repeated,
  row,
} from '../workbench.ts';

/** What lies in a folder of the host, as its own processes see it. */
function onHost(host: E2eHost, folder: string): string[] {
  const place = join('/proc', leaderOf(host), 'root', folder);
  return existsSync(place) ? readdirSync(place) : [];
}

/** Takes the fix that is offered for the misspelt directive, by keyboard. */
async function quickFix(page: Page): Promise<void> {
  const line = page.locator('.view-line').filter({ hasText: /^ExecStrat=/ });
  const action = page
    .locator('.action-widget .monaco-list-row')
    .filter({ hasText: /ExecStart=/ })
    .first();
  await line.getByText('ExecStrat').click();
  await repeated(action, () => page.keyboard.press('Control+Period')); // findings that arrive just then close the list again
  await page.keyboard.press('Enter');
  await line.waitFor({ state: 'detached' });
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  await openPortableServices(page);
  const directory = row(page, 'Images', /^hello 1\.0(?! \.raw)/);
  const raw = row(page, 'Images', /^hello 1\.0 \.raw/);
  await directory.waitFor();
  await raw.waitFor();
  await row(page, 'Images', /^mistakes/).waitFor();

  // a unit of a raw image is listed without mounting, one of a directory opens
  await raw.click();
  await row(page, 'Images', /^hello\.service/)
    .first()
    .waitFor();
  await raw.click();
  await openFile(page, 'mistakes.service');
  const squiggles = page.locator('.squiggly-warning');
  await squiggles.first().waitFor();
  await screenshot('diagnostics');
  await quickFix(page);
  await screenshot('quick-fix');
  await command(page, 'Revert and Close Editor');
  if (!info.host) return;

  const { host } = info;
  await page.locator('.statusbar-item').filter({ hasText: host.name }).waitFor();
  await row(page, 'Hosts', new RegExp(`^${host.name}active, systemd ${host.systemd}`)).waitFor();
  await directory.filter({ hasText: 'detached' }).waitFor();

  await inlineButton(directory, /^Deploy/);
  await page
    .locator('.notification-toast')
    .filter({ hasText: /Deploying hello 1\.0/ })
    .waitFor();
  await screenshot('attaching');
  await directory.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
  await directory.click();
  await row(page, 'Images', /^hello\.serviceactive/).waitFor();
  await screenshot('running');
  assert.ok(onHost(host, 'run/systemd/system.attached').includes('hello.service'), 'portabled wrote no units');
  await raw.filter({ hasText: 'detached' }).waitFor(); // of the same name, but not the one that is attached

  await clearNotifications(page);
  await contextMenu(page, directory, /^Show Logs$/);
  await page.locator('.part.panel .view-line').filter({ hasText: 'hello.service' }).first().waitFor({ timeout: 20_000 });
  await screenshot('logs');
  await command(page, 'View: Toggle Panel Visibility');

  await contextMenu(page, directory, /^Inspect$/);
  const report = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await report.getByText('/run/systemd/system.attached/hello.service', { exact: true }).first().waitFor();
  await report.getByText('PORTABLE_PREFIXES').first().waitFor();
  await screenshot('inspect');
  await command(page, 'Preferences: Toggle between Light/Dark Themes');
  await page.locator('.monaco-workbench.vs-dark').waitFor();
  await screenshot('inspect-dark');
  await command(page, 'Preferences: Toggle between Light/Dark Themes');

  await contextMenu(page, directory, /^Detach$/);
  await page.locator('.monaco-dialog-box').waitFor();
  await screenshot('detach');
  assert.match(await answer(page, /Detach hello 1\.0 from/, 'Detach'), /hello\.service \(active\)/, 'the units that go are named');
  await directory.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
  await screenshot('detached');
  for (const folder of ['run/systemd/system.attached', 'etc/systemd/system.attached', 'run/portables']) {
    assert.deepEqual(onHost(host, folder), [], `something is left in /${folder}`);
  }
}
