/** The units that a command acts on: those of the selected rows, or one that the user chooses. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { forNotification, withoutIcons } from '../common/sinks.ts';
import { unitWords } from '../common/words.ts';
import { isTemplate } from '../hosts/attach/image-state.ts';
import type { Host, HostImage } from '../hosts/contract.ts';
import { instanceOf } from '../hosts/units/unit-name.ts';
import { chooseHost } from './choose-host.ts';
import { reach } from './connect.ts';
import { type CommandContext, hostImageOf, hostOf, imageOf, nodeKind, unitOf } from './context.ts';
import { journalName, type LogSubject, subjectOnHost } from './log-subject.ts';

/** A unit of an attached image on a host. */
export interface UnitTarget {
  readonly host: Host;
  readonly unit: string;
  /** The image there, by its path; absent where it is not known. */
  readonly hostPath?: string;
  /** Whether what attached it is gone after a reboot. */
  readonly runtime: boolean;
  /** The image of this machine that it comes from, if there is one. */
  readonly image?: ImageFacts;
}

/** The units of the rows, of one host: that of the row that was clicked. Empty where the user chose none. */
export async function unitTargets(
  context: CommandContext,
  argument: unknown,
  selection: readonly unknown[],
  title: string,
): Promise<readonly UnitTarget[]> {
  const rows = (selection.length > 0 ? selection : [argument]).flatMap(row => targetOf(context, row) ?? []);
  const chosen = rows.length > 0 ? rows : await chooseUnit(context, title);
  const clicked = targetOf(context, argument) ?? chosen[0]; // the first of the selection may be of another host
  const named: UnitTarget[] = [];
  for (const target of chosen.filter(({ host }) => host === clicked?.host)) {
    const one = await withInstance(target);
    if (!one) return []; // given up
    named.push(one);
  }
  return named;
}

/** The unit of a row. */
export function targetOf(context: CommandContext, row: unknown): UnitTarget | undefined {
  const unit = unitOf(row);
  if (unit === undefined) return undefined;
  if (nodeKind(row) === 'host-unit') {
    const host = hostOf(context.registry, row);
    const found = hostImageOf(context, row);
    return host && onHost(context, host, unit, found?.image);
  }
  const image = imageOf(row);
  const host = context.registry.active();
  const known = image && context.states.of(image);
  if (!image || !host || known?.kind !== 'known' || !known.state.attached) return undefined;
  return { host, unit, image, hostPath: known.state.hostPath, runtime: known.state.runtime };
}

function onHost(context: CommandContext, host: Host, unit: string, image: HostImage | undefined): UnitTarget {
  const local = image && localImage(context, host, image.path);
  return { host, unit, runtime: image?.attached?.runtime ?? true, ...(image && { hostPath: image.path }), ...(local && { image: local }) };
}

/** Its log. */
export function subjectOfUnit({ host, unit, image, hostPath }: UnitTarget): LogSubject {
  if (!image && hostPath !== undefined) return subjectOnHost(host, { name: journalName(hostPath), path: hostPath }, { unit });
  const now = async () => ({ units: [unit], ...(hostPath !== undefined && { hostPath }) });
  return { host, name: image?.name ?? unit, unit, image, now };
}

/** The image of this machine that lies, or was brought, at a path of the active host. */
export function localImage({ images, states }: CommandContext, host: Host, hostPath: string): ImageFacts | undefined {
  return images.images().find(image => {
    const known = states.of(image);
    return known.kind === 'known' && known.host === host && known.state.attached && known.state.hostPath === hostPath;
  });
}

async function chooseUnit(context: CommandContext, title: string): Promise<readonly UnitTarget[]> {
  const host = context.registry.active() ?? (await chooseHost(context, title));
  if (!host || !(await reach(context, host))) return [];
  const items = (await host.images()).flatMap(image => {
    const { states = [], units = [] } = image.attached ?? {};
    const templates = units.filter(isTemplate).map(name => ({ name, words: l10n.t('template') }));
    return [...states.map(state => ({ name: state.name, words: unitWords(state, Date.now()) })), ...templates].map(({ name, words }) => ({
      label: withoutIcons(name),
      description: withoutIcons(words),
      target: onHost(context, host, name, image),
    }));
  });
  if (items.length === 0) {
    void vscode.window.showInformationMessage(forNotification(l10n.t('No image with units is attached to {0}.', host.name)));
    return [];
  }
  const picked = await vscode.window.showQuickPick(items, { title });
  return picked ? [picked.target] : [];
}

/** Of a template, the instance that the user names. */
async function withInstance(target: UnitTarget): Promise<UnitTarget | undefined> {
  if (!isTemplate(target.unit)) return target;
  const instance = await vscode.window.showInputBox({
    title: target.unit,
    prompt: l10n.t('{0} is a template. Which instance?', target.unit),
    validateInput: text => (text === '' ? l10n.t('An instance has a name.') : undefined),
  });
  return instance ? { ...target, unit: instanceOf(target.unit, instance) } : undefined;
}
