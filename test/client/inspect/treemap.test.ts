import { expect, test } from 'vitest';
import { treemap } from '../../../client/src/inspect/treemap.ts';

const whole = { width: 1000, height: 400 };
const area = ({ width, height }: { width: number; height: number }) => width * height;

test.each([[[5, 3, 2, 1, 1]], [[100]], [[1, 1, 1, 1, 1, 1, 1]], [[1_000_000, 1, 1]]])('%j fills the whole, each by its size', sizes => {
  const places = treemap(sizes, whole);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(places).toHaveLength(sizes.length);
  for (const [n, place] of places.entries()) {
    expect(area(place)).toBeCloseTo(((sizes[n] ?? 0) / total) * area(whole), 3);
    expect(place.x).toBeGreaterThanOrEqual(0);
    expect(place.x + place.width).toBeLessThanOrEqual(whole.width + 1e-6);
    expect(place.y + place.height).toBeLessThanOrEqual(whole.height + 1e-6);
  }
});

test('no part is much longer than it is wide where that can be helped', () => {
  const places = treemap([6, 6, 4, 3, 2, 2, 1], { width: 600, height: 400 });
  for (const { width, height } of places) expect(Math.max(width / height, height / width)).toBeLessThan(4);
});

test.each([[[]], [[0, 0]]])('%j has nothing to show', sizes => {
  expect(treemap(sizes, whole).every(place => area(place) === 0)).toBe(true);
});
