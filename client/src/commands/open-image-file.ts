/** What a click on a file of an image does, and Copy Path in Image. */
import * as vscode from 'vscode';
import type { CommandContext } from './context.ts';
import { placeOf } from './inside-argument.ts';

export async function openImageFile(context: CommandContext, argument: unknown): Promise<void> {
  const place = await placeOf(context, argument);
  if (place) await context.inside.use(files => files.openInside(context.inside.ask, place));
}

export async function copyPathInImage(context: CommandContext, argument: unknown): Promise<void> {
  const place = await placeOf(context, argument);
  if (place) await vscode.env.clipboard.writeText(place.path);
}
