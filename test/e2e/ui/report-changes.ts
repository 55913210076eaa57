/** A report that is open while its image is rebuilt, broken, taken away, locked, and comes back. */

import * as assert from 'node:assert/strict';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../../../lab/processes.ts';
import { frameOf, inWebview, violations } from '../report-page.ts';
import type { Ui } from '../run-ui.ts';
import { command, openFile, openPortableServices, row } from '../workbench.ts';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const good = join(info.workspace, 'hello_1.0.raw');
  const image = join(info.workspace, 'change_1.raw');
  copyFileSync(good, image);
  await openPortableServices(page);
  await row(page, 'Images', /^hello 1\.0 \.raw/).waitFor({ timeout: 60_000 });
  await openFile(page, 'change_1.raw');
  const report = inWebview(page);
  const problems = report.locator('#problems');
  const units = report.locator('#units');
  await units.filter({ hasText: 'hello.service' }).waitFor();

  // rebuilt with another unit, and another os-release
  const tree = join(info.workspace, 'hello');
  writeFileSync(join(tree, 'usr/lib/systemd/system/hello-new.service'), '[Service]\nExecStart=/usr/bin/hello\n');
  await must('mksquashfs', [tree, image, '-noappend', '-quiet', '-all-root', '-processors', '1']);
  await units.filter({ hasText: 'hello-new.service' }).waitFor({ timeout: 30_000 });

  // cut off in mid-table, then all noise
  const bytes = readFileSync(image);
  writeFileSync(image, bytes.subarray(0, bytes.length / 2));
  await problems.filter({ hasText: /corrupt/ }).waitFor({ timeout: 30_000 });
  await screenshot('report-corrupt');
  assert.deepEqual(await violations(await frameOf(report)), [], 'corrupt');
  writeFileSync(image, Buffer.alloc(100_000, 'noise'));
  await problems.filter({ hasText: /not supported/ }).waitFor({ timeout: 30_000 });
  await screenshot('report-noise');

  const locked = Buffer.alloc(1 << 20);
  locked.write('LUKS\xba\xbe\0\x02', 0, 'latin1');
  writeFileSync(image, locked);
  await problems.filter({ hasText: /LUKS/ }).waitFor({ timeout: 30_000 });
  await screenshot('report-encrypted');

  rmSync(image);
  await problems.filter({ hasText: 'it is not there' }).waitFor({ timeout: 30_000 });
  await screenshot('report-gone');
  assert.deepEqual(await violations(await frameOf(report)), [], 'gone');
  copyFileSync(good, image);
  await units.filter({ hasText: 'hello.service' }).waitFor({ timeout: 30_000 });
  assert.doesNotMatch((await problems.textContent()) ?? '', /cannot be read/);

  // gone for good: the next window, which opens what this one showed, says so
  rmSync(image);
  await page.reload();
  await problems.filter({ hasText: 'it is not there' }).waitFor({ timeout: 60_000 });
  await row(page, 'Images', /^hello 1\.0 \.raw/).waitFor({ timeout: 60_000 });
  await command(page, 'View: Close All Editors');
}
