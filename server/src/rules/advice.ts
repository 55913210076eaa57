/** What systemd passes over without a word, although it is wrong: few rules, and always right. */

import type { Part } from '../catalogue/grammars/grammar.ts';
import { grammarFor } from '../catalogue/grammars/index.ts';
import { nearest } from '../catalogue/nearest.ts';
import { placeIn } from './place.ts';
import type { JudgedAssignment, Report, Subject } from './rule.ts';
import { contextOf, mostRemedies } from './value.ts';
import { quoted } from './wording.ts';

/** What the grammar reads in a value that systemd uses. */
const partsOf = ({ standing, faults, parts }: JudgedAssignment): readonly Part[] =>
  standing === 'known' && faults.length === 0 ? parts : [];

/** The kinds of words that systemd looks up and leaves out when it does not find them, by the key. */
const lists: Readonly<Record<string, string>> = {
  CapabilityBoundingSet: 'capability',
  AmbientCapabilities: 'capability',
  SecureBits: 'secure bit',
};
export const wordLists: readonly string[] = Object.keys(lists);

/** The kernel's last capability is 40; systemd takes numbers, too. */
const lastCapability = 40;

/** Capabilities and secure bits that do not exist. */
export function unknownWord(judged: JudgedAssignment, subject: Subject): readonly Report[] {
  const { key } = judged.assignment;
  const kind = lists[key.text];
  if (kind === undefined) return [];
  const context = contextOf(subject, judged.section, key.text);
  const words = grammarFor(judged.section, key.text, context)?.words?.(context) ?? [];
  const known = new Set(words.map(word => word.toLowerCase()));
  return partsOf(judged)
    .filter(part => part.kind === kind && !known.has(part.text.toLowerCase()))
    .filter(({ text }) => kind !== 'capability' || !/^\d+$/.test(text) || Number(text) > lastCapability)
    .map((part, n) => {
      const meant =
        (n < mostRemedies ? nearest(part.text, words) : undefined) ??
        (known.has(`cap_${part.text.toLowerCase()}`) ? `CAP_${part.text.toUpperCase()}` : undefined);
      const hint = meant ? ` Did you mean ${meant}?` : '';
      return {
        ...placeIn(judged.assignment, part),
        message: `There is no ${kind} ${quoted(part.text)}. systemd leaves it out without a word.${hint}`,
        remedies: meant ? [{ kind: 'replace', title: `Change to ${meant}`, text: meant }] : [],
      };
    });
}

/** Words that mean something to a shell only. */
const shellWords = /^(>>?|<<?|\||\|\||&&?|[012]?>&[012]|[012&]>>?|#)$/;
/** Programs to which such a word is an argument like any other. */
const takesSigns = /(^|\/)(test|\[|expr|jq|awk|gawk|mawk|bc|printf|echo|xargs|env)$/;

/** Redirections, pipes and comments in command lines, which become arguments. */
export function shellSyntax(judged: JudgedAssignment): Report | undefined {
  const { assignment } = judged;
  if (!assignment.key.text.startsWith('Exec') || !/[>|&#]/.test(assignment.value)) return undefined;
  const parts = partsOf(judged);
  let program = '';
  for (const part of parts) {
    if (part.kind === 'program') program = part.text;
    if (part.kind === 'shell command') return undefined;
    const bare = assignment.value.slice(part.start, part.end);
    if (part.kind !== 'argument' || !shellWords.test(bare) || takesSigns.test(program)) continue;
    const what = bare === '#' ? 'No comment can follow a command' : 'No shell reads this line';
    return {
      ...placeIn(judged.assignment, part),
      message: `${what}: ${quoted(program)} gets ${bare} and what follows as arguments. ${bare === '#' ? 'Comments stand on lines of their own.' : "Use StandardOutput= and its like, or /bin/sh -c '...'."}`,
    };
  }
  return undefined;
}

/** A variable that is built from itself in Environment=, where nothing is replaced. */
export function ownVariable(judged: JudgedAssignment): readonly Report[] {
  const { assignment } = judged;
  if (assignment.key.text !== 'Environment' || !assignment.value.includes('$')) return [];
  return partsOf(judged).flatMap(part => {
    const [, name = ''] = /^([A-Za-z_]\w*)=/.exec(part.text) ?? [];
    if (name === '' || !new RegExp(`\\$(${name}\\b|\\{${name}\\})`).test(part.text)) return [];
    return [
      {
        ...placeIn(judged.assignment, part),
        message: `Environment= replaces no variables: ${quoted(name)} will hold the text $${quoted(name)} itself. Write the whole value.`,
      },
    ];
  });
}

/** A PID file that is a directory. */
export function pidFileDirectory(judged: JudgedAssignment): Report | undefined {
  const { key, value, valueSpan } = judged.assignment;
  if (key.text !== 'PIDFile' || judged.standing !== 'known' || judged.faults.some(f => f.outcome !== 'rewritten')) return undefined;
  const directory = /\/$/.test(value) || /^\/(run|tmp|var(\/(run|tmp|lib|log))?)$/.test(value);
  return directory
    ? { ...valueSpan, message: 'A PID file is a file, and this is a directory: systemd never finds a PID there.' }
    : undefined;
}
