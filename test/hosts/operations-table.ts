/** What each operation comes to on each version of systemd, by each way to a host, with each kind of rights: the table, as data. */
import { type AttachOptions, forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { Host, HostImage, VersionOnHost } from '../../client/src/hosts/contract.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';
import { quietProgress } from './laboratory.ts';

/**
 * As whom a host is entered, and how. Two ways are not here. A container is entered by root alone: users on the machine itself are tried in
 * this-machine.test.ts and user-scope.test.ts. There is no user's own portabled before 260: user-scope.test.ts has all of that.
 */
export const ways = ['root, no ssh', 'root', 'sudo', 'polkit', 'nothing'] as const;
export type CellWay = (typeof ways)[number];

/** `refused` comes with words of its message. */
export type Outcome = 'done' | 'not allowed' | `refused: ${string}`;

export const place = '/var/lib/portables';
const [first, second, gone, addon] = [`${place}/cell_1`, `${place}/cell_2`, `${place}/gone_1`, `${place}/cell-addon`] as const;

/** An image of this machine, which can be changed. */
export interface Here {
  readonly image: ImageFacts;
  change(): void;
}

export interface Row {
  readonly operation: string;
  /** What is done before, by root: on the host, or from here. */
  readonly before?: string;
  readonly prepare?: (root: Host, here: Here) => Promise<unknown>;
  readonly act: (host: Host, here: Here) => Promise<unknown>;
  /** What portablectl does for it: the same files are there afterwards. */
  readonly same?: string;
  /** What holds after it, beyond files: a script that succeeds. */
  readonly holds?: string;
  /** By root through any way and sudo, by polkit, by nobody special. */
  readonly root: Outcome;
  readonly polkit: Outcome;
  readonly nothing: Outcome;
  /** On systemd before that version, whoever asks. */
  readonly older?: { readonly than: number; readonly outcome: Outcome };
  /** By users who are not root, on systemd before that version. */
  readonly olderUser?: { readonly than: number; readonly outcome: Outcome };
}

/** The units of the images; the service is wanted by a target when it is enabled, and keeps state. */
export const cellUnits = {
  'cell.service':
    '[Unit]\nDescription=x\n[Service]\nExecStart=/bin/busybox sh -c "echo said; sleep 1000"\nStateDirectory=cell\n[Install]\nWantedBy=multi-user.target\n',
  'cell-asked.socket': '[Unit]\nDescription=x\n[Socket]\nListenStream=/run/cell-asked.sock\n',
  'cell-asked.service': '[Unit]\nDescription=x\n[Service]\nExecStart=/bin/busybox sleep 1000\n',
} as const;
const unitNames = Object.keys(cellUnits);

/** Whether links of enabled units lie anywhere. */
const links = `find /etc/systemd/system* /run/systemd/system* -path '*.wants/*' -lname '*/cell.service' | grep -q .`;

const signal = new AbortController().signal;
const options = (more: Partial<AttachOptions> = {}): AttachOptions => ({ ...forTesting, ...more });
const attach =
  (more: Partial<AttachOptions> = {}) =>
  (host: Host) =>
    host.onHost.attach(first, options(more), quietProgress());
const units = (action: Parameters<Host['units']['act']>[0]) => (host: Host) =>
  host.units.act(action, ['cell.service'], { runtime: true }, quietProgress());
const named = (images: readonly HostImage[], name: string): HostImage => {
  const found = images.find(image => image.name === name);
  if (!found) throw new Error(`${name} is not listed`);
  return found;
};
const all = { root: 'done', polkit: 'done', nothing: 'done' } as const;
const allowed = { root: 'done', polkit: 'done', nothing: 'not allowed' } as const;
const asRoot = { root: 'done', polkit: 'not allowed', nothing: 'not allowed' } as const;
const noExtensions = { than: 249, outcome: 'refused: knows no extension images' } as const;
/** The policy of the bus lets root alone call methods `*WithFlags` (files of 247 and 252). */
const enabling = { ...allowed, olderUser: { than: 257, outcome: 'not allowed' } } as const;
/** So does that of portabled with methods `*WithExtensions`, which a forced attach takes, too (252). */
const extending = { ...allowed, olderUser: { than: 257, outcome: 'not allowed' } } as const;
const onlyBtrfs = {
  root: 'refused: the file system on the host cannot do that',
  polkit: 'refused: the file system on the host cannot do that',
} as const;
const attached = `portablectl attach -q --runtime --now ${first}`;

export const table: readonly Row[] = [
  { operation: 'list', act: async host => named(await host.images(), 'cell_1'), ...all },
  { operation: 'state', before: attached, act: async host => runs(named(await host.images(), 'cell_1')), ...all },
  { operation: 'profiles', act: host => host.onHost.profiles(), ...all },
  { operation: 'pool', act: host => host.onHost.pool(), ...all },
  { operation: 'metadata', act: host => host.onHost.metadata('cell_1', { prefixes: [], extensions: [] }, signal), ...all },
  {
    operation: 'metadata with an extension',
    act: host => host.onHost.metadata('cell_1', { prefixes: [], extensions: [addon] }, signal),
    ...all,
    olderUser: extending.olderUser,
    older: noExtensions,
  },
  { operation: 'attach', act: attach(), same: attached, ...allowed },
  {
    operation: 'attach for good, enabled',
    act: attach({ runtime: false, enable: true }),
    same: `portablectl attach -q --enable --now ${first}`,
    ...enabling,
  },
  {
    operation: 'attach with an extension',
    act: attach({ extensions: [addon] }),
    same: `portablectl attach -q --runtime --now --extension=${addon} ${first}`,
    ...extending,
    older: noExtensions,
  },
  {
    operation: 'attach by force',
    before: `mkdir -p /run/systemd/system; printf '[Service]\\nExecStart=/bin/true\\n' >/run/systemd/system/cell.service; systemctl daemon-reload`,
    act: attach({ force: true, start: false }),
    same: `portablectl attach -q --runtime --force ${first}`,
    ...extending,
    older: { than: 249, outcome: 'refused: cannot be forced' },
  },
  {
    operation: 'attach by copy mode mixed',
    act: attach({ copyMode: 'mixed', start: false }),
    same: `portablectl attach -q --runtime --copy=mixed ${first}`,
    ...allowed,
    older: { than: 256, outcome: 'refused: the copy mode mixed came with systemd 256' },
  },
  {
    operation: 'reattach',
    before: attached,
    act: host => host.onHost.reattach(second, options(), quietProgress()),
    // 247 has no such verb
    same: `portablectl reattach -q --runtime --now ${second} 2>/dev/null || { portablectl detach -q --runtime --now ${first}; portablectl attach -q --runtime --now ${second}; }`,
    ...allowed,
  },
  {
    operation: 'detach',
    before: attached,
    act: host => host.onHost.detach(first, { clean: false, reload: true, agreed: unitNames }, quietProgress()),
    same: `portablectl detach -q --runtime --now ${first}`,
    ...allowed,
  },
  {
    operation: 'detach and clean',
    before: attached,
    act: host => host.onHost.detach(first, { clean: true, reload: true, agreed: unitNames }, quietProgress()),
    same: `portablectl detach -q --runtime --now ${first}`,
    holds: '[ ! -e /var/lib/cell ]',
    ...asRoot,
  },
  {
    operation: 'make persistent',
    before: attached,
    act: host => host.onHost.makePersistent(first, { enable: false }, quietProgress()),
    same: `portablectl detach -q --runtime --now ${first}; portablectl attach -q --now ${first}`,
    ...allowed,
  },
  {
    operation: 'remove',
    before: `cp -a ${first} ${gone}`,
    act: host => host.onHost.remove(gone, quietProgress()),
    same: 'portablectl remove gone_1',
    ...allowed,
  },
  {
    operation: 'make writable',
    act: host => host.onHost.markReadOnly(first, false, quietProgress()),
    same: `portablectl read-only ${first} no`,
    ...allowed,
  },
  {
    operation: 'mark read-only',
    act: host => host.onHost.markReadOnly(`${first}.raw`, true, quietProgress()),
    same: `portablectl read-only ${first}.raw yes`,
    ...allowed,
  },
  { operation: 'limit an image', act: host => host.onHost.setLimit(first, 2 ** 20, quietProgress()), ...onlyBtrfs, nothing: 'not allowed' },
  { operation: 'limit all', act: host => host.onHost.setLimit(undefined, 2 ** 20, quietProgress()), ...onlyBtrfs, nothing: 'not allowed' },
  {
    operation: 'start',
    before: `portablectl attach -q --runtime ${first}`,
    act: units('start'),
    holds: 'systemctl -q is-active cell.service',
    ...allowed,
  },
  { operation: 'stop', before: attached, act: units('stop'), holds: '! systemctl -q is-active cell.service', ...allowed },
  { operation: 'restart', before: attached, act: units('restart'), holds: 'systemctl -q is-active cell.service', ...allowed },
  { operation: 'enable', before: attached, act: units('enable'), holds: links, ...enabling },
  {
    operation: 'disable',
    before: `portablectl attach -q --runtime --enable --now ${first}`,
    act: units('disable'),
    holds: `! { ${links}; }`,
    ...enabling,
  },
  { operation: 'reset failed', before: attached, act: units('reset-failed'), ...allowed },
  {
    operation: 'read the log',
    before: attached,
    act: async host => {
      const stop = new AbortController();
      for await (const _entry of host.logs({ units: ['cell.service'], lines: 1 }, stop.signal)) stop.abort();
    },
    ...asRoot,
  },
  {
    operation: 'deploy',
    act: (host, { image }) => host.deploy(image, options(), quietProgress()),
    holds: 'systemctl -q is-active here.service',
    ...asRoot,
  },
  {
    operation: 'deploy again',
    prepare: async (root, { image, change }) => {
      await root.deploy(image, options(), quietProgress());
      change();
    },
    act: (host, { image }) => host.deploy(image, options(), quietProgress()),
    holds: `systemctl -q is-active here.service; ${copies(2)}`,
    ...asRoot,
  },
  { operation: 'versions', act: (host, { image }) => host.versions(image), ...all },
  {
    operation: 'roll back',
    prepare: twoVersions,
    act: async (host, { image }) => host.rollBack(image, await older(image), quietProgress()),
    holds: `systemctl -q is-active here.service; ${copies(2)}`,
    ...asRoot,
  },
  {
    operation: 'clean up',
    prepare: twoVersions,
    act: async (host, { image }) => host.removeVersions(image, [await older(image)], quietProgress()),
    holds: copies(1),
    ...asRoot,
  },
  {
    operation: 'detach what was brought',
    prepare: twoVersions,
    act: (host, { image }) => host.detach(image, quietProgress()),
    holds: `! systemctl -q is-active here.service; ${copies(0)}`,
    ...asRoot,
  },
];

/** Versions of images that were brought, so many. */
function copies(count: number): string {
  return `[ "$(ls '/run/portables/.#versions' 2>/dev/null | wc -l)" = ${count} ]`;
}

let seen: readonly VersionOnHost[] = [];

async function twoVersions(root: Host, { image, change }: Here): Promise<void> {
  await root.deploy(image, options(), quietProgress());
  change();
  await root.deploy(image, options(), quietProgress());
  seen = await root.versions(image);
}

/** The version that is not attached, as root saw it: others do not see into the directory. */
async function older(image: ImageFacts): Promise<VersionOnHost> {
  const found = seen.find(version => !version.attached);
  if (!found) throw new Error(`no version of ${image.name} is kept`);
  return found;
}

function runs(image: HostImage): void {
  if (!image.attached?.states.some(({ name, active }) => name === 'cell.service' && active === 'active'))
    throw new Error('it does not run');
}
