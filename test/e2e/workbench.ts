/** What the user interface scripts do with the workbench, as a user would: by what is seen. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import type { E2eHost } from './run-info.ts';

/** The pid of the host's PID 1, seen from here. */
export const leaderOf = ({ pidFile }: E2eHost): string => readFileSync(pidFile, 'utf8').split('\n')[0] ?? '';

/** Opens the Portable Services container, unless it is open. */
export async function openPortableServices(page: Page): Promise<void> {
  const tab = page.getByRole('tab', { name: /^Portable Services/ });
  await tab.waitFor();
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  await view(page, 'Images').waitFor();
}

/** The body of a view in the side bar. */
export function view(page: Page, name: string): Locator {
  return page.locator('.pane').filter({ has: page.locator(`.pane-header[aria-label^="${name}"]`) });
}

/** A row of a view, by the text that it shows: label, then description. */
export function row(page: Page, viewName: string, text: RegExp): Locator {
  return view(page, viewName).locator('.monaco-list-row').filter({ hasText: text });
}

/** Clicks an inline button of a row. */
export async function inlineButton(target: Locator, label: RegExp): Promise<void> {
  await target.hover();
  await new Promise(done => setTimeout(done, 400)); // a row that was just drawn anew loses the click
  await target.getByRole('button', { name: label }).click();
}

/** Chooses an entry of a row's context menu. A menu that has just opened takes no click, so it is clicked until it closes. */
export async function contextMenu(page: Page, target: Locator, label: RegExp): Promise<void> {
  const entry = page.getByRole('menuitem', { name: label });
  await repeated(entry, () => target.click({ button: 'right' }));
  for (let left = 6; left > 0 && (await entry.isVisible()); left--) {
    await new Promise(done => setTimeout(done, 400));
    await entry.click({ timeout: 2000 }).catch(() => {}); // it closed meanwhile
    await entry.waitFor({ state: 'hidden', timeout: 2000 }).catch(() => {});
  }
}

/** Answers a modal question, and returns what it said. */
export async function answer(page: Page, question: RegExp, button: string): Promise<string> {
  const dialog = page.locator('.monaco-dialog-box').filter({ hasText: question });
  await dialog.waitFor();
  const said = (await dialog.textContent()) ?? '';
  await dialog.getByRole('button', { name: button, exact: true }).click();
  return said;
}

/** Does something until its effect is seen: what is busy drawing itself anew loses a key or a click. */
export async function repeated(effect: Locator, deed: () => Promise<unknown>): Promise<void> {
  for (let left = 6; ; left--) {
    await deed();
    const seen = await effect.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
    if (seen) return;
    if (left === 0) throw new Error(`not seen: ${effect}`);
    await effect.page().keyboard.press('Escape');
  }
}

/** Runs a command from the palette, once it is there: the palette does not learn of commands while it is open. */
export async function command(page: Page, name: string): Promise<void> {
  await repeated(page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first(), async () => {
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input').fill(`>${name}`);
  });
  await page.keyboard.press('Enter');
}

/** Opens a file of the workspace by a part of its path. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+KeyP');
  await page.locator('.quick-input-widget input').fill(name);
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').filter({ hasText: name }).waitFor();
}

/** Takes the notifications away. */
export async function clearNotifications(page: Page): Promise<void> {
  await command(page, 'Notifications: Clear All Notifications');
}
