/** A host over ssh, by mouse and keyboard: added, attached to, cut off, back again; and one whose user has no rights. */
import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Ui } from '../run-ui.ts';
import {
  answer,
  clearNotifications,
  command,
  contextMenu,
  inlineButton,
  leaderOf,
  openPortableServices,
  row,
  toast,
  unmissed,
} from '../workbench.ts';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  const inside = (...argv: string[]) => execFileSync('nsenter', ['-t', leaderOf(host), '-a', '--', ...argv]);
  const statusBar = (name: string) => page.locator('.statusbar-item').filter({ hasText: name });
  const add = async (name: string): Promise<void> => {
    await command(page, 'Portable Services: Add SSH Host');
    const offered = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).filter({ hasText: 'SSH configuration' });
    await page.locator('.quick-input-widget input').fill(name);
    await offered.first().waitFor();
    await page.keyboard.press('Enter');
    await toast(page, new RegExp(`${name} is added`))
      .getByRole('button', { name: 'Use This Host' })
      .click();
  };
  await openPortableServices(page);
  const raw = row(page, 'Images', /^hello 1\.0 \.raw/);
  await raw.waitFor();

  await add(host.ssh.root);
  await row(page, 'Hosts', new RegExp(`^${host.ssh.root}active, systemd ${host.systemd}`)).waitFor();
  await unmissed(raw.filter({ hasText: 'running' }), () => inlineButton(raw, /^Deploy/));
  await screenshot('ssh-running');

  await clearNotifications(page);
  const place = await raw.boundingBox();
  inside('systemctl', 'stop', 'ssh.service', 'ssh.socket');
  inside('sh', '-c', 'pkill -KILL sshd || true'); // the sessions that go on without the listener
  await row(page, 'Hosts', new RegExp(`^${host.ssh.root}active, unreachable`)).waitFor({ timeout: 60_000 });
  await row(page, 'Images', new RegExp(`^On ${host.ssh.root}unreachable`)).waitFor();
  await screenshot('ssh-unreachable');
  assert.deepEqual(await raw.boundingBox(), place, 'what is wrong with the host moves no row');
  inside('systemctl', 'start', 'ssh.service');
  await contextMenu(page, raw, /^Deploy$/);
  await toast(page, /hello 1\.0 \.raw is (on|deployed to)/).waitFor({ timeout: 60_000 }); // the row still says what it was
  await raw.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
  await row(page, 'Hosts', new RegExp(`^${host.ssh.root}active, systemd`)).waitFor();
  assert.deepEqual(await raw.boundingBox(), place, 'nor does its return');
  await contextMenu(page, raw, /^Detach$/);
  await answer(page, /Detach hello 1\.0 \.raw from/, 'Detach');
  await raw.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });

  await clearNotifications(page);
  await add(host.ssh.user);
  await statusBar(host.ssh.user).waitFor();
  const refusal = toast(page, /not allowed|may not|needs? root|root@/i);
  await unmissed(refusal, () => inlineButton(raw, /^Deploy/));
  await toast(page, /Deploying hello 1\.0 \.raw to/).waitFor({ state: 'detached' });
  await screenshot('ssh-no-rights');
  assert.match((await refusal.textContent()) ?? '', new RegExp(host.ssh.user), 'the refusal names the host');
}
