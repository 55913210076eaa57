/** What differs between images, by mouse; one file of an image saved; and how long an image of 2 GiB takes from the click to its rows. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { findProgram, must } from '../../../lab/processes.ts';
import type { Ui } from '../run-ui.ts';
import { command, contextMenu, openPortableServices, repeated, row, toast, until } from '../workbench.ts';

const units = 'usr/lib/systemd/system';
const mebibyte = 1024 * 1024;
/** Of the large image, and of what lies in it. */
const large = { size: 2048 * mebibyte, file: 64 * mebibyte, files: 24 };

/** Two versions of an image, and the tree of the second. */
async function buildVersions(workspace: string): Promise<void> {
  const tree = join(workspace, 'twin');
  mkdirSync(join(tree, units), { recursive: true });
  mkdirSync(join(tree, 'etc'), { recursive: true });
  writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=twin\nVERSION_ID=1\n');
  writeFileSync(join(tree, units, 'twin.service'), '[Service]\nExecStart=/usr/bin/twin\n');
  writeFileSync(join(tree, 'etc/old.conf'), 'old=1\n');
  const make = (image: string) => must('mksquashfs', [tree, join(workspace, image), '-noappend', '-quiet', '-processors', '1']);
  await make('twin_1.raw');
  writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=twin\nVERSION_ID=2\n');
  rmSync(join(tree, 'etc/old.conf'));
  writeFileSync(join(tree, 'etc/new.conf'), 'new=1\n');
  await make('twin_2.raw');
}

/** An image of 2 GiB, three quarters of it bytes that are no zeros, with units among them. */
async function buildLarge(workspace: string): Promise<void> {
  const tree = join(workspace, '..', 'large');
  mkdirSync(join(tree, units), { recursive: true });
  mkdirSync(join(tree, 'usr/share/large'), { recursive: true });
  writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=large\nVERSION_ID=1\n');
  writeFileSync(join(tree, units, 'large.service'), '[Service]\nExecStart=/usr/bin/large\n');
  const bytes = Uint8Array.from({ length: large.file }, (_, i) => (i * i * 7 + (i >> 3)) | 1);
  for (let n = 0; n < large.files; n++) writeFileSync(join(tree, `usr/share/large/${n}`), bytes);
  const image = join(workspace, '..', 'large.part');
  writeFileSync(image, '');
  truncateSync(image, large.size);
  await must('mke2fs', ['-q', '-t', 'ext4', '-d', tree, image]);
  rmSync(tree, { recursive: true });
  renameSync(image, join(workspace, 'large_1.raw'));
}

/** Milliseconds from a click until something is seen. */
async function timed(click: () => Promise<unknown>, seen: Locator): Promise<number> {
  const begun = performance.now();
  await click();
  await seen.waitFor();
  return Math.round(performance.now() - begun);
}

/** Begins a comparison of an image, with the entry that has this text. */
async function compare(page: Page, image: Locator, text: string): Promise<void> {
  await contextMenu(page, image, /Compare with/);
  const entry = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  await entry.waitFor();
  await entry.click();
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const missing = ['mksquashfs', 'mke2fs'].find(program => findProgram(program) === undefined);
  if (missing !== undefined && process.env.CI !== 'true') {
    console.log(`  there is no ${missing} to build images with`);
    return;
  }
  const { workspace } = info;
  await buildVersions(workspace);
  await openPortableServices(page);
  const image = (name: RegExp) => row(page, 'Images', name).first();
  const entry = (text: string) => page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();

  // an image with the next one: what came, went and changed, one by one and all together
  await image(/^twin 1 \.raw/).waitFor();
  await compare(page, image(/^twin 1 \.raw/), 'twin_2.raw');
  await page.locator('.quick-input-title').filter({ hasText: '1 added, 1 gone, 1 changed' }).waitFor();
  for (const path of ['/etc/new.conf', '/etc/old.conf', '/usr/lib/os-release']) await entry(path).waitFor();
  await screenshot('image-differences');
  await entry('side by side').click();
  await page.locator('.multiDiffEntry').nth(2).waitFor();
  await page.locator('.view-line').filter({ hasText: 'VERSION_ID=2' }).first().waitFor();
  await screenshot('image-differences-together');
  await compare(page, image(/^twin 1 \.raw/), 'twin_2.raw');
  await entry('/etc/old.conf').click();
  await page.locator('.tab.active').filter({ hasText: 'old.conf' }).waitFor();
  await page.locator('.view-line').filter({ hasText: 'old=1' }).first().waitFor();

  // with the tree that it was made from: nothing, then what was changed since
  await compare(page, image(/^twin 2 \.raw/), join(workspace, 'twin'));
  await toast(page, /hold the same/)
    .first()
    .waitFor();
  await screenshot('image-same');
  writeFileSync(join(workspace, 'twin/etc/new.conf'), 'new=2\n');
  await compare(page, image(/^twin 2 \.raw/), join(workspace, 'twin'));
  await entry('/etc/new.conf').click();
  await page.locator('.monaco-diff-editor .view-line').filter({ hasText: 'new=2' }).first().waitFor();

  // one file, saved, and saved again over it
  await image(/^twin 1 \.raw/).click();
  await row(page, 'Images', /^Files$/)
    .last()
    .click();
  await row(page, 'Images', /^usr$/).last().click();
  await row(page, 'Images', /^lib$/).last().click();
  const target = join(workspace, 'taken');
  await contextMenu(page, row(page, 'Images', /^os-release/).last(), /Save As/);
  const input = page.locator('.quick-input-widget:visible input').last();
  // once it has what it offers, which would take the place of what was typed before
  while (!(await input.inputValue()).endsWith('os-release')) await page.waitForTimeout(100);
  await input.fill(target);
  await page.keyboard.press('Enter');
  await until('the file is saved', () => existsSync(target));
  assert.equal(readFileSync(target, 'utf8'), 'ID=twin\nVERSION_ID=1\n');
  await toast(page, /saved/i).first().waitFor();

  // 2 GiB
  await command(page, 'View: Close All Editors');
  await buildLarge(workspace);
  const rowOfLarge = image(/^large 1 \.raw/);
  await rowOfLarge.waitFor({ timeout: 60_000 });
  const files = row(page, 'Images', /^Files$/).first();
  const shown: Record<string, number> = {
    'from the click to its units and files': await timed(() => rowOfLarge.click(), row(page, 'Images', /^large\.service/)),
    'to the files of its root': await timed(() => files.click(), row(page, 'Images', /^lost\+found$/)),
  };
  await repeated(page.locator('.tab.active').filter({ hasText: 'large_1.raw' }), async () => contextMenu(page, rowOfLarge, /^Inspect/));
  shown['from its file being there to its row'] = await timed(
    async () => renameSync(join(workspace, 'large_1.raw'), join(workspace, 'other_1.raw')),
    image(/^other 1 \.raw/),
  );
  console.log(`  an image of 2 GiB, in ms: ${JSON.stringify(shown)}`);
  await screenshot('image-large');
}
