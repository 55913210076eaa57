/** Disable: units no longer start when the host boots. */
import { actOnUnits } from './act-on-units.ts';
import type { CommandContext } from './context.ts';

/** Acts on the units of the selected rows, or on one that the user chooses. */
export function disableUnit(context: CommandContext, argument: unknown, selection: readonly unknown[]): Promise<void> {
  return actOnUnits(context, 'disable', argument, selection);
}
