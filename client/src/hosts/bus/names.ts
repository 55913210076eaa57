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
