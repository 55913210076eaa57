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
