/** The command line of portable-lint. */
import { versions } from '../../catalogue/catalogue.ts';
import { codeFault, type Level, levelWords, readLevel } from '../../rules/control/levels.ts';
import { readArguments, UsageError } from './arguments.ts';

export const usage = `usage: portable-lint [OPTION]... PATH...
       portable-lint exposure|plan|show ...

Says what systemd would say about unit files, drop-ins and portable profiles. A PATH may be a directory, which is searched for them, a raw
image (*.raw), a pattern such as 'units/**/*.service', or - for standard input.

  --systemd N             the systemd that judges, ${versions.oldest} to ${versions.newest}; several (--systemd 252,257) are compared.
                          Default: what portable-lint.json says, else ${versions.newest}
  --root IMAGE            the image that the paths lie in, a directory or a raw image: PATH is then a path inside it, or below that
                          directory on this machine
  --extension IMAGE       an extension image that lies over the one of --root, or over PATH where that is an image; may be given again
  --stdin-filename NAME   the name that standard input goes by
  --rule CODE=LEVEL       how much a rule counts: ${levelWords}; CODE may be a group, as 'advice/*'
  --strict                hints and information fail, too
  --fix                   put right what can be put right without a doubt
  --baseline FILE         say nothing of the findings that FILE holds
  --write-baseline FILE   write the findings to FILE instead of saying them
  --format FORMAT         text (default), json, sarif or github
  --list-rules            the codes of the rules
  --explain CODE          the page of a rule; or what a directive does, as --explain ExecStart or --explain Timer.Unit
  -h, --help              this text

A comment "# portable-lint: disable=CODE" silences a rule for the next line, "disable-file=CODE" for its file. The nearest portable-lint.json
above a file says for all files below it which systemd judges ("systemd"), how much rules count ("rules"), and what is left out ("ignore").

exposure says how exposed services are, plan what attaching an image does, show what systemd sees of a unit then: exposure --help and so on.

Exit status: 0 nothing found, 1 errors or warnings found, 2 it could not run.
`;

const formats = ['text', 'json', 'sarif', 'github'] as const;
export type Format = (typeof formats)[number];

/** What the user wants. */
export type Wish =
  | { readonly kind: 'help' }
  | { readonly kind: 'list-rules'; readonly format: Format }
  | { readonly kind: 'command'; readonly name: Subcommand; readonly args: readonly string[] }
  | { readonly kind: 'explain'; readonly asked: string; readonly systemd: number }
  | { readonly kind: 'lint'; readonly options: LintOptions };

/** How to lint. */
export interface LintOptions {
  readonly paths: readonly string[];
  readonly systemd: readonly number[];
  readonly root?: string;
  readonly extensions: readonly string[];
  readonly inputName?: string;
  readonly levels: readonly (readonly [code: string, level: Level])[];
  readonly strict: boolean;
  readonly fix: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly format: Format;
}

/** First words that are commands of their own; \`./plan\` names a file. */
const subcommands = ['exposure', 'plan', 'show'] as const;
type Subcommand = (typeof subcommands)[number];

const names = {
  texts: ['systemd', 'root', 'extension', 'stdin-filename', 'rule', 'baseline', 'write-baseline', 'format', 'explain'],
  flags: ['strict', 'fix', 'list-rules', 'help'],
  letters: { h: 'help' },
} as const;

/** Reads the command line. Throws a UsageError. */
export function readOptions(args: readonly string[]): Wish {
  const [word, ...rest] = args;
  const name = subcommands.find(each => each === word);
  if (name) return { kind: 'command', name, args: rest };
  const { positionals, separated, texts, flags } = readArguments(args, names);
  const last = (name: (typeof names.texts)[number]) => texts(name).at(-1);
  if (flags.has('help')) return { kind: 'help' };
  const wanted = last('format') ?? 'text';
  const format = formats.find(f => f === wanted);
  if (!format) throw new UsageError(`--format ${wanted}: expected text, json, sarif or github`);
  if (flags.has('list-rules')) return { kind: 'list-rules', format };
  const explained = last('explain');
  if (explained !== undefined)
    return { kind: 'explain', asked: explained, systemd: versionsOf(texts('systemd')).at(-1) ?? versions.newest };

  const [first = ''] = positionals;
  if (!separated && subcommands.some(each => each === first)) {
    throw new UsageError(`the command ${first} comes before its options. To lint a file of that name, write ./${first}`);
  }
  const [root, inputName, baseline, writeBaseline] = (['root', 'stdin-filename', 'baseline', 'write-baseline'] as const).map(last);
  const [strict, fix] = [flags.has('strict'), flags.has('fix')];
  const systemd = versionsOf(texts('systemd'));
  if (positionals.length === 0 && root === undefined) throw new UsageError('no path was given');
  const extensions = texts('extension');
  const image = extensions.length > 0 && root === undefined ? baseOf(positionals) : root;
  const paths = positionals.length > 0 && image === root ? positionals : ['/'];
  if (inputName !== undefined && !paths.includes('-')) throw new UsageError('--stdin-filename is for the path -, which was not given');
  if (fix && paths.includes('-')) throw new UsageError('--fix cannot change standard input');
  if (fix && systemd.length > 1)
    throw new UsageError('--fix takes one --systemd, the one that the files are for: run it once, and without --fix for the others');
  if (fix && writeBaseline !== undefined) throw new UsageError('--fix and --write-baseline do not go together');
  const options: LintOptions = {
    paths,
    systemd,
    levels: texts('rule').map(readRule),
    strict,
    fix,
    format,
    extensions,
    ...(image !== undefined && { root: image }),
    ...(inputName !== undefined && { inputName }),
    ...(baseline !== undefined && { baseline }),
    ...(writeBaseline !== undefined && { writeBaseline }),
  };
  return { kind: 'lint', options };
}

/** The one path that extensions lie over. */
function baseOf(paths: readonly string[]): string {
  const [only] = paths;
  if (only === undefined || paths.length > 1) throw new UsageError('--extension needs --root IMAGE, or one PATH, which is an image');
  return only;
}

/** The versions, ascending, each once. */
function versionsOf(given: readonly string[]): readonly number[] {
  const numbers = given
    .flatMap(list => list.split(','))
    .map(word => {
      const version = /^\d+$/.test(word) ? Number(word) : 0;
      if (version >= versions.oldest && version <= versions.newest) return version;
      throw new UsageError(`--systemd ${word}: expected a version from ${versions.oldest} to ${versions.newest}`);
    });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function readRule(given: string): readonly [string, Level] {
  const [code = '', word] = given.split('=', 2);
  const fault = codeFault(code);
  if (fault !== undefined) throw new UsageError(`--rule ${given}: ${fault}`);
  const level = word === undefined ? undefined : readLevel(word);
  if (level === undefined) throw new UsageError(`--rule ${given}: expected CODE=LEVEL, the level one of ${levelWords}`);
  return [code, level];
}
