/** What a command inside images was called on: a row of the Images view, a file in the Explorer or an editor, or an image that the user chooses. */
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { ImagePath } from '../../../server/src/protocol-inside.ts';
import { chooseImage } from './choose-image.ts';
import { type CommandContext, imageOf } from './context.ts';

/** The place in an image that a row or an address means; without one, that of the active editor. */
export async function placeOf({ inside }: CommandContext, argument: unknown): Promise<ImagePath | undefined> {
  if (typeof argument === 'object' && argument !== null && 'place' in argument && isPlace(argument.place)) return argument.place;
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  return uri && inside.use(files => files.placeAt(uri));
}

/** An image to look into, and one of its partitions where that was asked for. */
export async function lookedInto(
  context: CommandContext,
  argument: unknown,
  title: string,
): Promise<{ readonly image: ImageFacts; readonly partition?: number } | undefined> {
  const row = imageOf(argument);
  const place =
    row && !(typeof argument === 'object' && argument !== null && 'place' in argument) ? undefined : await placeOf(context, argument);
  const image =
    row ?? (place && (await context.images.current()).find(({ path }) => path === place.image)) ?? (await chooseImage(context, title));
  return image && { image, ...(place?.partition !== undefined && image.path === place.image && { partition: place.partition }) };
}

function isPlace(value: unknown): value is ImagePath {
  return typeof value === 'object' && value !== null && 'image' in value && 'path' in value;
}
