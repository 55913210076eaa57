/** From this length on the runtime's own copying is faster than a loop. */
const longCopy = 64;

/**
 * Copies `length` bytes within a buffer from `distance` bytes before `to`, where the stretches may overlap: then the pattern repeats. Up to three
 * bytes after them may be written, too: what is unpacked next goes there. `view` is over the same bytes.
 */
export function copyMatch(out: Uint8Array, view: DataView, to: number, distance: number, length: number): void {
  const from = to - distance;
  if (length < longCopy) {
    if (distance >= 4 && to + length + 3 <= out.length)
      for (let i = 0; i < length; i += 4) view.setInt32(to + i, view.getInt32(from + i, true), true);
    else for (let i = 0; i < length; i++) out[to + i] = out[from + i] ?? 0;
  } else if (distance >= length) out.copyWithin(to, from, from + length);
  else if (distance === 1) out.fill(out[from] ?? 0, to, to + length);
  else {
    // each round doubles what stands there
    for (let done = 0; done < length; ) {
      const part = Math.min(distance + done, length - done);
      out.copyWithin(to + done, from, from + part);
      done += part;
    }
  }
}

/** Copies `length` bytes from packed data to `to`. Up to three bytes after them may be written, too. */
export function copyLiterals(
  out: Uint8Array,
  view: DataView,
  to: number,
  packed: Uint8Array,
  packedView: DataView,
  at: number,
  length: number,
): void {
  if (length >= longCopy) out.set(packed.subarray(at, at + length), to);
  else if (to + length + 3 <= out.length && at + length + 3 <= packed.length)
    for (let i = 0; i < length; i += 4) view.setInt32(to + i, packedView.getInt32(at + i, true), true);
  else for (let i = 0; i < length; i++) out[to + i] = packed[at + i] ?? 0;
}

/** A view over the same bytes. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView => new DataView(buffer, byteOffset, byteLength);
