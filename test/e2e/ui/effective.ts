/** A unit as its host will have it, as everybody sees it: exposures above [Service], the host's own drop-ins as they come and go. */
import type { Page } from 'playwright-core';
import { must } from '../../../lab/processes.ts';
import type { Ui } from '../run-ui.ts';
import { command, leaderOf, openFile, openPortableServices, row } from '../workbench.ts';

const dropIns = '/etc/systemd/system/hello.service.d';

/** A line of an editor; the others scroll out of the page. */
const line = (page: Page, text: string) => page.locator('.view-line').filter({ hasText: text }).first();

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  await openPortableServices(page);
  await row(page, 'Images', /^hello 1\.0 \.raw/).waitFor();
  await openFile(page, 'hello.service');
  const lens = page.locator('.codelens-decoration').filter({ hasText: /Exposure \d\.\d ok \(default\)/ });
  await lens.waitFor();
  await screenshot('exposure-lens');

  await command(page, 'Show Effective Unit');
  await line(page, '/run/systemd/system.attached/hello.service').waitFor();
  await screenshot('effective-unit');
  if (host) {
    // what comes on the host comes here, without a word from us
    const inside = (script: string) => must('nsenter', ['-t', leaderOf(host), '-a', 'sh', '-c', script], {});
    await inside(`mkdir -p ${dropIns} && printf '[Service]\\nUMask=0027\\n' > ${dropIns}/05-own.conf && systemctl daemon-reload`);
    await line(page, `${dropIns}/05-own.conf`).waitFor({ timeout: 30_000 });
    await line(page, 'UMask=0027').waitFor();
    await screenshot('effective-unit-of-host');
    await inside(`rm -r ${dropIns} && systemctl daemon-reload`);
    await line(page, `${dropIns}/05-own.conf`).waitFor({ state: 'hidden', timeout: 30_000 });
  }
  await command(page, 'View: Close All Editors'); // the next window opens what this one showed
}
