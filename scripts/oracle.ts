/**
 * Compares our verdict on every recorded value of every directive with that of real systemd (../shared/oracle, beside the project).
 * usage: npm run oracle -- [--version N] [--grammar NAME] [--only Section.Key] [--all] | --fresh COUNT [--seed S] [--version N] [--only ...]
 * Prints the agreement by version and grammar and the first disagreements (`--all`: every one): `Section.Key value ours theirs`.
 * With `--fresh` values are made up instead, COUNT for each version, and asked of the real systemd of a tree (Linux, root).
 */
import { parseArgs } from 'node:util';
import { exception } from '../test/oracle/machine.ts';
import { available, grammarName, recorded, rows, values, versions } from '../test/oracle/verdicts.ts';

const { values: options } = parseArgs({
  options: {
    version: { type: 'string' },
    grammar: { type: 'string' },
    only: { type: 'string' },
    all: { type: 'boolean', default: false },
    fresh: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
if (options.fresh !== undefined) process.exit((await askFresh(Number(options.fresh))) ? 0 : 1);
if (!available) {
  console.error('There are no recorded verdicts: the folder ../shared/oracle is not beside this project.');
  process.exit(2);
}

interface Tally {
  silent: boolean;
  cells: number;
  agree: number;
  excepted: number;
  readonly differ: string[];
}

const percent = (part: number, of: number) => (of === 0 ? '-' : ((100 * part) / of).toFixed(part === of ? 0 : 2)).padStart(6);
const tried = values();
let differences = 0;
for (const version of versions.filter(v => options.version === undefined || String(v) === options.version)) {
  const tallies = new Map<string, Tally>();
  for (const row of rows(version)) {
    if (options.only !== undefined && options.only !== `${row.section}.${row.key}` && options.only !== row.key) continue;
    const { name, silent } = grammarName(row);
    if (options.grammar !== undefined && options.grammar !== name) continue;
    const tally = tallies.get(name) ?? { silent, cells: 0, agree: 0, excepted: 0, differ: [] };
    tallies.set(name, tally);
    for (const [i, value] of tried.entries()) {
      const theirs = row.verdicts[i] ?? '?';
      const verdict = recorded(version, row, value);
      tally.cells++;
      if (verdict === theirs) tally.agree++;
      else if (exception(row.section, row.key, value, version)) tally.excepted++;
      else tally.differ.push(`${row.section}.${row.key}\t${value === '' ? '<empty>' : value}\t${verdict}\t${theirs}`);
    }
  }
  const all = [...tallies.entries()].sort(([, a], [, b]) => Number(a.silent) - Number(b.silent) || b.differ.length - a.differ.length);
  const sum = (pick: (tally: Tally) => number) => all.reduce((total, [, tally]) => total + pick(tally), 0);
  const cells = sum(t => t.cells);
  const left = sum(t => t.excepted);
  console.log(
    `systemd ${version}: ${percent(
      sum(t => t.agree),
      cells - left,
    )} % of ${cells - left} cells agree; ${left} depend on the machine`,
  );
  for (const [name, { silent, cells, agree, excepted, differ }] of all) {
    if (differ.length === 0 && !options.grammar && !options.only) continue;
    console.log(`  ${percent(agree, cells - excepted)} % ${silent ? 'silent ' : ''}${name} (${differ.length} of ${cells})`);
    if (silent && !options.all && !options.only && !options.grammar) continue;
    for (const line of differ.slice(0, options.all ? undefined : options.only || options.grammar ? 60 : 5)) console.log(`      ${line}`);
  }
  const clean = all.filter(([, t]) => !t.silent && t.differ.length === 0).length;
  console.log(
    `  ${clean} of ${all.filter(([, t]) => !t.silent).length} grammars agree wholly; ${all.filter(([, t]) => t.silent).length} parsers have no grammar`,
  );
  differences += sum(t => t.differ.length);
}
process.exitCode = differences > 0 ? 1 : 0;

/** Asks about made up values; returns whether there is no difference. */
async function askFresh(count: number): Promise<boolean> {
  const { compareFresh, told } = await import('../test/oracle/fresh.ts');
  let agree = true;
  for (const version of versions.filter(v => options.version === undefined || String(v) === options.version)) {
    const { asked, excepted, differences } = await compareFresh(version, { count, seed: Number(options.seed), only: options.only });
    for (const difference of differences) console.log(told(difference));
    console.log(`systemd ${version}: ${differences.length} of ${asked} fresh values differ (seed ${options.seed})`);
    for (const [reason, cells] of excepted) console.log(`  ${cells} left out: ${reason}`);
    agree &&= differences.length === 0;
  }
  return agree;
}
