/** The rows of the Images view, made from what is known of an image: pure. */
import * as l10n from '@vscode/l10n';
import type { AmongVersions, ImageFacts, ImageUnit } from '../../../server/src/protocol.ts';
import { failureText } from '../common/failure.ts';
import type { Doing } from '../common/operations.ts';
import { oneLine } from '../common/sinks.ts';
import { hostWords, runtimeWords, size } from '../common/words.ts';
import { isTemplate } from '../hosts/attach/image-state.ts';
import { isOwn } from '../hosts/attach/rights.ts';
import type { Host, HostImage, ImageState, UnitState } from '../hosts/contract.ts';
import type { ImageOnHost } from '../images/states.ts';
import { type HostContents, type HostNode, hostItem, hostProblem, type MessageNode, rowsOnHost } from './host-items.ts';
import { type InsideNode, insideItem, insideOf } from './inside-items.ts';
import { colors, type Icon, type ItemSpec } from './item-spec.ts';
import { type FailedUnit, hasFailed, unitContext, unitDescription, unitDetails, unitIcon } from './unit-items.ts';

/** A row of the Images view. */
export type ImageNode =
  | { readonly kind: 'image'; readonly image: ImageFacts }
  | { readonly kind: 'unit'; readonly image: ImageFacts; readonly unit: ImageUnit }
  | InsideNode
  | HostGroupNode
  | Extract<HostNode, { kind: 'host-image' | 'host-unit' }>
  | MessageNode;

/** The active host at the end of the images of this machine: other images that lie there, or why none are known. */
interface HostGroupNode {
  readonly kind: 'host-group';
  readonly host: Host;
  readonly contents: HostContents;
  /** Of the contents, those that are no copies of the images above. */
  readonly images: readonly HostImage[];
}

/** What a row shows beside the facts of its image. */
export interface ImageContext {
  readonly onHost: ImageOnHost;
  readonly doing: Doing | undefined;
  /** Whether it is deployed whenever something in it is saved. */
  readonly redeploys?: boolean;
  /** ms since the epoch. */
  readonly now: number;
}

/** The rows below an image: what is wrong with it, its units, then what else is in it. */
export function childrenOfImage(image: ImageFacts): readonly ImageNode[] {
  const nodes: ImageNode[] = [];
  const warning: Icon = { id: 'warning', color: colors.warning };
  if (image.problem) nodes.push({ kind: 'message', id: `problem:${image.path}`, text: image.problem, icon: warning });
  if (image.units.length === 0 && !image.problem) {
    nodes.push({ kind: 'message', id: `empty:${image.path}`, text: l10n.t('No units in this image.'), icon: { id: 'info' } });
  }
  for (const unit of image.units) nodes.push({ kind: 'unit', image, unit });
  return [...nodes, ...insideOf(image)];
}

/** What the topmost rows are made from. */
interface Topmost {
  readonly images: readonly ImageFacts[];
  /** Why they could not be read. */
  readonly problem: string | undefined;
  readonly host: Host | undefined;
  readonly contents: HostContents;
  /** Paths on the host of the copies of these images. */
  readonly copies: ReadonlySet<string>;
}

/**
 * The topmost rows. The active host is always the last one of them, so that what it comes to say moves no other row from under the pointer. Where
 * there are no images, neither here nor there, there are no rows: the view has a welcome for that.
 */
export function topmostOfImages({ images, problem, host, contents, copies }: Topmost): readonly ImageNode[] {
  const nodes = images.map((image): ImageNode => ({ kind: 'image', image }));
  if (problem !== undefined) {
    const text = l10n.t('The images could not be read: {0}', problem);
    nodes.push({ kind: 'message', id: 'problem', text, icon: { id: 'warning', color: colors.warning } });
  }
  const others = contents.kind === 'known' ? contents.images.filter(({ path }) => !copies.has(path)) : [];
  return host && nodes.length + others.length > 0 ? [...nodes, { kind: 'host-group', host, contents, images: others }] : nodes;
}

/** The rows below the active host. */
export function childrenOfGroup({ host, contents, images }: HostGroupNode): readonly ImageNode[] {
  return rowsOnHost(host, contents, images, l10n.t('No other images lie on this host.'));
}

/** The row of a node. */
export function imageItem(node: ImageNode, context: ImageContext): ItemSpec {
  switch (node.kind) {
    case 'image':
      return imageRow(node.image, context);
    case 'unit':
      return unitRow(node.image, node.unit, context);
    case 'message':
      return { id: node.id, label: oneLine(node.text), tooltip: node.text, icon: node.icon, unfolds: 'no' };
    case 'host-group':
      return hostGroupRow(node);
    case 'host-image':
    case 'host-unit':
      return hostItem(node, false, { kind: 'unknown' }, context.now);
    default:
      return insideItem(node);
  }
}

function hostGroupRow({ host, contents, images }: HostGroupNode): ItemSpec {
  const problem = hostProblem(host, contents);
  return {
    id: `host-group:${host.id}`,
    label: l10n.t('On {0}', oneLine(host.name)),
    description: oneLine(groupWords(host, contents, images.length)),
    tooltip: oneLine(problem ?? l10n.t('Images that lie on {0} itself, where its portabled looks for them.', host.name)),
    icon: problem === undefined ? { id: 'server' } : { id: 'warning', color: colors.warning },
    unfolds: 'folded',
    context: host.status.state === 'unreachable' ? 'host-group unreachable' : 'host-group',
  };
}

function groupWords({ status }: Host, contents: HostContents, others: number): string {
  if (status.state !== 'connected') return hostWords(status, undefined);
  if (!status.portabled) return l10n.t('no portabled');
  if (contents.kind === 'failed') return l10n.t('state unknown');
  if (contents.kind === 'unknown') return '';
  if (others === 0) return l10n.t('no other images');
  return others === 1 ? l10n.t('1 image') : l10n.t('{0} images', others);
}

/** `hello 1.0`, or `hello 1.0 .raw`: the name without the version that it may end in, and the version that the image says. */
export function imageTitle(image: ImageFacts): string {
  const name = oneLine(image.name);
  const version = image.version === undefined ? '' : oneLine(image.version);
  const plain = version !== '' && name.endsWith(`_${version}`) ? name.slice(0, -version.length - 1) : name;
  return [plain, version, image.kind === 'raw' ? '.raw' : ''].filter(part => part !== '').join(' ');
}

/** `directory`, or `squashfs 3.1 MiB`; and whose units it holds, if not the system's. */
export function imageKindWords(image: ImageFacts): string {
  const kind = kindAndSize(image);
  return image.scope === 'user' ? `${kind}, ${l10n.t('user units')}` : kind;
}

function kindAndSize(image: ImageFacts): string {
  if (image.kind === 'directory') return l10n.t('directory');
  const fileSystem = image.fileSystem ? oneLine(image.fileSystem) : l10n.t('raw');
  return image.size === undefined ? fileSystem : `${fileSystem} ${size(image.size)}`;
}

/** How it stands among the versions in its directory, in a few words; nothing of an only one that is taken. */
function amongWords({ verdict, of }: AmongVersions): string {
  switch (verdict) {
    case 'taken':
      return of > 1 ? l10n.t('taken of {0} versions', of) : '';
    case 'older':
      return l10n.t('older version');
    case 'spent':
      return l10n.t('version without tries left');
    case 'tries':
      return l10n.t('version tried more often');
    case 'architecture':
      return l10n.t('version for another architecture');
    case 'misnamed':
      return l10n.t('not named as a version');
  }
}

function amongSentence({ verdict, directory, taken, of }: AmongVersions): string {
  if (verdict === 'taken') return l10n.t('Of {0} versions in {1} systemd takes this one.', of, directory);
  const expected = directory.replace(/(\.raw)?\.v$/, '_VERSION$1');
  if (verdict === 'misnamed') return l10n.t('systemd passes it over in {0}: a version there is named {1}.', directory, expected);
  return taken === undefined
    ? l10n.t('systemd takes none of the versions in {0}: they are for other architectures.', directory)
    : l10n.t('Of {0} versions in {1} systemd takes {2}, not this one.', of, directory, taken);
}

/** How the image stands on the active host, in one or two words; empty where nothing is known. */
export function imageStateWords({ onHost, doing }: Pick<ImageContext, 'onHost' | 'doing'>): string {
  if (doing === 'attaching') return l10n.t('attaching...');
  if (doing === 'detaching') return l10n.t('detaching...');
  if (doing === 'deploying') return l10n.t('deploying...');
  if (onHost.kind === 'failed') return l10n.t('state unknown');
  if (onHost.kind !== 'known') return '';
  return attachmentWords(onHost.state);
}

function attachmentWords(state: ImageState): string {
  if (!state.attached) return l10n.t('detached');
  const failed = failures(state);
  if (state.running) return failed > 0 ? l10n.t('running, {0} failed', failed) : l10n.t('running');
  return failed > 0 ? l10n.t('failed') : l10n.t('attached');
}

/** How many units failed. */
const failures = ({ units }: Extract<ImageState, { attached: true }>): number => units.filter(unit => unit.active === 'failed').length;

function imageRow(image: ImageFacts, context: ImageContext): ItemSpec {
  const { onHost } = context;
  const state = onHost.kind === 'known' ? onHost.state : undefined;
  const profile = state?.attached && state.profile ? oneLine(state.profile) : '';
  const redeploys = context.redeploys ? l10n.t('redeploy on save') : '';
  const among = image.among ? amongWords(image.among) : '';
  // what a narrow side bar cuts off is the end
  const description = [imageStateWords(context), profile, among, imageKindWords(image), redeploys].filter(part => part !== '').join(', ');
  return {
    id: `image:${image.path}`,
    label: imageTitle(image),
    description,
    tooltip: imageTooltip(image, context),
    icon: imageIcon(image, context),
    unfolds: 'folded',
    context: `image ${state?.attached ? 'attached' : 'detached'}${context.redeploys ? ' redeploys' : ''}`,
  };
}

function imageIcon(image: ImageFacts, { onHost, doing }: ImageContext): Icon {
  if (doing) return { id: 'loading~spin' };
  if (onHost.kind === 'failed') return { id: 'warning', color: colors.warning };
  if (onHost.kind === 'known' && onHost.state.attached) {
    if (failures(onHost.state) > 0) return { id: 'error', color: colors.bad };
    return { id: onHost.state.running ? 'pass-filled' : 'pass', color: colors.good };
  }
  if (image.problem) return { id: 'warning', color: colors.warning };
  return { id: image.kind === 'directory' ? 'folder' : 'package' };
}

function imageTooltip(image: ImageFacts, { onHost }: ImageContext): string {
  const lines = [image.path];
  const name = image.osRelease?.PRETTY_NAME;
  if (name) lines.push(name);
  if (onHost.kind === 'known' && onHost.state.attached) {
    const lasts = onHost.state.runtime ? runtimeWords(isOwn(onHost.host.definition)) : l10n.t('for good');
    lines.push(l10n.t('Attached to {0} {1}, as {2}', onHost.host.name, lasts, onHost.state.hostPath));
  }
  if (onHost.kind === 'known' && !onHost.state.attached) lines.push(l10n.t('Not attached to {0}', onHost.host.name));
  if (onHost.kind === 'no-host') lines.push(l10n.t('No host is active, so it is not known whether it is attached.'));
  if (onHost.kind === 'failed') lines.push(failureText(onHost.failure));
  if (image.among) lines.push(amongSentence(image.among));
  if (image.problem) lines.push(image.problem);
  return lines.map(oneLine).join('\n');
}

function unitRow(image: ImageFacts, unit: ImageUnit, context: ImageContext): ItemSpec {
  const { onHost } = context;
  const attached = onHost.kind === 'known' && onHost.state.attached;
  const live = attached ? liveUnits(unit.name, onHost.state.units) : [];
  const description = unit.attachable ? unitDescription(unit.name, live, context.now) : l10n.t('not taken by portabled');
  return {
    id: `unit:${image.path}:${unit.path}`,
    label: oneLine(unit.name),
    ...(description !== '' && { description }),
    tooltip: [...unitTooltip(unit), ...live.flatMap(state => (isTemplate(unit.name) ? [] : unitDetails(state)))].join('\n'),
    icon: unitIcon(unit.name, live),
    unfolds: 'no',
    context: `unit ${attached && unit.attachable ? unitContext(unit.name, live) : 'detached'}`,
    ...(unit.file === undefined ? { opensInside: { image: image.path, path: unit.path } } : { opens: unit.file }),
  };
}

/** The unit of a row that failed, of those where it is one only. */
export function failedUnitOf(node: ImageNode, { onHost }: Pick<ImageContext, 'onHost'>): FailedUnit | undefined {
  if (node.kind === 'host-unit') return hasFailed(node.unit) ? { host: node.host, unit: node.unit } : undefined;
  if (node.kind !== 'unit' || onHost.kind !== 'known' || !onHost.state.attached || isTemplate(node.unit.name)) return undefined;
  const unit = onHost.state.units.find(({ name }) => name === node.unit.name);
  return unit && hasFailed(unit) ? { host: onHost.host, unit } : undefined;
}

/** The live units that belong to a unit file: itself, or the instances of a template. */
export function liveUnits(name: string, units: readonly UnitState[]): readonly UnitState[] {
  if (!isTemplate(name)) return units.filter(unit => unit.name === name);
  const at = name.indexOf('@') + 1;
  const [prefix, suffix] = [name.slice(0, at), name.slice(at)];
  return units.filter(unit => unit.name !== name && unit.name.startsWith(prefix) && unit.name.endsWith(suffix));
}

function unitTooltip(unit: ImageUnit): readonly string[] {
  const lines = [unit.path];
  if (!unit.attachable) {
    lines.push(
      l10n.t('portabled leaves it behind: it takes services, sockets, targets, timers and paths whose names begin with the prefix.'),
    );
  }
  return lines.map(oneLine);
}
