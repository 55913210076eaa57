/** Paths of documents: of files on this machine, and of files inside images, which get one that no file of this machine has. */
import { URI } from 'vscode-uri';
import { type ImagePath, imageAddressPath, imageScheme, readImageAddressPath } from '../../protocol-inside.ts';
import { slashed } from './units-around.ts';

/** Two slashes begin no path that this machine would name. */
const insideAny = `//${imageScheme}`;

/** The path of a document, with `/` between its parts; undefined for one that lies nowhere. */
export function documentPath(uri: string): string | undefined {
  const { scheme, fsPath, path } = URI.parse(uri);
  if (scheme === 'file') return slashed(fsPath);
  return scheme === imageScheme ? insideAny + path : undefined;
}

/** What the paths of all documents in an image begin with; those go on with a slash. */
export function pathsInImage(image: string): string {
  return insideAny + imageAddressPath({ image: URI.file(image).path, path: '' });
}

/** The place in an image that such a path means; undefined for a path of this machine. */
export function placeInImage(path: string): ImagePath | undefined {
  const place = path.startsWith(`${insideAny}/`) ? readImageAddressPath(path.slice(insideAny.length)) : undefined;
  return place && { ...place, image: URI.from({ scheme: 'file', path: place.image }).fsPath };
}
