/** Redeploy on save: which images are deployed whenever something in them changes, and when. Knows no VS Code. */
import { debounce, serialize } from '../common/coalesce.ts';
import { createEvent, type Event } from '../common/event.ts';
import type { Clock } from '../hosts/clock.ts';

/** The toggles. */
export interface Redeploys {
  readonly onDidChange: Event<void>;
  isOn(path: string): boolean;
  /** Paths of the images that are redeployed. */
  paths(): readonly string[];
  /** Turns it on or off for an image, by its path. */
  toggle(path: string): void;
  /** Begins to watch; nothing is deployed before. */
  start(): void;
  dispose(): void;
}

export interface RedeployParts {
  readonly clock: Clock;
  /** Calls back at every change of an image. */
  watch(path: string, changed: () => void): { dispose(): void };
  /** Deploys an image. Never rejects: it tells by itself. */
  deploy(path: string): Promise<void>;
  remembered(): readonly string[];
  remember(paths: readonly string[]): Promise<void>;
}

/** A build writes many files at once, and one save of many editors, too: deployed is what is there when it has been quiet for this long, in ms. */
const quiet = 400;

/** Creates them from memory. */
export function createRedeploys(parts: RedeployParts): Redeploys {
  const changed = createEvent();
  const on = new Set(parts.remembered());
  const watching = new Map<string, { dispose(): void }>();
  let started = false;

  function watch(path: string): void {
    if (!started || watching.has(path)) return;
    const deploy = serialize(() => (on.has(path) ? parts.deploy(path) : Promise.resolve()));
    const later = debounce(parts.clock, quiet, () => void deploy());
    const files = parts.watch(path, later.request);
    watching.set(path, {
      dispose: () => {
        files.dispose();
        later.cancel();
      },
    });
  }

  function unwatch(path: string): void {
    watching.get(path)?.dispose();
    watching.delete(path);
  }

  return {
    onDidChange: changed.event,
    isOn: path => on.has(path),
    paths: () => [...on],
    toggle: path => {
      if (on.delete(path)) unwatch(path);
      else {
        on.add(path);
        watch(path);
      }
      void parts.remember([...on]);
      changed.fire();
    },
    start: () => {
      started = true;
      for (const path of on) watch(path);
    },
    dispose: () => {
      for (const path of [...watching.keys()]) unwatch(path);
    },
  };
}
