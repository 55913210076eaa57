/** Images of which this user may not read everything: said to be so, by rows and when a file is opened, and the rest is shown. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ui } from '../run-ui.ts';
import { contextMenu, openPortableServices, repeated, row, toast } from '../workbench.ts';

const units = 'usr/lib/systemd/system';

/** Directories that are images, with a file and a folder that are closed, and one that is closed as a whole; and a raw one. */
function build(workspace: string): readonly string[] {
  const tree = join(workspace, 'guarded');
  for (const directory of [units, 'etc', 'var/closed']) mkdirSync(join(tree, directory), { recursive: true });
  writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=guarded\nVERSION_ID=1\n');
  writeFileSync(join(tree, units, 'guarded.service'), '[Service]\nExecStart=/usr/bin/guarded\n');
  writeFileSync(join(tree, 'etc/shadow'), 'root:*:1::::::\n');
  mkdirSync(join(workspace, 'shut'), { recursive: true });
  writeFileSync(join(workspace, 'kept_1.raw'), 'nobody knows');
  const closed = [join(tree, 'etc/shadow'), join(tree, 'var/closed'), join(workspace, 'shut'), join(workspace, 'kept_1.raw')];
  for (const path of closed) chmodSync(path, 0);
  return closed;
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const closed = build(info.workspace);
  try {
    assert.throws(() => readFileSync(join(info.workspace, 'guarded/etc/shadow')), { code: 'EACCES' });
    await openPortableServices(page);
    for (const name of [/^kept/, /^shut/]) {
      await row(page, 'Images', name).click();
      await row(page, 'Images', /not allowed: this user may not read it/).waitFor();
      await row(page, 'Images', name).click();
    }
    const image = row(page, 'Images', /^guarded/).first();
    await image.click();
    await row(page, 'Images', /^Files$/)
      .last()
      .click();
    await row(page, 'Images', /^var$/).last().click();
    await repeated(row(page, 'Images', /You may not read this: this user may not read it/), async () =>
      row(page, 'Images', /^closed$/)
        .last()
        .click(),
    );
    await row(page, 'Images', /^etc$/).last().click();
    await row(page, 'Images', /^shadow/)
      .last()
      .click();
    const said = toast(page, /\/etc\/shadow of .*guarded cannot be read: not allowed: this user may not read it/).first();
    await said.waitFor();
    await screenshot('unreadable');

    // looking for a text passes over it, and says so
    await contextMenu(page, image, /Find Text in Image/);
    await page.locator('.quick-input-widget input').fill('VERSION_ID');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'os-release' }).first().waitFor();
    await toast(page, /2 paths could not be read, \/etc\/shadow first/)
      .first()
      .waitFor();
    await screenshot('unreadable-found');
    await page.keyboard.press('Escape');
  } finally {
    for (const path of closed) chmodSync(path, 0o700);
  }
}
