/** What a failed action offers to the user: pure decisions over `HostFailure`. */
import * as l10n from '@vscode/l10n';
import type { HostFailure } from '../hosts/contract.ts';
import { hostFailure, isHostFailure } from '../hosts/errors.ts';

/** A button of a failure's notification. */
export type Remedy = 'retry' | 'choose-host' | 'line' | 'inspect' | 'go-on' | 'logs' | 'copy-set-up' | 'details';

/** What helps, by kind, most useful first. Where no logs can be shown, `logs` is left out. */
const remediesByKind: Readonly<Record<HostFailure['kind'], readonly Remedy[]>> = {
  unreachable: ['retry', 'choose-host', 'details'],
  timeout: ['retry', 'details'],
  cancelled: [],
  'not-allowed': ['retry', 'copy-set-up', 'choose-host', 'details'],
  'no-portabled': ['choose-host', 'details'],
  refused: ['retry', 'details'],
  'faulty-image': ['line', 'inspect', 'go-on'],
  'failed-to-start': ['line', 'logs', 'details'],
};

/** The buttons that fit a failure, of those that the action can carry out. */
export function remedies(failure: HostFailure, possible: ReadonlySet<Remedy>): readonly Remedy[] {
  const hasLine = failure.place !== undefined || failure.failures?.some(({ blame }) => blame !== undefined) === true;
  const fits = (remedy: Remedy): boolean => {
    if (remedy === 'line') return hasLine;
    return remedy !== 'retry' || !failure.final;
  };
  return remediesByKind[failure.kind].filter(remedy => possible.has(remedy) && fits(remedy));
}

/** The label of a button. */
export function remedyLabel(remedy: Remedy): string {
  switch (remedy) {
    case 'retry':
      return l10n.t('Retry');
    case 'choose-host':
      return l10n.t('Choose Host');
    case 'line':
      return l10n.t('Show Line');
    case 'inspect':
      return l10n.t('Inspect');
    case 'go-on':
      return l10n.t('Deploy Anyway');
    case 'logs':
      return l10n.t('Show Logs');
    case 'copy-set-up':
      return l10n.t('Copy sudo Rule');
    case 'details':
      return l10n.t('Show Details');
  }
}

/**
 * The failure to show for anything thrown. An error that no host told is a fault of this extension: it is shown as such, with what was
 * being done.
 */
export function asFailure(error: unknown, doing: string): HostFailure {
  if (isHostFailure(error)) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const reason = error instanceof Error ? error.message : String(error);
  const advice = l10n.t('This is a fault of the extension; its output tells more.');
  return hostFailure('refused', l10n.t('{0}: {1}', doing, reason), advice, detail, error);
}

/** Message and advice, as one text for a notification or a tooltip. */
export function failureText(failure: HostFailure): string {
  return failure.advice ? `${failure.message} ${failure.advice}` : failure.message;
}

/** Everything that is known of a failure, for the output. */
export function failureDetails(failure: HostFailure): string {
  return [failureText(failure), failure.detail, failure.setUp].filter(text => text !== undefined && text !== '').join('\n');
}
