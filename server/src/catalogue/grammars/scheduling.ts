/** Scheduling of CPU, IO and memory of a process (src/core/load-fragment.c, src/basic/process-util.c). */
import { byVersion, scalar } from './grammar.ts';
import { integer, isInteger, parseInteger } from './integer.ts';
import { enumeration, orList, words } from './words.ts';

/** Nice= (parse_nice). */
export const nice = integer('nice level', [-20n, 19n], { empty: 'resets' });

/** OOMScoreAdjust=. */
export const oomScoreAdjust = integer('OOM score', [-1000n, 1000n], { empty: 'resets' });

/** IOSchedulingPriority=. */
export const ioPriority = integer('IO priority', [0n, 7n], { empty: 'resets' });

/** CPUSchedulingPriority=: only the outer bounds are checked. */
export const cpuPriority = integer('CPU priority', [0n, 99n]);

const ioClasses = 'none realtime best-effort idle';

/** IOSchedulingClass=: a name, or the kernel's number of it; the number 8 is refused since 258 (ioprio_class_from_string). */
export const ioClass = byVersion(enumeration('IO class', ioClasses, { empty: 'resets', also: value => isInteger(value, [0n, 8n]) }), {
  258: enumeration('IO class', ioClasses, { empty: 'resets', also: value => isInteger(value, [0n, 7n]) }),
});

const policies = words('other batch idle fifo rr ext@260');

/** CPUSchedulingPolicy=: a name, or the kernel's number of it, which only newer versions check (sched_policy_from_string). */
export const cpuPolicy = byVersion(
  enumeration('CPU policy', policies, { empty: 'resets', also: value => isInteger(value, [0n, 2n ** 31n - 1n]) }),
  {
    260: enumeration('CPU policy', policies, {
      empty: 'resets',
      also: value => {
        const number = parseInteger(value);
        // 4 was never given out by the kernel
        return number !== undefined && number >= 0n && number <= 7n && number !== 4n;
      },
    }),
  },
);

/** NUMAPolicy=. */
export const numaPolicy = enumeration('NUMA policy', 'default preferred bind interleave local weighted-interleave@260 preferred-many@260', {
  empty: 'resets',
});

const coredumpKinds = words(
  'private-anonymous shared-anonymous private-file-backed shared-file-backed elf-headers private-huge shared-huge private-dax shared-dax default all',
);

/** CoredumpFilter=: names of memory, or hexadecimal masks, apart by blanks (coredump_filter_mask_from_string). */
export const coredumpFilter = scalar({
  name: 'coredump filter',
  empty: 'resets',
  expected: `a hexadecimal mask, or some of ${orList(coredumpKinds.all(0))}`,
  accepts: value =>
    value
      .split(/[ \t\n\r]+/)
      .map(word => word.replace(/\\(.)/gs, '$1'))
      .every(word => coredumpKinds.has(word, 0) || /^[\v\f]*(?:\+?(?:0[xX])?0*[0-9a-fA-F]{1,16}|-(?:0[xX])?0+)$/.test(word)),
  words: () => coredumpKinds.all(0),
});
