/**
 * Runs the user interface scripts, ui/*.ts, one after the other, each in a window of its own, inside the stand-in for VS Code. PORTABLE_SERVICES_UI
 * names one, or a part of its name, to run it alone.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import type { Workbench } from '../../lab/stand-in.ts';
import { type E2eInfo, e2eInfo } from './run-info.ts';

/** What a script gets: `export default async function (ui: Ui)`, which throws when something is not as it should be. */
export interface Ui {
  readonly info: E2eInfo;
  /** The window, its workbench loaded. */
  readonly page: Page;
  /** Keeps a screenshot as an artifact; returns its path. */
  screenshot(name: string): Promise<string>;
}

export default async function work(workbench: Workbench): Promise<void> {
  const info = e2eInfo();
  const folder = join(import.meta.dirname, 'ui');
  const failed: string[] = [];
  const scripts = readdirSync(folder)
    .filter(name => name.endsWith('.ts') && name.includes(process.env.PORTABLE_SERVICES_UI ?? ''))
    .sort();
  mkdirSync(info.artifacts, { recursive: true });
  for (const script of scripts) {
    const begun = performance.now();
    const page = await workbench.open();
    const screenshot = async (name: string): Promise<string> => {
      const path = join(info.artifacts, `${name}.png`);
      await page.screenshot({ path });
      return path;
    };
    try {
      await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 });
      const { default: run } = await import(pathToFileURL(join(folder, script)).href);
      await run({ info, page, screenshot } satisfies Ui);
      console.log(`  ok ${script} (${Math.round(performance.now() - begun)} ms)`);
    } catch (error) {
      failed.push(script);
      console.error(`  FAILED ${script}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
      await screenshot(`failed-${script.replace(/\.ts$/, '')}`).catch(() => {});
    } finally {
      await page.close();
    }
  }
  writeFileSync(info.results, JSON.stringify({ passed: scripts.length - failed.length, failed: failed.length, skipped: [] }));
  if (failed.length > 0) throw new Error(`failed: ${failed.join(', ')}`);
}
