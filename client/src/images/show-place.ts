/** Opens a file of an image on this machine, which may lie inside a raw one. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { addressOf } from '../image-files/address.ts';

/** Shows a line, from 1, of the file at a path inside the image. */
export async function showPlace({ path: image, kind }: Pick<ImageFacts, 'path' | 'kind'>, path: string, line: number): Promise<void> {
  const uri = kind === 'directory' ? vscode.Uri.file(join(image, path)) : addressOf({ image, path });
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  // the preview editor may be what the user came from
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at), preview: false });
}
