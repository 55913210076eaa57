/** Paths as systemd checks them (src/basic/path-util.c, src/shared/parse-helpers.c). */

/** Bytes of a text in UTF-8; bytes that came from escapes count as one. */
export function byteLength(text: string): number {
  let length = 0;
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0;
    length += code < 0x80 || (code >= 0xdc80 && code <= 0xdcff) ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** The most bytes that a path with its specifiers replaced may have, before it is simplified (unit_path_printf). */
export const longestPath = 4095;

/** What a path must be beside well-formed. */
export interface PathTraits {
  /** `either` takes relative ones too. Default: `absolute`. */
  readonly is?: 'absolute' | 'relative' | 'either';
  /** Whether it may lie below /dev, /proc or /sys (PATH_CHECK_NON_API_VFS). Default: it may. */
  readonly apiFileSystems?: boolean;
}

/** First version that drops `..` at the beginning of an absolute path, where it means the root itself (path_simplify). */
const dropsLeadingDotDot = 255;

/** The objection to an expanded path that is too long, even if it were simplified to less. */
export const tooLong = (path: string): string | undefined =>
  path.length * 3 > longestPath && byteLength(path) > longestPath ? `a path of at most ${longestPath} bytes` : undefined;

/** What is wrong with a path, as what would be right instead, to be put after "Expected"; undefined when nothing is (path_simplify_and_warn). */
export function pathProblem(
  path: string,
  { is = 'absolute', apiFileSystems = true }: PathTraits = {},
  version: number = dropsLeadingDotDot,
): string | undefined {
  if (is === 'absolute' && !path.startsWith('/')) return 'an absolute path, which begins with /';
  if (is === 'relative' && path.startsWith('/')) return 'a relative path';
  const long = tooLong(path);
  if (long !== undefined) return long;
  const simple = simplifyPath(path, version);
  if (simple === '') return 'a path';
  const components = simple.split('/');
  if (simple.length > 63 && components.some(component => byteLength(component) > 255))
    return 'a path whose components have at most 255 bytes';
  if (components.includes('..')) return 'a path without ".." in it';
  if (!apiFileSystems && /^\/(?:dev|proc|sys)(?:\/|$)/.test(simple)) return 'a path outside /dev, /proc and /sys';
  return undefined;
}

/** A path without doubled and trailing slashes, without `.` components and, in newer versions, without `..` at the root (path_simplify). */
export function simplifyPath(path: string, version: number = dropsLeadingDotDot): string {
  const components = path.split('/').filter(component => component !== '' && component !== '.');
  if (!path.startsWith('/')) return components.join('/');
  const first = version >= dropsLeadingDotDot ? components.findIndex(component => component !== '..') : 0;
  return `/${components.slice(first < 0 ? components.length : first).join('/')}`;
}
