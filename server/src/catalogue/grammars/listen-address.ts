/** What a socket unit listens on (config_parse_socket_listen, src/shared/socket-netlink.c, src/basic/socket-util.c). */
import { type Fault, fault, type Grammar, nothing, type Reading, wrong } from './grammar.ts';
import { isInteger, ranges } from './integer.ts';
import { isInterface } from './interface-name.ts';
import { isIpv4, isIpv6, isPort } from './ip-address.ts';
import { readPath } from './path-value.ts';
import { byteLength, pathProblem, tooLong } from './paths.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { splitWords } from './split.ts';
import { words } from './words.ts';

/** From here on systemd rewrites /var/run; before, Debian's did so in silence. */
const sinceVarRun = 253;
/** From here on only ListenSpecial= takes paths below /dev, /proc and /sys. */
const sinceApiCheck = 255;

const varRun = /^(?:\/+\.)*\/+var(?:\/+\.)*\/+run(?:\/+|$)/;

/** A path below /run where it was below /var/run; undefined otherwise (patch_var_run). */
function withoutVarRun(path: string): string | undefined {
  const prefix = varRun.exec(path)?.[0];
  return prefix === undefined ? undefined : `/run/${path.slice(prefix.length)}`;
}

const movedTo = (path: string) => `systemd uses ${path}, as /var/run is only a link to /run.`;

/** Whether a text is the address of a socket of virtual machines: `vsock:CID:PORT`, the CID may be left out (socket_address_parse_vsock). */
function isVsock(address: string, version: number): boolean {
  const [, type, cid, port] = /^(vsock|vsock-stream|vsock-dgram|vsock-seqpacket):([^:]*):(.*)$/s.exec(address) ?? [];
  if (type === undefined || cid === undefined || port === undefined) return false;
  if (version < 255) return type === 'vsock' && (cid === '' || isInteger(cid, ranges.unsigned)) && isInteger(port, ranges.unsigned);
  const named = ['', 'hypervisor', 'local', 'host'].includes(cid) || (version >= 260 && ['any', '-1'].includes(cid));
  // the last number stands for any port
  return (named || isInteger(cid, ranges.unsigned)) && isInteger(port, [0n, ranges.unsigned[1] - 1n]);
}

/** Whether a text is a port, or an IP address with port and perhaps `%` and an interface (in_addr_port_ifindex_name_from_string_auto). */
function isInternet(address: string): boolean {
  if (isPort(address)) return true;
  const percent = address.indexOf('%');
  // whether there is such an interface depends on the machine
  if (percent >= 0 && !isInterface(address.slice(percent + 1), { alternative: true, numeric: true })) return false;
  const endpoint = percent < 0 ? address : address.slice(0, percent);
  const colon = endpoint.lastIndexOf(':');
  if (colon < 0 || !isPort(endpoint.slice(colon + 1))) return false;
  const host = endpoint.slice(0, colon);
  return host.startsWith('[') ? host.endsWith(']') && isIpv6(host.slice(1, -1)) : isIpv4(host);
}

/** The kind of socket that an address names; undefined for none (socket_address_parse). */
function family(address: string, version: number): 'unix' | 'other' | undefined {
  if (/^[/@]/.test(address)) {
    const length = byteLength(address);
    return length >= 2 && length <= 107 ? 'unix' : undefined;
  }
  return isVsock(address, version) || isInternet(address) ? 'other' : undefined;
}

const expectedAddress = 'a path, @name, a port, ADDRESS:PORT, [ADDRESS]:PORT or vsock:CID:PORT';

/** Reads a value with its specifiers replaced. */
function expanding(name: string, read: (text: string, value: string, version: number) => readonly Fault[]): Grammar {
  return {
    name,
    empty: 'resets',
    read: (value, context): Reading => {
      const { text, certain, unknown } = expandSpecifiers(value, 'full', context);
      if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, 'full')] };
      const long = tooLong(text);
      if (long !== undefined) return wrong(value, long);
      // a template's instance decides whether it is an address, but not where it begins
      const faults = certain
        ? read(text, value, context.version)
        : read(value, value, context.version).filter(f => f.outcome === 'rewritten');
      const taken = faults.every(({ outcome }) => outcome === 'rewritten');
      return { parts: taken ? [{ start: 0, end: value.length, kind: 'address', text: value }] : nothing.parts, faults };
    },
  };
}

function socketAddress(name: string, only: 'unix' | 'any'): Grammar {
  return expanding(name, (text, value, version) => {
    const moved = version >= sinceVarRun ? withoutVarRun(text) : undefined;
    const faults = moved === undefined ? [] : [fault(0, value.length, 'rewritten', movedTo(moved))];
    const found = family(moved ?? text, version);
    if (found === undefined) {
      const tooLong = /^[/@]/.test(text) && byteLength(text) > 107;
      faults.push(fault(0, value.length, 'ignored', tooLong ? 'an address of at most 107 bytes' : expectedAddress));
    } else if (only === 'unix' && found !== 'unix')
      faults.push(fault(0, value.length, 'ignored', 'a path or @name, as only local sockets have sequential packets'));
    return faults;
  });
}

const stream = socketAddress('socket address', 'any');
const sequential = socketAddress('local socket address', 'unix');

const families = words(`
  route firewall inet-diag nflog xfrm selinux iscsi audit fib-lookup connector netfilter ip6-fw dnrtmsg kobject-uevent generic scsitransport
  ecryptfs rdma`);

/** A netlink family and perhaps a group (socket_address_parse_netlink). */
const netlink = expanding('netlink address', (text, value, version) => {
  const { words: found, rest } = splitWords(text, {}, { limit: 1 });
  const name = found[0]?.text ?? '';
  // numbers go up to what the kernel's field holds
  if (!families.has(name, version) && !isInteger(name, [0n, ranges.int[1]]))
    return [fault(0, value.length, 'ignored', 'a netlink family such as route or kobject-uevent, and perhaps the number of a group')];
  if (rest === undefined || isInteger(text.slice(rest), ranges.unsigned)) return nothing.faults;
  return [fault(text === value ? rest : 0, value.length, 'ignored', 'the number of a netlink group')];
});

/** ListenStream=, ListenDatagram=, ListenSequentialPacket=, ListenNetlink=: one parser, that looks at the key. */
export const listenAddress: Grammar = {
  ...stream,
  read: (value, context) => {
    if (context.key === 'ListenNetlink') return netlink.read(value, context);
    return (context.key === 'ListenSequentialPacket' ? sequential : stream).read(value, context);
  },
  words: ({ key, version }) => (key === 'ListenNetlink' ? families.all(version) : []),
};

/** ListenMessageQueue=, ListenUSBFunction=: an absolute path, of late outside the kernel's own file systems. */
export const listenPath: Grammar = {
  name: 'path to listen on',
  empty: 'resets',
  read: (value, context) => readPath(value, 0, value.length, context, 'ignored', { apiFileSystems: context.version < sinceApiCheck }),
};

/** ListenSpecial=: any absolute path. */
export const listenSpecial: Grammar = {
  name: 'special file',
  empty: 'resets',
  read: (value, context) => readPath(value, 0, value.length, context, 'ignored'),
};

/** ListenFIFO=: as `listenPath`, and /var/run becomes /run. */
export const listenFifo = expanding('FIFO', (text, value, version) => {
  const problem = pathProblem(text, { apiFileSystems: version < sinceApiCheck }, version);
  if (problem !== undefined) return [fault(0, value.length, 'ignored', problem)];
  const moved = version >= sinceVarRun ? withoutVarRun(text) : undefined;
  return moved === undefined ? nothing.faults : [fault(0, value.length, 'rewritten', movedTo(moved))];
});
