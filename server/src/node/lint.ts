/** What portable-lint does with its paths: read, judge, and say what was found. */
import { statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { judgeUnit } from '../features/judge.ts';
import type { Severity, Target } from '../rules/rule.ts';
import { firstInvalidByte } from '../unit/encoding.ts';
import type { Range } from '../unit/line-index.ts';
import { isForeign, type UnitFile, unitFileOf } from '../unit/unit-file.ts';
import { findUnits } from './find-units.ts';
import { nodePath, readUnitFile, whyOf } from './read-unit-file.ts';

/** What to lint, and by which systemd. */
export interface LintRequest {
  readonly paths: readonly string[];
  readonly target: Target;
  /** Directory of the image tree that the paths lie in. */
  readonly root?: string;
}

/** One finding as `--format json` prints it. */
export interface LintFinding {
  readonly file: string;
  /** As in the language server protocol: lines and UTF-16 code units from 0. */
  readonly range: Range;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

/** Everything that a run found. */
export interface LintResult {
  readonly findings: readonly LintFinding[];
  /** Files that were judged. */
  readonly files: number;
  /** What could not be read or is no unit file, with the reason. */
  readonly failures: readonly { readonly path: string; readonly why: string }[];
}

/** A file to judge: the name that the user sees, and where it is. */
interface Job {
  readonly shown: string;
  readonly path: string;
}

// a leading byte order mark is kept: before a comment it matters
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Judges all unit files that the paths name or hold. Never throws for what the files hold or where they are. */
export async function lint({ paths, target, root }: LintRequest): Promise<LintResult> {
  const findings: LintFinding[] = [];
  const failures: { path: string; why: string }[] = [];
  let files = 0;
  for (const asked of paths) {
    const place = root === undefined ? { path: asked } : await inTree(root, asked);
    if ('why' in place) failures.push({ path: asked, why: place.why });
    else if ('masked' in place) files++;
    else for (const job of jobsOf(asked, place.path)) judge(job);
  }
  return { findings, files, failures };

  function jobsOf(asked: string, path: string): readonly Job[] {
    try {
      if (!statSync(nodePath(path)).isDirectory()) return [{ shown: asked, path }];
    } catch (error) {
      failures.push({ path: asked, why: whyOf(error) });
      return [];
    }
    const found = findUnits(path);
    failures.push(...found.failures);
    return found.files.map(file => ({ shown: file, path: file }));
  }

  function judge({ shown, path }: Job) {
    const unit = unitAt(shown);
    if ('why' in unit) {
      failures.push({ path: shown, why: unit.why });
      return;
    }
    const read = readUnitFile(path);
    if (read.kind === 'failed') failures.push({ path: shown, why: read.why });
    else files++;
    if (read.kind !== 'bytes' || unit.file === undefined) return;
    const text = decoder.decode(read.bytes);
    // without a replacement character in the text every byte was UTF-8
    const invalidAt = text.includes('\ufffd') ? firstInvalidByte(read.bytes)?.offset : undefined;
    const judged = judgeUnit({ text, unit: unit.file, ...(invalidAt !== undefined && { invalidAt }) }, target);
    for (const finding of judged.findings) {
      const { severity, code, message } = finding;
      findings.push({ file: shown, range: judged.lines.range(finding), severity, code, message });
    }
  }
}

/** Files that are accepted although no rule looks at them yet. */
const withoutRules = /(^|\/)((os|initrd)-release|extension-release\.[^/]+)$/;

/** What a file is by the name that the user knows it by, which for a link counts more than what it points to. */
function unitAt(path: string): { readonly file?: UnitFile } | { readonly why: string } {
  const absolute = resolve(path).replaceAll('\\', '/');
  const file = unitFileOf(absolute);
  if (file) return { file };
  if (withoutRules.test(absolute)) return {};
  // a .conf file outside its directory is judged without knowing the unit's type
  if (absolute.endsWith('.conf') && !isForeign(absolute)) return { file: { role: 'drop-in' } };
  return { why: 'by its name it is no unit file, drop-in or profile' };
}

/** Where a path leads inside an image tree: it is a path of this machine below the tree, else a path as the image sees it. */
async function inTree(
  root: string,
  asked: string,
): Promise<{ readonly path: string } | { readonly masked: true } | { readonly why: string }> {
  const [{ openDirectory }, { resolveInImage }, { imageFiles }] = await Promise.all([
    import('../image/directory-tree.ts'),
    import('../image/resolve.ts'),
    import('./image-files.ts'),
  ]);
  try {
    const base = (await imageFiles.realpath(resolve(root))) ?? resolve(root);
    const below = [resolve(root), base].map(r => relative(r, resolve(asked))).find(r => r !== '..' && !r.startsWith(`..${sep}`));
    const found = await resolveInImage(await openDirectory(imageFiles, base), below ?? asked);
    if (found.outcome === 'found') return { path: join(base, found.path) };
    // a link to /dev/null masks a unit, and images have no devices
    if (found.outcome === 'missing' && /^\/dev(\/null)?$/.test(found.at)) return { masked: true };
    if (found.outcome === 'missing') return { why: `there is no such file in ${root} (looked for ${found.at})` };
    return {
      why: found.outcome === 'loop' ? 'its links lead in a circle' : `it cannot be looked up in ${root}: ${found.outcome} at ${found.at}`,
    };
  } catch (error) {
    return { why: `${root} cannot be used as an image tree: ${error instanceof Error ? error.message : String(error)}` };
  }
}
