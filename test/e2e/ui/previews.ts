/** What an attach, another attach and a detach would do, told beforehand, and then done: the files that were named come and go. */
import * as assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { inWebview } from '../report-page.ts';
import type { Ui } from '../run-ui.ts';
import { answer, clearNotifications, command, contextMenu, onHost, openPortableServices, row, theme, themes, toast } from '../workbench.ts';

const image = /^hello 1\.0(?! \.raw)/;

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host, workspace } = info;
  if (!host) return;
  const refused = join(workspace, 'refused_1');
  const units = 'usr/lib/systemd/system';
  mkdirSync(join(refused, units), { recursive: true });
  writeFileSync(join(refused, 'usr/lib/os-release'), 'ID=refused\nPORTABLE_PREFIXES=other\n');
  writeFileSync(join(refused, units, 'refused.service'), '[Service]\nExecStart=/usr/bin/refused\n');
  await openPortableServices(page);
  await row(page, 'Images', /^refused/)
    .filter({ hasText: 'detached' })
    .waitFor({ timeout: 60_000 });
  await row(page, 'Images', image).filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });

  // one that portabled refuses: why, in whose words, and where to mend it
  let preview = await previewed(page, /^refused/, 'Preview Attach', /^Attach refused/);
  await preview.getByText('portabled would refuse it.').waitFor();
  await preview.getByText(/What portabled itself would say/).waitFor();
  await preview.getByText(`The file: ${join(refused, 'usr/lib/os-release')}`).waitFor();
  await screenshot('preview-refused');
  await toast(page, /would refuse refused_1: os-release is to be changed/)
    .getByRole('button', { name: 'Open os-release' })
    .click();
  await page.locator('.tab.active').filter({ hasText: 'os-release' }).waitFor();

  preview = await previewed(page, image, 'Preview Attach', /^Attach hello 1\.0 to /);
  await preview.getByText(/portabled would attach it, under the profile default/).waitFor();
  await preview.getByRole('heading', { name: /hello\.service\.d\/20-portable\.conf$/ }).waitFor();
  // before the themes, with each of which the page is made anew
  const written = await paths(preview, 'h3');
  assert.ok(written.some(path => path.endsWith('/10-profile.conf')));
  for (const [name, label, kind] of themes) {
    await theme(page, label);
    await preview.locator(`body.${kind}`).waitFor();
    await screenshot(`preview-attach-${name}`);
  }
  await theme(page, 'Light Modern');

  await openPortableServices(page);
  await contextMenu(page, row(page, 'Images', image), /^Attach and Start/);
  await row(page, 'Images', image).filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
  await clearNotifications(page);
  assert.deepEqual(absent(written), []);

  // once more, with one unit more: what stays, what comes
  const more = join(workspace, 'hello', units, 'hello-more.service');
  writeFileSync(more, '[Service]\nExecStart=/usr/bin/hello\n');
  preview = await previewed(page, image, 'Preview Attach', /^Attach hello 1\.0 to /);
  await preview.getByText(/attached already: this one takes its place/).waitFor();
  await preview.getByRole('heading', { name: 'Units that stay' }).waitFor();
  await preview.getByRole('heading', { name: /hello-more\.service$/ }).waitFor();
  await screenshot('preview-reattach');

  preview = await previewed(page, image, 'Preview Detach', /^Detach hello 1\.0 from /);
  await preview.getByText(/hello\.service: it is stopped \(active now\)/).waitFor();
  await screenshot('preview-detach');
  const copy = /the copy of the image, (\/run\/portables\/\S+),/.exec((await preview.locator('body').textContent()) ?? '')?.[1] ?? '';
  const removed = [...(await paths(preview, 'h2:last-of-type + ul li')), copy];
  assert.ok(removed.length > 2, removed.join());
  assert.deepEqual(absent(removed), []);
  await openPortableServices(page);
  await contextMenu(page, row(page, 'Images', image), /^Detach/);
  await answer(page, /hello/, 'Detach');
  await row(page, 'Images', image).filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
  assert.deepEqual(absent(removed), removed);
  rmSync(more);
  rmSync(refused, { recursive: true });

  /** Those of some paths that are not there on the host. */
  function absent(all: readonly string[]): readonly string[] {
    return host ? all.filter(path => onHost(host, 'sh', '-c', '[ -e "$0" ] || [ -L "$0" ] || echo no', path) !== '') : [];
  }
}

/** Chooses a preview from an image's menu. */
async function previewed(page: Page, name: RegExp, what: string, heading: RegExp): Promise<FrameLocator> {
  await command(page, 'View: Close All Editors');
  await openPortableServices(page);
  await contextMenu(page, row(page, 'Images', name), new RegExp(`^${what}`));
  const preview = inWebview(page);
  await preview.getByRole('heading', { level: 1, name: heading }).waitFor({ timeout: 60_000 });
  return preview;
}

/** The paths that a preview tells; a copy's name, of which a part is not known beforehand, is left out. */
const paths = async (preview: FrameLocator, selector: string): Promise<readonly string[]> =>
  (await preview.locator(selector).allTextContents()).filter(path => path.startsWith('/') && !path.includes('…') && !path.includes('...'));
