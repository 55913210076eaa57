/** What the user interface scripts ask of the report's page in its webview. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, FrameLocator, Page } from 'playwright-core';
import { command, contextMenu, openPortableServices, row, until } from './workbench.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The page in the webview that is shown. */
export const inWebview = (page: Page): FrameLocator => page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');

/** The same as a frame, which runs scripts; rejects for what has no main part. */
export async function frameOf(report: FrameLocator): Promise<Frame> {
  const frame = await (await report.locator('main').elementHandle())?.ownerFrame();
  if (!frame) throw new Error('the report is in no frame');
  return frame;
}

/** What axe objects to in a page, a line each. A script that a debugger evaluates runs whatever the page's policy says. */
export async function violations(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(axe);
  const said: unknown = await frame.evaluate(`axe.run(document, { iframes: false }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join('; ')))`);
  return Array.isArray(said) ? said.map(String) : ['axe gave no answer'];
}

/** What of a page cannot be reached by the Tab key from its first button on, a line each. */
export async function unreached(page: Page, frame: Frame): Promise<readonly string[]> {
  const all = (await frame.evaluate(`(() => {
    const all = [...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')].filter(each => each.checkVisibility());
    all.forEach((each, n) => { each.dataset.reach = n; });
    all[0].focus();
    return all.map(each => each.outerHTML.slice(0, 120));
  })()`)) as string[];
  const reached = new Set<unknown>();
  for (const _ of all) {
    reached.add(await frame.evaluate('Number(document.activeElement?.dataset?.reach ?? -1)'));
    await page.keyboard.press('Tab');
  }
  return all.filter((_, n) => !reached.has(n));
}

/** How many pixels the page is wider than its editor. */
export const tooWide = async (frame: Frame): Promise<number> =>
  Number(await frame.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));

/** The report of an image of the view, from an empty place on. */
export async function inspect(page: Page, name: RegExp, heading: RegExp): Promise<FrameLocator> {
  await command(page, 'View: Close All Editors');
  await openPortableServices(page);
  await contextMenu(page, row(page, 'Images', name), /Inspect/);
  const report = inWebview(page);
  await report.getByRole('heading', { level: 1, name: heading }).waitFor({ timeout: 30_000 });
  await report.locator('#findings').filter({ hasNotText: 'Checking' }).waitFor({ timeout: 60_000 });
  await report.locator('#sizes').filter({ hasNotText: 'Counting' }).waitFor({ timeout: 60_000 });
  return report;
}

/** Writes the report as a file where the dialog proposes it: beside the image. */
export async function exported(page: Page, report: FrameLocator, path: string): Promise<void> {
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  await report.getByRole('button', { name: 'Export as HTML' }).click();
  const dialog = page.locator('.quick-input-widget');
  await dialog.locator('.monaco-list-row').filter({ hasText: 'mistakes' }).waitFor(); // before, it takes no click
  await dialog.getByRole('button', { name: 'OK' }).click();
  await until('an exported report', () => existsSync(path));
}
