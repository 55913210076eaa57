/** Start: lets units of attached images run. */
import { actOnUnits } from './act-on-units.ts';
import type { CommandContext } from './context.ts';

/** Acts on the units of the selected rows, or on one that the user chooses. */
export function startUnit(context: CommandContext, argument: unknown, selection: readonly unknown[]): Promise<void> {
  return actOnUnits(context, 'start', argument, selection);
}
