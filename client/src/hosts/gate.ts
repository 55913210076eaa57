/** Lets a few in at a time; the others wait in order. */

export interface Gate {
  /** Resolves when it is one's turn, with what to call when one is done. */
  enter(): Promise<() => void>;
}

/** A gate for `width` at a time. */
export function createGate(width: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else inside--;
  };
  return {
    enter: async () => {
      if (inside < width) inside++;
      else await new Promise<void>(resolve => waiting.push(resolve)); // who leaves hands the place over
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
  };
}
