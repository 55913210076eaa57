/** `portable-lint`: says on the command line what systemd would say about unit files. */
import { resolve } from 'node:path';
import type { Remembered } from '../../rules/control/baseline.ts';
import { baselineText } from '../../rules/control/baseline.ts';
import { codeFault, levelsOf } from '../../rules/control/levels.ts';
import { rules } from '../../rules/rules.ts';
import { baselineName, type ConfigurationProblem, loadBaseline } from '../documents/configurations.ts';
import { readable, rulePages } from '../rule-pages.ts';
import { isUsageError, UsageError } from './arguments.ts';
import { githubReport } from './formats/github.ts';
import { jsonReport } from './formats/json.ts';
import { counted, type Report } from './formats/report.ts';
import { type Paint, painter, textReport, wantsColours } from './formats/text.ts';
import { type LintResult, lint } from './lint.ts';
import { type Format, type LintOptions, readOptions, usage } from './lint-options.ts';
import { progressLine } from './progress.ts';
import { writeFile } from './replace-file.ts';
import { terminalText } from './terminal-text.ts';

/** What the command needs of the world. */
export interface CommandWorld {
  readonly out: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Which of the two are terminals. */
  readonly terminals: { readonly out: boolean; readonly complain: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Everything on standard input. */
  readonly input: () => Uint8Array;
  /** The directory that the package was installed to. */
  readonly home: string;
  /** The version of the package. */
  readonly version: () => string;
}

export type ExitStatus = 0 | 1 | 2;

/** Runs the command and returns its exit status: 0 nothing found, 1 findings of severity error or warning, 2 it could not run. */
export async function portableLint(args: readonly string[], world: CommandWorld): Promise<ExitStatus> {
  let command = '';
  try {
    const wish = readOptions(args);
    switch (wish.kind) {
      case 'help':
        world.out(usage);
        return 0;
      case 'list-rules':
        return listRules(wish.format, world);
      case 'command':
        command = `${wish.name} `;
        return await (await import('./lint-on-demand.ts')).commands[wish.name](wish.args, world);
      case 'explain':
        return await explain(wish.asked, wish.systemd, world);
      case 'lint':
        return await run(wish.options, world);
    }
  } catch (error) {
    if (!isUsageError(error)) throw error;
    complainer(world)(error.message);
    world.complain(`Try portable-lint ${command}--help.\n`);
    return 2;
  }
}

const complainer =
  ({ complain }: CommandWorld) =>
  (text: string): void =>
    complain(`portable-lint: ${terminalText(text)}\n`);

async function run(options: LintOptions, world: CommandWorld): Promise<ExitStatus> {
  const say = complainer(world);
  const { paths, systemd, root, extensions, fix, format, writeBaseline } = options;
  const baseline = baselineOf(options);
  const progress = progressLine(world.terminals.complain ? world.complain : undefined);
  const result = await lint({
    paths,
    systemd,
    fix,
    levels: levelsOf(options.levels),
    progress: progress.show,
    extensions,
    ...(root !== undefined && { root }),
    ...(baseline && { baseline }),
    ...(paths.includes('-') && {
      input: { bytes: world.input(), ...(options.inputName !== undefined && { name: options.inputName }) },
    }),
  });
  progress.clear();

  if (writeBaseline === undefined) world.out(await formatted(format, { ...result, several: systemd.length > 1 }, world));
  for (const { path, why } of result.failures) say(`${path}: ${why}`);
  for (const problem of result.problems) say(problemWords(problem));
  for (const { path, why } of result.unfixed) say(`${path}: it has something to put right, but it ${why}: not changed`);
  if (result.failures.length > 0 || result.problems.length > 0) return 2;
  if (writeBaseline !== undefined) return saveBaseline(writeBaseline, result, world);
  const fails = (severity: string) => options.strict || severity === 'error' || severity === 'warning';
  return result.findings.some(f => fails(f.severity)) ? 1 : 0;
}

const problemWords = ({ path, range, why }: ConfigurationProblem): string =>
  `${path}${range ? `:${range.start.line + 1}:${range.start.character + 1}` : ''}: ${why}`;

/** What the baseline of the command line accepts; nothing while one is written; undefined where portable-lint.json decides. */
function baselineOf({ baseline, writeBaseline }: LintOptions) {
  if (writeBaseline !== undefined) return { accepts: () => undefined };
  if (baseline === undefined) return undefined;
  const loaded = loadBaseline(resolve(baseline));
  if ('problem' in loaded) throw new UsageError(`--baseline ${problemWords({ ...loaded.problem, path: baseline })}`);
  return loaded;
}

async function formatted(format: Format, report: Report, world: CommandWorld): Promise<string> {
  const { env, terminals, cwd, version } = world;
  switch (format) {
    case 'text':
      return textReport(report, painter(wantsColours(env, terminals.out)), cwd);
    case 'json':
      return jsonReport(report);
    case 'github':
      return githubReport(report);
    case 'sarif': {
      const { sarifReport } = await import('./lint-on-demand.ts');
      const { page, summary } = rulePages(world.home);
      return sarifReport(report, { version: version(), rules, summary, help: page }, cwd);
    }
  }
}

function saveBaseline(path: string, { findings, files }: LintResult, world: CommandWorld): ExitStatus {
  const file = resolve(path);
  const remembered = findings.map((finding): Remembered => ({ ...finding, file: baselineName(file, finding.path) }));
  const why = writeFile(file, baselineText(remembered));
  if (why !== undefined) {
    complainer(world)(`${path}: it ${why}`);
    return 2;
  }
  world.out(`${terminalText(path)} holds ${counted(findings.length, 'finding')} in ${counted(files, 'file')}.\n`);
  return 0;
}

function listRules(format: Format, { out, home, env, terminals }: CommandWorld): ExitStatus {
  const { summary } = rulePages(home);
  const rows = [...new Map(rules.map(rule => [rule.code, rule])).values()].map(({ code, severity }) => ({
    code,
    severity,
    summary: summary(code) ?? '',
  }));
  if (format === 'json') {
    out(`${JSON.stringify(rows, undefined, 2)}\n`);
    return 0;
  }
  const paint = painter(wantsColours(env, terminals.out));
  const width = Math.max(...rows.map(r => r.code.length));
  for (const row of rows) {
    out(`${row.code.padEnd(width)}  ${paint(row.severity, row.severity.padEnd('information'.length))}  ${row.summary}`.trimEnd());
    out('\n');
  }
  return 0;
}

async function explain(asked: string, systemd: number, world: CommandWorld): Promise<ExitStatus> {
  const paint = painter(wantsColours(world.env, world.terminals.out));
  if (asked.includes('/')) return explainRule(asked, world, paint);
  const { directivePage } = await import('./lint-explain.ts');
  const page = directivePage(asked, systemd);
  if (page === undefined)
    throw new UsageError(`--explain: there is no directive ${asked}, and the codes of rules have a /, as unit/no-equals`);
  world.out(readable(page, paint));
  return 0;
}

function explainRule(code: string, world: CommandWorld, paint: Paint): ExitStatus {
  const fault = code.endsWith('/*') ? `there is no rule ${code}, that is a group of rules` : codeFault(code);
  if (fault !== undefined) throw new UsageError(`--explain: ${fault}`);
  const page = rulePages(world.home).page(code);
  if (page === undefined) throw new UsageError(`--explain ${code}: the pages of the rules were not installed with this program`);
  world.out(readable(page, paint));
  return 0;
}
