/** A device and what is granted to it: DeviceAllow=, IODeviceWeight=, IOReadBandwidthMax=, ... (src/core/load-fragment.c). */
import { judgeExpanded, settled, wordFrom } from './expanded.ts';
import { type Context, type Fault, fault, type Grammar, nothing, type Reading } from './grammar.ts';
import { isInteger } from './integer.ts';
import { pathProblem, simplifyPath, tooLong } from './paths.ts';
import { outdated } from './resources.ts';
import { parseSize } from './size.ts';
import { expectedInstead, type SplitWord, splitWords } from './split.ts';
import { parseTimeSpan } from './time-span.ts';

/** How a grammar of a device and a grant is built. */
interface DeviceGrant {
  readonly name: string;
  /** What the grant is, for parts. */
  readonly kind: string;
  /** Whether the device may stand alone. */
  readonly optional?: boolean;
  readonly device?: (path: string, context: Context) => string | undefined;
  readonly grant: (text: string) => boolean;
  readonly expected: string;
}

const anyPath = (path: string, { version }: Context) => pathProblem(path, { is: 'either' }, version);

/** Reads the first word as a device, quotes allowed, and all that follows as the grant. */
function deviceGrant({ name, kind, optional = false, device = anyPath, grant, expected }: DeviceGrant): Grammar {
  return {
    name,
    empty: 'resets',
    read: (value, context): Reading => {
      const { words, failure, rest } = splitWords(value, { quotes: 'remove' }, { limit: 1 });
      if (failure) return objecting(fault(failure.start, failure.end, 'ignored', expectedInstead(failure)));
      const path = words[0];
      if (!path) return nothing;
      if (rest === undefined && !optional) return objecting(fault(path.end, path.end, 'ignored', `${expected} after the device`));
      const found = settled('device', path, judgeDevice(path, context, device));
      if (rest === undefined || found.faults.length > 0) return found;
      const granted = wordFrom(value, rest);
      if (!grant(granted.text)) return objecting(fault(granted.start, granted.end, 'ignored', expected));
      return { parts: [...found.parts, { ...granted, kind }], faults: nothing.faults };
    },
  };
}

const objecting = (objection: Fault): Reading => ({ parts: nothing.parts, faults: [objection] });

const judgeDevice = (path: SplitWord, context: Context, device: NonNullable<DeviceGrant['device']>) =>
  judgeExpanded(path, 'full', context, text => device(text, context));

/** DeviceAllow=: a device node, or a group of them by the name of their driver, and the rights (config_parse_device_allow). */
export const deviceAllow = deviceGrant({
  name: 'device access',
  kind: 'rights',
  optional: true,
  device: (path, context) => {
    if (/^(?:block|char)-/.test(path)) return tooLong(path);
    const problem = anyPath(path, context);
    if (problem !== undefined) return problem;
    // whether a node lies there depends on the machine (valid_device_node_path)
    const node = /^\/(?:dev|run\/systemd\/inaccessible)(?:\/|$)/.test(simplifyPath(path, context.version));
    return node ? undefined : 'a device below /dev, or block- or char- and the name of a driver';
  },
  grant: rights => /^[rwm]+$/.test(rights),
  expected: 'rights made of r, w and m',
});

/** IODeviceWeight= (config_parse_io_device_weight). */
export const deviceWeight = deviceGrant({
  name: 'device weight',
  kind: 'weight',
  grant: text => isInteger(text, [1n, 10_000n]),
  expected: 'a weight from 1 to 10000',
});

const isBandwidth = (text: string) => (parseSize(text, 1000n) ?? 0n) > 0n;

/** IOReadBandwidthMax= and its like, to the base 1000 (config_parse_io_limit). */
export const deviceLimit = deviceGrant({
  name: 'device limit',
  kind: 'size',
  grant: text => text === 'infinity' || isBandwidth(text),
  expected: 'a number above 0 such as 10M, or infinity',
});

/** IODeviceLatencyTargetSec= (config_parse_io_device_latency). */
export const deviceLatency = deviceGrant({
  name: 'device latency',
  kind: 'time span',
  grant: text => parseTimeSpan(text) !== undefined,
  expected: 'a time span such as 25ms',
});

/** BlockIODeviceWeight= up to 257 (config_parse_blockio_device_weight). */
export const blockDeviceWeight = outdated(
  'block IO device weight',
  deviceGrant({
    name: 'block IO device weight',
    kind: 'weight',
    grant: text => isInteger(text, [10n, 1000n]),
    expected: 'a weight from 10 to 1000',
  }),
  'IODeviceWeight=',
);

/** BlockIOReadBandwidth=, BlockIOWriteBandwidth= up to 257 (config_parse_blockio_bandwidth). */
export const blockBandwidth = outdated(
  'block IO bandwidth',
  deviceGrant({ name: 'block IO bandwidth', kind: 'size', grant: isBandwidth, expected: 'a number of bytes above 0 such as 10M' }),
  'IOReadBandwidthMax= or IOWriteBandwidthMax=',
);
