/**
 * A side bar of 200 pixels, in light and dark: the state of each row is seen. Images selected together are deployed and detached. The way through
 * both views by keyboard alone. Two windows attach an image of the host at once.
 */
import * as assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { makeTree, tickingUnits } from '../../hosts/images.ts';
import type { Ui } from '../run-ui.ts';
import {
  answer,
  chosen,
  clearNotifications,
  command,
  contextMenu,
  leaderOf,
  onHost,
  openPortableServices,
  row,
  theme,
  toast,
  unfold,
} from '../workbench.ts';

/** Drags the edge of the side bar. */
async function makeWide(page: Page, width: number): Promise<void> {
  const bar = await page.locator('.part.sidebar').boundingBox();
  assert.ok(bar);
  const y = bar.y + bar.height / 2;
  await page.mouse.move(bar.x + bar.width + 2, y);
  await page.mouse.down();
  await page.mouse.move(bar.x + width, y, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(700, 300);
}

/** Whether a word of a row's description is seen, not cut off. */
async function isSeen(target: Locator, word: string): Promise<boolean> {
  return target.locator('.monaco-icon-description-container').evaluate((description, wanted) => {
    const text = description.querySelector('.label-description')?.firstChild;
    const at = text?.textContent?.indexOf(wanted) ?? -1;
    if (!text || at < 0) return false;
    const range = description.ownerDocument.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + wanted.length);
    const row = description.closest('.monaco-list-row');
    const end = Math.min(...[description, row].map(each => each?.getBoundingClientRect().right ?? 0));
    return range.getBoundingClientRect().right <= end;
  }, word);
}

/** Goes to a row of the view that has the focus, by arrow keys. */
async function goTo(page: Page, target: Locator): Promise<void> {
  await page.keyboard.press('Home');
  for (let left = 30; !/\bfocused\b/.test((await target.getAttribute('class')) ?? ''); left--) {
    assert.ok(left > 0, `arrow keys do not come to ${target}`);
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(100);
  }
}

/** Chooses from the menu of the row that has the focus. */
async function menuByKeys(page: Page, label: RegExp): Promise<void> {
  await page.keyboard.press('Shift+F10');
  const entry = page.getByRole('menuitem', { name: label });
  await entry.waitFor();
  const focused = page.locator('.action-item.focused').filter({ has: entry });
  for (let left = 40; !(await focused.isVisible()); left--) {
    assert.ok(left > 0, `arrow keys do not come to ${label}`);
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(50);
  }
  await page.keyboard.press('Enter');
  await entry.waitFor({ state: 'hidden' });
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  const { host } = info;
  if (!host) return;
  const names = ['pair-a_1', 'pair-b_1'] as const;
  const there = join('/proc', leaderOf(host), 'root/var/lib/portables/both_1');
  for (const name of names) makeTree(join(info.workspace, name), tickingUnits(name.slice(0, -2)));
  makeTree(there, { ...tickingUnits('both'), 'both-bad.service': '[Service]\nExecStart=/bin/busybox false\n' });
  const image = (name: string) => row(page, 'Images', new RegExp(`^${name}`));
  const [a, b] = [image('pair-a_1'), image('pair-b_1')];
  try {
    await openPortableServices(page);
    for (const each of [a, b]) await each.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });

    // two together
    await a.click();
    await b.click({ modifiers: ['ControlOrMeta'] });
    await chosen(page, b, /^Deploy$/, a.filter({ hasText: 'running' }));
    for (const each of [a, b]) await each.filter({ hasText: 'running' }).waitFor({ timeout: 90_000 });
    await clearNotifications(page);

    // by keyboard: an image of the host attached and started, in the other view; then a unit stopped
    const hostRow = row(page, 'Hosts', new RegExp(`^${host.name}active`));
    const inPlace = row(page, 'Hosts', /^both_1/);
    await command(page, 'Portable Services: Focus on Hosts View');
    await goTo(page, hostRow);
    await page.keyboard.press('ArrowRight');
    await inPlace.filter({ hasText: 'detached' }).waitFor({ timeout: 30_000 });
    await goTo(page, inPlace);
    await menuByKeys(page, /^Attach Image of Host$/);
    await inPlace.filter({ hasText: 'running until' }).waitFor({ timeout: 60_000 });
    await command(page, 'Portable Services: Focus on Hosts View');
    await goTo(page, inPlace);
    await page.keyboard.press('ArrowRight');
    const unit = row(page, 'Hosts', /^both\.service/);
    await goTo(page, unit);
    await menuByKeys(page, /^Stop$/);
    await unit.filter({ hasText: 'inactive' }).waitFor({ timeout: 30_000 });
    await screenshot('keyboard-hosts');

    // 200 pixels: states are seen
    await unfold(a);
    await makeWide(page, 200);
    const bad = row(page, 'Hosts', /^both-bad\.service/);
    const dark = async (): Promise<void> => {
      await screenshot('narrow-light');
      await theme(page, 'Dark Modern');
      await page.locator('.monaco-workbench.vs-dark').waitFor();
      await openPortableServices(page);
      await screenshot('narrow-dark');
      await theme(page, 'Light Modern');
    };
    await dark();
    for (const [target, word] of [
      [a, 'running'],
      [image('hello 1\\.0(?! \\.raw)'), 'detached'],
      [row(page, 'Images', /^pair-a\.service/), 'active'],
      [bad, 'failed'],
      [unit, 'inactive'],
      [hostRow, 'active'],
    ] as const) {
      assert.ok(await isSeen(target, word), `"${word}" of ${target} is cut off`);
    }
    await makeWide(page, 300);

    // by keyboard, in the first view: detached, the question answered
    await command(page, 'Portable Services: Focus on Images View');
    await goTo(page, b);
    await menuByKeys(page, /^Detach$/);
    const question = page.locator('.monaco-dialog-box').filter({ hasText: 'Detach pair-b' });
    await question.waitFor();
    await screenshot('keyboard-question');
    await page.keyboard.press('Enter');
    await b.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });

    // two windows attach one image where it lies
    await contextMenu(page, inPlace, /^Detach Image of Host/);
    await answer(page, /Detach both_1 from/, 'Detach');
    const other = await page.context().newPage();
    await other.goto(page.url());
    await openPortableServices(other);
    const windows = [page, other] as const;
    await unfold(row(other, 'Hosts', new RegExp(`^${host.name}active`)));
    const rows = windows.map(each => [each, row(each, 'Hosts', /^both_1/)] as const);
    for (const [, each] of rows) await each.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
    for (const each of windows) await clearNotifications(each);
    await Promise.all(rows.map(([each, target]) => contextMenu(each, target, /^Attach Image of Host/)));
    for (const [, each] of rows) await each.filter({ hasText: 'running until' }).waitFor({ timeout: 60_000 });
    await screenshot('in-place-one');
    await other.screenshot({ path: join(info.artifacts, 'in-place-other.png') });
    for (const each of windows) {
      for (const said of await toast(each, /both_1/).allTextContents()) assert.match(said, /attached|exist/, said);
    }
    assert.equal(onHost(host, 'systemctl', 'is-active', 'both.service').trim(), 'active');
    assert.match(onHost(host, 'portablectl', 'is-attached', '/var/lib/portables/both_1'), /^running-runtime/);
    const [, second] = rows[1] ?? [];
    assert.ok(second);
    await contextMenu(other, second, /^Detach Image of Host/);
    await answer(other, /Detach both_1 from/, 'Detach');
    for (const [, each] of rows) await each.filter({ hasText: 'detached' }).waitFor({ timeout: 60_000 });
    await other.close();
    assert.equal(onHost(host, 'sh', '-c', 'ls /run/systemd/system.attached /etc/systemd/system.attached | grep -c both').trim(), '0');
  } finally {
    onHost(
      host,
      'sh',
      '-c',
      'portablectl detach --now --runtime both_1; for i in /run/portables/.#versions/*; do portablectl detach --now --runtime "$i"; done; true',
    );
    for (const path of [there, ...names.map(name => join(info.workspace, name))]) rmSync(path, { recursive: true, force: true });
  }
}
