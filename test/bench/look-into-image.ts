/** Looks into an image again and again, opened anew each time, and prints what that took: `IMAGE units|file|names PATH ROUNDS`. */
import type { ByteSource } from '../../server/src/image/byte-source.ts';
import { openDirectory } from '../../server/src/image/directory-tree.ts';
import { maxEntries } from '../../server/src/image/image-tree.ts';
import { openRawImage } from '../../server/src/image/raw-image.ts';
import { resolveInImage } from '../../server/src/image/resolve.ts';
import { unitsOf } from '../../server/src/image/units.ts';
import { decompressors } from '../../server/src/node/images/decompressors.ts';
import { imageFiles } from '../../server/src/node/images/image-files.ts';
import { median } from './measure.ts';

const [, , image = '', what = '', path = '', rounds = ''] = process.argv;
const stretch = 1 << 20;
let read = 0;

/** Opens, finds, reads; calls `meanwhile` now and then. */
async function look(meanwhile: () => void): Promise<void> {
  if (what === 'names') return lookThroughNames(meanwhile);
  const file = await imageFiles.open(image);
  const counted: ByteSource = {
    size: file.size,
    read(offset, length, into) {
      read += length;
      return file.read(offset, length, into);
    },
  };
  const tree = await openRawImage(counted, decompressors);
  if (what === 'units' && (await unitsOf(tree)).length === 0) throw new Error('there are no units');
  const found = await resolveInImage(tree, path);
  if (found.outcome !== 'found' || found.node.kind !== 'file') throw new Error(`${path} is not there`);
  const room = new Uint8Array(stretch);
  for (let offset = 0; offset < found.node.size; offset += stretch) {
    await found.node.read(offset, stretch, room);
    if ((offset / stretch) % 16 === 0) meanwhile();
  }
  await file.close();
}

/** Lists a directory, and looks for a name of it. */
async function lookThroughNames(meanwhile: () => void): Promise<void> {
  const file = (await imageFiles.stat(image))?.kind === 'directory' ? undefined : await imageFiles.open(image);
  const found = await resolveInImage(file ? await openRawImage(file, decompressors) : await openDirectory(imageFiles, image), path);
  if (found.outcome !== 'found' || found.node.kind !== 'directory') throw new Error(`${path} is not there`);
  let names = 0;
  let last = '';
  for (const { name } of await found.node.list()) {
    names++;
    last = name;
  }
  meanwhile();
  if (names < maxEntries || !(await found.node.lookup(last))) throw new Error(`${path} has ${names} names, the last is ${last}`);
  await file?.close();
}

const held = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const base = process.memoryUsage.rss();
await look(() => {});
const before = held();
let most = before;
await look(() => {
  most = Math.max(most, held());
});
const times: number[] = [];
let processor = 0;
for (let n = 0; n < Number(rounds); n++) {
  read = 0;
  const begun = process.hrtime.bigint();
  const used = process.cpuUsage();
  await look(() => {});
  const { user, system } = process.cpuUsage(used);
  processor = (user + system) / 1000;
  times.push(Number(process.hrtime.bigint() - begun) / 1e6);
}
const grown = process.resourceUsage().maxRSS / 1024 - base / 1024 / 1024; // the kernel tells KiB
console.log(JSON.stringify({ milliseconds: median(times), read, memory: (most - before) / 1024 / 1024, grown, processor }));
