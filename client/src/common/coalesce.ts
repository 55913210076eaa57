/** Keeps work that many events ask for from running many times. */
import type { Clock } from '../hosts/clock.ts';

/** Does the work for one call after the other. */
export function inTurn<A extends readonly unknown[], R>(work: (...given: A) => Promise<R>): (...given: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (...given) => {
    const mine = last.then(() => work(...given));
    last = mine.catch(() => {}); // the one who called is told
    return mine;
  };
}

/** A call that is put off until nothing asked for it for `ms`. */
export function debounce(clock: Clock, ms: number, call: () => void): { request(): void; cancel(): void } {
  let cancel = () => {};
  return {
    request: () => {
      cancel();
      cancel = clock.after(ms, call);
    },
    cancel: () => cancel(),
  };
}

/**
 * Runs work one at a time. Asked while it runs, it runs once more afterwards, however often it was asked. Every caller's promise settles
 * with a run that began after the call.
 */
export function serialize(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  function start(): Promise<void> {
    const run: Promise<void> = work().finally(() => {
      if (current === run) current = undefined;
    });
    current = run;
    return run;
  }
  return () => {
    if (!current) return start();
    next ??= current
      .catch(() => {})
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
