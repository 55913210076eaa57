/** Time, handed in so that tests decide how it passes. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `then` after `ms`; the result takes it back. */
  after(ms: number, then: () => void): () => void;
}

/** The machine's own clock. A pending timer keeps no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** How long each kind of request may take, in ms, before it is given up with a failure of kind `timeout`. */
export interface Deadlines {
  /** From the start of a connection to its first answer. ssh gives up by itself a little earlier and knows the reason. */
  readonly connect: number;
  /** A question that is answered from memory. */
  readonly call: number;
  /** portabled mounts the image and copies units. */
  readonly attach: number;
  /** The manager reads all unit files again. */
  readonly reload: number;
  /** How long a start or stop job is waited for: beyond systemd's own DefaultTimeoutStartSec of 90 s, which tells more. */
  readonly job: number;
  /** A short program on the host. */
  readonly program: number;
  /** Not a deadline: how long a service that was started is watched, since systemd calls it started before its program is known to run. */
  readonly settle: number;
  /** Nor is this: how long a service that a deploy restarted is watched after the deploy is over. */
  readonly watch: number;
}

export const defaultDeadlines: Deadlines = {
  connect: 15_000,
  call: 10_000,
  attach: 60_000,
  reload: 60_000,
  job: 100_000,
  program: 30_000,
  settle: 500,
  watch: 2000,
};

/** Milliseconds between two looks at whether time counts. */
const glance = 1000;

/**
 * A signal that aborts with `reason` after `ms`, or as soon as `signal` does. `release` it when the work has ended. While `paused` says so,
 * because the user thinks about an answer, no time counts, and afterwards all of it is there again, to the second.
 */
export function limited(
  clock: Clock,
  ms: number,
  reason: () => Error,
  signal?: AbortSignal,
  paused?: () => boolean,
): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const pass = (): void => controller.abort(signal?.reason);
  if (signal?.aborted) pass();
  signal?.addEventListener('abort', pass);
  let left = ms;
  let stop: () => void;
  const wait = (): void => {
    const span = paused ? Math.min(left, glance) : left;
    stop = clock.after(span, () => {
      left = paused?.() ? ms : left - span;
      if (left <= 0) controller.abort(reason());
      else wait();
    });
  };
  wait();
  return {
    signal: controller.signal,
    release: () => {
      stop();
      signal?.removeEventListener('abort', pass);
    },
  };
}
