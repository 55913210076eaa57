/**
 * What a service may do once the manager has read all its settings: the facts that an exposure is computed from. Some settings imply others
 * (src/core/unit.c, unit_patch_contexts), and all are seen as `systemd-analyze security --offline=yes` sees them.
 */
import { parseBoolean } from '../../catalogue/grammars/boolean.ts';
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

/** What it gives, worked out when it is asked for first. */
function once<T>(work: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}

/** What is asked about a service: its files, or the manager that has loaded it; of the system, or of a user. */
export type SeenBy = 'files' | 'manager' | 'own-files' | 'own-manager';

/** Reads the facts out of a service's settings, each when somebody asks for it. */
export function serviceSecurity(settings: UnitSettings, architecture = 'x86-64', asked: SeenBy = 'files'): ServiceSecurity {
  const { systemd } = settings;
  const ofUser = asked.startsWith('own-');
  const isLoaded = asked.endsWith('manager');
  const value = (key: string): string => settings.one(key)?.value ?? '';
  const plain = (key: string): boolean => isTrue(settings.one(key));
  const dynamicUser = once(() => plain('DynamicUser'));
  const on = (key: string): boolean => {
    if (impliedByDynamicUser.has(key) && dynamicUser()) return true;
    if (key === 'PrivateMounts' && isLoaded && (dynamicUser() || privateMountsBy.some(plain))) return true;
    if (key === 'PrivateMounts' && systemd >= privateMountsUnsetFrom && !settings.one(key)?.value) return true;
    return plain(key);
  };
  const word = (key: string): string => {
    if (key === 'ProtectSystem' && dynamicUser()) return 'strict';
    if (key === 'ProtectHome' && dynamicUser() && !plain(key)) return 'read-only';
    if (key === 'KeyringMode') return value(key) || (ofUser ? 'inherit' : 'private');
    return value(key);
  };
  const devicePolicy = (): string => {
    const set = value('DevicePolicy') || 'auto';
    return plain('PrivateDevices') && set === 'auto' ? 'closed' : set;
  };
  // mounting an image takes loop devices, which the manager then allows
  const mounts = (): boolean =>
    value('RootImage') !== '' || settings.all(['MountImages']).length > 0 || (systemd >= 260 && value('RootMStack') !== '');
  // the TPM may be needed to decrypt a credential
  const decrypts = (): boolean => systemd < 258 && settings.all(['LoadCredentialEncrypted', 'SetCredentialEncrypted']).length > 0;
  const bounding = once(() => boundingSet(settings, plain));
  const ambient = once(() => capabilityBits(settings, 'AmbientCapabilities', false));
  const namespaces = once(() => allowedNamespaces(settings));
  const addressFamilies = once(() => families(settings));
  const calls = once(() => systemCalls(settings));
  const addresses = once(() => addressFilter(settings));
  return {
    systemd,
    architecture,
    ofUser,
    get defaultDependencies() {
      const set = settings.one('DefaultDependencies', 'Unit');
      return set === undefined || isTrue(set);
    },
    get dynamicUser() {
      return dynamicUser();
    },
    get user() {
      return value('User');
    },
    get supplementaryGroups() {
      return settings.all(['SupplementaryGroups']).length > 0;
    },
    get bounding() {
      return bounding();
    },
    get ambient() {
      return ambient();
    },
    on,
    word,
    get ownRoot() {
      return ['RootDirectory', 'RootImage'].some(key => !/^\/*$/.test(value(key)));
    },
    get namespaces() {
      return namespaces();
    },
    get families() {
      return addressFamilies();
    },
    get architectures() {
      return settings.all(['SystemCallArchitectures']).flatMap(wordsOf);
    },
    get systemCalls() {
      return calls();
    },
    get addresses() {
      return addresses();
    },
    get devicePolicy() {
      return devicePolicy();
    },
    get deviceAllow() {
      return settings.all(['DeviceAllow']).length > 0 || plain('ProtectClock') || ((mounts() || decrypts()) && devicePolicy() !== 'auto');
    },
    get delegates() {
      const set = settings.one('Delegate') ?? settings.emptied(['Delegate']);
      return set !== undefined && (set.value === '' || parseBoolean(set.value) !== false);
    },
    get umask() {
      return /^[0-7]+$/.test(value('UMask')) ? Number.parseInt(value('UMask'), 8) : 0o022;
    },
  };
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
