import type { ImageKind } from '../protocol.ts';

const rawSuffix = '.raw';

/** An image's name as portabled derives it: the last part of its path, for raw images without `.raw`. Knows both kinds of slash. */
export function imageName(path: string, kind: ImageKind): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), /^[A-Za-z]:\\/.test(path) ? path.lastIndexOf('\\') : -1) + 1);
  return kind === 'raw' && isRawName(name) ? name.slice(0, -rawSuffix.length) : name;
}

/** The prefix that portablectl matches units against when none is given: the image's name up to its first `_`. */
export function defaultPrefix(name: string): string {
  return name.split('_', 1)[0] ?? '';
}

/** What portabled tells by whether two images are versions of one: the name up to its first `_` or `+` (portable.c, marker_matches_images). */
export function comparedName(name: string): string {
  return name.split(/[_+]/, 1)[0] ?? '';
}

/** Whether portablectl takes a prefix: letters, digits, `-` and `.`, and not a directory's `.` or `..`. (portablectl.c, extract_prefix) */
export function isPrefix(prefix: string): boolean {
  return /^[A-Za-z0-9.-]+$/.test(prefix) && prefix !== '.' && prefix !== '..';
}

/** Whether a file is a raw image by its name. */
export function isRawName(name: string): boolean {
  return name.endsWith(rawSuffix) && name !== rawSuffix;
}
