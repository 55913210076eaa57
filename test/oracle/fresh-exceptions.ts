/** Fresh values whose verdict is the machine's, not systemd's: each kind with its reason. */
interface Kind {
  readonly reason: string;
  readonly keys?: RegExp;
  readonly versions?: readonly [from: number, to: number];
  readonly value?: RegExp;
  /** systemd's own message. */
  readonly message?: RegExp;
}

const kinds: readonly Kind[] = [
  {
    reason: 'the tree has no control groups, which these versions look for when they read the path',
    keys: /^IP(?:In|E)gressFilterPath$/,
    versions: [247, 257],
    message: /^$/,
  },
  { reason: 'the machine is an x86-64, which can be no other architecture', keys: /^Personality$/, value: /^[a-z0-9_-]+$/ },
  { reason: 'the release of the kernel is longer than some, and names are short', keys: /Interface|Device/, value: /%v/ },
  { reason: 'the C library of that tree reads 0b after a sign', versions: [257, 257], value: /[-+bB]0[bB][01]/ },
  { reason: 'the machine has no such network interface', keys: /^Listen/, message: /No such device$/ },
  { reason: 'the id of a boot begins with a letter or a digit', keys: /^(?:BusName|.*Environment)$/, value: /%b/ },
  { reason: 'what the specifier stands for depends on the control group in which systemd runs', value: /%[rR]/ },
];

/** Why a difference does not count; undefined when it does. `message` is systemd's. */
export function freshException(key: string, value: string, version: number, message: string): string | undefined {
  return kinds.find(
    kind =>
      (kind.keys?.test(key) ?? true) &&
      (kind.versions === undefined || (version >= kind.versions[0] && version <= kind.versions[1])) &&
      (kind.value?.test(value) ?? true) &&
      (kind.message?.test(message) ?? true),
  )?.reason;
}
