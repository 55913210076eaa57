/** What each section of a unit is for, in our own words, and the page of the manual that explains it. */
export const sectionTexts: Readonly<Record<string, { readonly summary: string; readonly page: string }>> = {
  Unit: { summary: 'What the unit is called, what it needs, and when it is started, whatever its type.', page: 'systemd.unit' },
  Install: {
    summary: 'What systemctl enable and disable do with the unit. The service manager itself does not read it.',
    page: 'systemd.unit',
  },
  Service: { summary: 'Which program the service runs, as whom, and what it may see, do and use.', page: 'systemd.service' },
  Socket: { summary: 'Addresses that systemd listens on, and the service that it starts when something arrives.', page: 'systemd.socket' },
  Mount: { summary: 'A file system, and where it is mounted.', page: 'systemd.mount' },
  Automount: { summary: 'A mount point whose file system is mounted when someone looks into it.', page: 'systemd.automount' },
  Swap: { summary: 'A device or file to swap memory to.', page: 'systemd.swap' },
  Timer: { summary: 'When the unit that belongs to the timer is started.', page: 'systemd.timer' },
  Path: { summary: 'Paths that are watched, and the unit that is started when they change.', page: 'systemd.path' },
  Slice: { summary: 'Limits of resources that all units of the slice share.', page: 'systemd.slice' },
  Scope: { summary: 'Limits of a group of processes that something other than systemd started.', page: 'systemd.scope' },
  Target: { summary: 'Has no directives of its own: a target only groups other units.', page: 'systemd.target' },
  Device: { summary: 'Has no directives of its own: a device unit only mirrors what udev knows.', page: 'systemd.device' },
};
