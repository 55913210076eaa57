/** Areas as rectangles: each as large as its bytes, and none longer than it must be (a squarified treemap). Pure. */

/** A rectangle in the units of the whole. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Lays areas out in a rectangle, in their order, which is the largest first. Sizes that are not above zero get no place. */
export function treemap(
  sizes: readonly number[],
  { width, height }: { readonly width: number; readonly height: number },
): readonly Rectangle[] {
  const total = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  const scale = total > 0 ? (width * height) / total : 0;
  const areas = sizes.map(size => Math.max(size, 0) * scale);
  const places: Rectangle[] = [];
  let free: Rectangle = { x: 0, y: 0, width, height };
  for (let at = 0; at < areas.length; ) {
    const short = Math.min(free.width, free.height);
    let count = 1;
    while (at + count < areas.length && worst(areas.slice(at, at + count + 1), short) <= worst(areas.slice(at, at + count), short)) count++;
    const row = areas.slice(at, at + count);
    free = place(row, free, places);
    at += count;
  }
  return places;
}

/** The most unequal sides in a row of areas along a side. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((all, area) => all + area, 0);
  if (sum === 0 || side === 0) return Number.POSITIVE_INFINITY;
  return Math.max(...row.map(area => Math.max((side * side * area) / (sum * sum), (sum * sum) / (side * side * Math.max(area, 1e-9)))));
}

/** Puts a row along the shorter side; returns what is left free. */
function place(row: readonly number[], free: Rectangle, places: Rectangle[]): Rectangle {
  const sum = row.reduce((all, area) => all + area, 0);
  const upright = free.width >= free.height;
  const side = upright ? free.height : free.width;
  const depth = side > 0 ? sum / side : 0;
  let along = 0;
  for (const area of row) {
    const length = depth > 0 ? area / depth : 0;
    places.push(
      upright
        ? { x: free.x, y: free.y + along, width: depth, height: length }
        : { x: free.x + along, y: free.y, width: length, height: depth },
    );
    along += length;
  }
  return upright
    ? { ...free, x: free.x + depth, width: Math.max(free.width - depth, 0) }
    : { ...free, y: free.y + depth, height: Math.max(free.height - depth, 0) };
}
