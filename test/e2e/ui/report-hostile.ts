/** Reports of images that nobody would wish for: every text hostile, 500 units, and those that vanish, break or lack what an image has. */
import * as assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { frameOf, inWebview, tooWide, unreached, violations } from '../report-page.ts';
import type { Ui } from '../run-ui.ts';
import { clearNotifications, command, contextMenu, openPortableServices, row, theme, themes, toast } from '../workbench.ts';

const units = 'usr/lib/systemd/system';

/** What would do something wherever it is taken for more than text. */
const evil = [
  '<img src=x onerror="parent.pwned=1">',
  '</td></table><script>pwned=1</script><b>bold</b>',
  '[click](command:workbench.action.terminal.new)',
  '![x](https://example.invalid/x.png)',
  '$(rocket) `code` **bold** | cell |',
  '\u001b[31mred\u001b]8;;http://example.invalid\u0007link\u001b]8;;\u0007 \u202eesrever\u202c \u0000',
].join(' ');

/** The same in one line of a shell script, as bytes. */
const bytes = [...Buffer.from(evil)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');

function build(workspace: string): void {
  const tree = join(workspace, 'evil');
  rmSync(tree, { recursive: true, force: true });
  cpSync(join(workspace, 'hello'), tree, { recursive: true, verbatimSymlinks: true });
  rmSync(join(tree, units), { recursive: true });
  mkdirSync(join(tree, units), { recursive: true });
  mkdirSync(join(tree, 'srv/<b>dir<script>'), { recursive: true });
  writeFileSync(join(tree, 'srv/<b>dir<script>/[x](command:y)'), 'x'.repeat(3_000_000));
  const quoted = evil.replaceAll('\0', '').replace(/[`"$\\]/g, '\\$&');
  writeFileSync(
    join(tree, 'usr/lib/os-release'),
    `ID=evil\nVERSION_ID=1\nPRETTY_NAME="${quoted}"\nEVIL_<b>="x"\nHOME_URL="javascript:alert(1)"\n`,
  );
  writeFileSync(join(tree, 'usr/bin/evil'), `#!/bin/sh\nprintf '${bytes}\\n'\nprintf '${bytes}\\n' >&2\nexit 3\n`, { mode: 0o755 });
  const service = `[Unit]\nDescription=${evil.replaceAll('\0', '')}\nDocumentation=${evil.replaceAll('\0', '')}\n[Service]\nType=oneshot\nExecStart=/usr/bin/evil\nNoSuch<b>=${evil.replaceAll('\0', '')}\n`;
  writeFileSync(join(tree, units, 'evil.service'), service);
  writeFileSync(join(tree, units, 'evil-\\x3cimg\\x20src\\x3dx\\x3e.service'), service);
  writeFileSync(join(tree, units, 'evil<img src=x onerror=alert(1)>.service'), service);

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
  writeFileSync(join(many, units, 'many-large.service'), `[Service]\nExecStart=/usr/bin/many\n# ${'x'.repeat((1 << 20) - 100)}\n`);
  const none = join(workspace, 'none');
  mkdirSync(join(none, units), { recursive: true });
  writeFileSync(join(none, 'usr/lib/os-release'), 'ID=none\n');
  const nameless = join(workspace, 'nameless');
  mkdirSync(join(nameless, units), { recursive: true });
  writeFileSync(join(nameless, units, 'nameless.service'), '[Service]\nExecStart=/usr/bin/x\n');
}

/** The report of an image of the view, from an empty place on. */
async function inspect(page: Page, name: RegExp, heading: RegExp): Promise<FrameLocator> {
  await command(page, 'View: Close All Editors');
  await openPortableServices(page);
  await contextMenu(page, row(page, 'Images', name), /Inspect/);
  const report = inWebview(page);
  await report.getByRole('heading', { level: 1, name: heading }).waitFor({ timeout: 30_000 });
  await report.locator('#findings').filter({ hasNotText: 'Checking' }).waitFor({ timeout: 60_000 });
  await report.locator('#sizes').filter({ hasNotText: 'Counting' }).waitFor({ timeout: 60_000 });
  return report;
}

/** A screenshot of all of it, as a very high screen would show it. */
async function whole(page: Page, shot: () => Promise<string>, width = 1400): Promise<void> {
  await page.setViewportSize({ width, height: 3400 });
  await shot();
  await page.setViewportSize({ width: 1400, height: 900 });
}

/** Fails where text of an image has become markup. */
async function harmless(report: FrameLocator): Promise<void> {
  const frame = await frameOf(report);
  const foreign = await frame.evaluate(
    `[...document.querySelectorAll('main img, main script, main iframe, main b, main a:not([data-do])')].map(each => each.outerHTML)`,
  );
  assert.deepEqual(foreign, []);
  assert.equal(await frame.evaluate('parent.pwned ?? window.pwned ?? 0'), 0);
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

  report = await inspect(page, /^many/, /^many 1/);
  await whole(page, () => screenshot('report-many'));
  assert.equal(await report.locator('#exposure tbody tr').count(), 501);
  assert.deepEqual(await violations(await frameOf(report)), []);

  report = await inspect(page, /^none/, /^none/);
  await report.locator('#problems').filter({ hasText: 'portabled would refuse to attach it' }).waitFor();
  await screenshot('report-no-units');
  report = await inspect(page, /^nameless/, /^nameless/);
  await report.locator('#findings').filter({ hasText: 'it has no os-release' }).waitFor();
  await screenshot('report-no-os-release');

  // and what attaching it would do
  if (!info.host) return;
  await contextMenu(page, row(page, 'Images', /^evil/), /^Preview Attach/);
  const preview = inWebview(page);
  await preview.getByText('/run/systemd/system.attached/evil.service', { exact: true }).first().waitFor({ timeout: 30_000 });
  assert.equal(await preview.locator('body img, body b, a[href^="command:"]').count(), 0);
  await whole(page, () => screenshot('hostile-preview'));
}
