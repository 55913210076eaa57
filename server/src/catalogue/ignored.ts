/**
 * Directives that systemd still names but no longer obeys: it says "Support for option ... has been removed and it is ignored" and goes on.
 * `--dump-configuration-items` leaves them out, so this table is kept by hand; the names are those of the key table inside the real
 * libsystemd-core of 252, 257 and 262, the versions those of the release that changed the parser to config_parse_warn_compat.
 */
export interface IgnoredDirective {
  readonly name: string;
  /** Sections, blank-separated; absent where a dump of an older version tells. */
  readonly sections?: string;
  /** First version that ignores it; 247 stands for 247 or earlier. */
  readonly since: number;
  /** What to use now, where there is something. */
  readonly successor?: string;
}

const resource = 'Service Socket Mount Swap Slice Scope';

export const ignoredDirectives: readonly IgnoredDirective[] = [
  { name: 'BusPolicy', sections: 'Service', since: 247 },
  { name: 'Capabilities', sections: 'Service Socket Mount Swap', since: 247, successor: 'AmbientCapabilities' },
  { name: 'IgnoreOnSnapshot', sections: 'Unit', since: 247 },
  { name: 'NetClass', sections: resource, since: 247 },
  { name: 'SysVStartPriority', sections: 'Service', since: 247 },
  { name: 'BlockIOAccounting', since: 258, successor: 'IOAccounting' },
  { name: 'BlockIODeviceWeight', since: 258, successor: 'IODeviceWeight' },
  { name: 'BlockIOReadBandwidth', since: 258, successor: 'IOReadBandwidthMax' },
  { name: 'BlockIOWeight', since: 258, successor: 'IOWeight' },
  { name: 'BlockIOWriteBandwidth', since: 258, successor: 'IOWriteBandwidthMax' },
  { name: 'CPUAccounting', since: 258 },
  { name: 'CPUShares', since: 258, successor: 'CPUWeight' },
  { name: 'MemoryLimit', since: 258, successor: 'MemoryMax' },
  { name: 'StartupBlockIOWeight', since: 258, successor: 'StartupIOWeight' },
  { name: 'StartupCPUShares', since: 258, successor: 'StartupCPUWeight' },
  { name: 'DefaultMemoryLow', since: 260 },
  { name: 'DefaultMemoryMin', since: 260 },
  { name: 'DefaultStartupMemoryLow', since: 260 },
];
