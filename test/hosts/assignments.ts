/** What real systemd makes of units in which directives are assigned once, twice, and then with nothing: by the manager's own properties. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { openBus } from '../../client/src/hosts/bus/bus.ts';
import { asDictionary, asText } from '../../client/src/hosts/bus/values.ts';
import type { LabHost } from '../../lab/hosts.ts';
import { namesIn } from '../../server/src/catalogue/catalogue.ts';
import { describeDirective } from '../../server/src/catalogue/describe.ts';
import { grammarFor, judgeValue } from '../../server/src/catalogue/grammars/index.ts';
import { parserOf } from '../../server/src/catalogue/parsers.ts';
import { seedsOf } from '../oracle/fresh-seeds.ts';

/** The properties of a loaded unit. */
export type Properties = Readonly<Record<string, unknown>>;

/** Sections with the type of their units, what a unit of that type cannot do without, and the manager's interface for it. */
export const kinds = [
  { section: 'Unit', type: 'target', needs: '' },
  { section: 'Service', type: 'service', needs: 'ExecStart=/bin/true' },
  { section: 'Socket', type: 'socket', needs: 'ListenStream=/run/zz.sock' },
  { section: 'Mount', type: 'mount', needs: 'What=/dev/zz' },
  { section: 'Automount', type: 'automount', needs: '' },
  { section: 'Swap', type: 'swap', needs: '' },
  { section: 'Timer', type: 'timer', needs: 'OnBootSec=1h' },
  { section: 'Path', type: 'path', needs: 'PathExists=/zz' },
  { section: 'Slice', type: 'slice', needs: '' },
] as const;
export type Kind = (typeof kinds)[number];

/** Two values apart from each other, neither of which contains the other, where the seeds of a parser (or for a name) have no such pair in front. */
const samples: Readonly<Record<string, readonly [string, string]>> = {
  TimeoutAbortSec: ['7s', '8s'],
  address_families: ['AF_INET', 'AF_UNIX'],
  bpf_delegate_attachments: ['0x1', '0x2'],
  bpf_delegate_commands: ['0x1', '0x2'],
  bpf_delegate_maps: ['0x1', '0x2'],
  bpf_delegate_programs: ['0x1', '0x2'],
  capability_set: ['CAP_CHOWN', 'CAP_KILL'],
  delegate: ['cpu', 'memory'],
  disable_controllers: ['cpu', 'memory'],
  exec_coredump_filter: ['private-anonymous', 'shared-anonymous'],
  exec_cpu_affinity: ['0', '1'],
  exec_secure_bits: ['keep-caps', 'noroot'],
  exec_root_hash_sig: ['/a/b.p7s', 'base64:aGVsbG8='],
  load_credential: ['a:/b', 'c:/d'],
  log_filter_patterns: ['foo.*', 'bar'],
  mount_node: ['/dev/a', '/dev/b'],
  namespace_flags: ['cgroup', 'ipc'],
  numa_mask: ['0', '1'],
  pid_file: ['/run/x.pid', '/run/y.pid'],
  protect_hostname: ['yes', 'no'],
  refresh_on_reload: ['extensions', 'credentials'],
  restrict_filesystems: ['ext4', 'tmpfs'],
  restrict_network_interfaces: ['eth0', 'eth1'],
  root_image_options: ['root:ro', 'home:nodev'],
  set_credential: ['a:b', 'c:d'],
  'set_credential/encrypted': ['e:AA==', 'f:AA=='],
  syscall_archs: ['x86-64', 'x86'],
  syscall_filter: ['read', 'openat'],
  syscall_log: ['read', 'openat'],
  unit_cpu_set: ['0', '1'],
  unit_path_printf: ['/a/b', '/run/c'],
  'unit_path_printf/strict': ['/a/b', '/run/c'],
};

/** Names whose assignments cannot be told apart in one unit with everything else, and whose parser is seen elsewhere. */
const apart: Readonly<Record<string, string>> = {
  Where: 'has to be what the name of the unit says',
  StateDirectory: '262 fails to tell the quota of a directory that is not there',
  CacheDirectory: '262 fails to tell the quota of a directory that is not there',
  LogsDirectory: '262 fails to tell the quota of a directory that is not there',
  TimeoutSec: 'sets what other directives set as well',
  Service: 'means nothing beside Accept=yes',
  StandardInput: 'StandardInputText= sets it as well',
  PrivateTmp: 'RootDirectory= and DynamicUser= set it as well',
  SetLoginEnvironment: 'User= sets it as well',
};

/** A directive and two values for it. */
export interface Sample {
  readonly section: string;
  readonly name: string;
  readonly values: readonly [string, string];
}

/** Every directive of a section that a version obeys, with two values that it takes; outdated ones are left out, which write where others do. */
export function samplesOf({ section, type }: Kind, version: number): readonly Sample[] {
  return namesIn(section, version).flatMap(name => {
    if (apart[name] !== undefined || describeDirective(section, name, version)?.successor) return [];
    const parser = parserOf(section, name) ?? '';
    const context = { version, section, key: name, unitType: type };
    const good = [...seedsOf(parser), ...(grammarFor(section, name, {})?.words?.(context) ?? [])].filter(
      value => !/%[A-Za-z]/.test(value) && judgeValue(section, name, value, context).length === 0,
    );
    const [first, second] = samples[name] ?? samples[parser] ?? good;
    return first === undefined || second === undefined ? [] : [{ section, name, values: [first, second] as const }];
  });
}

/** Lines for each of the units: nothing, the first value, the second, both, and either followed by an empty assignment. */
export const scripts = {
  bare: () => [],
  first: ([first]) => [first],
  second: ([, second]) => [second],
  both: ([first, second]) => [first, second],
  firstEmptied: ([first]) => [first, ''],
  secondEmptied: ([, second]) => [second, ''],
} as const satisfies Record<string, (values: readonly [string, string]) => readonly string[]>;
export type Script = keyof typeof scripts;

/** The text of the unit in which each directive is assigned as a script says; what an empty assignment would refuse is not emptied. */
export function unitText({ section, needs, type }: Kind, name: string, script: Script, asked: readonly Sample[], version: number): string {
  const lines = asked.flatMap(({ name: key, values }) => {
    const refused = describeDirective(section, key, version)?.emptiness === 'refused';
    return scripts[script](values)
      .filter(value => value !== '' || !refused)
      .map(value => `${key}=${value}`);
  });
  const own = [
    ...(script === 'bare' && needs !== '' ? [needs] : []),
    ...(type === 'mount' || type === 'automount' ? [`Where=/${name}`] : []),
  ];
  return section === 'Unit'
    ? `[Unit]\n${lines.join('\n')}\n`
    : `[Unit]\nDefaultDependencies=no\n[${section}]\n${[...own, ...lines].join('\n')}\n`;
}

const systemd = 'org.freedesktop.systemd1';
const patience = { deadline: 20_000 };

/** The properties of units (name to text) as a host's manager loads them. Throws where it does not answer. */
export async function propertiesOf(lab: LabHost, units: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, Properties>> {
  const folder = join(lab.root, 'etc/systemd/system');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of units) writeFileSync(join(folder, name), text);
  const bus = await openBus(connect(lab.busSocket), { uid: 0, ...patience });
  const manager = { destination: systemd, path: '/org/freedesktop/systemd1', interface: `${systemd}.Manager` };
  try {
    await bus.call({ ...manager, member: 'Reload' }, patience);
    const load = async (name: string) => {
      const [path] = await bus.call({ ...manager, member: 'LoadUnit', signature: 's', body: [name] }, patience);
      const type = name.slice(name.lastIndexOf('.') + 1);
      const answers = ['Unit', type.charAt(0).toUpperCase() + type.slice(1)].map(async own => {
        const question = { path: asText(path), interface: 'org.freedesktop.DBus.Properties', member: 'GetAll' };
        const [all] = await bus.call({ destination: systemd, ...question, signature: 's', body: [`${systemd}.${own}`] }, patience);
        return [...asDictionary(all)].map(([property, value]) => [asText(property), value] as const);
      });
      return [name, Object.fromEntries((await Promise.all(answers)).flat())] as const;
    };
    return new Map(await Promise.all([...units.keys()].map(load)));
  } finally {
    bus.close();
  }
}

/** A property as text: 64-bit integers in their digits, octets as numbers. */
const asJson = (value: unknown): string => JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';

/** What the manager calls what a directive sets, where it is not the same name. */
const called: Readonly<Record<string, string>> = {
  CPUQuota: 'CPUQuotaPerSecUSec',
  Delegate: 'DelegateControllers',
  EnvironmentFile: 'EnvironmentFiles',
  OnCalendar: 'TimersCalendar',
  Sockets: 'TriggeredBy',
  StandardInputText: 'StandardInputData',
};

/** The manager's property for a directive that has one of its own; undefined where there is none. */
export const propertyOf = (properties: Properties, name: string): string | undefined =>
  [called[name], `${name}Ex`, name, name.replace(/Sec$/, 'USec'), `${name}Path`].find(
    property => property !== undefined && property in properties,
  );

/** What a directive set in a unit, comparable as text; undefined where the manager has no property for it. */
export function setBy(properties: Properties, { section, name, values }: Sample): string | undefined {
  const [, list] = /^(Condition|Assert)/.exec(name) ?? [];
  // entries of one list for all kinds, each with its kind
  const shared = list ? `${list}s` : /^Listen/.test(name) ? 'Listen' : /^On.*Sec$/.test(name) ? 'TimersMonotonic' : undefined;
  const paths = /^(Path(Exists|ExistsGlob|Changed|Modified)|DirectoryNotEmpty)$/.test(name) ? 'Paths' : undefined;
  if (shared ?? paths) {
    const kind = name.replace(/^Listen/, '').replace(/^(On.*)Sec$/, '$1USec');
    const entries = properties[shared ?? paths ?? ''];
    return asJson(Array.isArray(entries) ? entries.filter(entry => Array.isArray(entry) && entry[0] === kind) : entries);
  }
  const property = propertyOf(properties, name);
  if (property === undefined) return undefined;
  const value = properties[property];
  if (parserOf(section, name) !== 'unit_deps' || !Array.isArray(value)) return asJson(value);
  // in any order, and with those that systemd adds by itself
  const own = values.flatMap(list => list.split(' '));
  return asJson(own.filter(unit => value.includes(unit)).sort());
}
