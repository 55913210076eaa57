/** OpenFile=: `path:name:options` (src/shared/open-file.c, open_file_parse). */
import { fault, type Grammar, nothing } from './grammar.ts';
import { plainPathProblem } from './specified-path.ts';
import { expectedInstead, splitWords } from './split.ts';
import { isDescriptorName } from './standard-streams.ts';
import { orList } from './words.ts';

const options = ['read-only', 'append', 'truncate', 'graceful'];
/** Of these only one may be given. */
const exclusive = ['read-only', 'append', 'truncate'];

/** What is wrong with the options; undefined when nothing is. */
function optionProblem(text: string): string | undefined {
  const { words, failure } = splitWords(text, { separators: ',' });
  const given = words.map(word => word.text);
  if (failure || given.some(option => !options.includes(option))) return orList(options);
  if (new Set(given).size < given.length) return 'each option once';
  return given.filter(option => exclusive.includes(option)).length > 1 ? `only one of ${orList(exclusive)}` : undefined;
}

/** The file name that a path ends in; undefined where it ends in `..` or is the root (path_extract_filename). */
function lastComponent(path: string): string | undefined {
  const last = path
    .split('/')
    .filter(component => component !== '' && component !== '.')
    .at(-1);
  return last === '..' ? undefined : last;
}

/** OpenFile=. */
export const openFile: Grammar = {
  name: 'file to open',
  empty: 'resets',
  read: (value, { version }) => {
    const wrong = (start: number, end: number, expected: string) => ({
      parts: nothing.parts,
      faults: [fault(start, end, 'ignored', expected)],
    });
    const { words, failure, rest } = splitWords(value, { separators: ':', escapes: true, version, emptyWords: true }, { limit: 3 });
    if (failure) return wrong(failure.start, failure.end, expectedInstead(failure));
    const [path, name, flags] = words;
    if (!path) return wrong(0, value.length, 'a path');
    if (rest !== undefined && rest < value.length) return wrong(rest, value.length, 'at most a path, a name and options');
    const problem = path.text.startsWith('/') ? plainPathProblem(path.text) : 'an absolute path, which begins with /';
    if (problem) return wrong(path.start, Math.max(path.end, 1), problem);
    const named = name && name.text !== '' ? name.text : lastComponent(path.text);
    if (named === undefined || !isDescriptorName(named)) {
      const at = name && name.text !== '' ? name : path;
      return wrong(at.start, at.end, 'a name of printable ASCII characters without colons, after the path or as its last part');
    }
    const flaw = flags && optionProblem(flags.text);
    if (flags && flaw) return wrong(flags.start, flags.end, flaw);
    const kinds = ['path', 'descriptor', 'options'];
    return { parts: words.map((word, i) => ({ ...word, kind: kinds[i] ?? 'path' })), faults: nothing.faults };
  },
};
