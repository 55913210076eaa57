/** Fresh values for every directive, judged by us and by the real systemd: where the two differ. */
import { ensureTree, installHostTools } from '../../lab/hosts.ts';
import { namesIn } from '../../server/src/catalogue/catalogue.ts';
import { grammarFor, judgeValue } from '../../server/src/catalogue/grammars/index.ts';
import { parserOf } from '../../server/src/catalogue/parsers.ts';
import { freshException } from './fresh-exceptions.ts';
import { ask, type Question, sections, unitOf } from './fresh-systemd.ts';
import { generatorFor, randomFrom } from './fresh-values.ts';
import type { Verdict } from './verdicts.ts';

/** A value on which the two do not agree. */
export interface Difference {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly ours: Verdict;
  /** Undefined when systemd did not read the value. */
  readonly theirs: Verdict | undefined;
  readonly message: string;
}

export interface Comparison {
  readonly asked: number;
  /** How many differences are the machine's, by reason. */
  readonly excepted: ReadonlyMap<string, number>;
  readonly differences: readonly Difference[];
}

export interface FreshOptions {
  /** How many values; at least one for every parser. */
  readonly count: number;
  readonly seed: number;
  /** Only this directive (`Section.Key`, `Key`) or parser. */
  readonly only?: string | undefined;
}

interface Subject {
  readonly section: string;
  readonly key: string;
}

/** Our verdict on a value. */
function ours(version: number, section: string, key: string, value: string): Verdict {
  const faults = judgeValue(section, key, value, { version, section, key, ...unitOf(section) });
  return faults.length === 0 ? '.' : faults.some(({ effect }) => effect === 'error') ? 'X' : '!';
}

/** A question, as our own judgement suggests to ask it. */
export function question(version: number, section: string, key: string, value: string): Question {
  const noReset = ours(version, section, key, '') === 'X';
  return { section, key, value, noReset, alone: ours(version, section, key, value) === 'X' || dependent.has(key) };
}

/** Directives for which it matters what stood before, whatever was reset. */
const dependent = new Set(['Unit', 'IPIngressFilterPath', 'IPEgressFilterPath']);

/** The directives with a grammar that a version knows, by parser. */
function subjects(version: number, only: string | undefined): ReadonlyMap<string, readonly Subject[]> {
  const byParser = new Map<string, Subject[]>();
  for (const section of sections) {
    for (const key of namesIn(section, version)) {
      const parser = parserOf(section, key) ?? '';
      if (!grammarFor(section, key, {}) || (only !== undefined && ![key, `${section}.${key}`, parser].includes(only))) continue;
      byParser.set(parser, [...(byParser.get(parser) ?? []), { section, key }]);
    }
  }
  return byParser;
}

/** Fresh values for a version, spread evenly over its parsers and over the directives of each. */
export function freshQuestions(version: number, { count, seed, only }: FreshOptions): readonly Question[] {
  const random = randomFrom(seed * 1000 + version);
  const byParser = subjects(version, only);
  const each = Math.max(1, Math.ceil(count / Math.max(1, byParser.size)));
  const questions: Question[] = [];
  for (const directives of byParser.values()) {
    const seen = new Set<string>();
    const start = random(directives.length);
    const generators = directives.map(({ section, key }) => generatorFor(section, key, version, random));
    for (let n = 0; n < each; n++) {
      const at = (start + n) % directives.length;
      const directive = directives[at];
      const value = generators[at]?.next();
      if (!directive || !value || seen.has(`${directive.section}.${directive.key}=${value}`)) continue;
      seen.add(`${directive.section}.${directive.key}=${value}`);
      questions.push(question(version, directive.section, directive.key, value));
    }
  }
  return questions;
}

/** Asks a tree's systemd, and compares with our verdicts. */
export async function compare(tree: string, version: number, questions: readonly Question[]): Promise<Comparison> {
  const answers = await ask(tree, questions);
  const excepted = new Map<string, number>();
  const differences: Difference[] = [];
  for (const [i, { section, key, value }] of questions.entries()) {
    const answer = answers[i] ?? { verdict: undefined, message: '' };
    const verdict = ours(version, section, key, value);
    if (answer.verdict === verdict) continue;
    const reason = freshException(key, value, version, answer.message);
    if (reason !== undefined) excepted.set(reason, (excepted.get(reason) ?? 0) + 1);
    else differences.push({ section, key, value, ours: verdict, theirs: answer.verdict, message: answer.message });
  }
  return { asked: questions.length, excepted, differences };
}

/** A difference as a line: `Section.Key value ours theirs message`, apart by tabs. */
export function told({ section, key, value, ours, theirs, message }: Difference): string {
  const shown = JSON.stringify(value).replace(/[^ -~\p{L}\p{N}\p{S}]/gu, c => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
  return [
    `${section}.${key}`,
    shown.length > 200 ? `${shown.slice(0, 150)}… (${value.length})` : shown,
    ours,
    theirs ?? '?',
    message.slice(0, 160),
  ].join('\t');
}

/** Fresh values for each version, asked of the systemd of its tree (built when there is none, 20 to 60 s). */
export async function compareFresh(version: FreshVersion, options: FreshOptions): Promise<Comparison> {
  return compare(await treeOf(version), version, freshQuestions(version, options));
}

const suiteOf = { 252: 'bookworm', 257: 'trixie', 262: 'forky' } as const;
export type FreshVersion = keyof typeof suiteOf;

/** The tree of a version, with what it takes to build one. */
export async function treeOf(version: FreshVersion): Promise<string> {
  await installHostTools();
  return ensureTree(suiteOf[version]);
}
