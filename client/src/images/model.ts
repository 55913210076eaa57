/** The images of the workspace and the configured folders, as the server describes them. Asks only when someone looks or asks. */

import type { ImageFacts, ImagesResult } from '../../../server/src/protocol.ts';
import { serialize } from '../common/coalesce.ts';
import { createEvent, type Event } from '../common/event.ts';
import { whileWatched } from '../common/watching.ts';

/** The images as last read. */
export interface ImagesModel {
  /** Fires when the list was read anew. */
  readonly onDidChange: Event<void>;
  images(): readonly ImageFacts[];
  /** Why they could not be read the last time, if so. */
  problem(): string | undefined;
  loaded(): boolean;
  /** Reads them anew. Never rejects: `problem` tells. */
  refresh(): Promise<void>;
  /** The images, freshly read unless someone is watching (then the list is kept up to date anyway). */
  current(): Promise<readonly ImageFacts[]>;
  /** Keeps the list up to date until disposed. */
  watch(): { dispose(): void };
}

/** What the model needs from outside. */
export interface ImagesParts {
  folders(): readonly string[];
  /** Asks the server. */
  ask(folders: readonly string[]): Promise<ImagesResult>;
  /** Calls back, put off until it is quiet, when something changed that the images could depend on. */
  onFiles(changed: () => void): { dispose(): void };
}

/** Creates the model; it holds no image until asked. */
export function createImagesModel(parts: ImagesParts): ImagesModel {
  const changed = createEvent();
  let images: readonly ImageFacts[] = [];
  let problem: string | undefined;
  let loaded = false;

  const refresh = serialize(async () => {
    const folders = parts.folders();
    try {
      images = folders.length > 0 ? (await parts.ask(folders)).images : [];
      problem = undefined;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    loaded = true;
    changed.fire();
  });

  const watching = whileWatched(() => {
    const files = parts.onFiles(() => void refresh());
    void refresh();
    return () => files.dispose();
  });

  return {
    onDidChange: changed.event,
    images: () => images,
    problem: () => problem,
    loaded: () => loaded,
    refresh,
    current: async () => {
      if (!loaded || !watching.active()) await refresh();
      return images;
    },
    watch: watching.watch,
  };
}

const unitSuffixes = /\.(service|socket|target|timer|path|mount|automount|swap|slice|scope|conf)$/;

/** Whether a file's coming, going or changing can change what an image says of itself: images, os-release, units, and folders (no suffix). */
export function concernsImages(path: string): boolean {
  if (/[/\\](\.git|node_modules)([/\\]|$)/.test(path)) return false;
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name.endsWith('.raw') || name.endsWith('.v') || name.includes('-release') || unitSuffixes.test(name) || !name.includes('.', 1);
}
