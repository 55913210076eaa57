/** What the user interface scripts do in an editor of text, by keys. */
import type { Page } from 'playwright-core';
import { repeated } from './workbench.ts';

/** Puts the cursor of the editor in front at `LINE` or `LINE:COLUMN`; a line behind the last is the last. */
export async function goTo(page: Page, place: string): Promise<void> {
  await repeated(page.locator('.quick-input-widget input:visible'), () => page.keyboard.press('Control+g'));
  await page.locator('.quick-input-widget input:visible').fill(`:${place}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden' });
}

/** Puts the cursor at the first finding of the file in front, once there is one. */
export async function problem(page: Page): Promise<void> {
  await page
    .locator('.editor-instance .squiggly-error, .editor-instance .squiggly-warning, .editor-instance .squiggly-info')
    .first()
    .waitFor({ timeout: 30_000 });
  await repeated(page.locator('.marker-widget'), () => page.keyboard.press('F8'));
  await page.keyboard.press('Escape');
  await page.locator('.marker-widget').waitFor({ state: 'hidden' });
}

/** Takes a quick fix where the cursor is; `seen` is called while it is offered. */
export async function quickFix(page: Page, title: RegExp, seen: () => Promise<unknown> = async () => {}): Promise<void> {
  const entry = page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
  await repeated(entry, () => page.keyboard.press('Control+.'));
  await seen();
  await entry.click();
  await entry.waitFor({ state: 'hidden' });
}
