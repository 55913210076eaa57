/** Something that is done only while anybody watches. */
export interface Watching {
  /** Whether anybody watches now. */
  active(): boolean;
  /** Begins to watch. To dispose of it twice counts once. */
  watch(): { dispose(): void };
}

/** `begin` is called for the first watcher, and what it returned when the last one is gone. */
export function whileWatched(begin: () => () => void): Watching {
  let watchers = 0;
  let end: (() => void) | undefined;
  return {
    active: () => watchers > 0,
    watch: () => {
      if (watchers++ === 0) end = begin();
      let watching = true;
      return {
        dispose: () => {
          if (!watching) return;
          watching = false;
          if (--watchers === 0) end?.();
        },
      };
    },
  };
}
