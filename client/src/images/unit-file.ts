/** Where the units of an image of this machine are to be opened. */
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { templateOf } from '../hosts/units/unit-name.ts';
import { addressOf } from '../image-files/address.ts';

/** The file of a unit of an image on this machine, which may lie inside a raw one: of an instance, its template's. */
export function unitFile(image: ImageFacts, unit: string): vscode.Uri | undefined {
  const template = templateOf(unit);
  const found = image.units.find(({ name }) => name === unit) ?? image.units.find(({ name }) => name === template);
  if (!found) return undefined;
  return found.file === undefined ? addressOf({ image: image.path, path: found.path }) : vscode.Uri.file(found.file);
}
