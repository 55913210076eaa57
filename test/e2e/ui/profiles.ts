/** Profiles, by mouse and keyboard: two compared, what each makes of a unit, and a new one as it is typed. */
import * as assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { goTo } from '../editor.ts';
import { explained } from '../explained.ts';
import type { Ui } from '../run-ui.ts';
import { command, onHost, openFile, openPortableServices, quickPick, repeated, row } from '../workbench.ts';

const lens = (page: Page, text: RegExp) => page.locator('.codelens-decoration').filter({ hasText: text }).first();
const line = (page: Page, text: string | RegExp) => page.locator('.view-line').filter({ hasText: text }).first();
const tab = (page: Page, text: string | RegExp) => page.locator('.tab.active').filter({ hasText: text });

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  rmSync(join(info.workspace, 'portable'), { recursive: true, force: true }); // of an attempt before
  await openPortableServices(page);
  await row(page, 'Images', /^hello 1\.0(?! \.raw)/).waitFor({ timeout: 60_000 });
  const pick = quickPick(page);

  // two profiles, and what they make of a unit
  await command(page, 'Compare Profiles');
  await pick.choose(/Compare which profile/, 'default');
  await pick.choose(/with which profile/, 'strict');
  await tab(page, /^default ↔ strict/).waitFor();
  await line(page, 'TasksMax=4').waitFor();
  await page.locator('.statusbar-item').filter({ hasText: 'systemd unit' }).waitFor();
  await screenshot('compare-profiles');
  await openFile(page, 'hello.service');
  await command(page, 'Compare Profiles');
  await pick.choose(/Compare which profile/, 'default');
  await pick.choose(/with which profile/, 'strict');
  await tab(page, 'hello.service: default ↔ strict').waitFor();
  await line(page, 'NoNewPrivileges=yes').waitFor();
  await page.locator('[id="status.languageStatus"] .codicon-loading').waitFor({ state: 'hidden' });
  await screenshot('compare-units');

  // a new one: how it differs, as it is typed; what can be typed
  await command(page, 'New Profile from');
  await pick.choose(/New profile: which one/, 'strict');
  const name = page.locator('.quick-input-widget input:visible').last();
  await name.fill('-bad');
  await page.locator('.quick-input-message').filter({ hasText: 'no dash or dot at the beginning' }).waitFor();
  await name.fill('strict');
  await page.locator('.quick-input-message').filter({ hasText: 'There is a profile strict already' }).waitFor();
  await screenshot('new-profile-name');
  await name.fill('mine');
  await name.press('Enter');
  await tab(page, 'service.conf').waitFor();
  assert.match(readFileSync(join(info.workspace, 'portable/profile/mine/service.conf'), 'utf8'), /^\[Service\]\n[^#]*TasksMax=4\n$/);
  await lens(page, /As strict of systemd 257/).waitFor();
  await goTo(page, '999');
  await page.keyboard.type('\nTasksMax=8\nPrivateI');
  await page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'PrivateIPC' }).first().waitFor();
  await screenshot('profile-completion');
  await page.keyboard.press('Escape');
  for (const _ of 'PrivateI') await page.keyboard.press('Backspace');
  await goTo(page, '1');
  await lens(page, /Differs from strict in TasksMax=/).waitFor();
  await page.keyboard.press('Control+s');
  await explained(line(page, 'TasksMax=8'), 'TasksMax', /In the profiles that systemd 257 brings:\s*strict: 4/, () =>
    screenshot('profile-hover'),
  );
  await repeated(tab(page, 'strict ↔ mine'), () => lens(page, /Differs from strict/).click());
  await screenshot('profile-differs');
  await openFile(page, 'hello.service');
  await lens(page, /mine \d\.\d/).waitFor();
  await screenshot('profile-in-lens');

  // what the host has comes once it is looked at again, and goes
  const { host } = info;
  if (host) {
    const own = '/etc/systemd/portable/profile/theirs';
    onHost(host, 'sh', '-c', `mkdir -p ${own} && printf '[Service]\\nPrivateNetwork=yes\\n' > ${own}/service.conf`);
    await command(page, 'Portable Services: Refresh');
    await lens(page, /theirs \d\.\d/).waitFor();
    await screenshot('profile-of-host');
    onHost(host, 'rm', '-r', own);
    await command(page, 'Portable Services: Refresh');
    await lens(page, /^\s*(?!.*theirs)Exposure/).waitFor();
  }

  // its folder goes, and so does it
  await command(page, 'View: Close All Editors');
  await openFile(page, 'hello.service');
  await lens(page, /mine \d\.\d/).waitFor();
  rmSync(join(info.workspace, 'portable'), { recursive: true });
  await lens(page, /^\s*(?!.*mine)Exposure/).waitFor();
}
