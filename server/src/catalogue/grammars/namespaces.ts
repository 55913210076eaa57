/** What a process may create: RestrictNamespaces=, DelegateNamespaces=, RestrictAddressFamilies=. */
import { parseBoolean } from './boolean.ts';
import { type Grammar, whole } from './grammar.ts';
import { invertible } from './inverted.ts';
import { list } from './list.ts';
import { orList, type Words, words } from './words.ts';

const namespaces = words('cgroup ipc net mnt pid user uts time');
/** Those that DelegateNamespaces= may name; after a `~` it may name all. */
const delegable = words('cgroup ipc net mnt pid uts time');

function namespaceList(known: Words): Grammar {
  return list({
    name: 'name spaces',
    kind: 'name space',
    otherwise: 'ignored',
    judge: ({ text }, { version }) => (known.has(text, version) ? undefined : orList(known.all(version))),
    words: ({ version }) => ['yes', 'no', ...known.all(version)],
  });
}

const all = invertible(namespaceList(namespaces));
const allButUser = namespaceList(delegable);

/** RestrictNamespaces=, DelegateNamespaces=: a boolean, or types of name spaces, after a `~` all but them (namespace_flags_from_string). */
export const namespaceFlags: Grammar = {
  ...all,
  read: (value, context) => {
    if (parseBoolean(value) !== undefined) return whole('boolean', value);
    const delegates = context.key === 'DelegateNamespaces' && !value.startsWith('~');
    return (delegates ? allButUser : all).read(value, context);
  },
};

/** Without `AF_` (src/basic/af-list.c; letters of any case). */
const families = words(`
  alg appletalk ash atmpvc atmsvc ax25 bluetooth bridge caif can decnet econet file ib ieee802154 inet inet6 ipx irda isdn iucv kcm
  key llc local mctp mpls netbeui netlink netrom nfc packet phonet pppox qipcrtr rds rose route rxrpc security smc sna tipc unix
  vsock wanpipe x25 xdp`);

const familyList = invertible(
  list({
    name: 'address families',
    kind: 'address family',
    split: { quotes: 'remove' },
    judge: ({ text }, { version }) =>
      /^af_/i.test(text) && families.has(text.slice(3).toLowerCase(), version) ? undefined : 'an address family such as AF_INET',
    words: ({ version }) => ['none', ...families.all(version).map(family => `AF_${family.toUpperCase()}`)],
  }),
);

/** RestrictAddressFamilies=: `none`, or families, after a `~` all but them (config_parse_address_families). */
export const addressFamilies: Grammar = {
  ...familyList,
  read: (value, context) => (value === 'none' ? whole('none', value) : familyList.read(value, context)),
};
