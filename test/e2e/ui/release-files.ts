/** os-release and extension-release as they are typed: what can be typed, what it means, what is wrong with it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { goTo, quickFix } from '../editor.ts';
import { explained } from '../explained.ts';
import type { Ui } from '../run-ui.ts';
import { command, openFile, openPortableServices, repeated, revert, row } from '../workbench.ts';

const line = (page: Page, text: string) => page.locator('.editor-group-container.active .view-line').filter({ hasText: text }).first();

/** Takes an entry of the suggestions, which come by themselves or are asked for. */
async function take(page: Page, label: string, seen: () => Promise<unknown> = async () => {}): Promise<void> {
  const named = page.locator('.label-name').filter({ hasText: new RegExp(`^${label}$`) });
  const entry = page.locator('.suggest-widget .monaco-list-row').filter({ has: named }).first();
  await repeated(entry, () => page.keyboard.press('Control+Space'));
  await seen();
  await entry.click();
  await entry.waitFor({ state: 'hidden' });
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const wrong = page.locator('.squiggly-error, .squiggly-warning').first();
  const more = join(info.workspace, 'more_1');
  const units = 'usr/lib/systemd/system';
  const release = 'usr/lib/extension-release.d/extension-release.more_1';
  mkdirSync(join(more, units), { recursive: true });
  mkdirSync(join(more, release, '..'), { recursive: true });
  writeFileSync(join(more, units, 'hello-more.service'), '[Service]\nExecStart=/usr/bin/hello\n');
  writeFileSync(join(more, release), 'NAME=more\n');
  const plain = join(info.workspace, 'plain_1');
  mkdirSync(join(plain, units), { recursive: true });
  writeFileSync(join(plain, 'usr/lib/os-release'), 'ID=plain\nVERSION_ID=1\n');
  writeFileSync(join(plain, units, 'plain.service'), '[Service]\nExecStart=/usr/bin/plain\n');
  await openPortableServices(page);
  await row(page, 'Images', /^plain/).waitFor({ timeout: 60_000 });

  await openFile(page, 'plain_1/usr/lib/os-release');
  await goTo(page, '999');
  await page.keyboard.type('PORTABLE_PR');
  await take(page, 'PORTABLE_PREFIXES', () => screenshot('os-release-completion'));
  await line(page, 'PORTABLE_PREFIXES=').waitFor();
  await take(page, 'plain');
  await line(page, 'PORTABLE_PREFIXES=plain').waitFor();
  await explained(line(page, 'PORTABLE_PREFIXES='), 'PORTABLE_PREFIXES', /portabled:/, () => screenshot('os-release-hover'));
  await page.keyboard.press('Escape');
  await page.keyboard.type('x');
  await wrong.waitFor();
  await explained(line(page, 'PORTABLE_PREFIXES='), 'plainx', /portable\/prefixes-fit-no-unit/, () => screenshot('os-release-finding'));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Backspace');
  await wrong.waitFor({ state: 'hidden' });

  await openFile(page, `more_1/${release}`);
  await wrong.waitFor();
  await explained(line(page, 'NAME=more'), 'NAME', /portable\/no-id/, () => screenshot('extension-release-without-id'));
  await goTo(page, '999');
  await page.keyboard.type('I');
  await take(page, 'ID');
  await take(page, '_any', () => screenshot('extension-release-completion'));
  await line(page, 'ID=_any').waitFor();
  await wrong.waitFor({ state: 'hidden' });
  for (const _ of '_any') await page.keyboard.press('Backspace');
  await page.keyboard.type('hello');
  await page.keyboard.press('Escape');
  await explained(line(page, 'NAME=more'), 'NAME', /portable\/extension-mismatch/, () => screenshot('extension-release-mismatch'));
  await explained(line(page, 'ID=hello'), 'ID', /portabled:/);
  await goTo(page, '1');
  await quickFix(page, /^Add VERSION_ID=1\.0$/, () => screenshot('extension-release-fix'));
  await line(page, 'VERSION_ID=1.0').waitFor();
  await wrong.waitFor({ state: 'hidden' });

  // nothing stays behind
  await revert(page);
  await openFile(page, 'plain_1/usr/lib/os-release');
  await revert(page);
  await command(page, 'View: Close All Editors');
  for (const image of [more, plain]) rmSync(image, { recursive: true });
}
