/**
 * `npm test [-- STAGE...]`: everything that can be run on this machine, and a word on what cannot. It installs what the tests need, builds
 * the trees of the hosts and gets VS Code while the unit tests run. The last line says how many passed, failed and were skipped.
 * Behind the names of stages that vitest runs, beginnings of paths choose among their files: `npm run test:hosts test/hosts/plan`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sweep, whyNoHosts } from '../lab/hosts.ts';
import { sweepSessions } from '../lab/session.ts';
import { canInstall, installImageTools, installTools, mksquashfs, whyNoImages } from '../lab/tools.ts';
import { hasBrowser, whyNoCodeServer } from '../lab/vscode.ts';
import { check, reportChecks } from './check.ts';
import { add, type Counts, fromMocha, fromVitest, none, sharedData, summary } from './results.ts';

const root = join(import.meta.dirname, '..');
const artifacts = join(root, 'test-artifacts');
const strict = process.env.CI === 'true';
const words = process.argv.slice(2);
const files = words.filter(word => word.includes('/'));
const asked = words.filter(word => !word.includes('/'));
const say = (line: string): void => console.log(line);
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

interface Stage {
  readonly name: string;
  /** Why it cannot be run on this machine, in words that end "left out: ..."; undefined when it can. */
  whyNot(): string | undefined;
  run(): Promise<Counts>;
  /** It can run some of its files alone. */
  readonly choosesFiles?: true;
}

const whyNoVsCode = (): string | undefined =>
  whyNoCodeServer() ?? (hasBrowser() ? undefined : 'there is no Chromium or Chrome to show VS Code in');

const stages: readonly Stage[] = [
  {
    name: 'check',
    whyNot: () => undefined,
    async run() {
      if (canInstall()) await installTools([{ probe: 'shellcheck', package: 'shellcheck' }], say);
      const outcome = await check();
      reportChecks(outcome);
      const passed = outcome.results.filter(r => r.ok).length;
      return { ...none, passed, failed: outcome.results.length - passed, skipped: outcome.leftOut };
    },
  },
  {
    name: 'unit',
    choosesFiles: true,
    whyNot: () => undefined,
    async run() {
      // what can be had makes more of the tests run, and the rest need nothing but Node
      if (canInstall()) await installTools([mksquashfs], say);
      return vitest('unit');
    },
  },
  {
    name: 'package',
    whyNot: () => undefined,
    run: async () =>
      (await node('scripts/package.ts', join(artifacts, 'portable-services.vsix'))) === 0 ? { ...none, passed: 1 } : { ...none, failed: 1 },
  },
  {
    name: 'images',
    choosesFiles: true,
    whyNot: whyNoImages,
    async run() {
      await installImageTools(say);
      return vitest('images');
    },
  },
  {
    name: 'hosts',
    choosesFiles: true,
    whyNot: whyNoHosts,
    async run() {
      await prepared.hosts();
      return vitest('hosts');
    },
  },
  {
    name: 'lab',
    choosesFiles: true,
    whyNot: () => whyNoHosts() ?? whyNoCodeServer(),
    async run() {
      await Promise.all([prepared.hosts(), prepared.code()]);
      return vitest('lab');
    },
  },
  {
    name: 'e2e',
    whyNot: whyNoVsCode,
    async run() {
      await Promise.all([prepared.code(), whyNoHosts() ? undefined : prepared.hosts()]);
      const results = join(artifacts, 'e2e.json');
      rmSync(results, { force: true });
      const code = await node('test/e2e/run-e2e.ts', results);
      return fromMocha(results, code);
    },
  },
];

/** What takes long and can be had while other stages run; each once, its failure told to whoever needs it. */
const prepared = {
  hosts: once(() => prepare('hosts')),
  code: once(() => prepare('code')),
};

async function prepare(what: string): Promise<void> {
  if ((await node('scripts/prepare.ts', what)) !== 0)
    throw new Error(`What the tests need (${what}) could not be had: its messages are above.`);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let begun: Promise<void> | undefined;
  return () => {
    begun ??= work();
    begun.catch(() => {}); // told to the stage that needs it
    return begun;
  };
}

/** Runs a script of the project; returns its exit code. */
function node(...args: string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, ...args], { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

async function vitest(project: string): Promise<Counts> {
  const results = join(artifacts, `vitest-${project}.json`);
  rmSync(results, { force: true });
  const code = await node(
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    ...files,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
  );
  return fromVitest(results, code);
}

/** What is wrong with what was asked for; undefined if nothing is. */
function whatIsWrong(): string | undefined {
  const unknown = asked.filter(name => !stages.some(s => s.name === name));
  if (unknown.length > 0) return `no such stage: ${unknown.join(', ')}. Stages: ${stages.map(s => s.name).join(', ')}`;
  if (files.length === 0) return undefined;
  if (asked.length === 0) return `which stage runs ${files.join(', ')}? Name it before: hosts ${files.join(' ')}`;
  const whole = stages.filter(s => asked.includes(s.name) && !s.choosesFiles).map(s => s.name);
  return whole.length > 0 ? `${whole.join(', ')} cannot run some files alone` : undefined;
}

/** Runs a stage, or says why not. */
async function runStage(stage: Stage): Promise<Counts> {
  const reason = stage.whyNot();
  if (reason) {
    say(`\n== ${stage.name}: left out: ${reason}`);
    return { ...none, skipped: [`the stage ${stage.name}: ${reason}`] };
  }
  say(`\n== ${stage.name}`);
  const begun = performance.now();
  const counts = await stage.run().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return { ...none, failed: 1 };
  });
  say(`== ${stage.name}: ${summary(counts)} in ${seconds(begun)}`);
  return counts;
}

const fault = whatIsWrong();
if (fault !== undefined) {
  console.error(fault);
  process.exit(2);
}
// everything at once has a time to keep: vitest.config.mts says what is left to the stages by themselves
if (asked.length === 0 && process.env.PORTABLE_SERVICES_BOUNDED === undefined) process.env.PORTABLE_SERVICES_BOUNDED = 'true';
const chosen = stages.filter(s => asked.length === 0 || asked.includes(s.name));
mkdirSync(artifacts, { recursive: true });
const begun = performance.now();
if (!whyNoHosts()) for (const line of await sweep().catch(() => [])) say(line);
await sweepSessions();
const has = (...names: string[]): boolean => chosen.some(s => names.includes(s.name));
if (has('hosts', 'lab', 'e2e') && !whyNoHosts()) void prepared.hosts();
if (has('lab', 'e2e') && !whyNoVsCode()) void prepared.code();

let total = none;
for (const stage of chosen) total = add(total, await runStage(stage));

if (process.env.PORTABLE_SERVICES_BOUNDED === 'true')
  say('Of images, hosts and windows not all was tried: npm run test:images, test:hosts and test:e2e do.');
for (const line of total.skipped) say(`skipped: ${line}`);
// where everything is meant to be there, what was skipped was not tested; only the reference data beside the checkout may be absent
const missed = strict ? total.skipped.filter(line => !line.includes(sharedData)) : [];
if (missed.length > 0) say(`CI=true: ${missed.length} skipped count as failed`);
const verdict: Counts = {
  passed: total.passed,
  failed: total.failed + missed.length,
  skipped: total.skipped.filter(line => !missed.includes(line)),
};
say(`\n${seconds(begun)} in all`);
say(summary(verdict));
process.exitCode = verdict.failed > 0 || verdict.passed === 0 ? 1 : 0;
