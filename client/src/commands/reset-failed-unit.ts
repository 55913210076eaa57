/** Reset Failed State: forgets that units failed, so that they count as inactive and may start again. */
import { actOnUnits } from './act-on-units.ts';
import type { CommandContext } from './context.ts';

/** Acts on the units of the selected rows, or on one that the user chooses. */
export function resetFailedUnit(context: CommandContext, argument: unknown, selection: readonly unknown[]): Promise<void> {
  return actOnUnits(context, 'reset-failed', argument, selection);
}
