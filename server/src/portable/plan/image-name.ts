/** What images are called, and which names portabled takes (src/shared/discover-image.c, image_name_is_valid). */
import type { ImageKind } from '../../protocol.ts';

/** The file name of an image without its suffix: what its extension-release is named after. */
export function extensionName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.raw$/, '');
}

/** From this version on, a directory by the name of a stack of layers is one (systemd.mstack). */
const stacksFrom = 260;

/** Whether systemd takes an image for a stack of layers. */
export const isStack = ({ kind, path }: { readonly kind: ImageKind; readonly path: string }, systemd: number): boolean =>
  kind === 'directory' && path.endsWith('.mstack') && systemd >= stacksFrom;

/** Whether a path has characters that no image's name may have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what portabled refuses
export const hasControls = (path: string): boolean => /[\u0000-\u001f\u007f]/.test(path);

/** Whether an image may be called so, its suffix left out: not at all, or as what is still being written, it may not. */
export const isImageName = (name: string): boolean => name !== '' && !hasControls(name) && !name.startsWith('.#');

/** Whether portabled takes an image by its path. */
export function isImagePath(image: { readonly kind: ImageKind; readonly path: string }, systemd: number): boolean {
  const { path, kind } = image;
  const suffix = kind === 'raw' ? /\.raw$/ : isStack(image, systemd) ? /\.mstack$/ : /$/;
  return !hasControls(path) && isImageName(path.slice(path.lastIndexOf('/') + 1).replace(suffix, ''));
}
