/** Whether the manager's properties bear out what the catalogue calls a default. */
import { parseSize } from '../../server/src/catalogue/grammars/size.ts';
import { parseTimeSpan } from '../../server/src/catalogue/grammars/time-span.ts';

const signals: Readonly<Record<string, number>> = { SIGHUP: 1, SIGABRT: 6, SIGKILL: 9, SIGTERM: 15 };

/** The property's names of words that the catalogue writes as a unit file does. */
const numbers: Readonly<Record<string, number>> = { daemon: 3, info: 6, other: 0, 'best-effort': 2, kill: 2147483646 };

/** Names whose property says something else than what is configured, each with what it says. */
const speaksOfElse: Readonly<Record<string, string>> = {
  LimitCPU: 'the hard limit alone',
  TimerSlackNSec: 'nanoseconds',
  WatchdogSec: 'what the service last asked for',
  MemoryPressureWatch: 'whether the machine tells of pressure',
  OOMPolicy: 'what follows from the whole unit',
  TasksMax: 'a number of tasks',
};

/** What a default says first, before it speaks of other cases: `1min 30s; infinity for oneshot`. */
const first = (byDefault: string) => byDefault.replace(/[;,].*/, '');

/**
 * Whether a property of a unit that assigns nothing is the default that the catalogue names; undefined where that cannot be told: the default
 * is described in words, or the property tells something else.
 */
export function agrees(name: string, property: string, byDefault: string, value: unknown): boolean | undefined {
  const said = first(byDefault);
  if (speaksOfElse[name] !== undefined || byDefault.endsWith("the kernel's") || value === undefined) return undefined;
  if (typeof value === 'boolean') return said === 'yes' || said === 'no' ? value === (said === 'yes') : undefined;
  if (typeof value === 'string') return /^[\w./-]+$/.test(said) && value !== '' ? value === said : undefined;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const number = expected(property, said);
  if (number === undefined) return undefined;
  return said === 'infinity' ? BigInt(value) >= 2n ** 32n - 1n : BigInt(value) === number;
}

/** What a property would be for a default; undefined for one that is no value. */
function expected(property: string, said: string): bigint | undefined {
  const word = signals[said] ?? numbers[said];
  if (word !== undefined) return BigInt(word);
  if (said === 'infinity') return 0n;
  if (property.endsWith('USec')) return parseTimeSpan(said);
  if (/^0[0-7]{3}$/.test(said)) return BigInt(`0o${said}`);
  return /^-?\d+$/.test(said) ? BigInt(said) : parseSize(said);
}
