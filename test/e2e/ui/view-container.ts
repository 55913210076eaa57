/** The view container opens from the activity bar, and holds its two views. */
import type { Ui } from '../run-ui.ts';

export default async function ({ page, screenshot }: Ui): Promise<void> {
  await page.getByRole('tab', { name: /^Portable Services/ }).click();
  for (const name of [/^Images/, /^Hosts/]) await page.getByRole('button', { name }).first().waitFor();
  await screenshot('view-container');
}
