/** `portable-lint exposure`: how exposed services are, as `systemd-analyze security` says, and a gate for CI. */
import { resolve } from 'node:path';
import { ImageError, problemText } from '../../../image/image-error.ts';
import { defaultPrefix, imageName, isRawName } from '../../../image/names.ts';
import { matchesPrefix } from '../../../image/units.ts';
import { effectiveUnit } from '../../../portable/effective.ts';
import { type Exposure, exposureOf, printed } from '../../../portable/exposure/exposure.ts';
import { type Asked, serviceSecurity } from '../../../portable/exposure/security.ts';
import { portableDropIn } from '../../../portable/plan/drop-in.ts';
import { check } from '../../../rules/check.ts';
import { rules } from '../../../rules/rules.ts';
import { wholeUnit } from '../../../rules/whole-unit.ts';
import { parseUnit } from '../../../unit/parse.ts';
import { parseKept } from '../../../unit/parse-bytes.ts';
import type { Manager } from '../../../unit/search-path.ts';
import { unitFileOf } from '../../../unit/unit-file.ts';
import { type LoadedUnit, type UnitSource, unitSet } from '../../../unit/unit-set.ts';
import { readUnitFile, whyOf } from '../../documents/read-unit-file.ts';
import { slashed, treeAt, unitsAround } from '../../documents/units-around.ts';
import { readImageAndArchitecture } from '../../images/plan-image.ts';
import { thisMachine } from '../../this-machine.ts';
import { UsageError } from '../arguments.ts';
import { type Paint, painter, wantsColours } from '../formats/text.ts';
import { attachedVersions } from '../taken-versions.ts';
import { terminalText } from '../terminal-text.ts';
import { type AskedProfile, commandOf, complain, jsonText, readFormat, readProfile } from './common.ts';
import { isDirectory } from './places.ts';

const usage = `usage: portable-lint exposure [OPTION]... UNIT|IMAGE...

Says how exposed services are, from 0.0 (least) to 10.0, as systemd-analyze security says it. A UNIT is judged with its drop-ins, as by
systemd-analyze security --offline=yes; the services of an IMAGE, a directory or a raw image, as they are once it is attached, on a machine that it is
made for. Of a directory of versions (NAME.raw.v) the one that systemd takes is judged.

  --systemd N          the systemd that judges
  --profile PROFILE    the profile that they run under: default, nonetwork, strict, trusted, or the path of one; may be given again.
                       Default: none for units, default for images
  --user               by a user's own manager
  --max-exposure X     exit with 1 if any is more exposed than this: 4.5
  --format FORMAT      text (default) or json
  -h, --help           this text
`;

/** One service under one profile. */
interface Row {
  readonly unit: string;
  readonly profile: string | undefined;
  readonly exposure: Exposure;
}

interface Found {
  readonly rows: readonly Row[];
  readonly failures: readonly string[];
}

const names = { texts: ['systemd', 'profile', 'max-exposure', 'format'], flags: ['user', 'help'], letters: { h: 'help' } } as const;

export const exposure = commandOf(usage, names, async ({ positionals, texts }, { systemd, manager }, world) => {
  const format = readFormat(texts('format'));
  const most = readMost(texts('max-exposure').at(-1));
  const profiles = texts('profile').map(readProfile);
  if (positionals.length === 0) throw new UsageError('exposure needs a unit or an image');
  const rows: Row[] = [];
  const failures: string[] = [];
  const taken = await attachedVersions(positionals, systemd);
  failures.push(...taken.failures.map(({ path, why }) => `${path}: ${why}`));
  for (const path of taken.paths) {
    const image = isDirectory(path) || isRawName(path);
    const found = image ? await ofImage(path, profiles, systemd, manager) : ofUnit(path, profiles, systemd, manager);
    rows.push(...found.rows);
    failures.push(...found.failures);
  }
  const { env, terminals } = world;
  world.out(format === 'json' ? jsonText(rows.map(jsonRow)) : textTable(rows, painter(wantsColours(env, terminals.out)), most));
  for (const failure of failures) complain(world, failure);
  if (failures.length > 0) return 2;
  return most !== undefined && rows.some(row => row.exposure.tenths > most) ? 1 : 0;
});

/** The gate, in tenths. */
function readMost(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (!/^(10(\.0)?|\d(\.\d)?)$/.test(word)) throw new UsageError(`--max-exposure ${word}: expected a number from 0.0 to 10.0`);
  return Math.round(Number(word) * 10);
}

/** An instance stands for a template, as systemd-analyze has it. */
const instanceOf = (name: string): string => name.replace(/@\.service$/, '@test-instance.service');

function ofUnit(path: string, profiles: readonly AskedProfile[], systemd: number, manager: Manager): Found {
  const place = slashed(resolve(path));
  const name = place.slice(place.lastIndexOf('/') + 1);
  const unit = unitFileOf(place);
  const read = readUnitFile(path);
  if (read.kind !== 'bytes') return { rows: [], failures: [`${path}: ${read.kind === 'failed' ? read.why : 'it is masked'}`] };
  if (unit?.role !== 'unit' || unit.kind !== 'service') return { rows: [], failures: [`${path}: only services have an exposure`] };
  const { files, links } = unitsAround(place);
  const others = files.some(file => file.path === place) ? files : [...files, { path: place, unit }];
  const sources = others.map((file): UnitSource => ({ ...file, tree: () => treeAt(file.path) }));
  const asked: readonly (AskedProfile | undefined)[] = profiles.length > 0 ? profiles : [undefined];
  return collect(
    asked.map(profile => {
      const text = profile?.file('service', systemd, manager)?.text;
      const dropIn = text === undefined ? [] : [sourceOf(`${place.slice(0, -name.length)}${name}.d/10-profile.conf`, text)];
      const [loaded] = unitSet([...sources, ...dropIn], links).unitsWith(place);
      return { unit: path, name: instanceOf(name), profile: profile?.name, loaded };
    }),
    systemd,
    { of: { loaded: false, manager }, ...(thisMachine !== undefined && { architecture: thisMachine }) },
  );
}

function sourceOf(path: string, text: string): UnitSource {
  const tree = parseUnit(text);
  return { path, unit: unitFileOf(path) ?? { role: 'drop-in' }, tree: () => tree };
}

async function ofImage(path: string, asked: readonly AskedProfile[], systemd: number, manager: Manager): Promise<Found> {
  try {
    const { image: base, architecture } = await readImageAndArchitecture(resolve(path), manager);
    const prefix = defaultPrefix(imageName(base.path, base.kind));
    const prefixes = base.release?.PORTABLE_PREFIXES?.split(/\s+/).filter(word => word !== '') ?? [];
    const wanted = prefixes.length > 0 ? prefixes : [prefix];
    const services = base.units.filter(({ name }) => name.endsWith('.service') && wanted.some(one => matchesPrefix(name, one)));
    if (services.length === 0) return { rows: [], failures: [`${path}: it has no service that portabled attaches`] };
    const profiles = asked.length > 0 ? asked : [readProfile('default')];
    return collect(
      services.flatMap(({ name, text }) => {
        const tree = parseKept(text);
        const dropIn = portableDropIn(name, { systemd, base, extensions: [], from: base, force: false });
        return profiles.map(profile => {
          const file = profile.file('service', systemd, manager);
          const unit = effectiveUnit({
            name,
            unit: { text, tree },
            dropIn,
            runtime: false,
            ...(file && { profile: file }),
          });
          return { unit: `${path}:${name}`, name: instanceOf(name), profile: profile.name, loaded: unit?.loaded };
        });
      }),
      systemd,
      { of: { loaded: true, manager }, ...(architecture !== undefined && { architecture }) },
    );
  } catch (error) {
    return { rows: [], failures: [`${path}: ${error instanceof ImageError ? problemText(error) : whyOf(error)}`] };
  }
}

interface AskedUnit {
  readonly unit: string;
  readonly name: string;
  readonly profile: string | undefined;
  readonly loaded: LoadedUnit | undefined;
}

/** A unit file is assessed as it lies there; an attached unit, as the manager that has loaded it tells. */
function collect(
  asked: readonly AskedUnit[],
  systemd: number,
  { of, architecture }: { readonly of: Asked; readonly architecture?: string },
): Found {
  const rows: Row[] = [];
  const failures: string[] = [];
  for (const { unit, name, profile, loaded } of asked) {
    const whole = loaded && !isRefused(loaded, systemd) ? wholeUnit({ ...loaded, name }, { systemd }) : undefined;
    const makesUser = of.manager === 'user' && whole && serviceSecurity(whole).dynamicUser;
    if (whole && !makesUser) rows.push({ unit, profile, exposure: exposureOf(whole, architecture, of) });
    else failures.push(`${unit}: systemd ${systemd} refuses to load it${profile === undefined ? '' : ` under the profile ${profile}`}`);
  }
  return { rows, failures };
}

const aboutWholes: ReadonlySet<string> = new Set(
  rules.filter(({ on, severity }) => on === 'whole' && severity === 'error').map(r => r.code),
);

/** Whether systemd would not load the unit as a whole, for instance because of a second ExecStart=. */
function isRefused({ sources }: LoadedUnit, systemd: number): boolean {
  const set = unitSet(sources);
  return sources.some(({ path, unit, tree }) =>
    check({ tree: tree(), unit, target: { systemd }, among: { set, path } }).some(({ code }) => aboutWholes.has(code)),
  );
}

/** A row as it stands in JSON: numbers as systemd-analyze prints them, names of assessments as in its own JSON. */
function jsonRow({ unit, profile, exposure: { tenths, rating, assessed } }: Row) {
  return {
    unit,
    profile: profile ?? null,
    exposure: tenths / 10,
    rating,
    assessments: assessed.map(({ assessment: { name, field }, state, tenths: share }) => ({
      name,
      json_field: field,
      state,
      exposure: state === 'none' ? null : share / 10,
    })),
  };
}

/** Assessments that are told of each service: those that cost most. */
const mostTold = 5;

function textTable(rows: readonly Row[], paint: Paint, most: number | undefined): string {
  return rows
    .map(({ unit, profile, exposure: { tenths, rating, assessed } }) => {
      const tooMuch = most !== undefined && tenths > most;
      const style = tooMuch ? 'error' : tenths >= 75 ? 'warning' : tenths >= 50 ? 'information' : 'good';
      const under = profile === undefined ? '' : ` under ${terminalText(profile)}`;
      const gate = tooMuch ? ` (more than ${printed(most)})` : '';
      const worst = [...assessed].filter(({ tenths: share }) => share > 0).sort((a, b) => b.tenths - a.tenths);
      const told = worst
        .slice(0, mostTold)
        .map(({ assessment: { name, risk }, tenths: share }) => `    ${printed(share)}  ${name}  the service ${risk}\n`);
      const more = worst.length > mostTold ? paint('dim', `    and ${worst.length - mostTold} more; --format json has all\n`) : '';
      return `${paint('bold', terminalText(unit))}${under}: ${paint(style, `${printed(tenths)} ${rating}`)}${gate}\n${told.join('')}${more}`;
    })
    .join('');
}
