/** Where systemd and portabled are on the bus. */
export const systemdManager = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
} as const;

export const portabledManager = {
  destination: 'org.freedesktop.portable1',
  path: '/org/freedesktop/portable1',
  interface: 'org.freedesktop.portable1.Manager',
} as const;

/** Names that portabled takes, and that stay themselves in `RootDirectory=` (no specifiers) and in portabled's marker (no colon, no quotes). */
export const plainName = /^[A-Za-z0-9][A-Za-z0-9._+~^-]{0,200}$/;

/** A profile's name goes unchecked into a path of portabled: no slashes, no leading dot. */
export const plainProfile = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
