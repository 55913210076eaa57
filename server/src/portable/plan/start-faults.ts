/**
 * What portabled attaches although systemd cannot start it so: what it writes into `20-portable.conf` does not mean the image that it is for. Each
 * row was seen on 252, 257 and 262 where it holds (test/hosts/start-faults).
 */
import { isStack } from './image-name.ts';
import type { PortableImage } from './portable-image.ts';

/** Services that will be attached and fail. */
export interface StartFault {
  readonly units: readonly string[];
  /** What happens, and why: one sentence. */
  readonly why: string;
  /** What to do: one sentence. */
  readonly advice: string;
}

/** A service that is attached, with the extensions that are laid over the base for it. */
export interface AttachedService {
  readonly name: string;
  readonly extensions: readonly PortableImage[];
}

/** How it is attached, as far as it counts here. */
export interface AttachedHow {
  readonly systemd: number;
  readonly base: PortableImage;
  readonly relaxes: (extension: PortableImage) => boolean;
}

interface Row {
  readonly holds: (image: PortableImage, how: AttachedHow) => boolean;
  readonly why: (path: string) => string;
  readonly advice: string;
}

const rename = 'Rename it, or put it into another directory.';

const ofBase: readonly Row[] = [
  {
    // what portabled attaches has its files right in it, and no stack that is one may have those (seen on 262)
    holds: (image, { systemd }) => isStack(image, systemd),
    why: path => `systemd takes ${path} for a stack of layers by its name, which it is not: services end with 226/NAMESPACE.`,
    advice: 'Give it a name that does not end with .mstack.',
  },
  {
    holds: ({ path }) => path.includes('%'),
    why: path => `systemd takes the % in ${path} for a specifier, and looks for the image in another place.`,
    advice: rename,
  },
  {
    holds: ({ path, kind }) => kind === 'directory' && path.endsWith(' '),
    why: path => `systemd leaves out the blank at the end of "${path}", and looks for the image in another place.`,
    advice: rename,
  },
];

const ofExtension: readonly Row[] = [
  {
    holds: ({ path }) => /[\s%'"\\]/.test(path),
    why: path =>
      `portabled writes the path of the extension "${path}" as it is into a list in which blanks, %, quotes and backslashes mean something else: systemd does not find it there, or leaves it out.`,
    advice: rename,
  },
  {
    holds: ({ path, kind }) => kind === 'raw' && path.includes(':'),
    why: path => `systemd takes what follows the colon in the path of the extension ${path} for options, and does not find it.`,
    advice: rename,
  },
  {
    holds: (image, { relaxes }) => image.kind === 'directory' && relaxes(image),
    why: path =>
      `by force, portabled writes an option behind the path of the extension ${path} that systemd only knows behind raw images: services end with 226/NAMESPACE.`,
    advice: 'Attach without force, or with the extension as a raw image.',
  },
  {
    holds: (image, { relaxes }) => image.release !== undefined && image.release === image.stray?.release && !relaxes(image),
    why: path =>
      `by force, portabled takes the extension ${path} although its extension-release bears another name, and tells systemd nothing of it: services do not get it, and end with 226/NAMESPACE mostly.`,
    advice: 'Name its extension-release after it.',
  },
];

/** What cannot start of these services, image by image. */
export function startFaults(services: readonly AttachedService[], how: AttachedHow): readonly StartFault[] {
  const found = (image: PortableImage, rows: readonly Row[], units: readonly string[]): readonly StartFault[] => {
    const row = units.length > 0 ? rows.find(({ holds }) => holds(image, how)) : undefined;
    return row ? [{ units, why: row.why(image.path), advice: row.advice }] : [];
  };
  const extensions = [...new Set(services.flatMap(service => service.extensions))];
  return [
    ...found(
      how.base,
      ofBase,
      services.map(({ name }) => name),
    ),
    ...extensions.flatMap(image =>
      found(
        image,
        ofExtension,
        services.filter(service => service.extensions.includes(image)).map(({ name }) => name),
      ),
    ),
  ];
}
