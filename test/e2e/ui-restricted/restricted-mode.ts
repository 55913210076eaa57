/** A folder that the user does not trust: files are checked and images listed, no host is asked for anything, and it is said why. */
import * as assert from 'node:assert/strict';
import type { Ui } from '../run-ui.ts';
import { contextMenu, openFile, openPortableServices, row, view } from '../workbench.ts';

export default async function ({ page, screenshot }: Ui): Promise<void> {
  await openPortableServices(page);
  const image = row(page, 'Images', /^hello 1\.0(?! \.raw)/);
  await image.waitFor({ timeout: 60_000 });
  await view(page, 'Hosts').getByText('Hosts are off in Restricted Mode').waitFor();
  assert.equal(await view(page, 'Hosts').locator('.monaco-list-row').count(), 0, 'no host is shown');

  // its buttons and entries do nothing
  await image.hover();
  assert.match((await image.getByRole('button', { name: /^Deploy/ }).getAttribute('class')) ?? '', /disabled/);
  await image.click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Inspect/ }).waitFor();
  await screenshot('restricted-menu');
  let dim = 0;
  for (const name of [/^Deploy/, /^Attach/, /^Detach/, /^Show Logs/]) {
    for (const entry of await page.getByRole('menuitem', { name }).all()) {
      dim++;
      assert.equal(await entry.isEnabled(), false, `${await entry.textContent()} is dim`);
    }
  }
  assert.ok(dim > 0, 'what reaches a host is in the menu');
  await page.keyboard.press('Escape');

  // nor does the palette know a command that reaches a host
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').fill('>Portable Services: ');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Portable Services: Inspect' }).waitFor();
  await screenshot('restricted-commands');
  const offered = await page.locator('.quick-input-list .monaco-list-row').allTextContents();
  for (const command of ['Deploy', 'Attach', 'Detach', 'Add SSH Host', 'Choose Host', 'Show Logs', 'Roll Back', 'Set Up Rights']) {
    assert.ok(!offered.some(label => label.includes(`Portable Services: ${command}`)), `${command} is not offered`);
  }
  await page.keyboard.press('Escape');

  // what reads files alone goes on
  await openFile(page, 'mistakes.service');
  await page.locator('.squiggly-warning').first().waitFor({ timeout: 30_000 });
  await openPortableServices(page);
  await contextMenu(page, image, /^Inspect/);
  await page.locator('.tab.active').filter({ hasText: 'hello' }).waitFor({ timeout: 30_000 });
  await screenshot('restricted-report');
}
