/** The choices that an attach or a detach leaves to the user: those of portablectl, under its words. */

/** How portabled places profile and units: linked and copied, as it likes (`''`), all copied, all linked, or (systemd 256) `mixed`. */
export const copyModes = ['', 'copy', 'symlink', 'mixed'] as const;
export type CopyMode = (typeof copyModes)[number];

export interface AttachOptions {
  readonly profile: string;
  /** Prefixes that units must match; none: the image's default one. */
  readonly prefixes: readonly string[];
  /** Extension images: absolute paths on the host, in the order in which they are laid over the image. */
  readonly extensions: readonly string[];
  /** Extension images of this machine, which are brought along with an image of this machine and laid over those: absolute paths. */
  readonly brings: readonly string[];
  /** Gone after a reboot. */
  readonly runtime: boolean;
  readonly copyMode: CopyMode;
  readonly enable: boolean;
  readonly start: boolean;
  /** Reload systemd once portabled has written its files. Without that, units that systemd knows already stay as they were. */
  readonly reload: boolean;
  /** Skip portabled's checks that no unit of that name is there, and that extensions fit. */
  readonly force: boolean;
}

/** What fits testing: for this boot, started, nothing enabled. */
export const forTesting: AttachOptions = {
  profile: 'default',
  prefixes: [],
  extensions: [],
  brings: [],
  runtime: true,
  copyMode: '',
  enable: false,
  start: true,
  reload: true,
  force: false,
};

/** The prefix that portablectl derives from an image's path or name, and we as well: the file's name without `.raw` and `.v`, up to the first `_`. */
export function defaultPrefix(image: string): string {
  const file = image
    .slice(image.lastIndexOf('/') + 1)
    .replace(/\.v$/, '')
    .replace(/\.raw$/, '');
  return file.split('_', 1)[0] ?? file;
}

/**
 * Prefixes that match these units and as few others as may be: portabled takes only those that `PORTABLE_PREFIXES=` of the os-release lists,
 * and any where that is missing.
 */
export function prefixesOf(units: readonly string[], osRelease: string): readonly string[] {
  const listed = /^PORTABLE_PREFIXES=["']?([^"'\n]*)/m
    .exec(osRelease)?.[1]
    ?.split(/\s+/)
    .filter(word => word !== '');
  const found = units.map(unit => {
    if (!listed) return unit.replace(/@?\.[a-z]+$/, '');
    const fitting = listed.filter(prefix => unit.startsWith(prefix) && /^[-.@]/.test(unit.slice(prefix.length)));
    return fitting.reduce((longest, prefix) => (prefix.length > longest.length ? prefix : longest), '');
  });
  return [...new Set(found)].filter(prefix => prefix !== '');
}

export interface DetachOptions {
  /** Also remove what its services keep: state, cache, logs, configuration, runtime directories and stored file descriptors. */
  readonly clean: boolean;
  readonly reload: boolean;
  /** Units that the user was told will go. Where more would go, nothing is done. */
  readonly agreed: readonly string[];
}
