/** The rows of the Hosts view and the words of the status bar: pure. */
import * as l10n from '@vscode/l10n';
import { failureText } from '../common/failure.ts';
import { oneLine, withoutIcons } from '../common/sinks.ts';
import { hostWords, rightsWords, runtimeWords, size } from '../common/words.ts';
import { isTemplate } from '../hosts/attach/image-state.ts';
import { canBeSetUp, isOwn } from '../hosts/attach/rights.ts';
import type { Host, HostDefinition, HostFailure, HostImage, UnitState } from '../hosts/contract.ts';
import { readVersion } from '../hosts/deploy/versions.ts';
import { colors, type Icon, type ItemSpec } from './item-spec.ts';
import { unitContext, unitDescription, unitDetails, unitIcon } from './unit-items.ts';

/** What a host told of the images that lie on it. */
export type HostContents =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly images: readonly HostImage[] }
  | { readonly kind: 'failed'; readonly failure: HostFailure };

/** An image that lies on a host, as both views show it. */
export interface HostImageNode {
  readonly kind: 'host-image';
  readonly host: Host;
  readonly image: HostImage;
}

/** A row that says something. */
export interface MessageNode {
  readonly kind: 'message';
  readonly id: string;
  readonly text: string;
  readonly icon: Icon;
}

/** A row of the Hosts view. */
export type HostNode =
  | { readonly kind: 'host'; readonly host: Host }
  | HostImageNode
  | { readonly kind: 'host-unit'; readonly host: Host; readonly image: HostImage; readonly unit: UnitState }
  | { readonly kind: 'faults'; readonly faults: readonly string[] }
  | (MessageNode & { readonly opensSetting?: string });

/** What the status bar shows. */
export interface StatusBarSpec {
  /** With a codicon in `$(...)`. */
  readonly text: string;
  readonly tooltip: string;
  readonly warning: boolean;
}

/** The value of the context key `portableServices.activeHost`. */
export type ActiveHostKey = 'none' | 'ok' | 'noPortabled' | 'notAllowed' | 'unreachable';

/** How the active host is, for `when` clauses. One that was not asked yet counts as fine. */
export function activeHostKey(host: Host | undefined, contents: HostContents): ActiveHostKey {
  if (!host) return 'none';
  const { status } = host;
  const failure = status.state === 'unreachable' ? status.error : contents.kind === 'failed' ? contents.failure : undefined;
  if (status.state === 'connected' && !status.portabled) return 'noPortabled';
  if (!failure) return 'ok';
  if (failure.kind === 'no-portabled') return 'noPortabled';
  if (failure.kind === 'not-allowed') return 'notAllowed';
  return status.state === 'unreachable' ? 'unreachable' : 'ok';
}

/** How many images are attached, where that is known. */
export function attachedCount(contents: HostContents): number | undefined {
  return contents.kind === 'known' ? contents.images.filter(image => image.state !== 'detached').length : undefined;
}

/** The topmost rows: what is wrong with the setting, if anything is, and the hosts. */
export function topmostOfHosts(hosts: readonly Host[], faults: readonly string[]): readonly HostNode[] {
  const rows = hosts.map((host): HostNode => ({ kind: 'host', host }));
  return faults.length > 0 ? [{ kind: 'faults', faults }, ...rows] : rows;
}

const hostsSetting = 'portableServices.hosts';

/** The rows below the one that counts the faults. */
export function childrenOfFaults(faults: readonly string[]): readonly HostNode[] {
  return faults.map((text, n) => ({ kind: 'message', id: `fault:${n}`, text, icon: { id: 'edit' }, opensSetting: hostsSetting }));
}

/** Why nothing is known of what lies on a host, and what to do about it; undefined where that is known, or to be asked. */
export function hostProblem({ status }: Host, contents: HostContents): string | undefined {
  if (status.state === 'unreachable') return failureText(status.error);
  if (contents.kind === 'failed') return failureText(contents.failure);
  if (status.state !== 'connected' || status.portabled) return undefined;
  return l10n.t('portabled is not installed there. On Debian it is in the package systemd-container.');
}

/** The rows below a host: some images of those that lie there, or why there are none. */
export function rowsOnHost(
  host: Host,
  contents: HostContents,
  images: readonly HostImage[],
  none: string,
): readonly (HostImageNode | MessageNode)[] {
  const message = (text: string, icon: Icon): MessageNode[] => [{ kind: 'message', id: `message:${host.id}`, text, icon }];
  const problem = hostProblem(host, contents);
  if (problem !== undefined) return message(problem, { id: 'warning', color: colors.warning });
  if (contents.kind === 'unknown') return [];
  if (images.length === 0) return message(none, { id: 'info' });
  return images.map(image => ({ kind: 'host-image', host, image }));
}

/** The rows below a host: its images, or why there are none. */
export function childrenOfHost(host: Host, contents: HostContents): readonly HostNode[] {
  return rowsOnHost(host, contents, contents.kind === 'known' ? contents.images : [], l10n.t('No images lie on this host.'));
}

/** The rows below an image on a host: its units, instances of templates among them. */
export function childrenOfHostImage({ host, image }: HostImageNode): readonly HostNode[] {
  const { states = [], units = [] } = image.attached ?? {};
  const templates = units.filter(isTemplate).map((name): UnitState => ({ name, active: 'inactive', sub: 'dead' }));
  const all = [...states, ...templates].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return all.map(unit => ({ kind: 'host-unit', host, image, unit }));
}

/** The units of attached images that failed. */
export function failedUnits(contents: HostContents): readonly UnitState[] {
  const images = contents.kind === 'known' ? contents.images : [];
  return images.flatMap(image => image.attached?.states ?? []).filter(({ active }) => active === 'failed');
}

/** What the badge of the Hosts view says of the active host; undefined while all is well. */
export function failedBadge(
  host: Host | undefined,
  contents: HostContents,
): { readonly value: number; readonly tooltip: string } | undefined {
  const failed = host?.status.state === 'connected' ? failedUnits(contents) : [];
  const [first] = failed;
  if (!host || !first) return undefined;
  const tooltip =
    failed.length === 1 ? l10n.t('{0} failed on {1}', first.name, host.name) : l10n.t('{0} units failed on {1}', failed.length, host.name);
  return { value: failed.length, tooltip: oneLine(tooltip) };
}

/** The row of a node; `now` in ms since the epoch. */
export function hostItem(node: HostNode, active: boolean, contents: HostContents, now = Date.now()): ItemSpec {
  switch (node.kind) {
    case 'host':
      return hostRow(node.host, active, contents);
    case 'host-image':
      return hostImageRow(node.host, node.image);
    case 'host-unit':
      return hostUnitRow(node.host, node.image, node.unit, now);
    case 'message':
      return {
        ...{ id: node.id, label: oneLine(node.text), tooltip: node.text, icon: node.icon, unfolds: 'no' },
        ...(node.opensSetting !== undefined && { opensSetting: node.opensSetting }),
      };
    case 'faults':
      return faultsRow(node.faults);
  }
}

/** Few are told at once, many when somebody wants to know: the hosts that there are have more to say. */
function faultsRow(faults: readonly string[]): ItemSpec {
  return {
    id: 'faults',
    label: faults.length === 1 ? l10n.t('1 fault in the hosts setting') : l10n.t('{0} faults in the hosts setting', faults.length),
    tooltip: l10n.t('A click opens the setting {0}.', hostsSetting),
    icon: { id: 'warning', color: colors.warning },
    unfolds: faults.length <= 3 ? 'unfolded' : 'folded',
    opensSetting: hostsSetting,
  };
}

const kindIcons: Readonly<Record<HostDefinition['kind'], string>> = {
  local: 'device-desktop',
  container: 'server-environment',
  ssh: 'remote',
};

/** Where a host is, in words. */
export function hostPlace(definition: HostDefinition): string {
  switch (definition.kind) {
    case 'local':
      if (definition.scope === 'user') return l10n.t('the machine that VS Code works on, your own units');
      return l10n.t('the machine that VS Code works on');
    case 'container':
      return l10n.t('a container on this machine');
    case 'ssh':
      if (definition.sudo) return l10n.t('by ssh to {0}, through sudo', definition.destination);
      if (definition.scope === 'user') return l10n.t("by ssh to {0}, the user's own units", definition.destination);
      return l10n.t('by ssh to {0}', definition.destination);
  }
}

function hostRow(host: Host, active: boolean, contents: HostContents): ItemSpec {
  const { status } = host;
  const words = oneLine(hostWords(status, attachedCount(contents)));
  const tooltip = [`${host.name}: ${hostPlace(host.definition)}`];
  if (active) tooltip.push(l10n.t('Active: commands on an image act here.'));
  if (status.state === 'connected') tooltip.push(l10n.t('systemd {0}', status.systemd.full));
  if (status.state === 'connected' && status.rights) tooltip.push(rightsWords(status.rights));
  if (status.state === 'unreachable') tooltip.push(failureText(status.error));
  const contextWords = ['host', active ? 'active' : 'inactive'];
  if (status.state === 'unreachable') contextWords.push('unreachable');
  if (host.definition.kind !== 'local') contextWords.push('removable');
  if (canBeSetUp(host.definition)) contextWords.push('rights');
  return {
    id: `host:${host.id}`,
    label: oneLine(host.name),
    description: active ? l10n.t('active, {0}', words) : words,
    tooltip: tooltip.map(oneLine).join('\n'),
    icon: hostIcon(host, active),
    unfolds: 'folded',
    context: contextWords.join(' '),
  };
}

function hostIcon(host: Host, active: boolean): Icon {
  if (host.status.state === 'connecting') return { id: 'loading~spin' };
  if (host.status.state === 'unreachable') return { id: 'warning', color: colors.warning };
  if (active) return { id: 'pass-filled', color: colors.good };
  return { id: kindIcons[host.definition.kind] };
}

/** The words of portabled for a state, readable: `running-runtime` is `running until the next reboot`. */
function portabledStateWords(state: string, own: boolean): string {
  const runtime = state.endsWith('-runtime');
  const plain = oneLine(runtime ? state.slice(0, -'-runtime'.length) : state);
  return runtime ? `${plain} ${runtimeWords(own)}` : plain;
}

/** What an image on a host is called: of a copy that was deployed there, the name without what tells versions apart. */
export const hostImageTitle = (image: HostImage): string => oneLine(readVersion(image.path)?.name ?? image.name);

/** An image on a host, in words: state, kind, whether it is marked, and when it was deployed. */
export function hostImageWords({ definition }: Pick<Host, 'definition'>, image: HostImage): string {
  const words = [portabledStateWords(image.state, isOwn(definition)), oneLine(image.kind)];
  if (image.readOnly) words.push(l10n.t('read-only'));
  const version = readVersion(image.path);
  if (version) words.push(l10n.t('deployed {0}', version.time.toLocaleString()));
  return words.join(', ');
}

/** The same for each version of a copy, so that its row stays unfolded when the next one is attached. */
function hostImageId(host: Host, image: HostImage): string {
  return `${host.id}:${(image.attached && readVersion(image.path)?.family) ?? image.path}`;
}

function hostUnitRow(host: Host, image: HostImage, unit: UnitState, now: number): ItemSpec {
  const live = isTemplate(unit.name) ? [] : [unit];
  return {
    id: `host-unit:${hostImageId(host, image)}:${unit.name}`,
    label: oneLine(unit.name),
    description: unitDescription(unit.name, live, now),
    tooltip: [oneLine(unit.name), ...live.flatMap(unitDetails)].join('\n'),
    icon: unitIcon(unit.name, live),
    unfolds: 'no',
    context: `host-unit ${unitContext(unit.name, live)}`,
  };
}

function hostImageRow(host: Host, image: HostImage): ItemSpec {
  const running = image.state.startsWith('running');
  const failed = (image.attached?.states ?? []).filter(({ active }) => active === 'failed').length;
  const tooltip = [image.path];
  if (image.usage !== undefined) tooltip.push(size(image.usage));
  if (image.attached?.runtime) tooltip.push(l10n.t('Attached {0}, and gone after it.', runtimeWords(isOwn(host.definition))));
  if (image.attached) tooltip.push(l10n.t('Units: {0}', image.attached.units.join(', ')));
  if (image.attached && image.attached.extensions.length > 0) {
    tooltip.push(l10n.t('Extensions: {0}', image.attached.extensions.join(', ')));
  }
  const context = ['host-image', image.readOnly ? 'marked' : 'unmarked'];
  if (image.attached) context.push('attached', image.attached.runtime ? 'runtime' : 'persistent');
  else context.push('detached');
  return {
    id: `host-image:${hostImageId(host, image)}`,
    label: hostImageTitle(image),
    description: failed > 0 ? l10n.t('{0} failed, {1}', failed, hostImageWords(host, image)) : hostImageWords(host, image),
    tooltip: tooltip.map(oneLine).join('\n'),
    icon: hostImageIcon(image, running, failed > 0),
    unfolds: image.attached ? 'folded' : 'no',
    context: context.join(' '),
  };
}

function hostImageIcon(image: HostImage, running: boolean, failed: boolean): Icon {
  if (failed) return { id: 'error', color: colors.bad };
  return running ? { id: 'pass-filled', color: colors.good } : { id: image.kind === 'raw' ? 'package' : 'folder' };
}

/** The status bar's item for the active host. */
export function statusBar(host: Host | undefined): StatusBarSpec {
  if (!host) {
    return {
      text: `$(server) ${l10n.t('No host')}`,
      tooltip: l10n.t('Portable Services: no host is active. Choose the one that images are attached to.'),
      warning: false,
    };
  }
  const { status } = host;
  const lines = [l10n.t('Portable Services: images are attached to {0} ({1}).', host.name, hostPlace(host.definition))];
  if (status.state === 'connected') lines.push(l10n.t('systemd {0}', status.systemd.full));
  if (status.state === 'unreachable') lines.push(failureText(status.error));
  if (status.state === 'connected' && !status.portabled) lines.push(l10n.t('portabled is not installed there.'));
  const warning = status.state === 'unreachable' || (status.state === 'connected' && !status.portabled);
  const icon = status.state === 'connecting' ? 'loading~spin' : warning ? 'warning' : 'server';
  return { text: `$(${icon}) ${withoutIcons(host.name)}`, tooltip: lines.map(oneLine).join('\n'), warning };
}
