/** Cells of the recorded verdicts that tell of the machine that they were recorded on, not of systemd: each with its reason, skipped in the count. */

export interface Excepted {
  /** `Section.Key`, or `*.Key` for every section. */
  readonly directive: string;
  /** The value, or every value when absent. */
  readonly value?: string;
  readonly version?: number;
  readonly reason: string;
}

const pidFileStops =
  'the path refuses the unit, which the recording took for a complaint, and with it ended the reading of the values that followed';
const wholeUnit = 'the unit is refused for what it lacks or combines, and the recording put that down to the last complaint';

const policyStops =
  'the first wrong policy refuses the unit, which the recording took for a complaint, and with it ended the reading of the values that followed';

export const excepted: readonly Excepted[] = [
  ...['Root', 'Mount', 'Extension'].map(which => ({ directive: `*.${which}ImagePolicy`, value: 'yes', reason: policyStops })),
  ...[
    '/a/../b',
    '%Z',
    'a/../b',
    '../a',
    '..',
    '/dev/null rw',
    '/dev/null',
    '/dev/null x',
    '/dev/sda 100',
    '/dev/sda 10M',
    '/sys/fs/bpf/x',
    '/dev/tty1',
  ].map(value => ({ directive: 'Service.PIDFile', value, reason: pidFileStops })),
  { directive: '*.Personality', value: 'arm64', reason: 'the machine was an x86-64, which can be no other architecture' },
  { directive: 'Socket.DeferTrigger', value: 'foo arg', reason: wholeUnit },
  ...['Stream', 'Datagram', 'SequentialPacket', 'Netlink', 'FIFO', 'Special', 'MessageQueue', 'USBFunction'].map(what => ({
    directive: `Socket.Listen${what}`,
    value: 'foo arg',
    reason: wholeUnit,
  })),
  { directive: 'Socket.Service', value: 'foo arg', reason: wholeUnit },
  ...['ActiveSec', 'BootSec', 'StartupSec', 'UnitActiveSec', 'UnitInactiveSec', 'Calendar'].map(when => ({
    directive: `Timer.On${when}`,
    value: 'foo arg',
    reason: wholeUnit,
  })),
  ...['PathExists', 'PathExistsGlob', 'PathChanged', 'PathModified', 'DirectoryNotEmpty'].map(key => ({
    directive: `Path.${key}`,
    value: 'foo arg',
    reason: wholeUnit,
  })),
  ...['foo.socket', 'foo@.service', 'foo@bar.service', 'foo.slice', 'a-b.slice', '-.slice', '-.mount', 'system.slice', 'foo.target'].map(
    value => ({ directive: '*.Unit', value, reason: 'foo.service stood before it in the same file, and only one unit may be triggered' }),
  ),
  {
    directive: 'Socket.ListenSequentialPacket',
    value: '[::]:80',
    reason: 'the machine has no IPv6, about which systemd complains without naming the line',
  },
];

/** Why a cell is left out of the comparison; undefined when it counts. */
export function exception(section: string, key: string, value: string, version: number): string | undefined {
  return excepted.find(
    cell =>
      (cell.directive === `${section}.${key}` || cell.directive === `*.${key}`) &&
      (cell.value === undefined || cell.value === value) &&
      (cell.version === undefined || cell.version === version),
  )?.reason;
}
