/** portable-lint.json: which systemd judges, how much each rule counts, what is left out. The same for the editor and the command line. */
import { versions } from '../../catalogue/catalogue.ts';
import { isShipped, shippedProfiles } from '../../portable/profiles.ts';
import { type JsonFault, type JsonMember, type JsonValue, parseJson } from './json.ts';
import { codeFault, type Level, type Levels, levelsOf, levelWords, noLevels, readLevel } from './levels.ts';

/** The name of the file; the nearest one counts, in the directory of a unit or above it. */
export const configurationName = 'portable-lint.json';

/** What such a file says. */
export interface Configuration {
  /** The systemd that judges. */
  readonly systemd?: number;
  /** The profile that images are attached with: the name of one that systemd brings, or the path of its service.conf, relative to the file's directory. */
  readonly profile?: string;
  readonly levels: Levels;
  /** Patterns of paths that are not looked at, relative to the file's directory (glob.ts). */
  readonly ignore: readonly string[];
  /** The baseline (baseline.ts), relative to the file's directory. */
  readonly baseline?: string;
}

/** What is said where there is no file, or an unreadable one. */
export const noConfiguration: Omit<Configuration, 'profile'> = { levels: noLevels, ignore: [] };

/** Reads a file's text. What is wrong is told with its place, and the rest counts. Never throws. */
export function readConfiguration(text: string): { readonly configuration: Configuration; readonly faults: readonly JsonFault[] } {
  const json = parseJson(text);
  if ('fault' in json) return { configuration: noConfiguration, faults: [json.fault] };
  const faults: JsonFault[] = [];
  const wrong = ({ start, end }: JsonFault | JsonValue | JsonMember['key'], message: string) => {
    faults.push({ start, end, message });
  };
  const root = json.value;
  if (root.kind !== 'object') {
    wrong(root, 'expected an object: { }');
    return { configuration: noConfiguration, faults };
  }

  let systemd: number | undefined;
  let baseline: string | undefined;
  let profile: string | undefined;
  const ignore: string[] = [];
  const pairs: (readonly [string, Level])[] = [];
  /** The settings, each with what reads it. */
  const settings: Readonly<Record<string, (value: JsonValue) => void>> = {
    $schema: () => {},
    systemd: value => {
      const version = value.kind === 'number' && Number.isInteger(value.value) ? value.value : 0;
      if (version < versions.oldest || version > versions.newest) {
        wrong(value, `systemd: expected a version from ${versions.oldest} to ${versions.newest}`);
      } else systemd = version;
    },
    profile: value => {
      if (value.kind === 'string' && (isShipped(value.value) || value.value.endsWith('/service.conf'))) profile = value.value;
      else wrong(value, `profile: expected ${shippedProfiles.join(', ')}, or the path of a profile's service.conf`);
    },
    rules: value => {
      if (value.kind !== 'object') return wrong(value, 'rules: expected an object such as { "unit/no-equals": "off" }');
      for (const member of value.members) readRule(member);
    },
    ignore: value => {
      if (value.kind !== 'array') return wrong(value, 'ignore: expected a list of patterns such as [ "vendor/**" ]');
      for (const item of value.items) {
        if (item.kind === 'string' && item.value !== '') ignore.push(item.value);
        else wrong(item, 'ignore: expected a pattern such as "vendor/**"');
      }
    },
    baseline: value => {
      if (value.kind === 'string' && value.value !== '') baseline = value.value;
      else wrong(value, 'baseline: expected the path of a file that portable-lint --write-baseline wrote');
    },
  };

  function readRule({ key, value }: JsonMember) {
    const fault = codeFault(key.text);
    const level = value.kind === 'string' ? readLevel(value.value) : undefined;
    if (fault !== undefined) wrong(key, `rules: ${fault}`);
    else if (level === undefined) wrong(value, `rules: expected ${levelWords}, in double quotes`);
    else pairs.push([key.text, level]);
  }

  for (const { key, value } of root.members) {
    const read = Object.hasOwn(settings, key.text) ? settings[key.text] : undefined;
    if (read) read(value);
    else wrong(key, `there is no setting ${key.text}, only ${Object.keys(settings).slice(1).join(', ')}`);
  }
  return {
    configuration: {
      levels: levelsOf(pairs),
      ignore,
      ...(systemd !== undefined && { systemd }),
      ...(baseline !== undefined && { baseline }),
      ...(profile !== undefined && { profile }),
    },
    faults,
  };
}
