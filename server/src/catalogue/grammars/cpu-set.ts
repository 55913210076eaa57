/** Sets of CPUs and memory nodes (src/shared/cpu-set-util.c, parse_cpu_set). */
import { judgeExpanded, wholeWord } from './expanded.ts';
import { byVersion, type Context, fault, type Grammar, nothing, whole } from './grammar.ts';
import { ranges } from './integer.ts';
import { parseRange } from './ip-address.ts';
import { list } from './list.ts';
import { expandSpecifiers } from './specifier.ts';

/** One more than the highest CPU that systemd has room for. */
const room = 8192n;

/** What is wrong with a number or range of a set. */
function rangeProblem(text: string, version: number): string | undefined {
  const range = parseRange(text);
  if (!range) return 'a number or a range such as 0-3';
  const [low, high] = range;
  if (low > high) return 'a range that does not go backwards';
  // the highest number of all slipped through an overflow until 257
  if (version < 258 && low === ranges.unsigned[1]) return undefined;
  return high < room ? undefined : `a number below ${room}`;
}

const split = { separators: ' \t\n\r,', quotes: 'remove' } as const;

const plain = (name: string) =>
  list({ name, kind: 'range', split, otherwise: 'ignored', judge: ({ text }, { version }) => rangeProblem(text, version) });

/** A set whose specifiers are replaced first, or one of some words. */
function cpuSet(name: string, words: readonly string[], specifiers: boolean): Grammar {
  const ranged = plain(name);
  return {
    name,
    empty: 'resets',
    read: (value, context) => {
      if (words.includes(value)) return whole('word', value);
      return specifiers && value.includes('%') ? expanded(ranged, value, context) : ranged.read(value, context);
    },
    words: () => words,
  };
}

function expanded(ranged: Grammar, value: string, context: Context) {
  const unknown = judgeExpanded(wholeWord(value), 'full', context, () => undefined);
  if (unknown) return { parts: nothing.parts, faults: [unknown] };
  const { text, certain } = expandSpecifiers(value, 'full', context);
  const wrong = certain ? ranged.read(text, context).faults[0] : undefined;
  return wrong ? { parts: nothing.parts, faults: [fault(0, value.length, wrong.outcome, wrong.expected)] } : whole('range', value);
}

/** CPUAffinity=: CPUs, or `numa` for those of NUMAMask= (config_parse_exec_cpu_affinity). */
export const cpuAffinity = cpuSet('CPU affinity', ['numa'], true);

/** AllowedCPUs=, AllowedMemoryNodes= (config_parse_allowed_cpuset, later config_parse_unit_cpu_set). */
export const allowedSet = cpuSet('CPU set', [], true);

/** NUMAMask=: nodes, or `all` (config_parse_numa_mask). */
export const numaMask = byVersion(cpuSet('NUMA mask', ['all'], false), { 258: cpuSet('NUMA mask', ['all'], true) });
