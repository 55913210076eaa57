import { preferredOn } from '../elf/machine.ts';
import { compareLabels } from './label-order.ts';
import type { Partition } from './partitions.ts';
import type { Designator } from './purposes.ts';

/** The partitions of which an image's tree is made; `generic` are all that are for Linux and for nothing in particular. */
export interface Mounted {
  readonly root: Partition | undefined;
  readonly usr: Partition | undefined;
  readonly generic: readonly Partition[];
  /** The one for /usr that counts, where it is for another architecture than the root: 252 leaves it out, 257 and 262 refuse the image. */
  readonly unfit?: Partition;
}

/**
 * What systemd mounts of a partitioned image on a machine (its architecture under systemd's name, where it is known): the root partition and the
 * one for /usr, or the only Linux partition. Of several for one purpose those of the machine's own architecture count first, then those of its
 * second one, then all others; of these the newest by label, then the first. (src/shared/dissect-image.c: compare_arch, dissect_image)
 */
export function mountedOn(machine: string | undefined, partitions: readonly Partition[]): Mounted {
  const usable = partitions.filter(({ noAuto }) => !noAuto);
  const [root, usr] = [best(usable, 'root', machine), best(usable, 'usr', machine)];
  const generic = usable.filter(({ purpose }) => purpose?.designator === 'linux-generic');
  if (!root) return { root: usr || generic.length > 1 ? undefined : generic[0], usr, generic };
  const fits = !usr || usr.purpose?.architecture === root.purpose?.architecture;
  return fits ? { root, usr, generic } : { root, usr: undefined, generic, unfit: usr };
}

function best(partitions: readonly Partition[], designator: Designator, machine: string | undefined): Partition | undefined {
  const preferred = preferredOn(machine);
  const rank = ({ purpose }: Partition) => {
    const place = purpose?.architecture === undefined ? -1 : preferred.indexOf(purpose.architecture);
    return place < 0 ? preferred.length : place;
  };
  let found: Partition | undefined;
  for (const partition of partitions) {
    if (partition.purpose?.designator !== designator) continue;
    const order = found ? rank(partition) - rank(found) || -compareLabels(partition.label, found.label) : -1;
    if (order < 0) found = partition;
  }
  return found;
}
