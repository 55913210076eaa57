/** How each image stands on the active host. Listens to the host only while someone watches; never connects by itself again and again. */

import type { ImageFacts } from '../../../server/src/protocol.ts';
import { serialize } from '../common/coalesce.ts';
import { createEvent, type Event } from '../common/event.ts';
import { asFailure } from '../common/failure.ts';
import type { HostRegistry } from '../common/host-registry.ts';
import { whileWatched } from '../common/watching.ts';
import type { Host, HostFailure, ImageState } from '../hosts/contract.ts';
import type { ImagesModel } from './model.ts';

/** What is known of an image on the active host. */
export type ImageOnHost =
  | { readonly kind: 'no-host' }
  | { readonly kind: 'asking'; readonly host: Host }
  | { readonly kind: 'known'; readonly host: Host; readonly state: ImageState }
  | { readonly kind: 'failed'; readonly host: Host; readonly failure: HostFailure };

/** The states as last seen. */
export interface ImageStates {
  /** Fires when any of them changed, or the active host. */
  readonly onDidChange: Event<void>;
  of(image: ImageFacts): ImageOnHost;
  /** Asks the active host anew, connecting if need be. Never rejects: `of` tells. */
  refresh(): Promise<void>;
  /** Keeps them up to date until disposed. */
  watch(): { dispose(): void };
}

/** Requests to one host at a time: enough to hide a round trip, few enough not to flood portabled. */
const parallel = 4;

/** Creates the model over the images and the registry. */
export function createImageStates(images: ImagesModel, registry: HostRegistry): ImageStates {
  const changed = createEvent();
  let shownHost: Host | undefined;
  let known = new Map<string, ImageOnHost>();
  let hostListener: { dispose(): void } | undefined;

  async function ask(host: Host, list: readonly ImageFacts[]): Promise<Map<string, ImageOnHost>> {
    const found = new Map<string, ImageOnHost>();
    try {
      if (host.status.state !== 'connected') await host.connect();
    } catch (error) {
      const failure = asFailure(error, host.name);
      for (const image of list) found.set(image.path, { kind: 'failed', host, failure });
      return found;
    }
    const queue = [...list];
    const worker = async () => {
      for (let image = queue.shift(); image; image = queue.shift()) {
        try {
          found.set(image.path, { kind: 'known', host, state: await host.imageState(image) });
        } catch (error) {
          found.set(image.path, { kind: 'failed', host, failure: asFailure(error, image.name) });
        }
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return found;
  }

  const refresh = serialize(async () => {
    const host = registry.active();
    if (!host) {
      shownHost = undefined;
      known = new Map();
      changed.fire();
      return;
    }
    if (host !== shownHost) {
      shownHost = host;
      known = new Map();
      changed.fire();
    }
    const found = await ask(host, images.images());
    if (registry.active() !== host) return; // the next run, already asked for, tells of the other host
    known = host.status.state === 'unreachable' ? new Map() : found;
    changed.fire();
  });

  /** Asks the active host, unless it went away: to call it again is the user's to do, and `of` says what is wrong. */
  function askUnlessUnreachable(): void {
    if (registry.active()?.status.state === 'unreachable') changed.fire();
    else void refresh();
  }

  /** Listens to the active host, and to no other. */
  function listen(): void {
    hostListener?.dispose();
    const host = registry.active();
    hostListener = host?.onDidChange(() => {
      if (host.status.state === 'connected') {
        void refresh();
        return;
      }
      if (host.status.state === 'unreachable') known = new Map(); // what was known need not hold when it comes back
      changed.fire();
    });
  }

  const watching = whileWatched(() => {
    let active = registry.active();
    const listening = [
      images.watch(),
      images.onDidChange(askUnlessUnreachable),
      registry.onDidChange(() => {
        if (registry.active() === active) return;
        active = registry.active();
        listen();
        void refresh();
      }),
    ];
    listen();
    void refresh();
    return () => {
      for (const listener of listening) listener.dispose();
      hostListener?.dispose();
      hostListener = undefined;
    };
  });

  return {
    onDidChange: changed.event,
    of: image => {
      const host = registry.active();
      if (!host) return { kind: 'no-host' };
      if (host.status.state === 'unreachable') return { kind: 'failed', host, failure: host.status.error };
      const state = host === shownHost ? known.get(image.path) : undefined;
      return state ?? { kind: 'asking', host };
    },
    refresh,
    watch: watching.watch,
  };
}
