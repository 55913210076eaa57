/** Explores damaged images of some formats until it is ended, and tells its parent about each: `FIRST STEP [FORMAT]...` are the numbers by which they are damaged. */
import { exploreDamaged, watchAllocations } from './explore.ts';
import { seedsOf } from './seeds.ts';

const [, , first = '1', step = '1', ...formats] = process.argv;
const seeds = seedsOf(formats);
watchAllocations();
for (let number = Number(first); ; number += Number(step)) {
  for (const seed of seeds) {
    const image = `${seed.format}, ${seed.name}, number ${number}`;
    process.send?.({ begun: image });
    const explored = await exploreDamaged(seed, number);
    process.send?.({ image, format: seed.format, ...explored, memory: process.memoryUsage.rss() });
  }
}
