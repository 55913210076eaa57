/** Why a unit failed, in the tooltip of its row: asked when the pointer rests there, and not before. */
import type * as vscode from 'vscode';
import { oneLine } from '../common/sinks.ts';
import type { FailedUnit } from './unit-items.ts';

/** Fills in the tooltip; where it cannot be found out, what is known stays. */
export async function explainOnHover(item: vscode.TreeItem, { host, unit }: FailedUnit, known: string): Promise<vscode.TreeItem> {
  const failure = await host.units.explain(unit.name).catch(() => undefined);
  item.tooltip = failure ? [failure.message, failure.advice].map(oneLine).join('\n').concat('\n\n', known) : known;
  return item;
}
