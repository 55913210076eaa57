/** An image of hostile texts on a host: what its service writes into the journal, in the reason why it failed, in tooltips, in the log and in the report. */
import * as assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildHostile, harmless, whole } from '../hostile-image.ts';
import { inspect } from '../report-page.ts';
import type { Ui } from '../run-ui.ts';
import { answer, clearNotifications, contextMenu, openPortableServices, restOn, row, toast, unfold } from '../workbench.ts';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  if (!info.host) return;
  buildHostile(info.workspace);
  const image = row(page, 'Images', /^evil 1/);
  await openPortableServices(page);
  await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });

  await contextMenu(page, image, /^Attach and Start/);
  await toast(page, /did not start.*pwned=1/s).waitFor({ timeout: 60_000 });
  await screenshot('hostile-failed');
  assert.equal(await page.locator('.notification-toast a[href^="command:"], .notification-toast img').count(), 0);
  await clearNotifications(page);
  await unfold(image);
  await restOn(row(page, 'Images', /^evil\.service/), /ended with status 3/);
  await screenshot('hostile-hover');
  assert.equal(await page.locator('.monaco-hover img, .monaco-hover a[href^="command:"]').count(), 0);

  const report = await inspect(page, /^evil 1/, /^evil 1/);
  await report.locator('#units').filter({ hasText: 'failed' }).waitFor();
  await harmless(report);
  await whole(page, () => screenshot('hostile-attached'));
  await report.getByRole('button', { name: 'Show Logs' }).first().click();
  const written = page.locator('.panel .view-line, .output-view-container .view-line').filter({ hasText: 'pwned' });
  await written.first().waitFor({ timeout: 30_000 });
  await screenshot('hostile-logs');
  const shown = (await written.allTextContents()).join('\n');
  // what VS Code itself puts between words has no width, and steers nothing
  assert.doesNotMatch(shown.replace(/[\u200b-\u200d\ufeff\n]/g, ''), /[\p{Cc}\p{Cf}]/u);

  await openPortableServices(page);
  await contextMenu(page, image, /^Detach/);
  await answer(page, /evil/, 'Detach');
  await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
  rmSync(join(info.workspace, 'evil'), { recursive: true });
}
