/** Copies `length` bytes within a buffer from `distance` bytes before `to`, where the stretches may overlap: then the pattern repeats. */
export function copyMatch(out: Uint8Array, to: number, distance: number, length: number): void {
  let from = to - distance;
  if (length < 32) {
    for (const end = to + length, shift = distance; from + shift < end; from++) out[from + shift] = out[from] ?? 0;
    return;
  }
  if (distance >= length) out.copyWithin(to, from, from + length);
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
