/** What may stand for a machine on ssh's command line. */
import * as l10n from '@vscode/l10n';

/**
 * Why a text cannot be an ssh destination, in a sentence; undefined if it can. A leading `-` would be an option to ssh; what means
 * something to a shell would reach one where the user's configuration has a ProxyCommand with `%h` or `%r`, which ssh fills in unquoted
 * (OpenSSH refuses such names itself from 9.6 on).
 */
export function destinationFault(destination: string): string | undefined {
  if (destination === '') return l10n.t('Type a host name, or user@host.');
  if (/^-|@-|^ssh:\/\/-/.test(destination)) return l10n.t('An ssh destination cannot begin with "-".');
  if (/\s/.test(destination)) return l10n.t('An ssh destination holds no blanks.');
  if (/\p{C}/u.test(destination)) return l10n.t('An ssh destination holds no control characters.');
  const odd = /['"`$;&<>|(){}*?!#~]|\\(?!.*@)/.exec(destination);
  if (odd) return l10n.t('An ssh destination holds no {0}.', odd[0]);
  return undefined;
}
