/**
 * Twenty hosts, three of them dead, with names that no shell would bear; one is to be asked before anything. Rows selected together, logs by
 * priority, limits, the keyboard alone.
 */
import * as assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
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
  row,
  toast,
  unfold,
  view,
} from '../workbench.ts';

const awkward = ['web (prod); $(reboot)', '-leading `dash`', 'it\'s "quoted" <b>&amp;', 'Größe Ω 漢字', 'very long '.repeat(12)];

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  const before = readFileSync(info.settings, 'utf8');
  // one machine by many names, since a destination counts once
  const sshConfig: string = JSON.parse(before)['portableServices.sshConfigFile'];
  const config = readFileSync(sshConfig, 'utf8');
  writeFileSync(sshConfig, config.replace(new RegExp(`^Host ${host.ssh.root}$`, 'm'), `Host ${host.ssh.root} ${host.ssh.root}-*`));
  let names = 0;
  const destination = () => `${host.ssh.root}-${names++}`;
  const living = Array.from({ length: 10 }, (_, n) => ({ kind: 'ssh', name: `build-${n + 10}`, destination: destination() }));
  const dead = [
    { kind: 'container', name: 'dead container', pidFile: join(info.workspace, 'no-such-file') },
    { kind: 'ssh', name: 'dead port', destination: 'ssh://root@127.0.0.1:1' },
    { kind: 'ssh', name: 'dead name', destination: 'root@no-such-host.invalid' },
  ];
  const hosts = [
    { kind: 'container', name: host.name, pidFile: host.pidFile, askFirst: true },
    ...awkward.map(name => ({ kind: 'ssh', name, destination: destination() })),
    ...living,
    ...dead,
  ];
  assert.equal(hosts.length, 19); // and this machine
  try {
    await openPortableServices(page);
    const image = row(page, 'Images', /^hello 1\.0(?! \.raw)/);
    await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
    writeFileSync(info.settings, JSON.stringify({ ...JSON.parse(before), 'portableServices.hosts': hosts }));
    const hostsView = view(page, 'Hosts');
    const all = hostsView.locator('.monaco-list-row[aria-setsize="20"]');
    await all.first().waitFor({ timeout: 30_000 });
    await row(page, 'Hosts', /^web \(prod\); \$\(reboot\)/).waitFor();
    await screenshot('many-hosts');
    for (const each of await all.all()) {
      const label = (await each.getAttribute('aria-label')) ?? '';
      const shown = (await each.textContent()) ?? '';
      assert.ok(label.includes(shown.trim().slice(0, 8)), `a screen reader says ${shown}, not ${label}`);
    }

    // the dead ones say so, and hold up nobody
    const images = view(page, 'Images').locator('.pane-header');
    await images.click(); // room for the other view
    for (const { name } of dead) await unfold(row(page, 'Hosts', new RegExp(`^${name}`)));
    await unfold(row(page, 'Hosts', /^Größe Ω 漢字/));
    await row(page, 'Hosts', new RegExp(`^Größe Ω 漢字.*systemd ${host.systemd}`)).waitFor({ timeout: 60_000 });
    for (const { name } of dead) await row(page, 'Hosts', new RegExp(`^${name}.*unreachable`)).waitFor({ timeout: 60_000 });
    await screenshot('dead-hosts');
    await images.click();

    // asked before anything
    const question = page.locator('.monaco-dialog-box').filter({ hasText: 'marked as a host to ask before anything' });
    await contextMenu(page, image, /^Deploy/);
    await question.waitFor({ timeout: 30_000 });
    await screenshot('ask-first');
    await question.getByRole('button', { name: 'Cancel', exact: true }).click();
    await question.waitFor({ state: 'detached' });
    assert.equal(onHost(host, 'systemctl', 'show', '-P', 'LoadState', 'hello.service').trim(), 'not-found');
    await contextMenu(page, image, /^Deploy/);
    await answer(page, /marked as a host to ask/, 'Go On');
    await image.filter({ hasText: 'running' }).waitFor({ timeout: 60_000 });
    await clearNotifications(page);

    // two units together
    await unfold(row(page, 'Hosts', new RegExp(`^${host.name}active`)));
    const copies = row(page, 'Hosts', /^hello(running|attached|enabled)/); // the other host that is unfolded is the same machine
    await copies.nth(1).waitFor({ timeout: 60_000 });
    const there = copies.first();
    await unfold(there);
    const service = row(page, 'Hosts', /^hello\.service/);
    const socket = row(page, 'Hosts', /^hello-echo\.socket/);
    await service.click();
    await socket.click({ modifiers: ['ControlOrMeta'] });
    await contextMenu(page, socket, /^Stop/);
    const asked = await answer(page, /marked as a host to ask/, 'Go On');
    assert.match(asked, /hello\.service/);
    assert.match(asked, /hello-echo\.socket/);
    await service.filter({ hasText: 'inactive' }).waitFor({ timeout: 30_000 });
    await socket.filter({ hasText: 'inactive' }).waitFor({ timeout: 30_000 });
    await screenshot('two-stopped');

    // by keyboard: the row that has the focus, its menu, its entry
    await service.click();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: /^Start$/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    await page.locator('.monaco-list:focus-within .monaco-list-row.focused').first().waitFor();

    // logs as urgent as chosen
    await contextMenu(page, there, /^Show Logs With Options/);
    const pick = quickPick(page);
    await pick.choose(/^Logs of hello/, 'Since it was attached');
    await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: 'Errors and worse' }).click();
    await page.locator('.part.panel .view-line').first().waitFor({ timeout: 20_000 });
    await screenshot('logs-by-priority');
    await command(page, 'View: Toggle Panel Visibility');

    // limits
    await contextMenu(page, there, /^Limit Image Size/);
    await pick.step(/^Limit the size of hello on/);
    await page.keyboard.type('3 apples');
    await page.locator('.quick-input-widget:visible').getByText('Write a number, and B, K, M, G or T after it.').waitFor();
    await page.locator('.quick-input-widget input:visible').last().fill('500M');
    await screenshot('limit');
    await page.keyboard.press('Enter');
    await answer(page, /marked as a host to ask/, 'Go On');
    await toast(page, /hello/).waitFor({ timeout: 30_000 });
    await screenshot('limiting');
    await clearNotifications(page);

    await contextMenu(page, image, /^Detach/);
    const goes = await answer(page, /Detach hello 1\.0 from/, 'Detach');
    assert.match(goes, /Active now, and stopped by this \(\d\):.*Not active, and removed \(\d\):/s);
    await image.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
  } finally {
    writeFileSync(info.settings, before);
    writeFileSync(sshConfig, config);
    onHost(host, 'sh', '-c', 'portablectl detach --now hello 2>/dev/null; true');
  }
}
