/** Opens a file of an image on this machine, which may lie inside a raw one. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { addressOf } from '../image-files/address.ts';

/** Shows a line, from 1, of the file at a path inside the image. */
export async function showPlace(
  { path: image, kind, units }: Pick<ImageFacts, 'path' | 'kind' | 'units'>,
  path: string,
  line: number,
): Promise<void> {
  const unit = units.find(each => each.path === path);
  // a unit without a file is a link, which leads elsewhere on this machine than in the image
  const plain = kind === 'directory' && (unit === undefined || unit.file !== undefined);
  const uri = plain ? vscode.Uri.file(unit?.file ?? join(image, path)) : addressOf({ image, path });
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  // the preview editor may be what the user came from
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), preview: false });
}
