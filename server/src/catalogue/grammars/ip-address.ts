/** IP addresses, prefixes and ports as text (inet_pton(3), src/basic/in-addr-util.c, src/basic/parse-util.c). */
import { isInteger, parseInteger, ranges } from './integer.ts';
import { list } from './list.ts';
import { splitWords } from './split.ts';

/** Whether a text is an IPv4 address: four decimal numbers without leading zeros. */
export function isIpv4(text: string): boolean {
  return /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text) && text.split('.').every(number => Number(number) <= 255);
}

/** Whether a text is an IPv6 address, without brackets and zone. */
export function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  // an IPv4 address may stand for the last two groups, but not before the ::
  const mapped = last.includes('.') && text.endsWith(last) && isIpv4(last);
  const rest = mapped ? groups.slice(0, -1) : groups;
  if (!rest.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = rest.length + (mapped ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Whether a text is a port from 1 on; blanks before it are none of it (parse_ip_port). */
export function isPort(text: string): boolean {
  return /^[^ \t\n\r]/.test(text) && isInteger(text, [1n, 65535n]);
}

/** The limits of `5` or `1-5`, both numbers of 32 bits; undefined for anything else (parse_range). */
export function parseRange(text: string): readonly [low: bigint, high: bigint] | undefined {
  const { words, rest } = splitWords(text, { separators: '-', emptyWords: true }, { limit: 1 });
  const low = bounded(words[0]?.text ?? '');
  const high = rest === undefined ? low : bounded(text.slice(rest));
  return low === undefined || high === undefined ? undefined : [low, high];
}

function bounded(text: string): bigint | undefined {
  const number = parseInteger(text);
  return number !== undefined && number >= 0n && number <= ranges.unsigned[1] ? number : undefined;
}

/** Whether a text is a range of ports, the first not above the last (parse_ip_port_range). */
export function isPortRange(text: string, least: bigint): boolean {
  const range = parseRange(text);
  return range !== undefined && range[0] >= least && range[0] <= range[1] && range[1] <= ranges.uint16[1];
}

const names = ['any', 'localhost', 'link-local', 'multicast'];
/** Every way to spell the name of this host (src/basic/hostname-util.c, is_localhost). */
const localhost = /^(?:.*\.)?localhost(?:\.localdomain)?\.?$/i;

/** IPAddressAllow=, IPAddressDeny=: addresses, prefixes and names for groups of them; a wrong one is left out (config_parse_in_addr_prefixes). */
export const addressPrefixes = list({
  name: 'address prefixes',
  kind: 'address',
  judge: ({ text }) => {
    if (names.includes(text) || localhost.test(text)) return undefined;
    const slash = text.indexOf('/');
    const address = slash < 0 ? text : text.slice(0, slash);
    const bits = isIpv4(address) ? 32n : isIpv6(address) ? 128n : undefined;
    if (bits === undefined) return `an address such as 192.0.2.0/24 or 2001:db8::/32, or one of ${names.join(', ')}`;
    return slash < 0 || isInteger(text.slice(slash + 1), [0n, bits]) ? undefined : `a prefix length from 0 to ${bits} after the slash`;
  },
  words: () => names,
});
