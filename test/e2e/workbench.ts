/** What the user interface scripts do with the workbench, as a user would: by what is seen. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import type { E2eHost } from './run-info.ts';

/** The pid of the host's PID 1, seen from here. */
export const leaderOf = ({ pidFile }: E2eHost): string => readFileSync(pidFile, 'utf8').split('\n')[0] ?? '';

/** What a program says on the host, run there as root. */
export function onHost(host: E2eHost, ...argv: readonly string[]): string {
  return spawnSync('nsenter', ['-t', leaderOf(host), '-a', '--', ...argv], { encoding: 'utf8' }).stdout;
}

/** Waits for something that the page does not show. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !condition(); await sleep(100)) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
  }
}

/** Unfolds a row, if it is folded. */
export async function unfold(target: Locator): Promise<void> {
  await target.waitFor();
  if ((await target.getAttribute('aria-expanded')) === 'false') await target.locator('.monaco-tl-twistie').click();
}

/** Lets the pointer rest on a row until its tooltip says something. A row that is drawn anew forgets the pointer. */
export async function restOn(target: Locator, text: RegExp): Promise<void> {
  const page = target.page();
  await repeated(page.locator('.monaco-hover').filter({ hasText: text }), async () => {
    await page.mouse.move(700, 300);
    await target.hover();
  });
}

/** A notification. */
export const toast = (page: Page, text: RegExp): Locator => page.locator('.notification-toast').filter({ hasText: text });

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
  await target.getByRole('button', { name: label }).click();
}

/** Chooses an entry of a row's context menu. A menu that has just opened takes no click: so it is pointed at, and taken by keyboard. */
export async function contextMenu(page: Page, target: Locator, label: RegExp): Promise<void> {
  const entry = page.getByRole('menuitem', { name: label });
  await repeated(page.locator('.action-item.focused').filter({ has: entry }), async () => {
    if (!(await entry.isVisible())) await target.click({ button: 'right' });
    await entry.hover({ timeout: 5000 }).catch(() => {}); // it closed meanwhile: it is opened again
  });
  await page.keyboard.press('Enter');
  await entry.waitFor({ state: 'hidden' });
}

/** Acts on a row until it has its effect: where the row was drawn anew meanwhile, nothing is done, and that is said. */
export async function unmissed(effect: Locator, deed: () => Promise<unknown>): Promise<void> {
  const page = effect.page();
  const missed = toast(page, /that row changed while you chose/);
  for (let left = 3; left > 0; left--) {
    await deed();
    await effect.or(missed).first().waitFor({ timeout: 60_000 });
    if (!(await missed.isVisible())) return;
    await clearNotifications(page);
  }
}

/** Chooses from a row's menu until that has its effect. */
export const chosen = (page: Page, target: Locator, label: RegExp, effect: Locator): Promise<void> =>
  unmissed(effect, () => contextMenu(page, target, label));

/** The quick pick or input box, step by step: steps are told apart by their titles. */
export function quickPick(page: Page) {
  const widget = page.locator('.quick-input-widget:visible');
  const step = (title: RegExp): Promise<void> =>
    widget.locator('.quick-input-title').filter({ hasText: title }).waitFor({ timeout: 30_000 });
  const entry = (text: string | RegExp): Locator => widget.locator('.monaco-list-row').filter({ hasText: text }).first();
  return {
    step,
    first: () => widget.locator('.monaco-list-row').first(),
    async choose(title: RegExp, text: string): Promise<void> {
      await step(title);
      await entry(text).click();
    },
    async check(text: string): Promise<void> {
      await entry(text).locator('.monaco-checkbox, input[type=checkbox]').first().click();
    },
    /** Takes what is there, and waits for the next step where one is named. */
    async accept(next?: RegExp): Promise<void> {
      await widget.locator('input:visible').last().press('Enter');
      if (next) await step(next);
    },
  };
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
    await typed(page, `>${name}`);
  });
  await page.keyboard.press('Enter');
}

/** Opens a file of the workspace by its name, or by its path there. */
export async function openFile(page: Page, path: string): Promise<void> {
  const [name = path, ...above] = path.split('/').reverse();
  const found = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name });
  await repeated(page.locator('.editor-group-container.active .tab.active').filter({ hasText: name }), async () => {
    await page.keyboard.press('Control+KeyP');
    await typed(page, `"${path}"`); // quoted, it is not taken for letters that stand anywhere
    await found
      .filter({ hasText: above.at(-1) ?? '' })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
  });
}

/** Takes back what was typed into the file in front: what is left unsaved is there in the next window, too. */
export async function revert(page: Page): Promise<void> {
  await command(page, 'File: Revert File');
  await page.locator('.tab.active.dirty').waitFor({ state: 'hidden' });
}

/** Takes the notifications away. */
export async function clearNotifications(page: Page): Promise<void> {
  await command(page, 'Notifications: Clear All Notifications');
}

/** Themes, one of each kind: a name for files, VS Code's own name, and the class that a webview's body has then. */
export const themes = [
  ['light', 'Light Modern', 'vscode-light'],
  ['dark', 'Dark Modern', 'vscode-dark'],
  ['high-contrast', 'Dark High Contrast', 'vscode-high-contrast'],
  ['high-contrast-light', 'Light High Contrast', 'vscode-high-contrast-light'],
] as const;

/** Takes a theme, by the picker's keys: in the palette, others of its kind come first. */
export async function theme(page: Page, name: string): Promise<void> {
  const wanted = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first();
  await repeated(wanted, async () => {
    await page.keyboard.press('Control+KeyK');
    await page.keyboard.press('Control+KeyT');
    await typed(page, name);
  });
  await page.keyboard.press('Enter');
  await wanted.waitFor({ state: 'hidden' }); // else whoever asks for a list next sees this one
}

/** Types into the quick pick, unless the key that was to open it was lost. */
const typed = (page: Page, text: string): Promise<void> =>
  page
    .locator('.quick-input-widget input')
    .fill(text, { timeout: 5000 })
    .catch(() => {});
