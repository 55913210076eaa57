/**
 * How long portable-lint takes, whole process with the start of Node, beside `systemd-analyze verify` of the same files; and a deploy over ssh to a
 * real host, beside rsync with `portablectl reattach`; and looks into images of 1 GiB, in process, beside what unpacks or mounts them; and edits in
 * the language server, in process.
 * usage: npm run bench -- [--suite bookworm|trixie|forky] [--rounds N] [--here] [--only lint|edit|deploy|images|report]
 * As root on Linux, systemd-analyze is the one of a tree of that suite (bookworm: systemd 252, the fastest); with `--here`, and elsewhere, this
 * machine's. Exit status 1 when a budget is not kept.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureTree, suites, whyNoHosts } from '../lab/hosts.ts';
import { findProgram, must } from '../lab/processes.ts';
import { type Found, measureDeploys } from '../test/bench/deploy.ts';
import { measureEdits } from '../test/bench/edits.ts';
import { type Looked, measureImages } from '../test/bench/images.ts';
import { alone, type Command, peakMemory, sideBySide } from '../test/bench/measure.ts';
import { measureReports } from '../test/bench/report.ts';
import { writeUnits } from '../test/bench/units.ts';

const root = join(import.meta.dirname, '..');

/** At most this much of systemd-analyze's wall time, and of memory in MiB. */
const budgets = { many: 0.7, one: 1.0, memory: 100 } as const;
/** At most this much of what the script takes: in time, and on the wire; a call beside one of busctl, over the same ssh connection and without. */
const deployBudgets = [1.2, 1.1, 1.0, 1.0] as const;
/** Milliseconds for a report, or the preview of an attach. */
const reportBudget = 200;
/** Milliseconds from an edit to its diagnostics, with 1,000 units open: the median, and of 95 in 100. */
const editBudgets = { median: 3, p95: 10 } as const;
const manyUnits = 800;
/** Where a tree's own directory shows the unit files. */
const mountPoint = 'mnt';

const { values: options } = parseArgs({
  options: {
    suite: { type: 'string', default: 'bookworm' },
    rounds: { type: 'string', default: '9' },
    here: { type: 'boolean', default: false },
    only: { type: 'string' },
    inside: { type: 'string' },
    tree: { type: 'string' },
  },
});

/** Bench in a mount namespace of its own, in which the unit files are mounted into the tree. */
async function inTree(directory: string): Promise<number> {
  const suite = suites.find(s => s.suite === options.suite);
  if (!suite) throw new Error(`--suite ${options.suite}: expected one of ${suites.map(s => s.suite).join(', ')}`);
  const tree = await ensureTree(suite.suite, { log: console.log });
  const again = [...process.execArgv, import.meta.filename, '--inside', directory, '--tree', tree, '--rounds', options.rounds];
  const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  const { status } = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', directory, join(tree, mountPoint), process.execPath, ...again], {
    stdio: 'inherit',
  });
  return status ?? 1;
}

/** Measures, and prints what it found. Whether the budgets are kept. */
function measure(directory: string, names: readonly string[], tree: string | undefined): boolean {
  const rounds = Number(options.rounds);
  const dist = join(root, 'dist', 'portable-lint.js');
  const ours = (files: readonly string[]): Command => ({
    program: process.execPath,
    args: [dist, ...files.map(name => join(directory, 'units', name))],
    fine: [0, 1],
  });
  const verify = ['verify', '--man=no', '--generators=no'];
  const theirs = (files: readonly string[]): Command | undefined => {
    const paths = (where: string) => files.map(name => join(where, 'units', name));
    if (tree) return { program: 'chroot', args: [tree, 'systemd-analyze', ...verify, ...paths(`/${mountPoint}`)], fine: [0, 1] };
    const program = findProgram('systemd-analyze');
    return program === undefined ? undefined : { program, args: [...verify, ...paths(directory)], fine: [0, 1] };
  };
  const seconds = (ms: number) => `${(ms / 1000).toFixed(3)} s`;
  const mark = (kept: boolean) => (kept ? 'kept' : 'NOT KEPT');
  let allKept = true;
  const rows = [
    { what: `lint ${names.length} units`, files: names, budget: budgets.many, times: rounds },
    { what: 'lint one unit', files: names.slice(0, 1), budget: budgets.one, times: rounds * 3 },
  ];
  for (const { what, files, budget, times } of rows) {
    const other = theirs(files);
    if (!other) {
      console.log(`${what.padEnd(16)} ${seconds(alone(ours(files), times))}; there is no systemd-analyze to compare with`);
      continue;
    }
    const found = sideBySide(ours(files), other, times);
    const kept = found.ratio <= budget;
    allKept &&= kept;
    const figures = `${seconds(found.ours)} beside ${seconds(found.theirs)}: ratio ${found.ratio.toFixed(2)}`;
    console.log(`${what.padEnd(16)} ${figures}, budget ${budget.toFixed(2)} ${mark(kept)}`);
  }
  const memory = peakMemory(ours(names));
  allKept &&= memory < budgets.memory;
  console.log(`${'peak memory'.padEnd(16)} ${memory.toFixed(0)} MiB, budget ${budgets.memory} MiB ${mark(memory < budgets.memory)}`);
  return allKept;
}

/** Deploys, and prints what it found. Whether the budgets are kept. */
async function deploys(): Promise<boolean> {
  const why = whyNoHosts();
  if (why !== undefined) {
    console.log(`No deploys: ${why}.`);
    return true;
  }
  const found = await measureDeploys(Number(options.rounds));
  const shown = ({ unit }: Found, value: number) => (unit === 'ms' ? `${(value / 1000).toFixed(4)} s` : `${Math.round(value / 1024)} KiB`);
  const kept = found.map((row, i) => {
    const budget = deployBudgets[i] ?? 1;
    const figures = `${shown(row, row.ours)} beside ${shown(row, row.theirs)}: ratio ${row.ratio.toFixed(2)}`;
    console.log(`${row.what.padEnd(26)} ${figures}, budget ${budget.toFixed(2)} ${row.ratio <= budget ? 'kept' : 'NOT KEPT'}`);
    return row.ratio <= budget;
  });
  return kept.every(Boolean);
}

async function main(): Promise<number> {
  if (options.inside !== undefined) {
    // what others compile meanwhile takes nothing of ours away
    process.env.XDG_CACHE_HOME = join(options.inside, 'cache');
    return measure(options.inside, writeUnits(join(options.inside, 'units'), manyUnits), options.tree) ? 0 : 1;
  }
  const wanted = (what: string) => options.only === undefined || options.only === what;
  const deployed = !wanted('deploy') || (await deploys());
  const looked = !wanted('images') || (await looksIntoImages());
  const reported = !wanted('report') || (await reports());
  const edited = !wanted('edit') || (await edits());
  const linted = wanted('lint') ? await lints() : 0;
  return deployed && looked && reported && edited && linted === 0 ? 0 : 1;
}

/** Edits documents, and prints what it found. Whether the budgets are kept. */
async function edits(): Promise<boolean> {
  const keeps = (row: { readonly median: number; readonly p95: number }) => row.median < editBudgets.median && row.p95 < editBudgets.p95;
  const found = await measureEdits();
  for (const row of found) {
    const figures = `median ${row.median.toFixed(2)} ms, budget ${editBudgets.median}; of 95 in 100 ${row.p95.toFixed(2)} ms, budget ${editBudgets.p95}`;
    console.log(`${row.what.padEnd(24)} ${figures} ${keeps(row) ? 'kept' : 'NOT KEPT'}`);
  }
  return found.every(keeps);
}

/** Makes reports of images, and prints what it found. Whether the budget is kept. */
async function reports(): Promise<boolean> {
  const found = await measureReports(Number(options.rounds));
  for (const { what, wall, processor, beside } of found) {
    const other = beside
      ? ` ${beside.ratio.toFixed(2)} of one systemd-analyze security without a profile (${beside.wall.toFixed(0)} ms),`
      : '';
    const figures = `${wall.toFixed(0)} ms${processor === undefined ? '' : ` (${processor.toFixed(0)} ms of a processor)`}`;
    console.log(`${what.padEnd(46)} ${figures},${other} budget ${reportBudget} ms ${wall < reportBudget ? 'kept' : 'NOT KEPT'}`);
  }
  return found.every(({ wall }) => wall < reportBudget);
}

/** Looks into images, and prints what it found. Whether the budgets are kept. */
async function looksIntoImages(): Promise<boolean> {
  const missing = ['mksquashfs', 'mke2fs'].find(program => findProgram(program) === undefined);
  if (missing !== undefined) {
    console.log(`No images: there is no ${missing}.`);
    return true;
  }
  const keeps = ({ ours, other, budget }: Looked) =>
    'most' in budget ? ours < budget.most : other === undefined || ours >= budget.share * other.value;
  const found = await measureImages(Number(options.rounds));
  for (const row of found) {
    const { what, unit, ours, other, budget } = row;
    const beside = other ? ` beside ${other.value.toFixed(1)} ${unit} of ${other.name}` : '';
    const limit = 'most' in budget ? `, budget ${budget.most} ${unit} ${keeps(row) ? 'kept' : 'NOT KEPT'}` : '';
    const share = 'share' in budget && other ? `, at least ${budget.share} of it ${keeps(row) ? 'kept' : 'NOT KEPT'}` : '';
    console.log(`${what.padEnd(30)} ${ours.toFixed(1)} ${unit}${beside}${limit}${share}`);
  }
  return found.every(keeps);
}

async function lints(): Promise<number> {
  await must(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });
  const directory = mkdtempSync(join(tmpdir(), 'portable-bench-'));
  try {
    const why = options.here ? 'asked for' : whyNoHosts();
    if (why === undefined) return await inTree(directory);
    console.log(`Beside this machine's systemd-analyze (${why}).`);
    return measure(directory, writeUnits(join(directory, 'units'), manyUnits), undefined) ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = await main();
