/** `org.freedesktop.portable1.Manager` as typed calls. */
import type { AttachOptions } from '../attach/attach-options.ts';
import type { Deadlines } from '../clock.ts';
import type { AttachChange } from '../contract.ts';
import type { Bus } from './bus.ts';
import { BusError } from './bus-error.ts';
import { portabledManager as manager } from './names.ts';
import { asBigInt, asBytes, asDictionary, asList, asText, asTexts, asTruth } from './values.ts';

/** The systemd that first had a method (its NEWS; the oldest of ours is 247). Those that are not named are in all of them. */
export const methodsSince = {
  ReattachImage: 248,
  GetImageMetadataWithExtensions: 249,
  GetImageStateWithExtensions: 249,
  AttachImageWithExtensions: 249,
  DetachImageWithExtensions: 249,
  ReattachImageWithExtensions: 249,
} as const;

/** One image of the search directories, as listed. */
export interface ListedImage {
  readonly name: string;
  /** `directory`, `raw`, `subvolume`, `block`, ... */
  readonly kind: string;
  readonly readOnly: boolean;
  /** ms since the epoch; absent if unknown, and so with the next two. */
  readonly created?: number;
  readonly modified?: number;
  /** Bytes. */
  readonly usage?: number;
  /** As portabled says it: `detached`, `running-runtime`, ... */
  readonly state: string;
  readonly object: string;
}

/** What portabled reads in an image, which it mounts for that. */
export interface ImageMetadata {
  readonly path: string;
  /** Text of the os-release. */
  readonly osRelease: string;
  /** Text of each extension's release file, by the extension's path. */
  readonly extensions: ReadonlyMap<string, string>;
  /** Text of each unit that matches, by its name. */
  readonly units: ReadonlyMap<string, string>;
}

/** The file system that holds images, in bytes where known and limited. */
export interface Pool {
  readonly path: string;
  readonly usage?: number;
  readonly limit?: number;
}

/** What an attach asks of portabled itself. */
export type Choices = Pick<AttachOptions, 'profile' | 'prefixes' | 'extensions' | 'runtime' | 'copyMode' | 'force'>;

/** The calls. An image is named by its name in a search directory or by its absolute path; limits are bytes, absent for none. */
export interface Portabled {
  /** Images in the search directories of the host. */
  listImages(): Promise<readonly ListedImage[]>;
  /** Where a listed image lies. */
  pathOf(image: ListedImage): Promise<string>;
  /** Names of the profiles that the host knows. */
  profiles(): Promise<readonly string[]>;
  pool(): Promise<Pool>;
  metadata(image: string, choices: Pick<Choices, 'prefixes' | 'extensions'>, signal?: AbortSignal): Promise<ImageMetadata>;
  /** `detached`, `attached`, `attached-runtime`, `enabled`, `enabled-runtime`, `running`, `running-runtime`. */
  state(image: string, extensions: readonly string[]): Promise<string>;
  /**
   * Attaches the units that match a prefix; portabled writes files and nothing else. Prefixes are never left out: without one portabled
   * takes every unit of the image (it is portablectl that derives one from the name).
   */
  attach(image: string, choices: Choices, signal?: AbortSignal): Promise<readonly AttachChange[]>;
  /** Detaches. Careful: portabled chooses units by image name, see `goesWith`. Extensions are those that it was attached with. */
  detach(image: string, choices: Pick<Choices, 'runtime' | 'extensions'>, signal?: AbortSignal): Promise<readonly AttachChange[]>;
  /** Swaps an attached image of the same name for this one, running or not. */
  reattach(
    image: string,
    choices: Choices,
    signal?: AbortSignal,
  ): Promise<{ readonly removed: readonly AttachChange[]; readonly updated: readonly AttachChange[] }>;
  remove(image: string): Promise<void>;
  markReadOnly(image: string, readOnly: boolean): Promise<void>;
  setImageLimit(image: string, bytes: number | undefined): Promise<void>;
  setPoolLimit(bytes: number | undefined): Promise<void>;
}

/** Bits of `flags`, those of portablectl: for this boot; attach over units that are there; over extensions that do not fit. */
const flag = { runtime: 1n, forceAttach: 2n, forceExtension: 4n };

const unknown = 2n ** 64n - 1n;

/** portabled behind a bus. All rejections are BusErrors. Which methods are used is decided by what is asked, as portablectl does. */
export function portabledOn(bus: Bus, deadlines: Deadlines): Portabled {
  const property = async (name: string, path: string = manager.path, owner: string = manager.interface): Promise<unknown> => {
    const get = { destination: manager.destination, path, interface: 'org.freedesktop.DBus.Properties', member: 'Get' };
    const [value] = await bus.call({ ...get, signature: 'ss', body: [owner, name] }, { deadline: deadlines.call });
    return value;
  };
  const call = (member: string, signature: string, body: readonly unknown[], signal?: AbortSignal): Promise<readonly unknown[]> =>
    bus.call({ ...manager, member, signature, body }, { deadline: deadlines.attach, signal });
  const placing = (member: 'Attach' | 'Reattach', image: string, choices: Choices, signal?: AbortSignal) => {
    const { profile, prefixes, extensions, runtime, copyMode, force } = choices;
    return extensions.length === 0 && !force
      ? call(`${member}Image`, 'sassbs', [image, prefixes, profile, runtime, copyMode], signal)
      : call(
          `${member}ImageWithExtensions`,
          'sasassst',
          [image, extensions, prefixes, profile, copyMode, flags({ runtime, force })],
          signal,
        );
  };

  return {
    listImages: async () => {
      // portabled looks into every image for this
      const [images] = await call('ListImages', '', []);
      return asList(images).map(image => {
        const [name, kind, readOnly, created, modified, usage, state, object] = asList(image);
        const [since, changed, bytes] = [milliseconds(created), milliseconds(modified), amount(usage)];
        return {
          name: asText(name),
          kind: asText(kind),
          readOnly: asTruth(readOnly),
          state: asText(state),
          object: asText(object),
          ...(since !== undefined && { created: since }),
          ...(changed !== undefined && { modified: changed }),
          ...(bytes !== undefined && { usage: bytes }),
        };
      });
    },

    pathOf: async ({ object }) => asText(await property('Path', object, 'org.freedesktop.portable1.Image')),

    profiles: async () => asTexts(await property('Profiles')),

    pool: async () => {
      const [path, usage, limit] = await Promise.all(['PoolPath', 'PoolUsage', 'PoolLimit'].map(name => property(name)));
      const [used, most] = [amount(usage), amount(limit)];
      return { path: asText(path), ...(used !== undefined && { usage: used }), ...(most !== undefined && { limit: most }) };
    },

    metadata: async (image, { prefixes, extensions }, signal) => {
      const answer = await unlessBusy(() =>
        extensions.length === 0
          ? call('GetImageMetadata', 'sas', [image, prefixes], signal)
          : call('GetImageMetadataWithExtensions', 'sasast', [image, extensions, prefixes, 0n], signal),
      );
      const [path, osRelease] = answer;
      return {
        path: asText(path),
        osRelease: asBytes(osRelease).toString('utf8'),
        extensions: extensions.length === 0 ? new Map() : texts(answer[2]),
        units: texts(answer.at(-1)),
      };
    },

    state: async (image, extensions) => {
      const [state] =
        extensions.length === 0
          ? await call('GetImageState', 's', [image])
          : await call('GetImageStateWithExtensions', 'sast', [image, extensions, 0n]);
      return asText(state);
    },

    attach: async (image, choices, signal) => {
      const [changes] = await placing('Attach', image, choices, signal);
      return asChanges(changes);
    },

    detach: async (image, { runtime, extensions }, signal) => {
      const [changes] =
        extensions.length === 0
          ? await call('DetachImage', 'sb', [image, runtime], signal)
          : await call('DetachImageWithExtensions', 'sast', [image, extensions, flags({ runtime, force: false })], signal);
      return asChanges(changes);
    },

    reattach: async (image, choices, signal) => {
      const [removed, updated] = await placing('Reattach', image, choices, signal);
      return { removed: asChanges(removed), updated: asChanges(updated) };
    },

    remove: async image => {
      await call('RemoveImage', 's', [image]);
    },
    markReadOnly: async (image, readOnly) => {
      await call('MarkImageReadOnly', 'sb', [image, readOnly]);
    },
    setImageLimit: async (image, bytes) => {
      await call('SetImageLimit', 'st', [image, bytes === undefined ? unknown : BigInt(bytes)]);
    },
    setPoolLimit: async bytes => {
      await call('SetPoolLimit', 't', [bytes === undefined ? unknown : BigInt(bytes)]);
    },
  };
}

/**
 * A question about an image by its name. Where portabled has just been asked about the same one by its path, and has had no rest since, it answers that
 * it exists (made to happen on 247 to 262), and is asked again.
 */
async function unlessBusy<T>(ask: () => Promise<T>, tries = 5): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const busy = error instanceof BusError && error.errorName === 'org.freedesktop.DBus.Error.FileExists';
    if (!busy || tries <= 1) throw error;
    return unlessBusy(ask, tries - 1);
  }
}

function flags({ runtime, force }: { readonly runtime: boolean; readonly force: boolean }): bigint {
  return (runtime ? flag.runtime : 0n) | (force ? flag.forceAttach | flag.forceExtension : 0n);
}

/** µs since the epoch as ms; 0 and 2^64-1 are "unknown". */
function milliseconds(value: unknown): number | undefined {
  const time = asBigInt(value);
  return time === 0n || time === unknown ? undefined : Number(time / 1000n);
}

function amount(value: unknown): number | undefined {
  const bytes = asBigInt(value);
  return bytes === unknown ? undefined : Number(bytes);
}

function texts(value: unknown): ReadonlyMap<string, string> {
  return new Map([...asDictionary(value)].map(([name, bytes]) => [asText(name), asBytes(bytes).toString('utf8')]));
}

function asChanges(value: unknown): readonly AttachChange[] {
  return asList(value).map(change => {
    const [type, path, source] = asList(change);
    return { type: asText(type), path: asText(path), source: asText(source) };
  });
}
