/** RuntimeDirectory=, StateDirectory=, ... (config_parse_exec_directories): `directory`, with a link `directory:link`, and flags. */
import { type Context, type Fault, fault, type Grammar } from './grammar.ts';
import { list } from './list.ts';
import { pathFault, specifiedPath } from './specified-path.ts';
import { expectedInstead, type SplitWord, splitWords, within } from './split.ts';

function directoryFault(tuple: SplitWord, context: Context): Fault | undefined {
  const { version, key } = context;
  // before 257 there were no flags: the third field and the following were not read
  const flagged = version >= 257;
  const { words, failure } = splitWords(
    tuple.text,
    { separators: ':', escapes: true, version, escapedSeparators: true, emptyWords: flagged },
    { limit: flagged ? 3 : 2 },
  );
  const place = (word: SplitWord): SplitWord => ({ ...within(tuple, word.start, word.end), text: word.text });
  if (failure) {
    const { start, end } = within(tuple, failure.start, failure.end);
    return fault(start, end, 'ignored', expectedInstead(failure));
  }
  const [directory, link, flags] = words.map(place);
  if (!directory) return fault(tuple.start, tuple.end, 'ignored', 'a directory below the one that the key is for');
  const read = specifiedPath(directory, context, { is: 'relative' });
  if ('fault' in read) return read.fault;
  if (read.path !== undefined && /^private(?:\/|$)/.test(read.path))
    return fault(directory.start, directory.end, 'skipped', 'a directory that is not "private", which systemd itself uses');
  if (link && link.text !== '') {
    if (key === 'ConfigurationDirectory') return fault(link.start, link.end, 'skipped', 'no link, as configuration directories have none');
    const wrong = pathFault(link, context, { is: 'relative' });
    if (wrong) return wrong;
  }
  if (flags && flags.text !== '' && flags.text !== 'ro') return fault(flags.start, flags.end, 'skipped', 'the flag ro');
  return undefined;
}

export const execDirectories: Grammar = list({
  name: 'directories',
  kind: 'directory',
  split: { quotes: 'remove', plainBackslash: true },
  judge: directoryFault,
});
