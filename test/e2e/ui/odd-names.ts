/**
 * What has an odd name, or an odd state, by mouse and keyboard: images and units with blanks, quotes, `$()` and letters of other scripts, through
 * tree, questions and logs; an image that cannot be read; faults in the setting of hosts. In light, dark and high contrast.
 */
import * as assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ui } from '../run-ui.ts';
import {
  answer,
  clearNotifications,
  command,
  contextMenu,
  onHost,
  openPortableServices,
  repeated,
  row,
  toast,
  unfold,
} from '../workbench.ts';

const odd = 'hello_1.0 (copy) "a"; $(touch hit) größe';
const unit = 'hello-a:b_c\\x2dd.service';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  const place = (name: string): string => join(info.workspace, name);
  const settings = readFileSync(info.settings, 'utf8');
  const made = [odd, '-größe', 'broken_1.raw'];
  for (const name of made.slice(0, 2)) cpSync(place('hello'), place(name), { recursive: true, verbatimSymlinks: true });
  const says = 'ExecStart=/bin/sh -c "echo see /usr/lib/systemd/system/hello.service:3 and hello-echo.socket; exec sleep 1000"';
  writeFileSync(place(`${odd}/usr/lib/systemd/system/${unit}`), `[Unit]\nDescription=Odd $(x) [a](b)\n[Service]\n${says}\n`);
  writeFileSync(place('broken_1.raw'), readFileSync(place('hello_1.0.raw')).subarray(0, 4096));
  try {
    await openPortableServices(page);
    const image = row(page, 'Images', /^hello_1\.0 \(copy\) "a"; \$\(touch hit\) größe/);
    await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
    await screenshot('odd-images');

    // brought under a name that portabled can work with
    await contextMenu(page, image, /^Deploy/);
    await image.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
    await toast(page, /is deployed to/).waitFor();
    await screenshot('odd-deployed');
    await clearNotifications(page);
    await unfold(row(page, 'Hosts', new RegExp(`^${host.name}active`)));
    const there = row(page, 'Hosts', /^hello_1\.0-copy/);
    await unfold(there);
    const oddUnit = row(page, 'Hosts', /^hello-a:b_c\\x2dd\.service/);
    await oddUnit.filter({ hasText: 'active for' }).waitFor({ timeout: 30_000 });
    assert.equal(onHost(host, 'sh', '-c', 'ls / /root /run /run/portables | grep -c "^hit$"').trim(), '0');

    // its log, whose links lead to a line and to a unit
    await contextMenu(page, oddUnit, /^Show Logs$/);
    const link = (text: string) => page.locator('.part.panel .detected-link').filter({ hasText: text }).first();
    await link('hello-echo.socket').waitFor({ timeout: 30_000 });
    await screenshot('odd-log');
    // the log goes on, and its lines move
    const follow = (text: string, tab: string) =>
      repeated(page.locator('.tab.active').filter({ hasText: tab }), () =>
        link(text)
          .click({ modifiers: ['ControlOrMeta'], timeout: 5000 })
          .catch(() => {}),
      );
    await follow('hello-echo.socket', 'hello-echo.socket');
    await follow('/usr/lib/systemd/system/hello.service:', 'hello.service');
    await page.locator('.statusbar-item').filter({ hasText: 'Ln 3, Col 1' }).waitFor();
    await screenshot('odd-log-line');
    await command(page, 'View: Toggle Panel Visibility');
    await openPortableServices(page);

    // the question, in dark
    await command(page, 'Preferences: Toggle between Light/Dark Themes');
    await page.locator('.monaco-workbench.vs-dark').waitFor();
    await openPortableServices(page);
    await contextMenu(page, image, /^Detach/);
    await page.locator('.monaco-dialog-box').waitFor();
    await screenshot('odd-detach-dark');
    const asked = await answer(page, /Detach hello_1\.0 \(copy\)/, 'Detach');
    assert.match(asked, /Active now, and stopped by this \(4\):.*hello-a:b_c\\x2dd\.service \(active\)/s);
    await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
    await command(page, 'Preferences: Toggle between Light/Dark Themes');
    await page.locator('.monaco-workbench.vs').waitFor();

    // names by which no unit can be chosen: said, with what to do
    await openPortableServices(page);
    await contextMenu(page, row(page, 'Images', /^-größe/), /^Deploy/);
    const refusal = toast(page, /none can begin with "-größe"/);
    await refusal.waitFor({ timeout: 60_000 });
    await screenshot('odd-refused');
    assert.match((await refusal.textContent()) ?? '', /Rename the image, to gro-e perhaps/);
    await clearNotifications(page);

    // what cannot be read: told, and brought nowhere
    const broken = row(page, 'Images', /^broken_1/);
    await unfold(broken);
    await contextMenu(page, broken, /^Deploy/);
    const stopped = toast(page, /broken_1.* was not deployed to .*: it cannot be read here/);
    await stopped.waitFor({ timeout: 30_000 });
    await screenshot('broken-image');
    await clearNotifications(page);

    // many faults in the setting leave the hosts their room, and lead to it
    const wrong = Array.from({ length: 12 }, (_, n) => ({ kind: 'ssh', destination: `-oProxyCommand=x${n}` }));
    const { 'portableServices.hosts': right, ...rest } = JSON.parse(settings);
    writeFileSync(info.settings, JSON.stringify({ ...rest, 'portableServices.hosts': [...right, ...wrong] }));
    const faults = row(page, 'Hosts', /^12 faults in the hosts setting/);
    await faults.waitFor({ timeout: 30_000 });
    await screenshot('faults-of-hosts');
    await unfold(faults);
    await row(page, 'Hosts', /^Entry 2 is skipped: An ssh destination cannot begin with "-"/)
      .first()
      .waitFor();
    await screenshot('faults-unfolded');
    await faults.locator('.monaco-icon-label').click();
    await page.locator('.settings-editor .setting-item-contents').filter({ hasText: 'Hosts' }).first().waitFor({ timeout: 30_000 });
    await screenshot('faults-setting');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.locator('.settings-editor').waitFor({ state: 'hidden' });
    writeFileSync(info.settings, settings);
    await faults.waitFor({ state: 'detached', timeout: 30_000 });

    // high contrast
    mkdirSync(place('.vscode'), { recursive: true });
    writeFileSync(place('.vscode/settings.json'), JSON.stringify({ 'workbench.colorTheme': 'Default High Contrast' }));
    await page.locator('.monaco-workbench.hc-black').waitFor({ timeout: 30_000 });
    await openPortableServices(page);
    await screenshot('high-contrast');
  } finally {
    writeFileSync(info.settings, settings);
    for (const name of [...made, '.vscode']) rmSync(place(name), { recursive: true, force: true });
    onHost(host, 'sh', '-c', 'for i in /run/portables/.#versions/*; do portablectl detach --now --runtime "$i" 2>/dev/null; done; true');
  }
}
