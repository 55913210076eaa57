/** Directories of versions (`hello.raw.v/`) on this machine: which of them systemd takes. (systemd.v(7); systemd 256) */
import { basename, dirname, join } from 'node:path';
import { versions } from '../../catalogue/catalogue.ts';
import { preferredOn } from '../../image/elf/machine.ts';
import { ImageError } from '../../image/image-error.ts';
import { judgeVersions, versionsDirectory } from '../../image/versions/pick.ts';
import type { AmongVersions } from '../../protocol.ts';
import { thisMachine } from '../this-machine.ts';
import { imageFiles } from './image-files.ts';

/** A directory of versions. */
export interface Versions {
  /** By name: those that could be taken by their kind, and what becomes of them. */
  readonly verdicts: ReadonlyMap<string, AmongVersions['verdict']>;
  /** The path of the one that is taken. */
  readonly taken?: string;
}

/** For whom one is taken. */
export interface TakenFor {
  /** systemd's version; the newest where it is not known. */
  readonly systemd?: number;
  /** The machine's architecture, as systemd names it; this one's where it is not known. */
  readonly machine?: string | undefined;
}

/** The place of an image among the versions in its directory, of which `known` keeps what was found; undefined where it lies in none. */
export async function amongVersions(
  path: string,
  takenFor: TakenFor,
  known: Map<string, Promise<Versions | undefined>>,
): Promise<AmongVersions | undefined> {
  const [directory, name] = [dirname(path), basename(path)];
  const found = known.get(directory) ?? versionsIn(directory, takenFor);
  known.set(directory, found);
  const { verdicts, taken } = (await found) ?? {};
  const verdict = verdicts?.get(name);
  if (!verdicts || verdict === undefined) return undefined;
  return { directory: basename(directory), of: verdicts.size, verdict, ...(taken !== undefined && { taken: basename(taken) }) };
}

/** What is in a directory of versions; undefined where the path is none by its name or cannot be listed. Links count as what their names say. */
export async function versionsIn(
  path: string,
  { systemd = versions.newest, machine = thisMachine }: TakenFor = {},
): Promise<Versions | undefined> {
  const directory = versionsDirectory(basename(path));
  if (!directory) return undefined;
  try {
    if ((await imageFiles.stat((await imageFiles.realpath(path)) ?? path))?.kind !== 'directory') return undefined;
    const wanted = directory.suffix === '' ? 'directory' : 'file';
    const names: string[] = [];
    for (const { name, kind } of await imageFiles.list(path)) if (kind === wanted || kind === 'link') names.push(name);
    const verdicts = judgeVersions(names, { ...directory, systemd }, machine === undefined ? undefined : preferredOn(machine));
    const taken = [...verdicts].find(([, verdict]) => verdict === 'taken')?.[0];
    return { verdicts, ...(taken !== undefined && { taken: join(path, taken) }) };
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}
