/** Show Output: opens the log of what the extension did. */
import type { CommandContext } from './context.ts';

/** Shows the channel `Portable Services`. */
export function showOutput({ output }: CommandContext): void {
  output.show();
}
