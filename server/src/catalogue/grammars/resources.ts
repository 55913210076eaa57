/** Values of resource control: shares of memory, CPU and tasks, weights (src/core/load-fragment.c, src/shared/cgroup-util.c). */
import { byVersion, fault, type Grammar, scalar, wrong } from './grammar.ts';
import { integer, isInteger, ranges } from './integer.ts';
import { isShare, parsePermyriad } from './percent.ts';
import { parseSize } from './size.ts';
import { infinity, timeSpanGrammar } from './time-span.ts';
import { enumeration } from './words.ts';

const memoryExpected = 'a number of bytes such as 512M, a share such as 20%, or infinity';

function memoryLimitGrammar(name: string, least: bigint): Grammar {
  return scalar({
    name,
    kind: 'size',
    empty: 'resets',
    expected: least > 0n ? `${memoryExpected}, above 0` : memoryExpected,
    accepts: value => {
      if (value === 'infinity') return true;
      const share = isShare(value) ? parsePermyriad(value) : undefined;
      const bytes = share ?? parseSize(value);
      return bytes !== undefined && bytes >= least && bytes < infinity;
    },
    words: () => ['infinity'],
  });
}

/** Memory, swap and zswap limits above 0 (config_parse_memory_limit). */
export const memoryLimit = memoryLimitGrammar('memory limit', 1n);

/** Memory limits that may be 0: protections and swap. */
export const memoryLimitOrNone = memoryLimitGrammar('memory limit or none', 0n);

/** A grammar that systemd grumbles about whatever its value, naming what to use instead. */
export function outdated(name: string, grammar: Grammar, instead: string): Grammar {
  return {
    name,
    empty: 'read',
    read: (value, context) => {
      const { parts, faults } = value === '' && grammar.empty === 'resets' ? { parts: [], faults: [] } : grammar.read(value, context);
      return { parts, faults: [...faults, fault(0, value.length, 'used', `This setting is outdated; ${instead} takes its place.`)] };
    },
    ...(grammar.words && { words: grammar.words }),
  };
}

/** CPUShares= up to 257. */
export const cpuShares = outdated('CPU shares', integer('CPU shares', [2n, 262_144n], { empty: 'resets' }), 'CPUWeight=');

/** BlockIOWeight= up to 257. */
export const blockIoWeight = integer('block IO weight', [10n, 1000n], { empty: 'resets' });

/** IOWeight= (cg_weight_parse). */
export const weight = integer('weight', [1n, 10_000n], { empty: 'resets' });

/** CPUWeight= (cg_cpu_weight_parse); `idle` came with 252. */
export const cpuWeight = byVersion(weight, { 252: integer('CPU weight', [1n, 10_000n], { empty: 'resets', words: ['idle'] }) });

/** CPUQuota=: a share of one CPU, also above the whole. */
export const cpuQuota = scalar({
  name: 'CPU quota',
  kind: 'share',
  empty: 'resets',
  expected: 'a share of one CPU, such as 50% or 200%',
  accepts: value => (parsePermyriad(value) ?? 0n) > 0n,
});

/** TasksMax=. */
export const tasksMax = scalar({
  name: 'tasks',
  kind: 'number',
  empty: 'resets',
  expected: 'a whole number from 1, a share such as 10%, or infinity',
  accepts: value => value === 'infinity' || isShare(value) || isInteger(value, [1n, ranges.uint64[1] - 1n]),
  words: () => ['infinity'],
});

/** A setting that only units of some types have; elsewhere systemd ignores the line, also an empty one. */
export function onlyFor(types: readonly string[], grammar: Grammar): Grammar {
  return {
    ...grammar,
    empty: 'read',
    read: (value, context) => {
      if (!types.includes(context.unitType)) return wrong(value, `this setting only in units of type ${types.join(', ')}`);
      return value === '' && grammar.empty === 'resets' ? { parts: [], faults: [] } : grammar.read(value, context);
    },
  };
}

const oomUnits = ['service', 'slice', 'scope'];

/** ManagedOOMSwap=, ManagedOOMMemoryPressure=. */
export const managedOomMode = onlyFor(oomUnits, enumeration('OOM action', 'auto kill', { empty: 'resets' }));

/** ManagedOOMMemoryPressureLimit=. */
export const managedOomLimit = onlyFor(
  oomUnits,
  scalar({ name: 'pressure limit', kind: 'share', empty: 'resets', expected: 'a share such as 60%', accepts: isShare }),
);

/** ManagedOOMMemoryPressureDurationSec=. */
export const managedOomDuration = onlyFor(
  oomUnits,
  timeSpanGrammar('pressure duration', {
    empty: 'resets',
    also: span => span >= 1_000_000n && span < infinity,
    expected: 'a time span of at least 1s, less than infinity',
  }),
);

/** StateDirectoryQuota= and its siblings: a size, a share, or no. */
export const quota = scalar({
  name: 'disk quota',
  kind: 'size',
  empty: 'resets',
  expected: 'a number of bytes such as 1G, a share such as 20%, or off',
  accepts: value => value === 'off' || isShare(value) || parseSize(value) !== undefined,
  words: () => ['off'],
});
