/** A service under its profile, by mouse and keyboard: exposures, what they are made of, lines that lower them; its effective unit while it is typed. */
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { goTo, quickFix } from '../editor.ts';
import { explained } from '../explained.ts';
import type { Ui } from '../run-ui.ts';
import { command, openFile, openPortableServices, quickPick, repeated, revert, row, theme, themes } from '../workbench.ts';

const lens = (page: Page, text: RegExp) => page.locator('.codelens-decoration').filter({ hasText: text }).first();
const line = (page: Page, text: string | RegExp) => page.locator('.view-line').filter({ hasText: text }).first();
const tab = (page: Page, text: string | RegExp) => page.locator('.tab.active').filter({ hasText: text });

/** The number that the lens over [Service] begins with. */
async function exposure(page: Page): Promise<number> {
  const shown = lens(page, /Exposure \d+\.\d \w+ \(/);
  await shown.waitFor();
  return Number(/Exposure (\d+\.\d)/.exec((await shown.textContent()) ?? '')?.[1]);
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  await openPortableServices(page);
  await row(page, 'Images', /^hello 1\.0(?! \.raw)/).waitFor({ timeout: 60_000 });
  await openFile(page, 'hello.service');
  const before = await exposure(page);
  const pick = quickPick(page);
  const widget = page.locator('.quick-input-widget:visible');
  const title = widget.locator('.quick-input-title').filter({ hasText: /hello\.service under default/ });
  const explain = () => repeated(title, () => lens(page, /Exposure/).click());

  // what costs how much, in all themes; what is chosen comes into the unit
  for (const [name, label] of themes) {
    await theme(page, label);
    await explain();
    await screenshot(`explain-exposure-${name}`);
    await page.keyboard.press('Escape');
  }
  await theme(page, 'Light Modern');
  await explain();
  assert.match((await pick.first().textContent()) ?? '', /costs \d\.\d/);
  const [, added = ''] =
    /Better: (\S+=\S*)/.exec((await widget.locator('.monaco-list-row').filter({ hasText: 'Better:' }).first().textContent()) ?? '') ?? [];
  assert.notEqual(added, '');
  await widget.locator('.monaco-list-row').filter({ hasText: 'Better:' }).first().click();
  await line(page, added).waitFor();
  await lens(page, new RegExp(`Exposure (?!${before.toFixed(1).replace('.', '\\.')})`)).waitFor();
  assert.ok((await exposure(page)) < before);
  await screenshot('exposure-lowered');
  await page.keyboard.press('Control+z');
  await lens(page, new RegExp(`Exposure ${before.toFixed(1).replace('.', '\\.')}`)).waitFor();

  // the same as a quick fix, at [Service]
  await goTo(
    page,
    `${readFileSync(join(info.workspace, 'hello/usr/lib/systemd/system/hello.service'), 'utf8').split('\n').indexOf('[Service]') + 1}`,
  );
  await quickFix(page, /exposure \d\.\d to \d\.\d under default/, () => screenshot('exposure-fixes'));
  await lens(page, new RegExp(`Exposure (?!${before.toFixed(1).replace('.', '\\.')})`)).waitFor();
  await page.keyboard.press('Control+z');
  await lens(page, new RegExp(`Exposure ${before.toFixed(1).replace('.', '\\.')}`)).waitFor();

  // the effective unit, while the unit is typed, and back
  await command(page, 'Show Effective Unit');
  await line(page, '/run/systemd/system.attached/hello.service').waitFor();
  await page.locator('.tab').filter({ hasText: 'hello.service' }).first().click();
  await goTo(page, '999');
  await page.keyboard.type('\n[Service]\nPrivateDevices=no\n');
  const beside = page.locator('.editor-group-container').nth(1);
  await beside.locator('.view-line').filter({ hasText: 'PrivateDevices=no' }).first().waitFor();
  for (const [name, label] of themes) {
    await theme(page, label);
    await screenshot(`effective-typed-${name}`);
  }
  await theme(page, 'Light Modern');

  // each line says where it is from, and leads there
  const shown = (text: string) => beside.locator('.view-line').filter({ hasText: text }).first();
  await beside.locator('.detected-link').filter({ hasText: '/run/systemd/system.attached/hello.service' }).first().waitFor();
  await explained(shown('Restart=on-failure'), 'Restart', /attached\/hello\.service, line 10/);
  await explained(shown('PrivateUsers=yes'), 'PrivateUsers', /10-profile\.conf, line 1\d.*the profile default/s, () =>
    screenshot('effective-line'),
  );
  await repeated(tab(page, 'service.conf'), async () => {
    await shown('PrivateUsers=yes').getByText('PrivateUsers').click();
    await page.keyboard.press('F12');
  });
  await page.locator('.editor-group-container.active .view-line').filter({ hasText: 'PrivateUsers=yes' }).waitFor();
  await screenshot('effective-source');
  await page.locator('.tab').filter({ hasText: 'hello.service' }).first().click();
  await revert(page);
  await command(page, 'View: Close All Editors'); // the next window opens what this one showed
}
