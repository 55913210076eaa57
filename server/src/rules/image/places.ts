/** Directories and mount points that a service needs in its image. */
import { shippedProfile, shippedProfiles } from '../../portable/profiles.ts';
import { parseUnit } from '../../unit/parse.ts';
import type { Subject } from '../rule.ts';
import type { WholeReport, WholeUnit } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { certain, isOfImage, mountedBy, runsInImage, wordsOf } from './service-paths.ts';
import { setting } from './under-profile.ts';

/** Directives whose paths count inside the image where a `+` stands before them. */
const sandboxKeys = [
  'ReadWritePaths',
  'ReadOnlyPaths',
  'InaccessiblePaths',
  'ExecPaths',
  'NoExecPaths',
  'ReadWriteDirectories',
  'ReadOnlyDirectories',
  'InaccessibleDirectories',
];

/** A directory that a service starts in, or a path of its sandbox, that is not there. */
export function missingDirectory(whole: WholeUnit, subject: Subject): readonly WholeReport[] {
  const { image } = subject;
  if (!image || !runsInImage(whole) || !image.traits()?.built) return [];
  const reports: WholeReport[] = [];
  const working = whole.one('WorkingDirectory');
  const directory = working && !/^[-~]/.test(working.value) ? certain(working, working.value, whole) : undefined;
  if (working && directory?.startsWith('/') && isOfImage(directory, whole)) {
    const place = image.place(directory);
    if (place === 'missing' || place === 'file' || place === 'other') {
      const what = place === 'missing' ? 'is not in the image' : 'is no directory in the image';
      reports.push({
        at: working,
        message: `${quoted(directory)} ${what}: the start fails with 200/CHDIR. With a - before it, it may be missing.`,
      });
    }
  }
  // where all is read-only already, nothing is made so (drop_nop in src/core/namespace.c)
  const readOnly = setting(whole, subject, 'ProtectSystem') === 'strict';
  for (const { at, part, text } of wordsOf(whole, sandboxKeys)) {
    // without + the path is one of the host; with - it may be missing
    if (at.judged.assignment.key.text.startsWith('ReadOnly') && readOnly) continue;
    const path = text.startsWith('+') ? certain(at, text.slice(1), whole) : undefined;
    if (!path?.startsWith('/') || !isOfImage(path, whole) || image.place(path) !== 'missing') continue;
    reports.push({
      at,
      part,
      message: `${quoted(path)} is not in the image: the start fails with 226/NAMESPACE. With a - before it (-+${quoted(path)}), it may be missing.`,
    });
  }
  return reports;
}

/** Where every profile has something mounted into the service's root, and what for. */
const always: readonly (readonly [path: string, why: string])[] = [
  ['/proc', 'MountAPIVFS='],
  ['/sys', 'MountAPIVFS='],
  ['/dev', 'MountAPIVFS='],
  ['/run', 'MountAPIVFS='],
  ['/tmp', 'PrivateTmp='],
  ['/var/tmp', 'PrivateTmp='],
];

const bound = new Map<number, readonly string[]>();

/** The paths that all profiles of a version bind from the host, below none of `always`: those that may be missing there, too. */
function boundByProfiles(systemd: number): readonly string[] {
  const known = bound.get(systemd);
  if (known) return known;
  const lists = shippedProfiles.map(name =>
    parseUnit(shippedProfile(name, systemd))
      .sections.flatMap(section => section.assignments)
      .filter(({ key }) => key.text === 'BindReadOnlyPaths' || key.text === 'BindPaths')
      .flatMap(({ value }) => value.split(/\s+/).map(path => path.replace(/^-/, '')))
      .filter(path => !always.some(([above]) => path === above || path.startsWith(`${above}/`))),
  );
  const [first = [], ...others] = lists;
  const common = first.filter(path => others.every(list => list.includes(path)));
  bound.set(systemd, common);
  return common;
}

/** A place at which systemd mounts something and that is not there, in an image in which nothing can be made. */
export function missingMountPoint(whole: WholeUnit, { image, target }: Subject): readonly WholeReport[] {
  if (!image || !runsInImage(whole) || !image.traits()?.readOnly) return [];
  const reports: WholeReport[] = [];
  const fails = 'nothing can be made in a read-only image, so the start fails with 226/NAMESPACE';
  const needed = [...always, ...boundByProfiles(target.systemd).map(path => [path, 'the profile'] as const)];
  const missing = needed.filter(([path]) => image.place(path) === 'missing');
  if (missing.length > 0) {
    const named = missing.map(([path, why]) => `${path} (for ${why})`).join(', ');
    reports.push({
      at: 'unit',
      message: `The image lacks what systemd mounts over: ${named}; ${fails}. Empty directories and files will do.`,
    });
  }
  for (const { at, part, path } of mountedBy(whole)) {
    // below what is mounted anew there is room
    if (path === undefined || always.some(([above]) => path === above || path.startsWith(`${above}/`))) continue;
    if (mountedBy(whole).some(other => other.path !== undefined && other.path !== path && path.startsWith(`${other.path}/`))) continue;
    if (image.place(path) !== 'missing') continue;
    reports.push({ at, part, message: `The image lacks ${quoted(path)}, over which this is mounted: ${fails}.` });
  }
  return reports;
}

/** The first version that pins down what it found when it looked into the image. */
const pinnedFrom = 260;

/** A partition that holds a read-only file system and is not marked so. */
export function readOnlyMark(whole: WholeUnit, { image, target }: Subject): WholeReport | undefined {
  const number = image && target.systemd >= pinnedFrom && runsInImage(whole) ? image.traits()?.unmarkedPartition : undefined;
  if (number === undefined) return undefined;
  return {
    at: 'unit',
    message: `Partition ${number} of the image holds a read-only file system and lacks its read-only mark (bit 60 of its GUID attributes): systemd ${target.systemd} fails at the start with 226/NAMESPACE. Set it with sfdisk --part-attrs IMAGE ${number} GUID:60, or ReadOnly=yes for systemd-repart.`,
  };
}
