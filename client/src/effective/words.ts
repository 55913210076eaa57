/** What is said of the lines of an effective unit, and of exposures: pure. */
import * as l10n from '@vscode/l10n';
import type { EffectiveLine, EffectivePart, EffectiveResult, ExposureRow } from '../../../server/src/protocol-profiles.ts';

/** Whose file it is. */
export function originWords({ origin, unreadable }: EffectivePart, profile: string, host: string | undefined): string {
  switch (origin) {
    case 'unit':
      return host === undefined
        ? l10n.t('the unit, from the image; drop-ins of a host are not known')
        : l10n.t('the unit, from the image; the drop-ins of {0} are below', host);
    case 'profile':
      return l10n.t('the profile {0}', profile);
    case 'portabled':
      return l10n.t('what portabled writes');
    case 'host':
      return unreadable ? l10n.t('a drop-in of {0} that may not be read', host ?? '') : l10n.t('a drop-in of {0}', host ?? '');
  }
}

/** Why a line does not count; `by` is the line for which, from 0. */
export function fateWords(fate: NonNullable<EffectiveLine['fate']>, by: number | undefined): string {
  switch (fate) {
    case 'replaced':
      return by === undefined ? l10n.t('replaced') : l10n.t('replaced by line {0}', by + 1);
    case 'emptied':
      return by === undefined ? l10n.t('emptied') : l10n.t('emptied by line {0}', by + 1);
    case 'ignored':
      return l10n.t('ignored');
  }
}

/** Which line of which file on the host a line of the document is, whose file that is, and why the line does not count if so; nothing behind the last. */
export function lineWords({ lines, files, profile, host }: EffectiveResult, at: number): readonly string[] {
  const line = lines[at];
  const part = line && files[line.file];
  if (!part) return [];
  const place = line.line === undefined ? part.path : l10n.t('{0}, line {1}', part.path, line.line + 1);
  const said = [place, originWords(part, profile, host)];
  return line.fate === undefined ? said : [...said, fateWords(line.fate, line.by)];
}

/** Tenths as systemd-analyze prints them. */
const tenths = (amount: number): string => `${Math.floor(amount / 10)}.${amount % 10}`;

/** What an assessment costs. */
export function costWords({ state, tenths: cost }: ExposureRow): string {
  switch (state) {
    case 'bad':
      return l10n.t('costs {0}', tenths(cost));
    case 'good':
      return l10n.t('good');
    case 'none':
      return l10n.t('does not apply');
  }
}

/** What it means, and what makes it good. */
export function riskWords({ state, risk, directive, remedy }: ExposureRow): string {
  if (state !== 'bad') return '';
  const meaning = l10n.t('The service {0}.', risk);
  return remedy === undefined ? meaning : `${meaning} ${l10n.t('Better: {0}', `${directive}=${remedy}`)}`;
}
