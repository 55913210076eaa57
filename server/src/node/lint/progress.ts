/** How far a long run is, on a terminal. */

/** Before this many milliseconds nothing is shown: most runs end sooner. */
const patience = 500;
const interval = 100;

// Date, not performance: the latter loads ten modules of Node's
/** A line that is written over and over; `write` is undefined where no terminal would show it. */
export function progressLine(write: ((text: string) => void) | undefined) {
  const begun = Date.now();
  let next = begun + patience;
  let shown = false;
  return {
    show(done: number, of: number): void {
      const now = Date.now();
      if (!write || now < next) return;
      next = now + interval;
      shown = true;
      write(`\r\u001b[Kportable-lint: ${done} of ${of} files`);
    },
    clear(): void {
      if (shown) write?.('\r\u001b[K');
    },
  };
}
