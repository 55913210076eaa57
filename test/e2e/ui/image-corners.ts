/** Images that are not plain ones, by mouse: versions, one of 2 GiB, locked, cut off; and what is done with files in one: bytes, finding a text, saving. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findProgram, must } from '../../../lab/processes.ts';
import type { Ui } from '../run-ui.ts';
import { command, contextMenu, openPortableServices, repeated, row, toast, until } from '../workbench.ts';

const units = 'usr/lib/systemd/system';
const gibibyte = 1024 * 1024 * 1024;
/** Where the root partition of the locked image begins and the one with its hashes, in sectors. */
const partitions = { root: 2048, hashes: 6144 };

async function build(workspace: string): Promise<void> {
  const tree = join(workspace, 'corner');
  mkdirSync(join(tree, units), { recursive: true });
  mkdirSync(join(tree, 'usr/share/corner/deep'), { recursive: true });
  writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=corner\nVERSION_ID=1\n');
  writeFileSync(join(tree, units, 'corner.service'), '[Service]\nExecStart=/usr/bin/corner\n');
  writeFileSync(join(tree, 'usr/share/corner/bytes'), Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]));
  writeFileSync(join(tree, 'usr/share/corner/deep/notes.txt'), 'first line\nthe needle is here\n');
  writeFileSync(
    join(tree, 'usr/share/noise'),
    Uint8Array.from({ length: 300_000 }, (_, i) => (i * i * 7 + (i >> 3)) & 0xff),
  );
  const plain = join(workspace, 'corner_1.raw');
  await must('mksquashfs', [tree, plain, '-noappend', '-quiet', '-all-root', '-processors', '1']);
  mkdirSync(join(workspace, 'many.raw.v'));
  for (const version of [1, 2]) copyFileSync(plain, join(workspace, `many.raw.v/many_${version}.raw`));
  copyFileSync(plain, join(workspace, 'cut_1.raw'));
  truncateSync(join(workspace, 'cut_1.raw'), statSync(plain).size / 2);
  const huge = join(workspace, 'huge_1.raw');
  writeFileSync(huge, '');
  truncateSync(huge, 2 * gibibyte);
  await must('mke2fs', ['-q', '-t', 'ext4', '-d', tree, huge]);
  await lock(join(workspace, 'locked_1.raw'));
  rmSync(tree, { recursive: true });
}

/** An image whose root is encrypted, with hashes for it: only their heads, for nothing more is looked at. */
async function lock(image: string): Promise<void> {
  const bytes = Buffer.alloc(8 << 20);
  bytes.write('LUKS\xba\xbe\0\x02', partitions.root * 512, 'latin1');
  bytes.write('verity\0\0\x01\0\0\0\x01\0\0\0', partitions.hashes * 512, 'latin1');
  writeFileSync(image, bytes);
  const table = ['label: gpt', `start=${partitions.root}, size=4096, type=root`, `start=${partitions.hashes}, size=4096, type=hashes`]
    .join('\n')
    .replace('type=root', 'type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709')
    .replace('type=hashes', 'type=2C7357ED-EBD2-46D9-AEC1-23D437EC2BF5');
  await must('sh', ['-c', 'printf "%s\\n" "$1" | sfdisk -q "$2"', 'sh', table, image]);
}

/** Chooses a theme, light or dark. */
async function theme(page: Page, kind: 'light' | 'dark'): Promise<void> {
  const dark = () => page.locator('.monaco-workbench.vs-dark').count();
  if ((await dark()) > 0 !== (kind === 'dark')) await command(page, 'Preferences: Toggle between Light/Dark Themes');
  await page.locator(kind === 'dark' ? '.monaco-workbench.vs-dark' : '.monaco-workbench.vs').waitFor();
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const missing = ['mksquashfs', 'mke2fs', 'sfdisk'].find(program => findProgram(program) === undefined);
  if (missing !== undefined && process.env.CI !== 'true') {
    console.log(`  there is no ${missing} to build images with`);
    return;
  }
  await build(info.workspace);
  await openPortableServices(page);
  const image = (name: RegExp) => row(page, 'Images', name).first();
  await image(/^corner 1 \.raw/).waitFor();
  for (const name of [/^many/, /^cut/, /^huge/, /^locked/]) {
    await image(name).waitFor();
    await image(name).click();
  }
  for (const kind of ['dark', 'light'] as const) {
    await theme(page, kind);
    await screenshot(`image-corners-${kind}`);
  }
  for (const says of [
    /^corrupt: it should have \d+ bytes, but ends after/,
    /^not supported: its root partition is encrypted \(LUKS\)/,
    /^many.*older version/,
    /^many.*taken of 2 versions/,
    /^huge 1 \.raw.*ext4 2\.0 GiB/,
  ])
    await row(page, 'Images', says).waitFor();
  await row(page, 'Images', /^Partitions$/).click();
  await row(page, 'Images', /LUKS/).last().waitFor();
  await row(page, 'Images', /verity/)
    .last()
    .waitFor();
  await screenshot('image-partitions');
  await row(page, 'Images', /^Partitions$/).click();

  // bytes
  await image(/^corner 1 \.raw/).click();
  await contextMenu(page, image(/^corner 1 \.raw/), /Go to File in Image/);
  await page.locator('.quick-input-widget input').fill('bytes');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'bytes' }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').filter({ hasText: 'bytes' }).waitFor();
  await page.getByText(/not displayed in the text editor because it is either binary/).waitFor();
  await screenshot('image-bytes');

  // a text in any file, and there it opens
  await contextMenu(page, image(/^corner 1 \.raw/), /Find Text in Image/);
  await page.locator('.quick-input-widget input').fill('the needle');
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'notes.txt' }).first().waitFor();
  await screenshot('image-found');
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').filter({ hasText: 'notes.txt' }).waitFor();
  await page.locator('.view-line').filter({ hasText: 'the needle is here' }).waitFor();

  // a folder of it, saved
  const target = join(info.workspace, 'saved');
  const files = row(page, 'Images', /^Files$/);
  const usr = row(page, 'Images', /^usr$/).last();
  await repeated(usr, async () => files.last().click());
  await contextMenu(page, usr, /Save As/);
  await screenshot('image-save-as');
  const input = page.locator('.quick-input-widget:visible input').last();
  await input.fill(target);
  await page.keyboard.press('Enter');
  await until('the folder is saved', () => readdirSync(info.workspace).includes('saved'));
  assert.equal(readFileSync(join(target, 'share/corner/deep/notes.txt'), 'utf8'), 'first line\nthe needle is here\n');
  await toast(page, /saved/i).first().waitFor();
  await screenshot('image-saved');
}
