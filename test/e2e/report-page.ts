/** What the user interface scripts ask of the report's page in its webview. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, FrameLocator, Page } from 'playwright-core';

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
