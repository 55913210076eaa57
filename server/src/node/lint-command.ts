/** `portable-lint`: says on the command line what systemd would say about unit files. */
import { parseArgs } from 'node:util';
import { versions } from '../catalogue/catalogue.ts';
import type { Target } from '../rules/rule.ts';
import { type LintResult, lint } from './lint.ts';
import { terminalText } from './terminal-text.ts';

const usage = `usage: portable-lint [--systemd N] [--root TREE] [--format text|json] PATH...

Says what systemd would say about unit files, drop-ins and portable profiles. A PATH that is a directory is searched for them.

  --systemd N      the systemd that judges, ${versions.oldest} to ${versions.newest} (default: ${versions.newest})
  --root TREE      the image tree that the paths lie in: PATH is then a path inside the image, or below TREE on this machine
  --format FORMAT  text (default) or json: an array of {file, range, severity, code, message}
  -h, --help       this text

Exit status: 0 nothing found, 1 errors or warnings found, 2 it could not run.
`;

/** First words that are commands of their own; \`./plan\` names a file. */
const subcommands: ReadonlySet<string> = new Set(['exposure', 'plan', 'show']);

/** Why the run cannot begin. */
class UsageError extends Error {}

interface Options {
  readonly target: Target;
  readonly root: string | undefined;
  readonly format: 'text' | 'json';
  readonly paths: readonly string[];
}

function readOptions(args: string[]): Options | 'help' {
  const { values, positionals, tokens } = parse(args);
  if (values.help) return 'help';
  const first = tokens.find(t => t.kind === 'positional' || t.kind === 'option-terminator');
  if (first?.kind === 'positional' && subcommands.has(first.value)) {
    throw new UsageError(`the command ${first.value} is not there yet. To lint a file of that name, write ./${first.value}`);
  }
  const { format = 'text', systemd = String(versions.newest), root } = values;
  const version = /^\d+$/.test(systemd) ? Number(systemd) : 0;
  if (version < versions.oldest || version > versions.newest) {
    throw new UsageError(`--systemd ${systemd}: expected a version from ${versions.oldest} to ${versions.newest}`);
  }
  if (format !== 'text' && format !== 'json') throw new UsageError(`--format ${format}: expected text or json`);
  if (positionals.length === 0 && root === undefined) throw new UsageError('no path was given');
  return { target: { systemd: version }, root, format, paths: positionals.length > 0 ? positionals : ['/'] };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      tokens: true,
      options: {
        systemd: { type: 'string' },
        root: { type: 'string' },
        format: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** `1 error`, `2 errors`. */
const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function textOf({ findings, files, failures }: LintResult, { target }: Options): string {
  const lines = findings.map(({ file, range: { start }, severity, code, message }) =>
    terminalText(`${file}:${start.line + 1}:${start.character + 1}: ${severity}: ${message} [${code}]`),
  );
  const judge = `judged as systemd ${target.systemd} would`;
  const [errors, warnings] = (['error', 'warning'] as const).map(s => findings.filter(f => f.severity === s).length);
  const sum = findings.length > 0 ? `${counted(errors ?? 0, 'error')} and ${counted(warnings ?? 0, 'warning')}` : 'Nothing found';
  if (files === 0 && failures.length > 0) return '';
  return `${[...lines, `${sum} in ${counted(files, 'file')}, ${judge}.`].join('\n')}\n`;
}

/** Runs the command and returns its exit status: 0 nothing found, 1 findings of severity error or warning, 2 it could not run. */
export async function portableLint(args: string[], out: (text: string) => void, complain: (text: string) => void): Promise<0 | 1 | 2> {
  const say = (text: string) => complain(`portable-lint: ${terminalText(text)}\n`);
  try {
    const options = readOptions(args);
    if (options === 'help') {
      out(usage);
      return 0;
    }
    const { paths, target, root, format } = options;
    const result = await lint({ paths, target, ...(root !== undefined && { root }) });
    out(format === 'json' ? `${JSON.stringify(result.findings, undefined, 2)}\n` : textOf(result, options));
    for (const { path, why } of result.failures) say(`${path}: ${why}`);
    if (result.failures.length > 0) return 2;
    return result.findings.some(f => f.severity === 'error' || f.severity === 'warning') ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(error.message);
    complain(`Try portable-lint --help.\n`);
    return 2;
  }
}
