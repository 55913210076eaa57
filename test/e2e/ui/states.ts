/** What the views say when there is nothing to show, and which way on they offer; rights that are missing; a limit that is refused; two windows at once. */
import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ui } from '../run-ui.ts';
import {
  clearNotifications,
  command,
  contextMenu,
  onHost,
  openPortableServices,
  quickPick,
  row,
  toast,
  unfold,
  view,
} from '../workbench.ts';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  const settings = readFileSync(info.settings, 'utf8');
  const set = (changes: Record<string, unknown>) => writeFileSync(info.settings, JSON.stringify({ ...JSON.parse(settings), ...changes }));
  const empty = join(info.workspace, '..', 'empty');
  const address = new URL(page.url());
  const at = (name: string, value: string): string => {
    const other = new URL(address);
    other.searchParams.delete('folder');
    other.searchParams.set(name, value);
    return `${other}`;
  };
  const images = view(page, 'Images');
  const says = (text: string | RegExp) => images.getByText(text).waitFor({ timeout: 60_000 });
  const offers = (button: string) => images.getByRole('button', { name: button, exact: true }).waitFor();
  const own = JSON.parse(settings)['portableServices.hosts'];
  const dialog = page.locator('.monaco-dialog-box');
  const service = '/usr/share/dbus-1/system-services/org.freedesktop.portable1.service';
  mkdirSync(empty, { recursive: true });
  try {
    // no folder
    await page.goto(at('ew', 'true'));
    await openPortableServices(page);
    await says(/Open a folder that holds a portable service/);
    await offers('Open Folder');
    await screenshot('welcome-no-folder');

    // a folder without images
    await page.goto(at('folder', empty));
    await openPortableServices(page);
    await says(/No image was found in this folder/);
    await offers('Look Again');
    await screenshot('welcome-no-images');
    await images.getByRole('button', { name: /^Open (Remote )?Settings$/ }).click();
    await page.locator('.settings-editor .setting-item-contents').filter({ hasText: 'Image Folders' }).first().waitFor({ timeout: 30_000 });
    await screenshot('welcome-image-folders');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.locator('.settings-editor').waitFor({ state: 'hidden' });

    // no host, one that is gone, one without portabled, one that lets nobody in
    set({ 'portableServices.defaultHost': '' });
    await says(/No host is chosen/);
    await offers('Choose Host');
    await screenshot('welcome-no-host');
    set({
      'portableServices.hosts': [...own, { kind: 'ssh', name: 'gone', destination: 'ssh://root@127.0.0.1:1' }],
      'portableServices.defaultHost': 'gone',
    });
    await says(/The active host cannot be reached/);
    await offers('Choose Another Host');
    await screenshot('welcome-unreachable');
    set({
      'portableServices.hosts': [...own, { kind: 'ssh', destination: host.ssh.asking }],
      'portableServices.defaultHost': host.ssh.asking,
    });
    await view(page, 'Images').getByText(`on ${host.ssh.asking}`, { exact: true }).waitFor({ timeout: 60_000 });
    await says(/The active host (does not let you in|cannot be reached)/);
    await offers('Reconnect');
    await screenshot('welcome-not-allowed');
    onHost(host, 'sh', '-c', `systemctl stop systemd-portabled; mv ${service} ${service}.away; systemctl reload dbus`);
    set({});
    await row(page, 'Hosts', new RegExp(`^${host.name}active`)).waitFor();
    await contextMenu(page, row(page, 'Hosts', new RegExp(`^${host.name}active`)), /^Reconnect/).catch(() => {});
    await says(/The active host has no systemd-portabled/);
    await screenshot('welcome-no-portabled');
    onHost(host, 'sh', '-c', `mv ${service}.away ${service}; systemctl reload dbus`);
    await images.getByRole('button', { name: 'Reconnect', exact: true }).click();
    await says(/No image was found in this folder/);

    // rights: by a rule of polkit; by root's own login; where nothing is to be set up
    set({ 'portableServices.hosts': [...own, { kind: 'ssh', name: 'by-user', destination: host.ssh.user }] });
    const user = row(page, 'Hosts', /^by-user/);
    await unfold(user);
    await user.filter({ hasText: `systemd ${host.systemd}` }).waitFor({ timeout: 60_000 });
    await contextMenu(page, user, /^Set Up Rights/);
    const pick = quickPick(page);
    await pick.step(/^Rights on by-user/);
    await screenshot('rights');
    await pick.choose(/^Rights on by-user/, 'polkit');
    await dialog.waitFor();
    await screenshot('rights-polkit');
    const grants = (await dialog.textContent()) ?? '';
    assert.match(grants, /polkit\.addRule/);
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await contextMenu(page, user, /^Set Up Rights/);
    await pick.choose(/^Rights on by-user/, 'root');
    await page.locator('.quick-input-widget:visible input').first().waitFor();
    await screenshot('rights-root');
    await page.keyboard.press('Escape');
    await command(page, 'Portable Services: Set Up Rights');
    await toast(page, new RegExp(`${host.name}: only hosts that are reached over ssh`)).waitFor();
    await clearNotifications(page);

    // a limit: these hosts have no btrfs, and say so
    set({});
    await row(page, 'Hosts', /^by-user/).waitFor({ state: 'detached' });
    await contextMenu(page, row(page, 'Hosts', new RegExp(`^${host.name}active`)), /^Limit (Size|All)/);
    await page.locator('.quick-input-widget:visible input').last().fill('500M');
    await page.keyboard.press('Enter');
    await toast(page, /Limiting the images of .* failed|cannot/).waitFor({ timeout: 30_000 });
    await screenshot('limit-refused');
    await clearNotifications(page);

    // two windows deploy one image at once: both end well, and see the same
    await page.goto(`${address}`);
    await openPortableServices(page);
    const other = await page.context().newPage();
    await other.goto(`${address}`);
    await openPortableServices(other);
    const windows = [page, other];
    const rows = windows.map(each => row(each, 'Images', /^hello 1\.0(?! \.raw)/));
    for (const each of rows) await each.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
    await Promise.all(windows.map((each, n) => contextMenu(each, rows[n] ?? row(each, 'Images', /^$/), /^Deploy/)));
    for (const each of windows) {
      await toast(each, /is deployed to|is on .* as it is here|was brought by another|another/)
        .first()
        .waitFor({ timeout: 90_000 });
    }
    for (const each of rows) await each.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
    await screenshot('two-windows-one');
    await other.screenshot({ path: join(info.artifacts, 'two-windows-other.png') });
    assert.equal(onHost(host, 'sh', '-c', 'ls -A /run/portables/.#versions | wc -l').trim(), '1', 'one copy, nothing temporary');
    assert.equal(onHost(host, 'systemctl', 'is-active', 'hello.service').trim(), 'active');
    await contextMenu(other, rows[1] ?? row(other, 'Images', /^$/), /^Detach/);
    await other.locator('.monaco-dialog-box').getByRole('button', { name: 'Detach', exact: true }).click();
    for (const each of rows) await each.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
    await other.close();
  } finally {
    writeFileSync(info.settings, settings);
    onHost(host, 'sh', '-c', `[ ! -e ${service}.away ] || mv ${service}.away ${service}; systemctl reload dbus`);
    onHost(host, 'sh', '-c', 'for i in /run/portables/.#versions/*; do portablectl detach --now --runtime "$i" 2>/dev/null; done; true');
    rmSync(empty, { recursive: true, force: true });
  }
}
