/** What the rules say of all units of an image, and of its os-release. */

import { parseRelease, releaseValues } from '../../image/os-release.ts';
import type { AskedImage, ImageAnswers } from '../../image/questions.ts';
import type { ReportFinding } from '../../protocol.ts';
import { check, checkRelease } from '../../rules/check.ts';
import { type Control, regulate } from '../../rules/control/regulate.ts';
import { isInCircle } from '../../rules/ordering.ts';
import type { TreeFacts } from '../../rules/portable/portable-tree.ts';
import { releaseFile } from '../../rules/portable/release-file.ts';
import type { Finding, Target } from '../../rules/rule.ts';
import type { UnitLink, UnitSource } from '../../unit/unit-set.ts';
import { unitSet } from '../../unit/unit-set.ts';

/** The files of an image that rules look at; paths as the image sees them. */
export interface ImageTexts {
  readonly sources: readonly UnitSource[];
  readonly links: readonly UnitLink[];
  readonly release?: { readonly path: string; readonly text: string };
  /** The tree without the os-release's fields. */
  readonly inTree: Omit<TreeFacts, 'release'>;
}

/** What the user says of a file of the image, by its path inside: what is silenced there, undefined where no rule looks at it. */
export type ControlOf = (path: string) => Control | undefined;

/** What was found. */
export interface Found {
  readonly counts: Readonly<Record<ReportFinding['severity'], number>>;
  readonly findings: readonly ReportFinding[];
}

/** The most findings that are listed; all are counted. */
const most = 500;
const ranks: readonly ReportFinding['severity'][] = ['error', 'warning', 'information', 'hint'];

/** Judges all of them, the worst finding first. What the rules ask of the image is looked up in it; `recall` is told of each file before it is judged. */
export async function findingsOf(
  { sources, links, release, inTree }: ImageTexts,
  target: Target,
  asked: AskedImage,
  recall: (source: UnitSource, target: Target) => void,
  controlOf: ControlOf,
): Promise<Found> {
  const facts: TreeFacts = { ...inTree, ...(release && { release: releaseValues(parseRelease(release.text)) }) };
  const set = unitSet(sources, links);
  const { image, waits } = watched(asked.answers);
  askBeforehand(sources, asked.answers);
  const found = new Map<string, readonly ReportFinding[]>();
  const judge = (source: UnitSource, circlesLater: boolean) => {
    const { path, unit, tree } = source;
    recall(source, target);
    const findings = check({ tree: tree(), unit, target, among: { set, path, circlesLater }, inTree: facts, image });
    found.set(path, told(path, findings, tree().text));
  };
  const told = (path: string, findings: readonly Finding[], text: string): readonly ReportFinding[] => {
    const control = findings.length > 0 ? controlOf(path) : undefined;
    const left = control ? regulate(findings, text, control) : [];
    return left.map(({ code, severity, message, line }) => ({ code, severity, message, path, line }));
  };
  let open = sources;
  let early = mostEarly;
  for (let round = 0; round < mostRounds && open.length > 0; round++) {
    await asked.find();
    const again: UnitSource[] = [];
    for (const source of open) {
      judge(source, true);
      if (!waits()) continue;
      again.push(source);
      // what this one asks, all may ask, such as for mount points: those after it then need not be judged twice
      if (early-- > 0) await asked.find();
    }
    open = again;
  }
  for (const source of sources) if (isInCircle({ set, path: source.path }, target)) judge(source, false);
  const all = [...found.values()].flat();
  if (release) {
    const findings = checkRelease(releaseFile(release.text, { kind: 'os-release' }, target, facts));
    all.push(...told(release.path, findings, release.text));
  }
  const counts = { error: 0, warning: 0, information: 0, hint: 0 };
  for (const { severity } of all) counts[severity]++;
  const rank = ({ severity }: ReportFinding) => ranks.indexOf(severity);
  const ordered = all.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
  return { counts, findings: ordered.slice(0, most) };
}

/** An answer may lead to another question: so often a unit is judged again. */
const mostRounds = 4;
/** The first units that wait for answers get them before the next is judged. */
const mostEarly = 4;

/** What most units will ask: answered before the first is judged, none of them is judged twice for it. */
function askBeforehand(sources: readonly UnitSource[], answers: ImageAnswers): void {
  answers.traits();
  answers.architecture();
  answers.user('root');
  for (const { tree } of sources) {
    for (const { assignments } of tree().sections) {
      for (const { key, value } of assignments) {
        const program = key.text.startsWith('Exec') ? /^[-@:+!|]*(\/[^\s"'%$\\]*)/.exec(value)?.[1] : undefined;
        if (program !== undefined) answers.program(program);
      }
    }
  }
}

/** The same answers; `waits` tells whether one was not known yet since it was last asked. */
function watched(answers: ImageAnswers): { readonly image: ImageAnswers; readonly waits: () => boolean } {
  let waited = false;
  const noting = <T>(answer: T | undefined): T | undefined => {
    waited ||= answer === undefined;
    return answer;
  };
  return {
    image: {
      traits: () => noting(answers.traits()),
      program: (path, directories) => noting(answers.program(path, directories)),
      place: path => noting(answers.place(path)),
      rights: path => noting(answers.rights(path)),
      imports: path => noting(answers.imports(path)),
      user: name => noting(answers.user(name)),
      group: name => noting(answers.group(name)),
      architecture: () => noting(answers.architecture()),
    },
    waits() {
      const was = waited;
      waited = false;
      return was;
    },
  };
}
