/** Shares: `50%`, `5.5‰`, `55‱` (src/basic/percent-util.c). */
import { isInteger, parseInteger, ranges } from './integer.ts';

const most = ranges.int[1];

/** How many ten-thousandths a text is; undefined when it is none. Up to two digits may follow the point of a percentage, one that of a permille (parse_permyriad_unbounded). */
export function parsePermyriad(text: string): bigint | undefined {
  for (const [sign, places] of [
    ['‱', 0],
    ['‰', 1],
    ['%', 2],
  ] as const) {
    if (!text.endsWith(sign)) continue;
    const number = text.slice(0, -1);
    const dot = places === 0 ? -1 : number.indexOf('.');
    const whole = dot < 0 ? number : number.slice(0, dot);
    const fraction = dot < 0 ? '' : number.slice(dot + 1);
    if (dot >= 0 && (!/^[0-9]+$/.test(fraction) || fraction.length > places)) return undefined;
    if (!isInteger(whole, [0n, most])) return undefined;
    const parts = (parseInteger(whole) ?? 0n) * 10n ** BigInt(places) + BigInt(fraction.padEnd(places, '0') || '0');
    return parts <= most ? parts : undefined;
  }
  return undefined;
}

/** Whether a text is a share of at most the whole (parse_permyriad). */
export function isShare(text: string): boolean {
  const parts = parsePermyriad(text);
  return parts !== undefined && parts <= 10_000n;
}
