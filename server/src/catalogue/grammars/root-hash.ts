/** RootHash=, RootHashSignature=: a path, or the bytes themselves. A path is taken as it stands, without specifiers. */
import { base64Length, hexLength } from './encodings.ts';
import { scalar } from './grammar.ts';

/** The bytes of the shortest hash (sizeof(sd_id128_t)). */
const shortest = 16;

/** RootHash= (config_parse_exec_root_hash). */
export const rootHash = scalar({
  name: 'root hash',
  empty: 'resets',
  expected: 'an absolute path, or at least 32 hexadecimal digits',
  accepts: value => value.startsWith('/') || (hexLength(value) ?? 0) >= shortest,
});

/** RootHashSignature= (config_parse_exec_root_hash_sig). */
export const rootHashSignature = scalar({
  name: 'root hash signature',
  empty: 'resets',
  expected: 'an absolute path, or base64: and the signature in Base64',
  accepts: (value, { version }) =>
    value.startsWith('/') || (value.startsWith('base64:') && base64Length(value.slice('base64:'.length), version) !== undefined),
});
