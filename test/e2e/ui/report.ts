/** The report of an image as everybody can read it: by click, by keyboard, in light, dark and high contrast, by a screen reader, in any browser. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exported, frameOf, inWebview, violations } from '../report-page.ts';
import type { Ui } from '../run-ui.ts';
import { clearNotifications, command, contextMenu, openFile, openPortableServices, row, theme, themes } from '../workbench.ts';

const media = [
  { name: 'light', colorScheme: 'light', forcedColors: 'none' },
  { name: 'dark', colorScheme: 'dark', forcedColors: 'none' },
  { name: 'high-contrast', colorScheme: 'dark', forcedColors: 'active' },
] as const;

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  await openPortableServices(page);
  await row(page, 'Images', /^hello 1\.0 \.raw/).waitFor();
  await openFile(page, 'hello_1.0.raw');
  const report = inWebview(page);
  await report.getByRole('heading', { level: 1, name: 'hello 1.0 .raw' }).waitFor();
  await report
    .getByRole('cell', { name: /^\d\.\d (ok|medium|exposed)$/ })
    .first()
    .waitFor();
  await report.getByRole('group', { name: 'Sizes by directory' }).waitFor();

  for (const [name, label, kind] of themes) {
    await theme(page, label);
    await report.locator(`body.${kind}`).waitFor();
    await screenshot(`report-${name}`);
    assert.deepEqual(await violations(await frameOf(report)), [], name);
  }
  await theme(page, 'Light Modern');

  // by keyboard: to a part of the treemap, and to a unit
  await report.locator('.treemap g').first().focus();
  await report.getByRole('link', { name: 'hello.service', exact: true }).first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').filter({ hasText: 'hello.service' }).waitFor();
  await page.locator('.view-line').filter({ hasText: 'ExecStart' }).first().waitFor();
  await page.locator('.tab').filter({ hasText: 'hello_1.0.raw' }).click();

  await report.getByRole('button', { name: 'Copy as Markdown' }).click();
  await page
    .locator('.notification-toast')
    .filter({ hasText: /The report of hello 1\.0 \.raw is on the clipboard/ })
    .waitFor();
  await clearNotifications(page);
  const file = join(info.workspace, 'hello_1.0.raw.html');
  await exported(page, report, file);
  const browser = await page.context().newPage();
  try {
    for (const { name, ...emulated } of media) {
      await browser.emulateMedia(emulated);
      await browser.goto(pathToFileURL(file).href);
      await browser.screenshot({ path: join(info.artifacts, `report-file-${name}.png`), fullPage: true });
      assert.deepEqual(await violations(browser.mainFrame()), [], `file, ${name}`);
    }
  } finally {
    await browser.close();
  }

  // a directory has no editor: Inspect opens its report
  await command(page, 'View: Close All Editors');
  await openPortableServices(page);
  await contextMenu(page, row(page, 'Images', /^mistakes/), /Inspect/);
  await report.getByRole('heading', { name: 'Findings' }).waitFor();
  await report
    .getByRole('rowheader', { name: /^(error|warning)$/ })
    .first()
    .waitFor();
  await screenshot('report-findings');
}
