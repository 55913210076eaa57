/** What may pass a unit's control group: ports, BPF programs and nft sets (src/core/load-fragment.c, src/shared/parse-helpers.c). */
import { judgeExpanded, settled, wholeWord, wordFrom } from './expanded.ts';
import { fault, type Grammar, nothing, scalar } from './grammar.ts';
import { isPortRange } from './ip-address.ts';
import { list } from './list.ts';
import { readPath } from './path-value.ts';
import { pathProblem } from './paths.ts';
import { splitWords, within } from './split.ts';
import { orList, words } from './words.ts';

/** Whether a text is `[ipv4|ipv6:][tcp|udp:][PORT[-PORT]|any]`, of which one part suffices (parse_socket_bind_item). */
function isBindRule(value: string, leastPort: bigint): boolean {
  const { words: tokens, failure } = splitWords(value, { separators: ':', emptyWords: true });
  if (failure) return false;
  const forms = [/^ipv[46]$/, /^(?:tcp|udp)$/i];
  let form = 0;
  for (const { text } of tokens) {
    if (text === '' || form > forms.length) return false;
    while (form < forms.length && !forms[form]?.test(text)) form++;
    if (form === forms.length && text !== 'any' && !isPortRange(text, leastPort)) return false;
    form++;
  }
  return true;
}

/** SocketBindAllow=, SocketBindDeny= (config_parse_cgroup_socket_bind). Port 0 is taken since 255 at the latest. */
export const bindRule = scalar({
  name: 'bind rule',
  empty: 'resets',
  expected: 'any, or ipv4 or ipv6, tcp or udp and a port or range such as 80-90, in this order, with colons between',
  accepts: (value, { version }) => isBindRule(value, version < 255 ? 1n : 0n),
  words: () => ['any', 'ipv4', 'ipv6', 'tcp', 'udp'],
});

const attachTypes = words(`
  ingress egress sock_create sock_ops device bind4 bind6 connect4 connect6 post_bind4 post_bind6 sendmsg4 sendmsg6 sysctl recvmsg4 recvmsg6
  getsockopt setsockopt`);

/** BPFProgram=: where a program is attached, and its path (config_parse_bpf_foreign_program, bpf_cgroup_attach_type_from_string). */
export const bpfProgram: Grammar = {
  name: 'BPF program',
  empty: 'resets',
  read: (value, context) => {
    const { words: found, rest } = splitWords(value, { separators: ':' }, { limit: 1 });
    const type = found[0];
    if (!type || rest === undefined)
      return settled('BPF program', wholeWord(value), fault(0, value.length, 'ignored', 'where it is attached, a colon and a path'));
    if (!attachTypes.has(type.text, context.version)) {
      const expected = orList(attachTypes.all(context.version));
      return { parts: nothing.parts, faults: [fault(type.start, type.end, 'ignored', expected)] };
    }
    const path = wordFrom(value, rest);
    const read = settled(
      'path',
      path,
      judgeExpanded(path, 'full', context, text => pathProblem(text, {}, context.version)),
    );
    return { parts: [{ ...type, kind: 'BPF attach type' }, ...read.parts], faults: read.faults };
  },
  words: ({ version }) => attachTypes.all(version).map(type => `${type}:`),
};

/** IPIngressFilterPath=, IPEgressFilterPath=: an absolute path (config_parse_ip_filter_bpf_progs). */
export const filterProgram: Grammar = {
  name: 'filter program',
  empty: 'resets',
  read: (value, context) => readPath(value, 0, value.length, context, 'ignored'),
};

const nftFields = [
  { what: 'what goes into the set', words: ['cgroup', 'user', 'group'] },
  { what: 'an nft family', words: ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'] },
] as const;

/** Whether a text names a table or set of nft (nft_identifier_valid). */
const isNftName = (name: string, version: number) => /^[A-Za-z][A-Za-z0-9/\\_.]*$/.test(name) && name.length <= (version < 260 ? 31 : 255);

/** NFTSet=: `source:family:table:set` apart by blanks (config_parse_nft_set). */
export const nftSets = list({
  name: 'nft sets',
  kind: 'nft set',
  split: { quotes: 'remove', plainBackslash: true },
  judge: (word, { version }) => {
    const { words: fields, failure } = splitWords(word.text, { separators: ':', escapes: true, version });
    if (failure || fields.length !== 4)
      return 'a source, a family, a table and a set with colons between, such as cgroup:inet:filter:services';
    for (const [i, { start, end, text }] of fields.entries()) {
      const known = nftFields[i];
      const right = known ? known.words.some(each => each === text) : isNftName(text, version);
      if (right) continue;
      const at = within(word, start, end);
      const expected = known ? `${known.what}: ${orList(known.words)}` : 'a name of letters, digits and / \\ _ . that begins with a letter';
      return fault(at.start, at.end, 'skipped', expected);
    }
    return undefined;
  },
  words: () => ['cgroup:', 'user:', 'group:'],
});
