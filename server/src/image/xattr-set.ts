import { ImageError } from './image-error.ts';

/** The extended attributes of one node while they are read. */
export interface XattrSet {
  /** Adds one by its full name. Throws `unsupported` where all together are too long. */
  add(name: string, value: Uint8Array): void;
  readonly values: ReadonlyMap<string, Uint8Array>;
}

/** Bytes of all names and values of a node; Linux lists names of 64 KiB and gives values of 64 KiB. */
const maxBytes = 4 << 20;

/** An empty set: nothing in it depends on how often an image names the same value. */
export function createXattrSet(): XattrSet {
  const values = new Map<string, Uint8Array>();
  let bytes = 0;
  return {
    values,
    add(name, value) {
      bytes += name.length + value.length;
      if (bytes > maxBytes) throw new ImageError('unsupported', `a file has more than ${maxBytes} bytes of extended attributes`);
      values.set(name, value);
    },
  };
}
