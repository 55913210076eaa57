/** Names of units that are made from paths, and back (src/basic/unit-name.c). */

/** A path as systemd writes it in the name of a unit (unit_name_path_escape): `/a b` is `a\x20b`, `/` is `-`. */
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

/** Undoes the escaping of a part of a unit's name: `-` is `/`, `\x2d` is `-`; undefined where a backslash begins no such escape. */
export function unescapeName(text: string): string | undefined {
  if (/\\(?!x[0-9a-fA-F]{2})/.test(text)) return undefined;
  return text.replace(/\\x([0-9a-fA-F]{2})|-/g, (_, hex?: string) =>
    hex === undefined ? '/' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** The path that a name stands for (unit_name_path_unescape); undefined where it has a dash too many, or steps such as `..`. */
export function unescapePath(text: string): string | undefined {
  if (text === '-') return '/';
  const path = unescapeName(text);
  return path === undefined || path.split('/').some(part => part === '' || part === '.' || part === '..') ? undefined : `/${path}`;
}
