/** Restart: ends units of attached images and lets them run again. */
import { actOnUnits } from './act-on-units.ts';
import type { CommandContext } from './context.ts';

/** Acts on the units of the selected rows, or on one that the user chooses. */
export function restartUnit(context: CommandContext, argument: unknown, selection: readonly unknown[]): Promise<void> {
  return actOnUnits(context, 'restart', argument, selection);
}
