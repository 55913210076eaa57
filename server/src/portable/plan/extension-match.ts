/** Whether an extension image fits the image that it is laid over (src/shared/extension-util.c, extension_release_validate). */

type Release = Readonly<Record<string, string>>;

/** What a release file says of an extension, and what it would have to say. */
export interface Mismatch {
  /** The field that does not fit. */
  readonly field: string;
  readonly found: string;
  /** What the base has, or would accept. */
  readonly expected: string;
}

/** What an extension has of the field that does not fit. An empty scope is there; other fields count as absent when they are empty. */
export const hasField = ({ field, found }: Mismatch): string =>
  found !== '' ? `${field}=${found}` : field === 'SYSEXT_SCOPE' ? `an empty ${field}=` : `no ${field}=`;

/** From this version on, ID_LIKE= of the base counts; upstream brought it with 258, its releases for 257 have it, too (seen on 257.13). */
const likeFrom = 257;
const words = (text: string | undefined): readonly string[] => (text ?? '').split(/\s+/).filter(word => word !== '');

/**
 * The first field in which an extension does not fit its base, in systemd's order; undefined where it fits. `architecture` is the host's, as
 * systemd names it (`x86-64`); where it is unknown, that field is taken to fit. portabled looks at the fields of system extensions also in those
 * that extend a configuration (seen on 257 and 262).
 */
export function extensionMismatch(
  extension: Release,
  base: Release,
  { systemd, architecture }: { readonly systemd: number; readonly architecture?: string },
): Mismatch | undefined {
  const scopes = extension.SYSEXT_SCOPE;
  // an empty one names none (seen on 252, 257 and 262)
  if (scopes !== undefined && !words(scopes).includes('portable')) return { field: 'SYSEXT_SCOPE', found: scopes, expected: 'portable' };
  const built = extension.ARCHITECTURE;
  if (built && built !== '_any' && architecture !== undefined && built !== architecture)
    return { field: 'ARCHITECTURE', found: built, expected: architecture };
  const id = extension.ID ?? '';
  if (id === '_any') return undefined;
  const accepted = [base.ID ?? '', ...(systemd >= likeFrom ? words(base.ID_LIKE) : [])];
  if (id === '' || !accepted.includes(id)) return { field: 'ID', found: id, expected: accepted.join(' or ') };
  // a rolling release has no version to compare
  const level = 'SYSEXT_LEVEL';
  const [ownLevel, baseLevel] = [extension[level], base[level]];
  if (ownLevel && baseLevel) return ownLevel === baseLevel ? undefined : { field: level, found: ownLevel, expected: baseLevel };
  if (!base.VERSION_ID && !extension.VERSION_ID) return undefined;
  if (!base.VERSION_ID) return undefined;
  if (extension.VERSION_ID === base.VERSION_ID) return undefined;
  return { field: 'VERSION_ID', found: extension.VERSION_ID ?? '', expected: base.VERSION_ID };
}
