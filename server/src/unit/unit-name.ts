/** Names of units that are made from paths. */

/** A path as systemd writes it in the name of a unit (src/basic/unit-name.c, unit_name_path_escape): `/a b` is `a\x20b`, `/` is `-`. */
export function escapePath(path: string): string {
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  if (trimmed === '') return '-';
  let name = '';
  for (const byte of new TextEncoder().encode(trimmed)) {
    const c = String.fromCharCode(byte);
    if (c === '/') name += '-';
    else name += /[A-Za-z0-9:_.]/.test(c) && !(c === '.' && name === '') ? c : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return name;
}
