/** What the user interface scripts read in the tooltips of an editor. */
import type { Locator } from 'playwright-core';
import { repeated } from './workbench.ts';

/** Rests the pointer on a word of a line until its tooltip says something; `seen` is called while it is there. */
export async function explained(line: Locator, word: string, said: RegExp, seen: () => Promise<unknown> = async () => {}): Promise<void> {
  const page = line.page();
  await repeated(page.locator('.monaco-hover').filter({ hasText: said }).first(), async () => {
    await page.mouse.move(700, 20);
    await line.getByText(word).first().hover();
  });
  await seen();
  await page.mouse.move(700, 20);
}
