/** Reload: has units read their own configuration again, without ending. */
import { actOnUnits } from './act-on-units.ts';
import type { CommandContext } from './context.ts';

/** Acts on the units of the selected rows, or on one that the user chooses. */
export function reloadUnit(context: CommandContext, argument: unknown, selection: readonly unknown[]): Promise<void> {
  return actOnUnits(context, 'reload', argument, selection);
}
