/** A user's own portabled (systemd 260), over ssh: an image for users deployed, looked at, enabled for good and detached, without root anywhere. */
import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootHost, writeSshConfig } from '../../../lab/hosts.ts';
import { makeTree, tickingUnits } from '../../hosts/images.ts';
import { startUserManager } from '../../hosts/user-manager.ts';
import type { Ui } from '../run-ui.ts';
import {
  answer,
  chosen,
  clearNotifications,
  contextMenu,
  inlineButton,
  openPortableServices,
  restOn,
  row,
  toast,
  unfold,
} from '../workbench.ts';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  if (!info.host) return;
  const own = join(info.workspace, '..', 'user-host');
  mkdirSync(own);
  const settings = readFileSync(info.settings, 'utf8');
  const lab = await bootHost(`e2e-user-${process.pid}`, 'forky');
  const folder = join(info.workspace, 'counter_2');
  try {
    await startUserManager(lab);
    const release = 'ID=counter\nVERSION_ID=2\nPORTABLE_PREFIXES=counter\nPORTABLE_SCOPE=user\n';
    makeTree(folder, {}, release);
    mkdirSync(join(folder, 'usr/lib/systemd/user'), { recursive: true });
    for (const [unit, text] of Object.entries(tickingUnits('counter')))
      writeFileSync(join(folder, 'usr/lib/systemd/user', unit), `${text.replaceAll('/run/', '%t/')}[Install]\nWantedBy=default.target\n`);
    const name = 'mine';
    writeFileSync(
      info.settings,
      JSON.stringify({
        ...JSON.parse(settings),
        'portableServices.sshConfigFile': await writeSshConfig(own, [lab]),
        'portableServices.hosts': [{ kind: 'ssh', name, destination: `${lab.name}-dev`, scope: 'user' }],
        'portableServices.defaultHost': name,
      }),
    );
    await openPortableServices(page);
    const hostRow = row(page, 'Hosts', new RegExp(`^${name}active`));
    await hostRow.filter({ hasText: `systemd ${lab.systemd}` }).waitFor({ timeout: 60_000 });
    const image = row(page, 'Images', /^counter 2/);
    await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });

    await contextMenu(page, image, /^Preview Attach/);
    await page.locator('.tab.active').filter({ hasText: 'Preview Attaching counter 2' }).waitFor({ timeout: 30_000 });
    await screenshot('user-preview');

    await inlineButton(image, /^Deploy/);
    await image.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
    await toast(page, /counter 2 is deployed to mine/).waitFor();
    await screenshot('user-deployed');
    await clearNotifications(page);
    const asUser = async (...words: string[]): Promise<string> =>
      (await lab.run('runuser', '-u', 'dev', '--', 'env', 'XDG_RUNTIME_DIR=/run/user/1000', 'systemctl', '--user', ...words)).stdout.trim();
    assert.equal(await asUser('is-active', 'counter.service'), 'active');

    await restOn(hostRow, /user/);
    await screenshot('user-host-hover');
    await unfold(hostRow);
    const there = row(page, 'Hosts', /^counter_2(running|attached|enabled)/);
    await unfold(there);
    const runtime = "until the user's last logout";
    await there.filter({ hasText: runtime }).waitFor();
    const unit = row(page, 'Hosts', /^counter\.service/);
    await unit.filter({ hasText: 'active for' }).waitFor({ timeout: 30_000 });
    await contextMenu(page, unit, /^Show Logs$/);
    await page.locator('.part.panel .view-line').filter({ hasText: 'tick' }).first().waitFor({ timeout: 30_000 });
    await screenshot('user-log');

    const question = page.locator('.monaco-dialog-box');
    await chosen(page, there, /^Make Persistent/, question);
    await screenshot('user-make-persistent');
    await answer(page, /Attach counter_2 to mine for good\?/, 'Attach and Enable');
    await there.filter({ hasNotText: runtime }).waitFor({ timeout: 60_000 });
    await chosen(page, image, /^Detach/, question);
    assert.match(await answer(page, /Detach counter 2 from mine/, 'Detach'), /counter\.service/);
    await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
    assert.equal(await asUser('show', '-P', 'LoadState', 'counter.service'), 'not-found');
  } finally {
    writeFileSync(info.settings, settings);
    renameSync(folder, join(own, 'counter_2')); // gone from the view at once
    await lab.stop();
    rmSync(own, { recursive: true, force: true });
  }
}
