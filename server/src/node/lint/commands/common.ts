/** What the commands beside linting have in common: their world, versions, profiles, and how their output is made fit to read. */
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { versions } from '../../../catalogue/catalogue.ts';
import { usersFrom } from '../../../portable/manager.ts';
import { shippedFile, shippedProfiles } from '../../../portable/profiles.ts';
import type { UserPlaces } from '../../../protocol-host.ts';
import type { Manager } from '../../../unit/search-path.ts';
import { nodePath, readUnitFile } from '../../documents/read-unit-file.ts';
import { type Arguments, type OptionNames, readArguments, UsageError } from '../arguments.ts';
import type { CommandWorld, ExitStatus } from '../lint-command.ts';
import { terminalText } from '../terminal-text.ts';

/** A command: its words behind its name, and what it needs. */
export type Command = (args: readonly string[], world: CommandWorld) => Promise<ExitStatus>;

/** A profile that was asked for: its name, and its file for a type of units (`service`). */
export interface AskedProfile {
  readonly name: string;
  readonly file: (suffix: string, systemd: number, manager?: Manager) => { readonly path: string; readonly text: string } | undefined;
}

/** What every command says: the systemd and the manager that are asked about. */
interface Asked {
  readonly systemd: number;
  readonly manager: Manager;
}

/** A command that takes `--systemd`, `--user` and `--help`, beside what else it names; throws a UsageError where its words cannot be read. */
export function commandOf<Text extends string, Flag extends string>(
  usage: string,
  names: OptionNames<Text | 'systemd', Flag | 'user' | 'help'>,
  work: (given: Arguments<Text | 'systemd', Flag | 'user' | 'help'>, asked: Asked, world: CommandWorld) => Promise<ExitStatus>,
): Command {
  return async (args, world) => {
    const given = readArguments(args, names);
    if (given.flags.has('help')) {
      world.out(usage);
      return 0;
    }
    const systemd = readVersion(given.texts('systemd'));
    return work(given, { systemd, manager: readManager(given.flags, systemd) }, world);
  };
}

const decoder = new TextDecoder();

/** Reads `--profile`: the name of a shipped one, a profile's directory, or its file for services. Throws a UsageError. */
export function readProfile(asked: string): AskedProfile {
  if (shippedProfiles.some(name => name === asked)) return { name: asked, file: (...which) => shippedFile(asked, ...which) };
  if (!asked.includes('/')) {
    throw new UsageError(
      `--profile ${asked}: systemd brings ${shippedProfiles.join(', ')}; for another one, write the path of its directory or file, as ./${asked}`,
    );
  }
  const path = resolve(asked);
  const isDirectory = statSync(nodePath(path), { throwIfNoEntry: false })?.isDirectory() === true;
  const fileOf = (suffix: string) => (isDirectory ? join(path, `${suffix}.conf`) : suffix === 'service' ? path : undefined);
  const read = readUnitFile(fileOf('service') ?? path);
  if (read.kind !== 'bytes') throw new UsageError(`--profile ${asked}: ${read.kind === 'failed' ? read.why : 'it is a device'}`);
  return {
    name: asked,
    file(suffix) {
      const file = fileOf(suffix);
      const found = file === undefined ? undefined : readUnitFile(file);
      return file !== undefined && found?.kind === 'bytes' ? { path: file, text: decoder.decode(found.bytes) } : undefined;
    },
  };
}

/** Reads `--systemd`: one version. Throws a UsageError. */
function readVersion(given: readonly string[]): number {
  const word = given.at(-1);
  if (word === undefined) return versions.newest;
  const version = /^\d+$/.test(word) ? Number(word) : 0;
  if (version >= versions.oldest && version <= versions.newest) return version;
  throw new UsageError(`--systemd ${word}: expected a version from ${versions.oldest} to ${versions.newest}`);
}

/** Where the portabled of this user puts what it attaches, by what systemd says of directories; a path that is not absolute counts as none. */
export function ownPlaces({ env }: Pick<CommandWorld, 'env'>, runtime: boolean): UserPlaces {
  const absolute = (path: string | undefined, other: string): string => (path?.startsWith('/') ? path.replace(/\/$/, '') : other);
  const top = runtime
    ? absolute(env.XDG_RUNTIME_DIR, `/run/user/${userInfo().uid}`)
    : absolute(env.XDG_CONFIG_HOME, `${absolute(env.HOME, userInfo().homedir)}/.config`);
  return { links: `${top}/portables`, units: `${top}/systemd/user.attached` };
}

/** Reads `--user`. Throws a UsageError where that systemd has no portabled for users. */
function readManager(flags: ReadonlySet<string>, systemd: number): Manager {
  if (!flags.has('user')) return 'system';
  if (systemd < usersFrom) throw new UsageError(`--user: systemd ${systemd} has no portabled for users, which came with ${usersFrom}`);
  return 'user';
}

/** Reads `--format`. Throws a UsageError. */
export function readFormat(given: readonly string[]): 'text' | 'json' {
  const word = given.at(-1) ?? 'text';
  if (word === 'text' || word === 'json') return word;
  throw new UsageError(`--format ${word}: expected text or json`);
}

/** Says what kept a command from its work, on standard error. */
export function complain({ complain: say }: CommandWorld, text: string): void {
  say(`portable-lint: ${terminalText(text)}\n`);
}

/** A value as JSON, for standard output. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
