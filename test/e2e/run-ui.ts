/**
 * Runs the user interface scripts, ui/*.ts (in Restricted Mode those of ui-restricted/, by a user who may not read everything those of
 * ui-unprivileged/), one after the other, each in a window of its own, inside the stand-in for VS Code. PORTABLE_SERVICES_UI names one, or a part of
 * its name, to run it alone; or several, with commas between.
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

/** Left out when everything runs, which has a time to keep. */
const long: ReadonlySet<string> = new Set([
  'asking-host.ts',
  'changing-hosts.ts',
  'deploys.ts',
  'effective.ts',
  'exposures.ts',
  'fixes.ts',
  'host-images.ts',
  'hostile-host.ts',
  'image-corners.ts',
  'image-differences.ts',
  'many-hosts.ts',
  'odd-names.ts',
  'operate.ts',
  'previews.ts',
  'profiles.ts',
  'release-files.ts',
  'report-changes.ts',
  'report-hostile.ts',
  'states.ts',
  'user-host.ts',
]);

/** How long a script may take before it counts as hung, and the others get their turn; ms. On an idle machine the longest takes about a minute. */
const patience = 480_000;

export default async function work(workbench: Workbench): Promise<void> {
  const info = e2eInfo();
  const folder = join(import.meta.dirname, info.scripts);
  const failed: string[] = [];
  const wanted = (process.env.PORTABLE_SERVICES_UI ?? '').split(',');
  const scripts = readdirSync(folder)
    .filter(name => name.endsWith('.ts') && wanted.some(part => name.includes(part)))
    .sort()
    .filter(name => process.env.PORTABLE_SERVICES_BOUNDED !== 'true' || !long.has(name));
  mkdirSync(info.artifacts, { recursive: true });
  for (const script of scripts) {
    const begun = performance.now();
    // a window under load may lose a key or a click, which tells nothing of us: what fails is tried once more, and said
    const fault = (await attempt(script, '')) && (await attempt(script, '-again'));
    if (fault === undefined) console.log(`  ok ${script} (${Math.round(performance.now() - begun)} ms)`);
    else failed.push(script);
  }

  /** Runs one script in a window of its own; returns what went wrong. */
  async function attempt(script: string, suffix: string): Promise<string | undefined> {
    const page = await workbench.open();
    const screenshot = async (name: string): Promise<string> => {
      const path = join(info.artifacts, `${name}.png`);
      await page.screenshot({ path });
      return path;
    };
    try {
      await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 });
      const { default: run } = await import(pathToFileURL(join(folder, script)).href);
      await within(patience, run({ info, page, screenshot } satisfies Ui));
      return undefined;
    } catch (error) {
      const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.error(`  FAILED ${script}: ${fault}`);
      await screenshot(`failed-${script.replace(/\.ts$/, '')}${suffix}`).catch(() => {});
      return fault;
    } finally {
      await page.close();
    }
  }
  writeFileSync(info.results, JSON.stringify({ passed: scripts.length - failed.length, failed: failed.length, skipped: [] }));
  if (failed.length > 0) throw new Error(`failed: ${failed.join(', ')}`);
}

/** What a promise comes to; rejects when it takes longer. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
