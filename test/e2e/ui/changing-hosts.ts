/**
 * Hosts that come, go and change while one works: added on the way of a deploy, removed and brought back, renamed, dead when the answer is given;
 * units of two hosts selected together; another ssh configuration; an image that is gone, but not from what is redeployed on save.
 */
import * as assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ui } from '../run-ui.ts';
import {
  answer,
  clearNotifications,
  command,
  contextMenu,
  onHost,
  openPortableServices,
  quickPick,
  repeated,
  row,
  toast,
  unfold,
  unmissed,
  view,
} from '../workbench.ts';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  const { root } = host.ssh;
  const before = readFileSync(info.settings, 'utf8');
  const settings = (): Record<string, unknown> => JSON.parse(readFileSync(info.settings, 'utf8'));
  const set = (changes: Record<string, unknown>) => writeFileSync(info.settings, JSON.stringify({ ...settings(), ...changes }));
  const hosts = (...entries: readonly object[]) => set({ 'portableServices.hosts': entries });
  const container = { kind: 'container', name: 'box', pidFile: host.pidFile };
  const gone = join(info.workspace, 'gone_1');
  const config = join(info.workspace, '..', 'other-ssh-config');
  const image = row(page, 'Images', /^hello 1\.0(?! \.raw)/);
  const images = view(page, 'Images').locator('.pane-header');
  const pick = quickPick(page);
  set({ 'portableServices.hosts': [], 'portableServices.defaultHost': '' });
  try {
    await openPortableServices(page);
    await image.waitFor({ timeout: 60_000 });

    // no host is there yet: it is added on the way, and the deploy goes on by itself
    await contextMenu(page, image, /^Deploy/);
    await pick.choose(/^Deploy hello 1\.0 to which host/, 'Add SSH Host');
    await page.locator('.quick-input-widget input:visible').fill(root);
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: root }).filter({ hasText: 'SSH configuration' }).waitFor();
    await page.keyboard.press('Enter');
    await image.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
    await screenshot('deployed-to-an-added-host');
    await clearNotifications(page);

    // removed, and brought back as it was, beside what came meanwhile
    const remote = row(page, 'Hosts', new RegExp(`^${root}`));
    await contextMenu(page, remote, /^Remove Host/);
    await remote.waitFor({ state: 'detached' });
    hosts(container);
    await row(page, 'Hosts', /^box/).waitFor();
    await toast(page, /is removed from the list/)
      .getByRole('button', { name: 'Undo' })
      .click();
    await remote.filter({ hasText: 'active, systemd' }).waitFor({ timeout: 60_000 });
    await row(page, 'Hosts', /^box/).waitFor();
    await image.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });

    // renamed: its log is followed by that name
    const channel = (name: string) =>
      page.locator('.part.panel select').filter({ has: page.locator('option:checked').filter({ hasText: `hello on ${name}` }) });
    const followed = async (name: string): Promise<void> => {
      await unmissed(channel(name), () => contextMenu(page, image, /^Show Logs$/));
      await page.locator('.part.panel .view-line').filter({ hasText: 'Hello, world' }).first().waitFor({ timeout: 30_000 });
    };
    await followed(root);
    hosts({ kind: 'ssh', destination: root, name: 'renamed' }, { ...container, askFirst: true });
    const renamed = row(page, 'Hosts', /^renamed/);
    await renamed.filter({ hasText: 'active, systemd' }).waitFor({ timeout: 60_000 });
    await image.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
    await followed('renamed');
    assert.equal(await toast(page, /cannot be reached/).count(), 0, 'a host whose settings changed is not one that cannot be reached');
    await screenshot('logs-of-a-renamed-host');
    await command(page, 'View: Toggle Panel Visibility');

    // units of two hosts are selected: it is the host that was clicked on whose unit is stopped
    await images.click();
    for (const name of [/^renamed/, /^box/]) await unfold(row(page, 'Hosts', name));
    const copies = row(page, 'Hosts', /^hello(running|attached|enabled)/);
    await copies.nth(1).waitFor({ timeout: 60_000 });
    for (const each of [copies.nth(1), copies.nth(0)]) await unfold(each);
    const services = row(page, 'Hosts', /^hello\.service/);
    await services.nth(1).waitFor();
    await services.nth(0).click();
    await services.nth(1).click({ modifiers: ['ControlOrMeta'] });
    await contextMenu(page, services.nth(1), /^Stop/);
    const asked = await answer(page, /marked as a host to ask before anything/, 'Cancel');
    assert.ok(asked.includes('Stopping hello.service on box?'), asked);
    assert.equal(onHost(host, 'systemctl', 'is-active', 'hello.service').trim(), 'active');
    await images.click();

    // the badge is that of the active host, also while nobody sees the views
    const dropIn = '/run/systemd/system/hello-chime.service.d';
    onHost(host, 'sh', '-c', `mkdir -p ${dropIn}; printf '[Service]\\nExecStart=\\nExecStart=/missing\\n' >${dropIn}/x.conf`);
    onHost(host, 'sh', '-c', 'systemctl daemon-reload; systemctl start hello-chime.service; true');
    const badge = page.getByRole('tab', { name: /^Portable Services.*hello-chime\.service failed on renamed/ });
    await badge.waitFor({ timeout: 30_000 });
    await page.keyboard.press('Control+Shift+KeyE');
    await view(page, 'Images').waitFor({ state: 'hidden' });
    const choose = async (name: string): Promise<void> => {
      await command(page, 'Portable Services: Choose Host');
      await pick.choose(/^Which host/, name);
    };
    await choose('this machine');
    await badge.waitFor({ state: 'detached', timeout: 20_000 });
    await choose('renamed');
    await badge.waitFor();
    onHost(host, 'sh', '-c', `rm -r ${dropIn}; systemctl daemon-reload; systemctl reset-failed hello-chime.service`);
    await badge.waitFor({ state: 'detached', timeout: 30_000 });
    await openPortableServices(page);

    // an image that is gone, but still to be redeployed, can be turned off
    cpSync(join(info.workspace, 'hello'), gone, { recursive: true, verbatimSymlinks: true });
    const short = row(page, 'Images', /^gone/);
    await short.waitFor({ timeout: 30_000 });
    await contextMenu(page, short, /^Redeploy on Save/);
    const status = page.locator('.statusbar-item').filter({ hasText: 'redeploy on save: gone_1' });
    await status.waitFor();
    rmSync(gone, { recursive: true });
    await short.waitFor({ state: 'detached', timeout: 30_000 });
    await status.click();
    await pick.step(/on save/);
    await screenshot('redeploys-of-what-is-gone');
    await pick.choose(/on save/, 'not there now');
    await status.waitFor({ state: 'detached' });

    // another ssh configuration counts at once
    writeFileSync(
      config,
      readFileSync(String(settings()['portableServices.sshConfigFile']), 'utf8').replace(`Host ${root}\n`, `Host ${root} moved\n`),
    );
    hosts({ kind: 'ssh', destination: root, name: 'renamed' }, { kind: 'ssh', destination: 'moved' });
    const moved = row(page, 'Hosts', /^moved/).first(); // why it cannot be reached stands below it
    await unfold(moved);
    await moved.filter({ hasText: 'unreachable' }).waitFor({ timeout: 60_000 });
    set({ 'portableServices.sshConfigFile': config });
    await repeated(moved.filter({ hasText: `systemd ${host.systemd}` }), () => contextMenu(page, moved, /^Reconnect/));
    await renamed.filter({ hasText: 'active, systemd' }).waitFor({ timeout: 60_000 });
    await clearNotifications(page);

    // the host dies before the answer: each Retry says so, until it is back
    await image.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
    await contextMenu(page, image, /^Detach/);
    const question = page.locator('.monaco-dialog-box').filter({ hasText: /Detach hello 1\.0 from/ });
    await question.waitFor();
    onHost(host, 'sh', '-c', 'systemctl stop ssh.service ssh.socket; pkill -KILL sshd; true');
    await question.getByRole('button', { name: 'Detach', exact: true }).click();
    const told = toast(page, /renamed cannot be reached/);
    const retry = told.getByRole('button', { name: 'Retry' });
    await retry.waitFor({ timeout: 60_000 });
    await screenshot('died-before-the-answer');
    await told.evaluate(element => element.setAttribute('data-read', ''));
    await retry.click();
    await page
      .locator('.notification-toast:not([data-read])')
      .filter({ hasText: 'renamed cannot be reached' })
      .waitFor({ timeout: 60_000 });
    onHost(host, 'systemctl', 'start', 'ssh.service');
    await retry.click();
    await answer(page, /Detach hello 1\.0 from/, 'Detach');
    await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
  } finally {
    writeFileSync(info.settings, before);
    rmSync(gone, { recursive: true, force: true });
    rmSync(config, { force: true });
    onHost(
      host,
      'sh',
      '-c',
      'systemctl start ssh.service; for i in /run/portables/.#versions/*; do portablectl detach --now --runtime "$i" 2>/dev/null; done; true',
    );
  }
}
