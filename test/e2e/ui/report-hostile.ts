/** Reports of images that nobody would wish for: every text hostile, 500 units, and those that vanish, break or lack what an image has. */
import * as assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FrameLocator, Page } from 'playwright-core';
import { buildHostile, foreign, harmless, whole } from '../hostile-image.ts';
import { exported, frameOf, inspect, inWebview, tooWide, unreached, violations } from '../report-page.ts';
import type { Ui } from '../run-ui.ts';
import { clearNotifications, command, contextMenu, openFile, openPortableServices, row, theme, themes, toast } from '../workbench.ts';

const units = 'usr/lib/systemd/system';

function build(workspace: string): void {
  buildHostile(workspace);
  const many = join(workspace, 'many');
  mkdirSync(join(many, units), { recursive: true });
  writeFileSync(join(many, 'usr/lib/os-release'), 'ID=many\nVERSION_ID=1\n');
  for (let n = 0; n < 500; n++) {
    const settings = n % 3 === 0 ? 'ProtectSystem=strict\nUser=nobody\n' : `Nice=${n % 20}\n`;
    writeFileSync(
      join(many, units, `many-${n}.service`),
      `[Unit]\nDescription=Number ${n}\n[Service]\nExecStart=/usr/bin/many ${n}\n${settings}`,
    );
  }
  rmSync(join(many, units, 'many-link.service'), { force: true });
  symlinkSync(`/${units}/many-1.service`, join(many, units, 'many-link.service'));
  writeFileSync(join(many, units, 'many-large.service'), `[Service]\nExecStart=/usr/bin/many\n# ${'x'.repeat((1 << 20) - 100)}\n`);
  const none = join(workspace, 'none');
  mkdirSync(join(none, units), { recursive: true });
  writeFileSync(join(none, 'usr/lib/os-release'), 'ID=none\n');
  const withoutId = join(workspace, 'without-id');
  mkdirSync(join(withoutId, units), { recursive: true });
  writeFileSync(join(withoutId, 'usr/lib/os-release'), 'NAME=x\n');
  writeFileSync(join(withoutId, units, 'without-id.service'), '[Service]\nExecStart=/usr/bin/x\n');
  const nameless = join(workspace, 'nameless');
  mkdirSync(join(nameless, units), { recursive: true });
  writeFileSync(join(nameless, units, 'nameless.service'), '[Service]\nExecStart=/usr/bin/x\n');
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  build(info.workspace);
  await openPortableServices(page);
  await row(page, 'Images', /^evil/).waitFor({ timeout: 60_000 });

  let report = await inspect(page, /^evil/, /^evil 1/);
  await harmless(report);
  for (const [name, label, kind] of themes) {
    await theme(page, label);
    await report.locator(`body.${kind}`).waitFor();
    await whole(page, () => screenshot(`hostile-${name}`));
    assert.deepEqual(await violations(await frameOf(report)), [], name);
  }
  await theme(page, 'Light Modern');

  // 400 pixels wide: nothing beside the page, wide tables scroll by themselves
  await command(page, 'View: Toggle Primary Side Bar Visibility');
  await page.setViewportSize({ width: 462, height: 900 });
  assert.ok(Number(await (await frameOf(report)).evaluate('innerWidth')) <= 405);
  assert.equal(await tooWide(await frameOf(report)), 0);
  await whole(page, () => screenshot('hostile-narrow'), 462);
  await command(page, 'View: Toggle Primary Side Bar Visibility');

  // by keyboard alone
  assert.deepEqual(await unreached(page, await frameOf(report)), []);

  await report.getByRole('button', { name: 'Copy as Markdown' }).click();
  await toast(page, /is on the clipboard/).waitFor();
  await clearNotifications(page);
  await page.context().grantPermissions(['clipboard-read']);
  writeFileSync(join(info.workspace, 'evil-report.md'), String(await page.evaluate('navigator.clipboard.readText()')));
  await elsewhere(page, report, join(info.workspace, 'evil.html'), screenshot);

  report = await inspect(page, /^many/, /^many 1/);
  await whole(page, () => screenshot('report-many'));
  assert.equal(await report.locator('#exposure tbody tr').count(), 502);
  assert.deepEqual(await violations(await frameOf(report)), []);
  // a link in the image leads to what is in the image
  await report.getByRole('link', { name: 'many-link.service', exact: true }).first().click();
  await page.locator('.tab.active').filter({ hasText: 'many-1.service' }).waitFor();
  await page.locator('.view-line').filter({ hasText: 'ExecStart=/usr/bin/many 1' }).first().waitFor();

  report = await inspect(page, /^none/, /^none/);
  await report.locator('#problems').filter({ hasText: 'portabled would refuse to attach it' }).waitFor();
  await screenshot('report-no-units');
  report = await inspect(page, /^without-id/, /^without-id/);
  await screenshot('report-refused');
  await report.locator('#problems').getByRole('link', { name: '/usr/lib/os-release' }).click();
  await page.locator('.tab.active').filter({ hasText: 'os-release' }).waitFor();
  report = await inspect(page, /^nameless/, /^nameless/);
  await report.locator('#findings').filter({ hasText: 'it has no os-release' }).waitFor();
  await screenshot('report-no-os-release');

  // and what attaching it would do
  if (info.host) await attached(page, screenshot);
  for (const image of ['evil', 'many', 'none', 'without-id', 'nameless']) rmSync(join(info.workspace, image), { recursive: true });
  rmSync(join(info.workspace, 'evil-report.md'));
  rmSync(join(info.workspace, 'evil.html'));
}

async function attached(page: Page, screenshot: Ui['screenshot']): Promise<void> {
  await contextMenu(page, row(page, 'Images', /^evil/), /^Preview Attach/);
  const preview = inWebview(page);
  await preview.getByText('/run/systemd/system.attached/evil.service', { exact: true }).first().waitFor({ timeout: 30_000 });
  assert.equal(await preview.locator('body img, body b, a[href^="command:"]').count(), 0);
  await whole(page, () => screenshot('hostile-preview'));
}

/** The same report where it is taken: as a file in a browser, and as Markdown in a preview of it. */
async function elsewhere(page: Page, report: FrameLocator, file: string, screenshot: Ui['screenshot']): Promise<void> {
  await exported(page, report, file);
  const browser = await page.context().newPage();
  const asked: string[] = [];
  browser.on('request', request => asked.push(request.url()));
  browser.on('dialog', dialog => asked.push(dialog.message()));
  await browser.goto(pathToFileURL(file).href);
  assert.deepEqual(await foreign(browser.mainFrame()), []);
  assert.deepEqual(asked, [pathToFileURL(file).href]);
  await browser.close();

  await openFile(page, 'evil-report.md');
  await command(page, 'Markdown: Open Preview to the Side');
  const preview = inWebview(page);
  await preview.getByRole('heading', { level: 1, name: /^evil 1/ }).waitFor();
  await screenshot('hostile-markdown');
  assert.equal(await preview.locator('body img, body b, a[href^="command:"], a[href*="example.invalid"]').count(), 0);
}
