/** Into an image without mounting it, by mouse: its files, a unit with its findings, the image as a folder, what differs from the tree that it was made from. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, must } from '../../../lab/processes.ts';
import type { Ui } from '../run-ui.ts';
import { command, contextMenu, openPortableServices, repeated, row } from '../workbench.ts';

const units = 'usr/lib/systemd/system';
/** A unit with one mistake, and the same after a rebuild. */
const texts = { before: '[Service]\nExecStrat=/usr/bin/probe\n', after: '[Service]\nExecStart=/usr/bin/probe\nTpye=simple\n' };

/** Builds an image of a small tree, in place of the one before, as a build does. */
async function build(workspace: string, text: string): Promise<void> {
  const tree = join(workspace, 'probe');
  mkdirSync(join(tree, units), { recursive: true });
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=probe\nVERSION_ID=7\n');
  writeFileSync(join(tree, units, 'probe.service'), text);
  writeFileSync(join(tree, 'usr/bin/probe'), Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]));
  const fresh = join(workspace, '.probe.new');
  await must('mksquashfs', [tree, fresh, '-noappend', '-quiet', '-all-root', '-processors', '1']);
  copyFileSync(fresh, join(workspace, 'probe_7.raw'));
  rmSync(fresh);
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  if (findProgram('mksquashfs') === undefined && process.env.CI !== 'true') {
    console.log('  there is no mksquashfs to build an image with');
    return;
  }
  await build(info.workspace, texts.before);
  await openPortableServices(page);
  const image = row(page, 'Images', /^probe 7 \.raw/);
  await image.waitFor();
  await image.click();

  // files, unfolded level by level
  await row(page, 'Images', /^Files$/)
    .last()
    .click();
  await row(page, 'Images', /^usr$/).last().click();
  await row(page, 'Images', /^lib$/).last().click();
  await row(page, 'Images', /^os-release/)
    .last()
    .click();
  await page.locator('.view-line').filter({ hasText: 'VERSION_ID=7' }).waitFor();
  await screenshot('image-files');

  // a unit opens with its findings, and follows a rebuild
  await row(page, 'Images', /^probe\.service/)
    .last()
    .click();
  await page.locator('.view-line').filter({ hasText: 'ExecStrat' }).waitFor();
  await page.locator('.squiggly-warning').first().waitFor();
  await screenshot('image-unit');
  await build(info.workspace, texts.after);
  await page.locator('.view-line').filter({ hasText: 'Tpye=simple' }).waitFor({ timeout: 30_000 });
  await page.locator('.squiggly-warning').first().waitFor();
  await screenshot('image-rebuilt');

  // what differs from its tree
  writeFileSync(join(info.workspace, 'probe', units, 'probe.service'), texts.before);
  await contextMenu(page, image, /Compare with/);
  const entry = (text: string) => page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  await entry(join(info.workspace, 'probe')).waitFor();
  await page.locator('.quick-input-widget input').fill(`${join(info.workspace, 'probe')}`);
  await repeated(entry('probe.service'), async () => page.keyboard.press('Enter'));
  await new Promise(done => setTimeout(done, 500)); // the list has faded in
  await screenshot('image-compared');
  await entry('probe.service').click();
  await page.locator('.diff-editor .view-line, .monaco-diff-editor .view-line').filter({ hasText: 'ExecStrat' }).first().waitFor();
  await screenshot('image-diff');

  // a file by its name
  await contextMenu(page, image, /Go to File in Image/);
  await page.locator('.quick-input-widget input').fill('os-rel');
  await entry('os-release').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').filter({ hasText: 'os-release' }).waitFor();

  // the whole image as a folder, beside the one that is open
  await command(page, 'View: Close All Editors');
  await contextMenu(page, image, /Open Image as Folder/);
  const folder = page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: /probe_7 \(image\)/ });
  await folder.waitFor({ timeout: 60_000 });
  const inFolder = (name: string) =>
    page
      .locator('.explorer-folders-view .monaco-list-row')
      .filter({ hasText: new RegExp(`^${name}$`) })
      .last();
  await repeated(inFolder('usr'), async () => folder.click());
  await repeated(inFolder('lib'), async () => inFolder('usr').click());
  await repeated(inFolder('os-release'), async () => inFolder('lib').click());
  await inFolder('os-release').dblclick();
  await page.locator('.view-line').filter({ hasText: 'VERSION_ID=7' }).waitFor();
  await screenshot('image-folder');

  // which VS Code's own search does not reach
  await contextMenu(page, inFolder('usr'), /Find Text in Image/);
  await repeated(entry('probe.service'), async () => {
    await page.locator('.quick-input-widget input').fill('Tpye');
    await page.keyboard.press('Enter');
  });
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').filter({ hasText: 'probe.service' }).waitFor();
}
