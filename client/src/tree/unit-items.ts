/** What rows say of a unit: pure, and the same in both views. */
import * as l10n from '@vscode/l10n';
import { oneLine } from '../common/sinks.ts';
import { duration, size, unitWords } from '../common/words.ts';
import { isTemplate } from '../hosts/attach/image-state.ts';
import type { Host, UnitState } from '../hosts/contract.ts';
import { colors, type Icon } from './item-spec.ts';

const icons: Readonly<Record<string, string>> = {
  service: 'gear',
  socket: 'plug',
  timer: 'watch',
  path: 'eye',
  target: 'target',
};

const typeOf = (unit: string): string => unit.slice(unit.lastIndexOf('.') + 1);
const isUp = ({ active }: UnitState): boolean => active !== 'inactive' && active !== 'failed';

/** The icon of a unit in these states: its own, or those of a template's instances. */
export function unitIcon(name: string, live: readonly UnitState[]): Icon {
  if (live.some(({ active }) => active === 'failed')) return { id: 'error', color: colors.bad };
  const up = live.some(({ active }) => active === 'active' || active === 'reloading');
  const id = icons[typeOf(name)] ?? 'file';
  return up ? { id, color: colors.good } : { id };
}

/** What a unit does now, in a few words; empty where nothing is known of it. */
export function unitDescription(name: string, live: readonly UnitState[], now: number): string {
  if (isTemplate(name)) {
    if (live.length === 0) return l10n.t('template');
    const words = live.length === 1 ? l10n.t('template, 1 instance') : l10n.t('template, {0} instances', live.length);
    const failed = live.filter(({ active }) => active === 'failed').length;
    return failed > 0 ? l10n.t('{0}, {1} failed', words, failed) : words;
  }
  const [state] = live;
  if (!state) return '';
  const words = [unitWords(state, now)];
  if (state.restarts) words.push(state.restarts === 1 ? l10n.t('1 restart') : l10n.t('{0} restarts', state.restarts));
  return oneLine(words.join(', '));
}

/** Everything that is known of a live unit, a line each. */
export function unitDetails(unit: UnitState): readonly string[] {
  const lines = [l10n.t('State: {0} ({1})', unit.active, unit.sub)];
  if (unit.result) lines.push(l10n.t('Result: {0}', unit.result));
  if (unit.since !== undefined) lines.push(l10n.t('Since: {0}', new Date(unit.since).toLocaleString()));
  if (unit.says) lines.push(l10n.t('Says of itself: {0}', unit.says));
  if (unit.mainPid !== undefined) lines.push(l10n.t('Main process: {0}', unit.mainPid));
  if (unit.memory !== undefined) lines.push(l10n.t('Memory: {0}', size(unit.memory)));
  if (unit.cpu !== undefined) lines.push(l10n.t('Processor: {0}', processorTime(unit.cpu)));
  if (unit.restarts !== undefined) lines.push(l10n.t('Restarted by systemd: {0}', unit.restarts));
  if (unit.enabled) lines.push(l10n.t('At boot: {0}', unit.enabled));
  return lines.map(oneLine);
}

/** Milliseconds, to the millisecond below a second. */
function processorTime(ms: number): string {
  return ms < 1000 ? l10n.t('{0} ms', Math.round(ms)) : duration(ms);
}

/** The words that menus look for, of a unit that is attached to a host. */
export function unitContext(name: string, live: readonly UnitState[]): string {
  const words = ['attached', typeOf(name)];
  if (isTemplate(name)) return [...words, 'template', ...(live.some(({ active }) => active === 'failed') ? ['failed'] : [])].join(' ');
  if (live.some(isUp)) words.push('active');
  if (live.some(({ active }) => active === 'failed')) words.push('failed');
  else if (live.some(hasFailed)) words.push('restarting');
  if (live.some(({ enabled }) => enabled?.startsWith('enabled'))) words.push('enabled');
  return words.join(' ');
}

/** A unit that failed, and where. */
export interface FailedUnit {
  readonly host: Host;
  readonly unit: UnitState;
}

/** Whether a unit failed, so that why can be asked. */
export function hasFailed(unit: UnitState): boolean {
  return unit.active === 'failed' || unit.sub === 'auto-restart';
}
