/** Names of network interfaces (src/basic/socket-util.c, ifname_valid_full). */
import { judgeExpanded, settled, wholeWord } from './expanded.ts';
import { byVersion, type Grammar } from './grammar.ts';
import { isInteger, ranges } from './integer.ts';
import { list } from './list.ts';
import { byteLength } from './paths.ts';

/** Which names are meant beside plain ones. */
export interface InterfaceTraits {
  /** Alternative names too, which have up to 127 bytes instead of 15. */
  readonly alternative?: boolean;
  /** Numbers of interfaces too. */
  readonly numeric?: boolean;
}

/** Whether a text may name an interface; whether there is one, depends on the machine. */
export function isInterface(name: string, { alternative = false, numeric = false }: InterfaceTraits = {}): boolean {
  if (isInteger(name, [1n, ranges.int[1]])) return numeric;
  if (name === '' || byteLength(name) > (alternative ? 127 : 15)) return false;
  if (['.', '..', 'all', 'default'].includes(name)) return false;
  return !/[^\x21-\x7e]|[:/%]/.test(name) && !/^\d+$/.test(name);
}

const expected = (most: number) =>
  `the name of a network interface: up to ${most} printable ASCII characters but / : and %, not a number, all or default`;

function interfaceList(name: string, traits: InterfaceTraits): Grammar {
  const plain = list({
    name,
    kind: 'interface',
    split: { quotes: 'remove' },
    judge: ({ text }) => (isInterface(text, traits) ? undefined : expected(traits.alternative ? 127 : 15)),
  });
  return {
    ...plain,
    read: (value, context) => {
      if (!value.startsWith('~')) return plain.read(value, context);
      // the words behind the ~ keep their places
      const { parts, faults } = plain.read(` ${value.slice(1)}`, context);
      return { parts: [{ start: 0, end: 1, kind: 'inversion', text: '~' }, ...parts], faults };
    },
  };
}

/** RestrictNetworkInterfaces=: names, after a `~` those that are refused (config_parse_restrict_network_interfaces). */
export const restrictedInterfaces = byVersion(interfaceList('restricted interfaces', {}), {
  255: interfaceList('restricted interfaces', { alternative: true }),
});

function oneInterface(name: string, traits: InterfaceTraits, specifiers: boolean, also?: string): Grammar {
  const judge = (text: string) => (text === also || isInterface(text, traits) ? undefined : expected(traits.alternative ? 127 : 15));
  return {
    name,
    empty: 'resets',
    read: (value, context) => {
      const word = wholeWord(value);
      // where specifiers are not replaced, the % itself is wrong
      const plain = { ...context, unitName: '' };
      if (!specifiers)
        return settled('interface', word, judgeExpanded({ ...word, text: value.replaceAll('%', '%%') }, 'full', plain, judge));
      return settled('interface', word, judgeExpanded(word, 'full', context, judge));
    },
  };
}

/** BindToDevice=: an interface, or `*` for any (config_parse_socket_bindtodevice). */
export const boundDevice = byVersion(oneInterface('bound device', {}, false, '*'), { 260: oneInterface('bound device', {}, true, '*') });

/** BindNetworkInterface=: an interface. */
export const boundInterface = oneInterface('bound interface', { alternative: true }, true);
