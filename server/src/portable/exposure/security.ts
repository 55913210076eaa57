/**
 * What a service may do once the manager has read all its settings: the facts that an exposure is computed from. Some settings imply others
 * (src/core/unit.c, unit_patch_contexts), and all are seen as `systemd-analyze security --offline=yes` sees them.
 */
import { parseBoolean } from '../../catalogue/grammars/boolean.ts';
import type { Manager } from '../../unit/search-path.ts';
import type { UnitSetting, UnitSettings } from '../settings.ts';
import { boundingSet, capabilityBits } from './capabilities.ts';
import { type AddressFilter, addressFilter, type Families, families, type SystemCalls, systemCalls } from './filters.ts';

/** The facts about one service. */
export interface ServiceSecurity {
  readonly systemd: number;
  /** As systemd names it. */
  readonly architecture: string;
  /** A user's own manager runs it. */
  readonly ofUser: boolean;
  readonly defaultDependencies: boolean;
  readonly dynamicUser: boolean;
  /** Empty where none is set. */
  readonly user: string;
  readonly supplementaryGroups: boolean;
  /** Capabilities in lower case, as `cap_sys_admin`. */
  readonly bounding: ReadonlySet<string>;
  readonly ambient: ReadonlySet<string>;
  /** Whether a directive that is yes or no, or a word for a kind of yes, is on. */
  readonly on: (key: string) => boolean;
  /** The word of a directive that takes one of several; empty where it is not set. */
  readonly word: (key: string) => string;
  readonly ownRoot: boolean;
  /** Types of name spaces that may be made. */
  readonly namespaces: ReadonlySet<string>;
  readonly families: Families;
  readonly architectures: readonly string[];
  readonly systemCalls: SystemCalls;
  readonly addresses: AddressFilter;
  readonly devicePolicy: string;
  readonly deviceAllow: boolean;
  readonly delegates: boolean;
  /** Permission bits that new files lack. */
  readonly umask: number;
}

/** What DynamicUser= turns on, whatever is set. */
const impliedByDynamicUser: ReadonlySet<string> = new Set(['PrivateTmp', 'RemoveIPC', 'NoNewPrivileges', 'RestrictSUIDSGID']);
const namespaceTypes = ['cgroup', 'ipc', 'net', 'mnt', 'pid', 'user', 'uts', 'time'];
const isTrue = (setting: UnitSetting | undefined): boolean =>
  setting !== undefined && setting.value !== '' && parseBoolean(setting.value) !== false;
/** From this version on, PrivateMounts= has a third state when it is not set, which counts as on. */
const privateMountsUnsetFrom = 253;

/** What makes mounts private in the eyes of systemd-analyze when it asks a manager (src/analyze/analyze-security.c, acquire_security_info). */
const privateMountsBy = [
  ...['PrivateDevices', 'PrivateTmp', 'ProtectControlGroups', 'ProtectKernelTunables', 'ProtectKernelModules'],
  ...['ProtectHome', 'ProtectSystem', 'RootImage'],
];

/** Who is asked about a service. */
export interface Asked {
  /** The manager that has loaded it; else its files alone, as with `--offline=yes`. */
  readonly loaded: boolean;
  /** Whose manager runs it. */
  readonly manager: Manager;
}

/** Its files, for the system's manager. */
export const filesAlone: Asked = { loaded: false, manager: 'system' };

/** Reads the facts out of a service's settings, each when somebody asks for it. */
export const serviceSecurity = (settings: UnitSettings, architecture = 'x86-64', asked = filesAlone): ServiceSecurity =>
  new ReadSecurity(settings, architecture, asked);

/** A class, since a report has thousands of them. */
class ReadSecurity implements ServiceSecurity {
  readonly systemd: number;
  readonly architecture: string;
  readonly ofUser: boolean;
  readonly #settings: UnitSettings;
  readonly #isLoaded: boolean;
  #bounding: ReadonlySet<string> | undefined;
  #ambient: ReadonlySet<string> | undefined;
  #namespaces: ReadonlySet<string> | undefined;
  #families: Families | undefined;
  #systemCalls: SystemCalls | undefined;
  #addresses: AddressFilter | undefined;

  constructor(settings: UnitSettings, architecture: string, { loaded, manager }: Asked) {
    this.systemd = settings.systemd;
    this.architecture = architecture;
    this.ofUser = manager === 'user';
    this.#settings = settings;
    this.#isLoaded = loaded;
  }
  readonly on = (key: string): boolean => {
    if (impliedByDynamicUser.has(key) && this.dynamicUser) return true;
    if (key === 'PrivateMounts') {
      if (this.#isLoaded && (this.dynamicUser || privateMountsBy.some(this.#plain))) return true;
      if (this.systemd >= privateMountsUnsetFrom && this.#value(key) === '') return true;
    }
    return this.#plain(key);
  };
  readonly word = (key: string): string => {
    if (key === 'ProtectSystem' && this.dynamicUser) return 'strict';
    if (key === 'ProtectHome' && this.dynamicUser && !this.#plain(key)) return 'read-only';
    if (key === 'KeyringMode') return this.#value(key) || (this.ofUser ? 'inherit' : 'private');
    return this.#value(key);
  };
  get defaultDependencies() {
    const set = this.#settings.one('DefaultDependencies', 'Unit');
    return set === undefined || isTrue(set);
  }
  get dynamicUser() {
    return this.#plain('DynamicUser');
  }
  get user() {
    return this.#value('User');
  }
  get supplementaryGroups() {
    return this.#has('SupplementaryGroups');
  }
  get bounding() {
    this.#bounding ??= boundingSet(this.#settings, this.#plain);
    return this.#bounding;
  }
  get ambient() {
    this.#ambient ??= capabilityBits(this.#settings, 'AmbientCapabilities', false);
    return this.#ambient;
  }
  get ownRoot() {
    return ['RootDirectory', 'RootImage'].some(key => !/^\/*$/.test(this.#value(key)));
  }
  get namespaces() {
    this.#namespaces ??= allowedNamespaces(this.#settings);
    return this.#namespaces;
  }
  get families() {
    this.#families ??= families(this.#settings);
    return this.#families;
  }
  get architectures() {
    return this.#settings.all(['SystemCallArchitectures']).flatMap(wordsOf);
  }
  get systemCalls() {
    this.#systemCalls ??= systemCalls(this.#settings);
    return this.#systemCalls;
  }
  get addresses() {
    this.#addresses ??= addressFilter(this.#settings);
    return this.#addresses;
  }
  get devicePolicy() {
    const set = this.#value('DevicePolicy') || 'auto';
    return set === 'auto' && this.#plain('PrivateDevices') ? 'closed' : set;
  }
  get deviceAllow() {
    if (this.#has('DeviceAllow') || this.#plain('ProtectClock')) return true;
    // mounting an image takes loop devices, which the manager then allows
    const mounts = this.#value('RootImage') !== '' || this.#has('MountImages') || (this.systemd >= 260 && this.#value('RootMStack') !== '');
    // the TPM may be needed to decrypt a credential
    const decrypts = this.systemd < 258 && this.#has('LoadCredentialEncrypted', 'SetCredentialEncrypted');
    return (mounts || decrypts) && this.devicePolicy !== 'auto';
  }
  get delegates() {
    const set = this.#settings.one('Delegate') ?? this.#settings.emptied(['Delegate']);
    return set !== undefined && (set.value === '' || parseBoolean(set.value) !== false);
  }
  get umask() {
    const value = this.#value('UMask');
    return /^[0-7]+$/.test(value) ? Number.parseInt(value, 8) : 0o022;
  }
  #value(key: string): string {
    return this.#settings.one(key)?.value ?? '';
  }
  readonly #plain = (key: string): boolean => isTrue(this.#settings.one(key));
  #has(...keys: readonly string[]): boolean {
    return this.#settings.all(keys).length > 0;
  }
}

/** Whether a user is root, by either of its names. */
export const isRoot = (user: string): boolean => user === 'root' || user === '0';

/** Whether root runs it, as far as anybody can tell from the settings. */
export function runsPrivileged({ user, dynamicUser }: ServiceSecurity): boolean {
  return isRoot(user) || (user === '' && !dynamicUser);
}

/** The words that the grammar read. */
export const wordsOf = ({ judged }: UnitSetting): readonly string[] =>
  judged.parts.filter(({ kind }) => kind !== 'inversion').map(({ text }) => text);

/** RestrictNamespaces= (config_parse_namespace_flags): the first list decides what is the rest. */
function allowedNamespaces(settings: UnitSettings): ReadonlySet<string> {
  let allowed: Set<string> | undefined;
  for (const setting of settings.all(['RestrictNamespaces'])) {
    const all = parseBoolean(setting.value);
    if (all !== undefined) {
      allowed = new Set(all ? [] : namespaceTypes);
      continue;
    }
    const inverted = setting.value.startsWith('~');
    allowed ??= new Set(inverted ? namespaceTypes : []);
    for (const type of wordsOf(setting)) {
      if (inverted) allowed.delete(type);
      else allowed.add(type);
    }
  }
  return allowed ?? new Set(namespaceTypes);
}
