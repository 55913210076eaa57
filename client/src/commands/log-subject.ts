/** What is followed in a log: an image or one of its units, on a host. */
import { basename } from 'node:path/posix';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { isTemplate } from '../hosts/attach/image-state.ts';
import type { Host, HostImage } from '../hosts/contract.ts';
import { unitsToFollow } from './log-lines.ts';

export interface LogSubject {
  readonly host: Host;
  /** The image's. */
  readonly name: string;
  /** The unit, where it is one only. */
  readonly unit: string | undefined;
  /** The image of this machine, whose files the log may name. */
  readonly image: ImageFacts | undefined;
  /** The units to follow now, and the path of the image on the host where all of it is followed. */
  now(): Promise<{ readonly units: readonly string[]; readonly hostPath?: string }>;
}

/** How much is shown. */
export interface LogOptions {
  readonly since: 'attach' | 'boot' | 'ever';
  /** Syslog priority that an entry has at least: 3 is errors and worse. */
  readonly priority?: number;
}

/** An image of this machine, or one unit of it, on a host. */
export function subjectOf(host: Host, image: ImageFacts, unit: string | undefined): LogSubject {
  return {
    host,
    name: image.name,
    unit,
    image,
    now: async () => {
      const state = await host.imageState(image);
      return { units: unitsToFollow(image, state, unit), ...(state.attached && { hostPath: state.hostPath }) };
    },
  };
}

/** An image that lies on a host, or one unit of it. */
export function subjectOnHost(
  host: Host,
  image: Pick<HostImage, 'name' | 'path' | 'attached'>,
  { unit, image: local }: { readonly unit?: string; readonly image?: ImageFacts } = {},
): LogSubject {
  const { states = [], units = [] } = image.attached ?? {};
  const all = [...new Set([...units, ...states.map(({ name }) => name)])].filter(name => !isTemplate(name));
  return {
    host,
    name: image.name,
    unit,
    image: local,
    now: async () => ({ units: unit === undefined ? all : [unit], hostPath: image.path }),
  };
}

/** What portabled calls an image in the journal's field `PORTABLE=`. */
export function journalName(hostPath: string): string {
  return basename(hostPath).replace(/\.raw$/, '');
}
