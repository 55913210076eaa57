/** A host that asks: its key is new, and it wants a password. Asked only when the user acts, in VS Code, and the host is named. */
import * as assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ui } from '../run-ui.ts';
import { clearNotifications, command, contextMenu, leaderOf, openPortableServices, restOn, row, until } from '../workbench.ts';

const password = 'correct horse';

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  execFileSync('nsenter', ['-t', leaderOf(host), '-a', '--', 'chpasswd'], { input: `dev:${password}\n` });
  const name = host.ssh.asking;
  const toast = (text: RegExp) => page.locator('.notification-toast').filter({ hasText: text });
  const dialog = page.locator('.monaco-dialog-box').filter({ hasText: name });
  const input = page.locator('.quick-input-widget').filter({ hasText: `ssh to ${name} asks` });

  await openPortableServices(page);
  await command(page, 'Portable Services: Add SSH Host');
  await page.locator('.quick-input-widget input').fill(name);
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().waitFor();
  await page.keyboard.press('Enter');

  await dialog.waitFor({ timeout: 60_000 });
  assert.match((await dialog.textContent()) ?? '', /SHA256:/, 'the fingerprint is shown');
  await screenshot('ssh-new-host-key');
  await dialog.getByRole('button', { name: 'Trust This Key' }).click();

  await input.waitFor({ timeout: 60_000 });
  assert.equal(await input.locator('input[type=password]').count(), 1, 'nobody can read along');
  await screenshot('ssh-password');
  await page.keyboard.press('Escape');
  await toast(/cancelled/).waitFor({ timeout: 60_000 });
  await clearNotifications(page);

  await contextMenu(page, row(page, 'Hosts', new RegExp(`^${name}`)), /^Reconnect/);
  await input.waitFor({ timeout: 60_000 });
  await input.locator('input').fill(password);
  await page.keyboard.press('Enter');
  await row(page, 'Hosts', new RegExp(`^${name}.*systemd ${host.systemd}`)).waitFor({ timeout: 60_000 });
  await screenshot('ssh-password-connected');

  await contextMenu(page, row(page, 'Hosts', new RegExp(`^${name}`)), /^Set Up Rights/);
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'One line in sudoers' }).click();
  await dialog.waitFor();
  assert.match((await dialog.textContent()) ?? '', /everything on the host as root.*NOPASSWD/s, 'the line, and what it grants');
  await screenshot('ssh-set-up-sudo');
  await dialog.getByRole('button', { name: 'Copy, and Use sudo Here' }).click();
  const rule = 'dev ALL=(root) NOPASSWD: /usr/bin/systemd-stdio-bridge, /bin/sh, /usr/bin/rsync\n';
  execFileSync('nsenter', ['-t', leaderOf(host), '-a', '--', 'sh', '-c', 'umask 337; cat >/etc/sudoers.d/portable-services'], {
    input: rule,
  });
  await toast(/reached through sudo/)
    .getByRole('button', { name: 'Reconnect' })
    .click();
  await input.waitFor({ timeout: 60_000 });
  await input.locator('input').fill(password);
  await page.keyboard.press('Enter');
  const through = row(page, 'Hosts', new RegExp(`^${name}.*systemd ${host.systemd}`));
  await through.waitFor({ timeout: 60_000 });
  await restOn(through, /through sudo: images can be brought there/);
  await screenshot('ssh-sudo');

  // two that ask at once: the second question waits for the first answer, and takes nothing from it
  const before = readFileSync(info.settings, 'utf8');
  const settings = JSON.parse(before);
  const config: string = settings['portableServices.sshConfigFile'];
  const lines = readFileSync(config, 'utf8');
  const both = [`${name}-2`, `${name}-3`];
  try {
    writeFileSync(config, lines.replace(new RegExp(`^Host ${name}$`, 'm'), `Host ${[name, ...both].join(' ')}`));
    const more = both.map(destination => ({ kind: 'ssh', destination }));
    writeFileSync(
      info.settings,
      JSON.stringify({ ...settings, 'portableServices.hosts': [...settings['portableServices.hosts'], ...more] }),
    );
    const asks = (each: string) => page.locator('.quick-input-widget:visible').filter({ hasText: `ssh to ${each} asks` });
    for (const each of both) {
      await contextMenu(page, row(page, 'Hosts', new RegExp(`^${each}`)), /^Reconnect/);
    }
    const program = join(info.workspace, '..', 'extensions').replaceAll('.', '\\.');
    const asking = () => spawnSync('pgrep', ['-f', `^[^ ]*node ${program}/.*/askpass\\.js `], { encoding: 'utf8' }).stdout.trim();
    await until('both ask', () => asking().split('\n').length === both.length);
    await screenshot('ssh-two-ask');
    for (const each of both) {
      await asks(each).waitFor({ timeout: 60_000 });
      await asks(each).locator('input').fill(password);
      await page.keyboard.press('Enter');
    }
    for (const each of both) await row(page, 'Hosts', new RegExp(`^${each}.*systemd ${host.systemd}`)).waitFor({ timeout: 60_000 });
  } finally {
    writeFileSync(info.settings, before);
    writeFileSync(config, lines);
  }
}
