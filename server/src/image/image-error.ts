/**
 * Why an image could not be read. `unsupported`: well formed as far as we can tell, but we do not read it. `corrupt`: its bytes contradict
 * each other or the format. `denied`: the user may not read it. `io`: the file system under it failed, or the file is gone.
 */
export type ImageErrorKind = 'unsupported' | 'corrupt' | 'denied' | 'io';

/** The only error that reading an image raises. The message is a clause in plain words, without the kind and without the image's path. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly kind: ImageErrorKind;

  constructor(kind: ImageErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The word before a message; those of `io` say it themselves. */
const words: Readonly<Record<Exclude<ImageErrorKind, 'io'>, string>> = {
  unsupported: 'not supported',
  corrupt: 'corrupt',
  denied: 'not allowed',
};

/** The clause for `ImageFacts.problem`: `corrupt: the superblock says ...`, `it is not there`. */
export function problemText({ kind, message }: ImageError): string {
  return kind === 'io' ? message : `${words[kind]}: ${message}`;
}
