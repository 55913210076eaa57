/** What the report of an image says: everything that can be known of it without a host. */
import { join } from 'node:path';
import { dropInsOf } from '../../features/effective.ts';
import { type Profiles, profilesFrom, profileText } from '../../features/profiles.ts';
import { architectureOf } from '../../image/architecture.ts';
import { ImageError } from '../../image/image-error.ts';
import type { ImageTree } from '../../image/image-tree.ts';
import { oneLook } from '../../image/one-look.ts';
import { parseRelease, releaseValues } from '../../image/os-release.ts';
import { describePartitions } from '../../image/partitions/contents.ts';
import { readPartitions } from '../../image/partitions/partitions.ts';
import { askedImage } from '../../image/questions.ts';
import { identifyRawImage, readableFileSystems } from '../../image/raw-image.ts';
import { resolveInImage } from '../../image/resolve.ts';
import { isAttachable, unitType } from '../../image/units.ts';
import { type KnownHost, onHost, placesOfUser } from '../../portable/known-host.ts';
import { managerOf } from '../../portable/manager.ts';
import { portableDropIn } from '../../portable/plan/drop-in.ts';
import { pinnedPolicy } from '../../portable/plan/pinned-policy.ts';
import { type PortableImage, portableImage } from '../../portable/plan/portable-image.ts';
import type {
  ImageFacts,
  ImageSizesParams,
  ImageSizesResult,
  ReportParams,
  ReportPartition,
  ReportResult,
  ReportUnit,
} from '../../protocol.ts';
import type { UserPlaces } from '../../protocol-host.ts';
import { type Control, noControl } from '../../rules/control/regulate.ts';
import type { TreeFacts } from '../../rules/portable/portable-tree.ts';
import type { Target } from '../../rules/rule.ts';
import type { UnitSource } from '../../unit/unit-set.ts';
import { imageFiles } from '../images/image-files.ts';
import { ImageChanged, type ImagePool, type OpenImage } from '../images/image-pool.ts';
import { unmarkedPartition } from '../images/image-questions.ts';
import { describePlace } from '../images/images.ts';
import { type ControlOf, type Found, findingsOf } from './findings.ts';
import { exposuresOnHost } from './host-exposures.ts';
import { reportMemory } from './memory.ts';
import { reportPlan } from './plan.ts';
import { sizesOf } from './sizes.ts';
import { type ImageTexts, imageTexts } from './texts.ts';

/** What the user says of a file of this machine; undefined where no rule is to look at it. */
export type ControlAt = (path: string) => Control | undefined;

/** What is told of an image in its report. Neither rejects for what an image holds. */
export interface ImageReports {
  /** Where it is for the active host, with what is known of that; and with the profiles that are known beyond systemd's own, and what is silenced in files of a directory. */
  readonly report: (params: ReportParams, host?: KnownHost, profiles?: Profiles, controlAt?: ControlAt) => Promise<ReportResult>;
  readonly sizes: (params: ImageSizesParams, cancelled: () => boolean) => Promise<ImageSizesResult>;
}

/** Names that are looked up for one report; names that are counted for sizes, and for how long; how old what was seen first may be. Times in ms. */
const limits = { lookups: 100_000, entries: 300_000, time: 10_000, age: 5000 };

/** What one report is asked for, beside the image and for whom. */
interface Asked {
  readonly profiles: Profiles['all'];
  readonly extensions: readonly string[];
}

/** A report without its findings, and what they are found in. */
interface Survey {
  /** What it was made for. */
  readonly asked: string;
  readonly host: KnownHost | undefined;
  /** Since the epoch, in ms. */
  readonly at: number;
  /** Of which state of a raw image it tells. */
  readonly state: string;
  readonly told: ReportResult;
  /** Absent where the image could not be read. */
  readonly judging?: Judging;
}

/** What the rules judge. */
interface Judging extends Omit<ImageTexts, 'units'> {
  readonly inTree: Omit<TreeFacts, 'release'>;
  readonly target: Target;
}

/** Creates them over a pool of open images. */
export function imageReports(pool: ImagePool): ImageReports {
  const memory = reportMemory<Survey>();
  return {
    async report(
      { image: path, systemd, source, profile: chosen, extensions = [], quick = false },
      active,
      { all } = profilesFrom('', []),
      controlAt,
    ) {
      const known = memory(path);
      const asked = JSON.stringify([systemd, source, chosen, extensions, all, pool.machine()]);
      const control = (image: ImageFacts): ControlOf =>
        controlAt && image.kind === 'directory' ? file => controlAt(join(image.path, file)) : () => noControl;
      const before = quick ? undefined : known.take();
      if (before?.asked === asked && before.host === active && Date.now() - before.at < limits.age) {
        const same = async (opened: OpenImage) =>
          opened.state === before.state ? judged(before, opened, control(before.told.image)) : undefined;
        const found = await readable(() => pool.use(path, same));
        if (found) return { ...before.told, ...found };
      }
      const profile = all.find(({ name }) => name === chosen) ?? { name: chosen };
      const profiles = all.filter(one => profileText(one, systemd) !== undefined);
      const host = source === 'setting' ? undefined : active;
      const kind = (await imageFiles.stat((await imageFiles.realpath(path)) ?? path).catch(() => undefined))?.kind;
      const image = await describePlace({ path, kind: kind === 'directory' ? 'directory' : 'raw' }, pool.machine(), host?.scope);
      const names = ['', ...profiles.map(({ name }) => name)];
      const bare = {
        image,
        partitions: [],
        units: image.units.map(plain),
        profiles: names,
        counts: noFindings,
        findings: [],
        systemd,
        source,
      };
      const target: Target = { systemd, profile, ...(source !== 'setting' && { source }), ...(host && onHost(host)) };
      const at = Date.now();
      const read = async (opened: OpenImage): Promise<ReportResult> => {
        const { judging, ...details } = await detailsOf(opened, image, target, { profiles, extensions });
        const told = { ...bare, ...details };
        const survey = { asked, host: active, at, state: opened.state, told, ...(judging && { judging }) };
        if (!quick) return { ...told, ...(await judged(survey, opened, control(image))) };
        known.keep(survey);
        return { ...told, unchecked: true };
      };
      return (await readable(() => pool.use(path, read))) ?? bare;
    },
    async sizes({ image }, cancelled) {
      const end = Date.now() + limits.time;
      const expired = () => cancelled() || Date.now() > end;
      const count = async (opened: OpenImage) => sizesOf((await opened.tree()).root, { entries: limits.entries, expired });
      try {
        return await pool.use(image, count);
      } catch (error) {
        const nothing = { parts: [], total: 0, files: 0, partial: true };
        if (error instanceof ImageError) return { failure: { kind: error.kind, message: error.message }, ...nothing };
        if (error instanceof ImageChanged) return { failure: { kind: 'changed', message: error.message }, ...nothing };
        throw error;
      }
    },
  };

  async function judged({ judging, told }: Survey, opened: OpenImage, controlOf: ControlOf): Promise<Found | undefined> {
    if (!judging) return undefined;
    const { image } = told;
    const tree = oneLook(await opened.tree(), limits.lookups);
    const { source } = opened;
    const unmarked = source && (await readable(() => unmarkedPartition(source, pool.machine())));
    const asked = askedImage(image.name, look => look({ tree, ...(unmarked !== undefined && { unmarkedPartition: unmarked }) }));
    return findingsOf(judging, judging.target, asked, memory(image.path).recall, controlOf);
  }

  async function detailsOf(
    opened: OpenImage,
    image: ImageFacts,
    target: Target,
    { profiles, extensions: extensionPaths }: Asked,
  ): Promise<Partial<ReportResult> & { readonly judging?: Judging }> {
    const { systemd, host } = target;
    const known = memory(image.path);
    const partitions = await partitionsOf(opened);
    const found = await readable(async () => {
      const tree = oneLook(await opened.tree(), limits.lookups);
      return { tree, texts: await imageTexts(tree, known.source, image.scope) };
    });
    if (!found) return { partitions };
    const { tree, texts } = found;
    const user = ofUser(image, target);
    const base = await baseOf(tree, image, texts, opened, user);
    const extensions = await Promise.all(
      extensionPaths.map(path =>
        pool.use(path, async extension =>
          portableImage(await extension.tree(), { ...place(path, extension, user), role: 'extension', manager: user && 'user' }),
        ),
      ),
    );
    const dropIn = portableDropIn('any.service', { systemd, base, extensions, from: base, force: false });
    const architecture = target.architecture ?? (await readable(() => architectureOf(tree, base.release)));
    const additions = {
      ...{ dropIn, target, asked: { loaded: true, manager: user ? ('user' as const) : ('system' as const) } },
      ...(architecture !== undefined && { architecture }),
      profiles: [undefined, ...profiles.map(profile => profileText(profile, systemd, user && 'user'))],
    };
    const exposures = known.exposures(additions);
    const hostDropIns = dropInsOf(host);
    const changed = exposuresOnHost(additions, hostDropIns ?? []);
    const sources = new Map(texts.sources.map(source => [source.path, source]));
    const sourceOf = new Map(texts.units.map(({ path, file }) => [path, sources.get(file)] as const));
    const inTree = {
      root: image.path,
      name: image.name,
      units: texts.units.map(({ name }) => name),
      distribution: await hasAny(tree, ofDistributions),
      mountPoints: await hasAll(tree, ['/proc', '/sys', '/dev']),
      beside: () => [],
    };
    return {
      partitions,
      units: image.units.map(unit => {
        const source = sourceOf.get(unit.path);
        const description = source && descriptionOf(source);
        const measured = source && unit.name.endsWith('.service') && unit.attachable;
        const exposed = measured && (changed(source, unit.name) ?? exposures(source, unit.name));
        return { ...plain(unit), ...(description && { description }), ...(exposed && { exposures: exposed }) };
      }),
      ...(host && hostDropIns && { dropInsOf: host.name }),
      plan: reportPlan({ base, extensions, prefix: image.prefix, name: image.name, target, release: texts.release?.path, user }),
      judging: { ...texts, inTree, target },
    };
  }
}

const noFindings = { error: 0, warning: 0, information: 0, hint: 0 };

const plain = (unit: ImageFacts['units'][number]): ReportUnit => ({ ...unit, type: unitType(unit.name) ?? '' });

/** What it returns; undefined where the image could not be read, which its facts tell. */
async function readable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError || error instanceof ImageChanged) return undefined;
    throw error;
  }
}

/** Where the portabled of a user will put an image: that of the host, else one for whom the image is made. */
function ofUser({ scope }: ImageFacts, { systemd, host }: Target): UserPlaces | undefined {
  return managerOf({ scope }, { systemd, ...(host && { host }) }) === 'user' ? placesOfUser(host) : undefined;
}

/** Where an image that is brought to a host lies there. */
const place = (path: string, { directory }: OpenImage, user: UserPlaces | undefined): Pick<PortableImage, 'path' | 'kind'> => ({
  path: `${user?.links ?? '/run/portables'}/${path.slice(path.lastIndexOf('/') + 1)}`,
  kind: directory === undefined ? 'raw' : 'directory',
});

/** The image as portabled reads it. Units that are links are rare, and asked for one by one. */
async function baseOf(
  tree: ImageTree,
  { path, scope }: ImageFacts,
  { units, release }: ImageTexts,
  opened: OpenImage,
  user: UserPlaces | undefined,
): Promise<PortableImage> {
  const { source } = opened;
  const policy = source && (await readable(() => pinnedPolicy(source)));
  const at = { ...place(path, opened, user), ...(policy !== undefined && { policy }) };
  const taken = units.filter(({ name }) => isAttachable(name));
  const others = (user && 'user') !== scope;
  if (others || taken.some(unit => unit.path !== unit.file)) return portableImage(tree, { ...at, role: 'base', manager: user && 'user' });
  const texts = taken.map(({ name, path: unit, text }) => ({ name, path: unit, text }));
  return { ...at, units: texts, ...(release && { release: releaseValues(parseRelease(release.text)) }) };
}

async function partitionsOf({ source }: OpenImage): Promise<readonly ReportPartition[]> {
  const table = source && (await readable(() => readPartitions(source)));
  if (!source || !table) return [];
  const contents = (await readable(() => describePartitions(source, table, identifyRawImage))) ?? [];
  return contents.map(({ number, purpose, type, label, size, fileSystem, verity, readOnly }) => ({
    ...{ number, label, size, readOnly, purpose: purpose?.designator ?? type },
    readable: fileSystem !== undefined && readableFileSystems.has(fileSystem),
    ...(fileSystem !== undefined && { fileSystem }),
    ...((verity === 'hashes' || verity === 'signed') && { verity }),
  }));
}

function descriptionOf(source: UnitSource): string | undefined {
  const set = source.tree().sections.flatMap(section => (section.name.text === 'Unit' ? section.assignments : []));
  return set.findLast(({ key }) => key.text === 'Description')?.value || undefined;
}

/** Records of package managers, and systemd as a program: whose tree has these is a whole system. */
const ofDistributions = [
  '/usr/lib/systemd/systemd',
  '/var/lib/dpkg/status',
  '/var/lib/rpm',
  '/usr/lib/sysimage/rpm',
  '/var/lib/pacman',
  '/lib/apk',
];

const has = async (tree: ImageTree, path: string): Promise<boolean> => (await resolveInImage(tree, path)).outcome === 'found';

async function hasAny(tree: ImageTree, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await has(tree, path)) return true;
  return false;
}

async function hasAll(tree: ImageTree, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (!(await has(tree, path))) return false;
  return true;
}
