/** What the rules say of all units of an image, and of its os-release. */
import { parseRelease, releaseValues } from '../image/os-release.ts';
import type { ReportFinding } from '../protocol.ts';
import { check, checkRelease } from '../rules/check.ts';
import type { TreeFacts } from '../rules/portable/portable-tree.ts';
import { releaseFile } from '../rules/portable/release-file.ts';
import type { Finding, Target } from '../rules/rule.ts';
import type { UnitLink, UnitSource } from '../unit/unit-set.ts';
import { unitSet } from '../unit/unit-set.ts';

/** The files of an image that rules look at; paths as the image sees them. */
export interface ImageTexts {
  readonly sources: readonly UnitSource[];
  readonly links: readonly UnitLink[];
  readonly release?: { readonly path: string; readonly text: string };
  /** The tree without the os-release's fields. */
  readonly inTree: Omit<TreeFacts, 'release'>;
}

/** What was found. */
export interface Found {
  readonly counts: Readonly<Record<ReportFinding['severity'], number>>;
  readonly findings: readonly ReportFinding[];
}

/** The most findings that are listed; all are counted. */
const most = 500;
const ranks: readonly ReportFinding['severity'][] = ['error', 'warning', 'information', 'hint'];

/** Judges all of them, the worst finding first. */
export function findingsOf({ sources, links, release, inTree }: ImageTexts, target: Target): Found {
  const facts: TreeFacts = { ...inTree, ...(release && { release: releaseValues(parseRelease(release.text)) }) };
  const set = unitSet(sources, links);
  const all = sources.flatMap(({ path, unit, tree }) =>
    told(path, check({ tree: tree(), unit, target, among: { set, path }, inTree: facts })),
  );
  if (release) all.push(...told(release.path, checkRelease(releaseFile(release.text, { kind: 'os-release' }, target, facts))));
  const counts = { error: 0, warning: 0, information: 0, hint: 0 };
  for (const { severity } of all) counts[severity]++;
  const rank = ({ severity }: ReportFinding) => ranks.indexOf(severity);
  const ordered = all.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
  return { counts, findings: ordered.slice(0, most) };
}

const told = (path: string, findings: readonly Finding[]): readonly ReportFinding[] =>
  findings.map(({ code, severity, message, line }) => ({ code, severity, message, path, line }));
