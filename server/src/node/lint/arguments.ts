/** Reads the words of a command line. Node's own parser takes a millisecond to load, and linting one file takes twenty. */

/** Why a command line cannot be read. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whether that is why. By its name: what is loaded on demand has a class of its own. */
export const isUsageError = (error: unknown): error is UsageError => error instanceof Error && error.name === 'UsageError';

/** The options of a command by their long names: those with a value, and those without. */
export interface OptionNames<Text extends string, Flag extends string> {
  readonly texts: readonly Text[];
  readonly flags: readonly Flag[];
  /** Flags by one letter. */
  readonly letters: Readonly<Record<string, Flag>>;
}

/** What a command line says. */
export interface Arguments<Text extends string, Flag extends string> {
  readonly positionals: readonly string[];
  /** Whether the first positional stood behind `--`. */
  readonly separated: boolean;
  /** The values of an option, in order. */
  readonly texts: (name: Text) => readonly string[];
  readonly flags: ReadonlySet<Flag>;
}

/** Takes `--name value`, `--name=value`, `--flag`, `-f` and, behind `--`, anything. Throws a UsageError. */
export function readArguments<Text extends string, Flag extends string>(
  args: readonly string[],
  { texts, flags, letters }: OptionNames<Text, Flag>,
): Arguments<Text, Flag> {
  const positionals: string[] = [];
  const values = new Map<Text, string[]>();
  const set = new Set<Flag>();
  let separated = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      separated = positionals.length === 0;
      positionals.push(...args.slice(at + 1));
      break;
    }
    if (arg === '-' || !arg.startsWith('-')) {
      positionals.push(arg);
      continue;
    }
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const name = equals < 0 ? arg : arg.slice(0, equals);
    const text = texts.find(option => `--${option}` === name);
    const flag =
      flags.find(option => `--${option}` === name) ?? (Object.hasOwn(letters, name.slice(1)) ? letters[name.slice(1)] : undefined);
    if (text !== undefined) {
      const value = equals < 0 ? args[++at] : arg.slice(equals + 1);
      if (value === undefined || (equals < 0 && value !== '-' && value.startsWith('-'))) {
        throw new UsageError(
          `${name} needs a value${value === undefined ? '' : `; for one that begins with a dash, write ${name}=${value}`}`,
        );
      }
      values.set(text, [...(values.get(text) ?? []), value]);
    } else if (flag === undefined) throw new UsageError(`there is no option ${name}`);
    else if (equals >= 0) throw new UsageError(`${name} takes no value`);
    else set.add(flag);
  }
  return { positionals, separated, texts: name => values.get(name) ?? [], flags: set };
}
