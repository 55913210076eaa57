/** An image whose every text is hostile, and what shows that none of them did anything. */
import * as assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, FrameLocator, Page } from 'playwright-core';
import { frameOf } from './report-page.ts';

const units = 'usr/lib/systemd/system';

/** What would do something wherever it is taken for more than text. */
const evil = [
  '<img src=x onerror="parent.pwned=1">',
  '</td></table><script>pwned=1</script><b>bold</b>',
  '[click](command:workbench.action.terminal.new)',
  '![x](https://example.invalid/x.png)',
  '$(rocket) `code` **bold** | cell |',
  '\u001b[31mred\u001b]8;;http://example.invalid\u0007link\u001b]8;;\u0007 \u202eesrever\u202c \u0000',
].join(' ');

/** The same in one line of a shell script, as bytes. */
const bytes = [...Buffer.from(evil)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** Makes the image `evil` in a workspace: each of its texts is hostile, and what its service writes. */
export function buildHostile(workspace: string): void {
  const tree = join(workspace, 'evil');
  rmSync(tree, { recursive: true, force: true });
  cpSync(join(workspace, 'hello'), tree, { recursive: true, verbatimSymlinks: true });
  rmSync(join(tree, units), { recursive: true });
  mkdirSync(join(tree, units), { recursive: true });
  mkdirSync(join(tree, 'srv/<b>dir<script>'), { recursive: true });
  writeFileSync(join(tree, 'srv/<b>dir<script>/[x](command:y)'), 'x'.repeat(3_000_000));
  const quoted = evil.replaceAll('\0', '').replace(/[`"$\\]/g, '\\$&');
  writeFileSync(
    join(tree, 'usr/lib/os-release'),
    `ID=evil\nVERSION_ID=1\nPRETTY_NAME="${quoted}"\nEVIL_<b>="x"\nHOME_URL="javascript:alert(1)"\n`,
  );
  writeFileSync(join(tree, 'usr/bin/evil'), `#!/bin/sh\nprintf '${bytes}\\n'\nprintf '${bytes}\\n' >&2\nexit 3\n`, { mode: 0o755 });
  const service = `[Unit]\nDescription=${evil.replaceAll('\0', '')}\nDocumentation=${evil.replaceAll('\0', '')}\n[Service]\nType=oneshot\nExecStart=/usr/bin/evil\nNoSuch<b>=${evil.replaceAll('\0', '')}\n`;
  writeFileSync(join(tree, units, 'evil.service'), service);
  writeFileSync(join(tree, units, 'evil-\\x3cimg\\x20src\\x3dx\\x3e.service'), service);
  writeFileSync(join(tree, units, 'evil<img src=x onerror=alert(1)>.service'), service);
}

/** A screenshot of all of it, as a very high screen would show it. */
export async function whole(page: Page, shot: () => Promise<string>, width = 1400): Promise<void> {
  await page.setViewportSize({ width, height: 3400 });
  await shot();
  await page.setViewportSize({ width: 1400, height: 900 });
}

/** What of a report's page is markup that a report never has. */
export const foreign = (frame: Frame): Promise<unknown> =>
  frame.evaluate(
    `[...document.querySelectorAll('main img, main script, main iframe, main b, main a:not([data-do], [href^="#"])')].map(each => each.outerHTML)`,
  );

/** Fails where text of an image has become markup. */
export async function harmless(report: FrameLocator): Promise<void> {
  const frame = await frameOf(report);
  assert.deepEqual(await foreign(frame), []);
  assert.equal(await frame.evaluate('parent.pwned ?? window.pwned ?? 0'), 0);
}
