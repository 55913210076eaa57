/** Addresses of what lies inside images. */
import * as vscode from 'vscode';
import { type ImagePath, imageAddressPath, imageScheme, readImageAddressPath } from '../../../server/src/protocol-inside.ts';

/** The address of a place in an image, as editors and the Explorer know it. */
export function addressOf({ image, ...place }: ImagePath): vscode.Uri {
  return vscode.Uri.from({ scheme: imageScheme, path: imageAddressPath({ ...place, image: vscode.Uri.file(image).path }) });
}

/** The place that an address means; undefined for an address of anything else. */
export function placeAt(uri: vscode.Uri): ImagePath | undefined {
  const place = uri.scheme === imageScheme ? readImageAddressPath(uri.path) : undefined;
  return place && { ...place, image: vscode.Uri.from({ scheme: 'file', path: place.image }).fsPath };
}
