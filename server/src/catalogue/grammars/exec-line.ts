/** Command lines (config_parse_exec): prefixes, a program, its arguments; several commands apart by a lone `;`. */
import { hasControl, isUtf8 } from './bytes.ts';
import { type Context, type Fault, fault, type Grammar, type Outcome, type Part } from './grammar.ts';
import { plainPathProblem } from './specified-path.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { expectedInstead, type Split, type SplitWord, splitWords, within } from './split.ts';
import { isFileName } from './text.ts';

const blanks = ' \t\n\r';
const argumentStyle = { quotes: 'remove', escapes: true } as const;

/** What the characters before a program ask for. */
interface Prefixes {
  readonly length: number;
  readonly ignoreFailure: boolean;
  readonly argv0: boolean;
  readonly shell: boolean;
  readonly ambient: boolean;
}

/** Reads `-@|:+!` in any order, each once, `!` never with `+`; `!!` up to two. */
function readPrefixes(text: string, version: number): Prefixes {
  const seen = new Set<string>();
  let length = 0;
  for (; length < text.length; length++) {
    const c = text[length] ?? '';
    if (c === '!' && seen.has('!') && !seen.has('!!') && !seen.has('+')) seen.add('!!');
    else if (seen.has(c)) break;
    else if ('-@:'.includes(c) || (c === '|' && version >= 258)) seen.add(c);
    else if ((c === '+' && !seen.has('!')) || (c === '!' && !seen.has('+'))) seen.add(c);
    else break;
  }
  return { length, ignoreFailure: seen.has('-'), argv0: seen.has('@'), shell: seen.has('|'), ambient: seen.has('!!') };
}

/** What is wrong with a program after its specifiers; undefined when nothing is. */
function programProblem(path: string, version: number): string | undefined {
  if (path === '') return 'a program: an absolute path or a plain file name';
  if (hasControl(path) || /["'\\]/.test(path)) return 'a program without quotes, backslashes and control characters in its name';
  if (version >= 260 && (/[*?[]/.test(path) || !isUtf8(path))) return 'a program without *, ? and [ in its name, in UTF-8';
  const last = path.slice(path.lastIndexOf('/') + 1);
  if (last === '' || (version >= 255 && (last === '.' || last === '..'))) return 'a program, not a directory';
  if (!path.startsWith('/')) return isFileName(path) ? undefined : 'an absolute path, or a plain file name that is looked up';
  return plainPathProblem(path);
}

/** The next word; where an escape is unknown systemd grumbles and keeps the backslash (extract_first_word_and_warn). */
function nextWord(value: string, from: number, version: number): Split & { readonly grumble?: Fault } {
  const style = { ...argumentStyle, version };
  const strict = splitWords(value, style, { from, limit: 1 });
  if (!strict.failure) return strict;
  const relaxed = splitWords(value, { ...style, keepUnknownEscapes: true }, { from, limit: 1 });
  if (relaxed.failure) return relaxed;
  const { start, end } = strict.failure;
  const grumble = fault(
    start,
    end,
    'used',
    'This is no known escape, so the backslash is taken as it stands; a backslash itself is written \\\\',
  );
  return { ...relaxed, grumble };
}

/** Whether `what` stands alone at an offset: a lone `;` or `\;`. */
function lone(value: string, at: number, what: string): boolean {
  return value.startsWith(what, at) && (at + what.length >= value.length || blanks.includes(value[at + what.length] ?? ''));
}

function skipBlanks(value: string, from: number): number {
  let at = from;
  while (at < value.length && blanks.includes(value[at] ?? '')) at++;
  return at;
}

/** Reads one value; commands up to the first wrong one. */
class Reader {
  readonly parts: Part[] = [];
  readonly faults: Fault[] = [];
  readonly #value: string;
  readonly #context: Context;
  #at = 0;

  constructor(value: string, context: Context) {
    this.#value = value;
    this.#context = context;
  }

  /** Takes a word; undefined at the end, or where quotes are open (`failed` says what then becomes of it). */
  #take(failed: Outcome): SplitWord | undefined {
    const { words, rest, failure, grumble } = nextWord(this.#value, this.#at, this.#context.version);
    if (failure) this.faults.push(fault(failure.start, failure.end, failed, expectedInstead(failure)));
    if (grumble) this.faults.push(grumble);
    this.#at = rest ?? this.#value.length;
    return words[0];
  }

  /** Reads a command; true when another may follow. */
  command(): boolean {
    const { version } = this.#context;
    const first = this.#take('ignored');
    if (!first) return false;
    if (first.text === ';') {
      this.parts.push({ ...first, kind: 'separator' });
      return this.#at < this.#value.length;
    }
    const prefixes = readPrefixes(first.text, version);
    const { length, ignoreFailure, shell } = prefixes;
    const wrong: Outcome = ignoreFailure ? 'ignored' : 'refused';
    if (prefixes.ambient && version >= 258) {
      const bangs = within(first, first.text.indexOf('!'), first.text.lastIndexOf('!', length - 1) + 1);
      this.faults.push(fault(bangs.start, bangs.end, 'used', 'The prefix !! has no effect any more; leave it out'));
    }
    if (length > 0) this.parts.push({ ...within(first, 0, length), kind: 'prefix', text: first.text.slice(0, length) });
    const program = within(first, length, first.text.length);
    if (!shell) {
      const { text, certain, unknown } = expandSpecifiers(first.text.slice(length), 'full', this.#context);
      const problem = certain ? programProblem(text, version) : undefined;
      if (unknown) return this.#stop(unknownSpecifier(within(first, length + unknown.start, length + unknown.end), 'full', wrong));
      if (problem) return this.#stop(fault(program.start, program.end, wrong, problem));
    }
    this.parts.push({ ...program, kind: shell ? 'shell command' : 'program', text: first.text.slice(length) });
    return this.#arguments(first, prefixes, wrong);
  }

  #arguments(first: SplitWord, { argv0, shell }: Prefixes, wrong: Outcome): boolean {
    let own = argv0 && !shell;
    while (this.#at < this.#value.length) {
      const at = this.#at;
      if (lone(this.#value, at, ';')) {
        if (own) break;
        this.parts.push({ start: at, end: at + 1, kind: 'separator', text: ';' });
        this.#at = skipBlanks(this.#value, at + 1);
        return this.#at < this.#value.length;
      }
      const kind = own ? 'argument 0' : 'argument';
      own = false;
      if (lone(this.#value, at, '\\;')) {
        this.parts.push({ start: at, end: at + 2, kind, text: ';' });
        this.#at = skipBlanks(this.#value, at + 2);
        continue;
      }
      const before = this.faults.length;
      const word = this.#take(wrong);
      if (!word) return this.faults.length === before;
      const { unknown } = expandSpecifiers(word.text, 'full', this.#context);
      if (unknown) return this.#stop(unknownSpecifier(within(word, unknown.start, unknown.end), 'full', wrong));
      this.parts.push({ ...word, kind });
    }
    if (own) return this.#stop(fault(first.start, first.end, wrong, 'a name for the process after the program, as the prefix @ asks for'));
    return false;
  }

  #stop(objection: Fault): false {
    this.faults.push(objection);
    return false;
  }
}

/** Command line. */
export const execLine: Grammar = {
  name: 'command line',
  empty: 'resets',
  read: (value, context) => {
    const reader = new Reader(value, context);
    while (reader.command());
    return { parts: reader.parts, faults: reader.faults };
  },
};
