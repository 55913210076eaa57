/** The portable-lint.json that counts for a file, and the baseline that it names, from this machine's disk. */
import { statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Accepted, readBaseline, sizeOf } from '../../rules/control/baseline.ts';
import { type Configuration, configurationName, noConfiguration, readConfiguration } from '../../rules/control/configuration.ts';
import { ignores } from '../../rules/control/glob.ts';
import type { JsonFault } from '../../rules/control/json.ts';
import type { TargetProfile } from '../../rules/rule.ts';
import { lineIndex, type Range } from '../../unit/line-index.ts';
import { nodePath, readUnitFile } from './read-unit-file.ts';

/** Something wrong in a file of ours. */
export interface ConfigurationProblem {
  readonly path: string;
  /** Absent where the file as a whole is meant. */
  readonly range?: Range;
  readonly why: string;
}

/** What counts in a directory. */
export interface PlacedConfiguration extends Omit<Configuration, 'profile'> {
  /** The profile that images are attached with. */
  readonly profile?: TargetProfile;
  /** The portable-lint.json; absent where there is none. */
  readonly file?: string;
  /** Whether a file (absolute path) is left out. */
  readonly leavesOut: (path: string) => boolean;
  /** What the baseline accepts in a file (absolute path). */
  readonly accepts: (path: string) => Accepted | undefined;
  /** How many findings the baseline accepts in files that are gone; absent where there is no baseline. */
  readonly gone?: () => number;
}

/** Looks for configurations; remembers what it found. */
export interface Configurations {
  /** What counts for a file (absolute path). */
  readonly of: (path: string) => PlacedConfiguration;
  /** What was wrong in the configurations that were read so far. */
  readonly problems: () => readonly ConfigurationProblem[];
}

/** Gives the text of a file that lies before the disk, as in an editor. */
export type OpenTexts = (path: string) => string | undefined;

const nothing: PlacedConfiguration = { ...noConfiguration, leavesOut: () => false, accepts: () => undefined };

/** Looks upwards from each file. `open` gives texts that count instead of the disk's. */
export function configurations(open: OpenTexts = () => undefined): Configurations {
  const byDirectory = new Map<string, PlacedConfiguration>();
  const problems: ConfigurationProblem[] = [];

  function inDirectory(directory: string): PlacedConfiguration {
    const known = byDirectory.get(directory);
    if (known) return known;
    const parent = dirname(directory);
    const found = read(join(directory, configurationName)) ?? (parent === directory ? nothing : inDirectory(parent));
    byDirectory.set(directory, found);
    return found;
  }

  function read(file: string): PlacedConfiguration | undefined {
    const shown = open(file);
    if (shown === undefined && !statSync(nodePath(file), { throwIfNoEntry: false })?.isFile()) return undefined;
    const text = shown ?? textOf(file);
    if (typeof text !== 'string') {
      problems.push({ path: file, why: text.why });
      return { ...nothing, file };
    }
    const { configuration, faults } = readConfiguration(text);
    for (const fault of faults) problems.push(problemAt(file, text, fault));
    const directory = dirname(file);
    const { profile: named, ...others } = configuration;
    const profile = named === undefined ? undefined : loadProfile(directory, named);
    if (profile && 'why' in profile) problems.push({ path: file, why: profile.why });
    const baseline = configuration.baseline === undefined ? undefined : loadBaseline(resolve(directory, configuration.baseline));
    if (baseline && 'problem' in baseline) problems.push(baseline.problem);
    return {
      ...others,
      ...(profile && 'name' in profile && { profile }),
      file,
      leavesOut: path => ignores(configuration.ignore, slashed(relative(directory, path))),
      ...(baseline && 'accepts' in baseline ? baseline : { accepts: nothing.accepts }),
    };
  }
  return { of: path => inDirectory(dirname(path)), problems: () => problems };
}

/** Reads a baseline (absolute path). */
export function loadBaseline(
  path: string,
): Pick<Required<PlacedConfiguration>, 'accepts' | 'gone'> | { readonly problem: ConfigurationProblem } {
  const text = textOf(path);
  if (typeof text !== 'string') return { problem: { path, why: text.why } };
  const read = readBaseline(text);
  if ('fault' in read) return { problem: problemAt(path, text, read.fault) };
  const isGone = (file: string) => !statSync(nodePath(resolve(dirname(path), file)), { throwIfNoEntry: false });
  return {
    accepts: file => read.baseline.get(baselineName(path, file)),
    gone: () => [...read.baseline].reduce((sum, [file, accepted]) => sum + (isGone(file) ? sizeOf(accepted) : 0), 0),
  };
}

/** A profile by its name, or by the path of its file. */
function loadProfile(directory: string, named: string): TargetProfile | { readonly why: string } {
  if (!named.includes('/')) return { name: named };
  const path = resolve(directory, named);
  const text = textOf(path);
  if (typeof text !== 'string') return { why: `the profile ${named}: ${text.why}` };
  return { name: basename(dirname(path)), text, uri: pathToFileURL(path).href };
}

/** How a baseline names a file (both absolute). */
export const baselineName = (baseline: string, file: string): string => slashed(relative(dirname(baseline), file));

const slashed = (path: string): string => (sep === '/' ? path : path.replaceAll(sep, '/'));

function problemAt(path: string, text: string, fault: JsonFault): ConfigurationProblem {
  return { path, range: lineIndex(text).range(fault), why: fault.message };
}

function textOf(path: string): string | { readonly why: string } {
  const read = readUnitFile(path);
  if (read.kind === 'failed') return { why: read.why };
  return read.kind === 'bytes' ? new TextDecoder().decode(read.bytes) : { why: 'it is a device' };
}
