/** Why something in an image cannot be shown, in words. */
import * as l10n from '@vscode/l10n';
import type { ImagePath, InsideFailure } from '../../../server/src/protocol-inside.ts';
import type { HostFailure } from '../hosts/contract.ts';
import { hostFailure } from '../hosts/errors.ts';

/** The reason, as a clause. */
export function failureWords({ kind, message }: InsideFailure): string {
  switch (kind) {
    case 'missing':
    case 'io':
      return message;
    case 'unsupported':
      return l10n.t('not supported: {0}', message);
    case 'corrupt':
      return l10n.t('the image is corrupt: {0}', message);
    case 'denied':
      return l10n.t('not allowed: {0}', message);
    case 'changed':
      return l10n.t('the image changed meanwhile: {0}', message);
  }
}

/** What is told when something was to be done with a place in an image. */
export function insideFailure({ image, path }: ImagePath, failure: InsideFailure): HostFailure {
  const advice =
    failure.kind === 'changed'
      ? l10n.t('Try again when it is built.')
      : failure.kind === 'denied'
        ? l10n.t('Ask its owner, or open VS Code as a user who may read it.')
        : '';
  return hostFailure('refused', l10n.t('{0} of {1} cannot be read: {2}.', path, image, failureWords(failure)), advice);
}
