/** Numbers and states of systemd in plain words. */
import * as l10n from '@vscode/l10n';
import type { JudgeParams } from '../../../server/src/protocol.ts';
import type { HostFailure, HostStatus, Rights, UnitState } from '../hosts/contract.ts';

/** How long something lasted, in its one largest unit: `5 s`, `3 min`, `2 h`, `4 days`. Negative counts as 0 (clocks differ). */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return l10n.t('{0} s', seconds);
  if (seconds < 3600) return l10n.t('{0} min', Math.floor(seconds / 60));
  if (seconds < 86_400) return l10n.t('{0} h', Math.floor(seconds / 3600));
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? l10n.t('1 day') : l10n.t('{0} days', days);
}

const sizeUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes with a binary unit, one decimal below 10: `512 B`, `3.1 MiB`, `12 GiB`. */
export function size(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit: (typeof sizeUnits)[number] = 'B';
  for (const next of sizeUnits.slice(1)) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${unit === 'B' || value >= 10 ? Math.floor(value) : value.toFixed(1)} ${unit}`;
}

/** How long what is attached at runtime lasts: what is a user's `own` lies in a directory that goes with the user's last session. */
export const runtimeWords = (own: boolean): string => (own ? l10n.t("until the user's last logout") : l10n.t('until the next reboot'));

/** What is told when not all could be looked at. */
export const unreadWords = (count: number, first: string): string => l10n.t('{0} paths could not be read, {1} first.', count, first);

/** A unit's live state: `active for 3 min`, `listening`, `failed: exit-code`, `inactive`. `now` in ms since the epoch. */
export function unitWords(unit: UnitState, now: number): string {
  switch (unit.active) {
    case 'failed':
      return unit.result ? l10n.t('failed: {0}', unit.result) : l10n.t('failed');
    case 'activating':
      return unit.sub === 'auto-restart' ? l10n.t('waiting for a restart') : l10n.t('starting');
    case 'deactivating':
      return l10n.t('stopping');
    case 'reloading':
    case 'refreshing':
      return l10n.t('reloading');
    case 'inactive':
      return unit.result ? l10n.t('inactive: {0}', unit.result) : l10n.t('inactive');
    case 'active':
      // what a socket, timer or path does is its sub-state; a service that runs is told by how long
      if (unit.sub !== 'running' && unit.sub !== 'active' && unit.sub !== 'exited') return unit.sub;
      if (unit.since === undefined) return l10n.t('active');
      return l10n.t('active for {0}', duration(now - unit.since));
    default:
      return unit.active;
  }
}

/** How a host is, in the words of the tree: `systemd 257, 2 images attached`, `unreachable: connection timed out`. */
export function hostWords(status: HostStatus, attached: number | undefined): string {
  switch (status.state) {
    case 'idle':
      return l10n.t('not connected');
    case 'connecting':
      return l10n.t('connecting...');
    case 'unreachable':
      return unreachableWords(status.error);
    case 'connected':
      if (!status.portabled) return l10n.t('systemd {0}, no portabled', status.systemd.major);
      if (attached === undefined) return l10n.t('systemd {0}', status.systemd.major);
      if (attached === 0) return l10n.t('systemd {0}, nothing attached', status.systemd.major);
      if (attached === 1) return l10n.t('systemd {0}, 1 image attached', status.systemd.major);
      return l10n.t('systemd {0}, {1} images attached', status.systemd.major, attached);
  }
}

function unreachableWords(failure: HostFailure): string {
  if (failure.kind === 'not-allowed') return l10n.t('not allowed');
  if (failure.kind === 'no-portabled') return l10n.t('no portabled');
  // `pi cannot be reached: connection refused.` beside the name `pi` need not say the first half again
  const reason = failure.message
    .slice(failure.message.indexOf(': ') + 1)
    .trim()
    .replace(/\.$/, '');
  return reason.length <= 60 ? l10n.t('unreachable: {0}', reason) : l10n.t('unreachable');
}

/** What we may do on a host, in words. */
export function rightsWords(rights: Rights): string {
  switch (rights) {
    case 'root':
      return l10n.t('as root: images can be brought there and attached');
    case 'sudo':
      return l10n.t('through sudo: images can be brought there and attached');
    case 'own':
      return l10n.t("the user's own units: everything is allowed");
    case 'polkit':
      return l10n.t('by polkit: only what lies there already can be attached');
    case 'none':
      return l10n.t('no rights: only looking is allowed');
  }
}

/** Who says which systemd judges: the active host, portable-lint.json, or the setting. */
export function judgeWords({ source, file }: Pick<JudgeParams, 'source' | 'file'>): string {
  if (file !== undefined) return l10n.t('as portable-lint.json says');
  const host = /^host (.*)$/s.exec(source)?.[1];
  return host === undefined ? l10n.t('as the setting says') : l10n.t('as on the active host, {0}', host);
}
