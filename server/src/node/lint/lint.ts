/** What portable-lint does with its paths: read, judge, perhaps fix, and say what was found. */
import { resolve } from 'node:path';
import { versions } from '../../catalogue/catalogue.ts';
import { withSafeFixes } from '../../features/fixes.ts';
import { type JudgedText, type JudgedUnit, judgeUnit, type UnitText } from '../../features/judge.ts';
import { judgeRelease } from '../../features/judge-release.ts';
import { markedRootOf } from '../../image/tree-root.ts';
import { type Accepted, evidence, inBoth, sizeOf } from '../../rules/control/baseline.ts';
import { type Levels, layered, noLevels } from '../../rules/control/levels.ts';
import type { Control } from '../../rules/control/regulate.ts';
import { isInCircle } from '../../rules/ordering.ts';
import type { Severity, TargetProfile } from '../../rules/rule.ts';
import type { Range } from '../../unit/line-index.ts';
import { parseBytes } from '../../unit/parse-bytes.ts';
import type { UnitTree } from '../../unit/tree.ts';
import type { UnitFile } from '../../unit/unit-file.ts';
import { type ConfigurationProblem, configurations, type PlacedConfiguration } from '../documents/configurations.ts';
import { type FileRead, readUnitFile } from '../documents/read-unit-file.ts';
import { slashed } from '../documents/units-around.ts';
import type { RawImagesBeside } from '../images/raw-beside.ts';
import { besideOf, mayHoldRaws, treeReader } from '../images/tree-facts.ts';
import { askedUnits } from './asked-units.ts';
import { type Failure, type Job, jobsOf, named, unitAt, withTakenVersions } from './lint-paths.ts';
import { replaceFile } from './replace-file.ts';

/** What to lint, by which systemd, and how. */
export interface LintRequest {
  /** Files, directories and patterns; `-` is `input`. */
  readonly paths: readonly string[];
  /** The versions that judge; none: what portable-lint.json says, else the newest. */
  readonly systemd?: readonly number[];
  /** The image that the paths lie in, a directory or a raw one, and extension images that lie over it. */
  readonly root?: string;
  readonly extensions?: readonly string[];
  /** What counts more than the levels of portable-lint.json. */
  readonly levels?: Levels;
  /** A baseline in place of that of portable-lint.json. */
  readonly baseline?: Pick<PlacedConfiguration, 'accepts' | 'gone'>;
  /** What stands for the path `-`, and the name that it goes by. */
  readonly input?: { readonly bytes: Uint8Array; readonly name?: string };
  /** Apply what is safe. */
  readonly fix?: boolean;
  /** Told before each file. */
  readonly progress?: (done: number, of: number) => void;
}

/** One finding. */
export interface LintFinding {
  readonly file: string;
  /** As in the language server protocol: lines and UTF-16 code units from 0. */
  readonly range: Range;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  /** The versions that say so, of those that judge. */
  readonly systemd: readonly number[];
  /** The file's absolute path, and the text of the line: what a baseline remembers. */
  readonly path: string;
  readonly line: string;
}

/** Who judged some of the files. */
export interface Judge {
  readonly systemd: readonly number[];
  /** The portable-lint.json that says so, where one does. */
  readonly configuration?: string;
}

/** Everything that a run found. */
export interface LintResult {
  readonly findings: readonly LintFinding[];
  /** Files that were judged, and files that portable-lint.json leaves out. */
  readonly files: number;
  readonly leftOut: number;
  /** What could not be read or is no unit file. */
  readonly failures: readonly Failure[];
  /** What is wrong with portable-lint.json and the baseline that it names. */
  readonly problems: readonly ConfigurationProblem[];
  readonly judges: readonly Judge[];
  /** Files that were changed, and how many findings that put right. */
  readonly fixed: readonly { readonly file: string; readonly made: number }[];
  /** Files that have something to fix and were not changed. */
  readonly unfixed: readonly Failure[];
  /** Findings that a baseline accepts, in files that were judged or are gone, and that are there no more. */
  readonly unneeded: number;
}

/** So many files are kept in memory for those around them; further ones are read again. */
const mostTexts = 8;

/** An answer about an image may lead to another question; this often at most. */
const mostImageRounds = 6;

/** Fixes can make room for others; this often at most. */
const mostRounds = 10;

/** Judges all unit files that the paths name or hold. Never throws for what the files hold or where they are. */
export async function lint(request: LintRequest): Promise<LintResult> {
  const { systemd = [], levels = noLevels, baseline, input, fix = false, progress } = request;
  const configured = configurations();
  const findings: LintFinding[] = [];
  const judges = new Map<string, Judge>();
  const fixed: { file: string; made: number }[] = [];
  const unfixed: Failure[] = [];
  const unneeded = new Map<string, Accepted>();
  const gone = new Set<(() => number) | undefined>();
  let leftOut = 0;
  let files = 0;

  const asked = await withTakenVersions(request, systemd.length > 0 ? Math.max(...systemd) : undefined);
  const { paths, root, extensions } = asked;
  const found = await jobsOf(
    paths.filter(path => path !== '-'),
    root,
    extensions,
  );
  const failures = [...asked.failures, ...found.failures];
  const texts = new Map<string, Loaded>();
  /** Directories whose images count for what lies beside them, and what is known of the raw ones. */
  const beside = new Set<string>();
  let raws: RawImagesBeside | undefined;
  const trees = treeReader(undefined, {
    of(directory) {
      beside.add(directory);
      return raws?.of(directory) ?? [];
    },
  });
  const imageOf = (path: string) => found.images.find(({ prefix }) => path.startsWith(`${prefix}/`));
  const treeOf = (path: string) => imageOf(path)?.facts ?? trees.of(slashed(path));
  const given = paths.includes('-') && input ? inputJob(input) : undefined;
  const set = askedUnits({ ...found, jobs: given ? [...found.jobs, given.job] : found.jobs }, (path, unit) => load(path, unit).tree);
  files += found.masked;
  if (given?.why !== undefined) failures.push({ path: given.job.shown, why: given.why });
  const jobs = given && given.why === undefined ? [given.job, ...found.jobs] : found.jobs;
  const images = jobs.some(job => liesInImage(job.path))
    ? (await import('./lint-on-demand.ts')).imageQuestions(extensions && { extensions })
    : undefined;
  let byJob = jobs.map((job, done) => {
    progress?.(done, jobs.length);
    return judge(job);
  });
  if ([...beside].some(mayHoldRaws)) {
    raws = (await import('./lint-on-demand.ts')).rawImagesBeside();
    for (const directory of beside) raws.of(directory);
    const changed = await raws.find();
    for (const directory of changed) trees.forgetIn(directory);
    byJob = byJob.map(judged =>
      judged?.task && changed.includes(besideOf(slashed(judged.task.job.path)) ?? '') ? again(judged.task) : judged,
    );
  }
  // what was asked of images is found out, and may lead to further questions
  for (let round = 0; images?.pending() && round < mostImageRounds; round++) {
    await images.find();
    byJob = byJob.map(judged => {
      const task = judged?.task;
      if (!task || images.revision(slashed(task.job.path)) === 0) return judged;
      return again(task);
    });
  }
  // only now is it known which units wait for each other
  for (const { task, findings: first } of byJob.filter(judged => judged !== undefined)) {
    if (!task) {
      findings.push(...first);
      continue;
    }
    const { job, who } = task;
    const circle = who.some(version => isInCircle({ set, path: slashed(job.path) }, { systemd: version }));
    findings.push(...(circle ? look(task, load(job.path, job.unit), { circlesLater: false }) : first));
  }
  const stale =
    [...unneeded.values()].reduce((sum, left) => sum + sizeOf(left), 0) + [...gone].reduce((sum, count) => sum + (count?.() ?? 0), 0);
  return {
    findings,
    files,
    leftOut,
    failures,
    problems: configured.problems(),
    judges: [...judges.values()],
    fixed,
    unfixed,
    unneeded: stale,
  };

  function again(task: Task) {
    return { task, findings: look(task, load(task.job.path, task.job.unit), { circlesLater: true }) };
  }

  /** Judges one file; undefined where there is nothing to judge. */
  function judge(job: Job): { readonly task?: Task; readonly findings: readonly LintFinding[] } | undefined {
    const placed = job.placed ?? job.path;
    const configuration = configured.of(placed);
    if (configuration.leavesOut(placed)) {
      leftOut++;
      return undefined;
    }
    const { read, ...text } = load(job.path, job.unit ?? { role: 'unit' });
    if (read.kind === 'failed') {
      failures.push({ path: job.shown, why: read.why });
      return undefined;
    }
    files++;
    const { unit, release } = job;
    if (read.kind === 'masked' || !(unit ?? release)) return undefined;
    const byFile = systemd.length === 0 && configuration.systemd !== undefined ? configuration.file : undefined;
    const who = systemd.length > 0 ? systemd : [configuration.systemd ?? versions.newest];
    const judgeKey = `${who} ${byFile ?? ''}`;
    if (!judges.has(judgeKey)) judges.set(judgeKey, { systemd: who, ...(byFile !== undefined && { configuration: byFile }) });
    const { accepts, gone: goneFrom } = baseline ?? configuration;
    gone.add(goneFrom);
    const accepted = accepts(placed);
    // needed is what any of the versions needs
    const keep = (left: Accepted) => unneeded.set(placed, inBoth(left, unneeded.get(placed) ?? left));
    const control: Control = { levels: layered(levels, configuration.levels), ...(accepted && { accepted, unneeded: keep }) };

    const by: Judging = { who, control, ...(configuration.profile && { profile: configuration.profile }) };
    if (release) return { findings: lookAtRelease(job, release, by, text.text) };
    if (!unit) return undefined;
    const task: Task = { job: { ...job, unit }, ...by };
    const found = look(task, text, { circlesLater: true, fixes: fix });
    if ((set.unitsWith(slashed(job.path))[0]?.sources.length ?? 1) === 1) texts.delete(job.path); // nobody else wants it
    return { task, findings: found };
  }

  /** The findings of a file; `circlesLater` as in the rules, with `fixes` what is safe is applied. */
  function look(
    { job, who, control, profile }: Task,
    text: UnitText,
    { circlesLater, fixes = false }: { readonly circlesLater: boolean; readonly fixes?: boolean },
  ): readonly LintFinding[] {
    const among = { set, path: slashed(job.path), circlesLater };
    const image = images?.of(slashed(job.path));
    const inTree = treeOf(job.path);
    const judgeAs = (version: number, now: UnitText) =>
      judgeUnit(
        { ...now, among, ...(inTree && { inTree }), ...(image && { image }) },
        { systemd: version, ...(profile && { profile }) },
        control,
      );
    const judged = who.map(version => ({ version, unit: judgeAs(version, text) }));
    if (fixes) for (const one of judged) one.unit = fixedUnit(job, one.unit, now => judgeAs(one.version, now));
    return merged(judged).map(finding => ({ ...finding, file: job.shown, path: job.placed ?? job.path }));
  }

  /** The findings of an os-release or extension-release. */
  function lookAtRelease(job: Job, release: NonNullable<Job['release']>, { who, control, profile }: Judging, text: string) {
    const inTree = treeOf(job.path);
    const judged = who.map(version => ({
      version,
      unit: judgeRelease({ ...release, text, ...(inTree && { inTree }) }, { systemd: version, ...(profile && { profile }) }, control),
    }));
    return merged(judged).map(finding => ({ ...finding, file: job.shown, path: job.placed ?? job.path }));
  }

  /** A file read and parsed, for itself and for those around it. */
  function load(path: string, unit: UnitFile): Loaded {
    const known = texts.get(path);
    if (known) return known;
    if (texts.size >= mostTexts) for (const oldest of [...texts.keys()].slice(0, mostTexts / 2)) texts.delete(oldest);
    const inside = imageOf(path)?.texts.get(path) ?? (path === given?.job.path ? input?.bytes : undefined);
    const read = inside ? ({ kind: 'bytes', bytes: inside } as const) : readUnitFile(path);
    const loaded = { read, unit, ...parseBytes(read.kind === 'bytes' ? read.bytes : new Uint8Array()) };
    texts.set(path, loaded);
    return loaded;
  }

  /** Applies what is safe; the unit as it is afterwards, which is as before where the file could not be changed. */
  function fixedUnit(job: Job, unit: JudgedUnit, again: (text: UnitText) => JudgedUnit): JudgedUnit {
    let now = unit;
    let made = 0;
    for (let round = 0; round < mostRounds; round++) {
      const { text, made: more } = withSafeFixes(now);
      if (more === 0) break;
      made += more;
      now = again({ text, unit: unit.unit });
    }
    if (made === 0) return unit;
    const why = whyUnfixed(job, unit, now.text);
    if (why === undefined) fixed.push({ file: job.shown, made });
    else unfixed.push({ path: job.shown, why });
    return why === undefined ? now : unit;
  }

  /** Writes a file's new text; why that was not to be, in words that follow `it`. */
  function whyUnfixed(job: Job, before: JudgedUnit, text: string): string | undefined {
    if (before.invalidAt !== undefined) return 'is not UTF-8';
    if (job.linked) return 'was named by a link';
    if (job.placed !== undefined) return 'lies inside an image';
    texts.delete(job.path);
    return replaceFile(job.path, Buffer.from(before.text), text);
  }
}

/** Whether a file lies in an image tree that is not this machine's own root. */
function liesInImage(path: string): boolean {
  const root = markedRootOf(slashed(path));
  return root !== undefined && root !== '/';
}

/** Standard input as a file of its name, which is in its folder, too. */
function inputJob({ name }: NonNullable<LintRequest['input']>): { readonly job: Job; readonly why?: string } {
  const job = { shown: name ?? '<stdin>', path: resolve(name ?? 'stdin'), linked: false };
  const unit = name === undefined ? { file: { role: 'unit' } as const } : unitAt(name);
  return 'why' in unit ? { job, why: unit.why } : { job: { ...job, ...named(unit) } };
}

/** How a file is judged. */
interface Judging {
  readonly who: readonly number[];
  readonly control: Control;
  readonly profile?: TargetProfile;
}

/** A unit file, and how it is judged. */
interface Task extends Judging {
  readonly job: Job & { readonly unit: UnitFile };
}

/** A file as it was read. */
type Loaded = Omit<UnitText, 'tree'> & { readonly read: FileRead; readonly tree: UnitTree };

/** The findings of all versions in order of the text, each once, in the words of the last version that says so. */
function merged(judged: readonly { readonly version: number; readonly unit: JudgedText }[]): Omit<LintFinding, 'file' | 'path'>[] {
  const byPlace = new Map<string, Omit<LintFinding, 'file' | 'path'> & { readonly start: number }>();
  for (const { version, unit } of judged) {
    unit.findings.forEach((finding, n) => {
      const { start, end, severity, code, message } = finding;
      // several findings of one rule on one place differ by their words, in which versions differ, too
      const key = judged.length > 1 ? `${start} ${end} ${severity} ${code} ${message.replaceAll(String(version), '')}` : String(n);
      const systemd = [...(byPlace.get(key)?.systemd ?? []), version];
      byPlace.set(key, { range: unit.lines.range(finding), severity, code, message, systemd, line: evidence(unit.text, start), start });
    });
  }
  const all = [...byPlace.values()];
  if (judged.length > 1) all.sort((a, b) => a.start - b.start);
  return all.map(({ start: _, ...finding }) => finding);
}
