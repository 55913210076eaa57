/** A folder that the user does not trust: files are checked and images listed, no host is asked for anything, and it is said why. */
import * as assert from 'node:assert/strict';
import type { Ui } from '../run-ui.ts';
import { inlineButton, openFile, openPortableServices, row, view } from '../workbench.ts';

export default async function ({ page, screenshot }: Ui): Promise<void> {
  await openPortableServices(page);
  const image = row(page, 'Images', /^hello 1\.0directory/);
  await image.waitFor({ timeout: 60_000 });
  await view(page, 'Hosts').getByText('Hosts are off in Restricted Mode').waitFor();
  assert.equal(await view(page, 'Hosts').locator('.monaco-list-row').count(), 0, 'no host is shown');

  // its buttons and entries do nothing
  await image.hover();
  const deploy = image.getByRole('button', { name: /^Deploy/ });
  if ((await deploy.count()) > 0) assert.match((await deploy.getAttribute('class')) ?? '', /disabled/);
  await image.click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Inspect/ }).waitFor();
  await screenshot('restricted-menu');
  for (const name of [/^Deploy/, /^Attach/, /^Detach/, /^Show Logs/]) {
    for (const entry of await page.getByRole('menuitem', { name }).all()) {
      assert.equal(await entry.isEnabled(), false, `${await entry.textContent()} is dim`);
    }
  }
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
  await page.locator('.squiggly-error').first().waitFor({ timeout: 30_000 });
  await openPortableServices(page);
  await inlineButton(image, /^Inspect/);
  await page.locator('.tab.active').filter({ hasText: 'hello' }).waitFor({ timeout: 30_000 });
  await screenshot('restricted-report');
}
