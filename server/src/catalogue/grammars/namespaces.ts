/** What a process may create: RestrictNamespaces=, DelegateNamespaces=, RestrictAddressFamilies=. */
import { parseBoolean } from './boolean.ts';
import { type Grammar, whole } from './grammar.ts';
import { invertible } from './inverted.ts';
import { list } from './list.ts';
import { orList, words } from './words.ts';

const namespaces = words('cgroup ipc net mnt pid user uts time');

const namespaceList = invertible(
  list({
    name: 'name spaces',
    kind: 'name space',
    otherwise: 'ignored',
    judge: ({ text }, { version }) =>
      namespaces.has(text, version)
        ? undefined
        : `yes, no, or a list of ${orList(namespaces.all(version))}, all of them or none of it used`,
    words: ({ version }) => ['yes', 'no', ...namespaces.all(version)],
  }),
);

/** RestrictNamespaces=, DelegateNamespaces=: a boolean, or types of name spaces, after a `~` all but them (namespace_flags_from_string). */
export const namespaceFlags: Grammar = {
  ...namespaceList,
  read: (value, context) => (parseBoolean(value) === undefined ? namespaceList.read(value, context) : whole('boolean', value)),
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
