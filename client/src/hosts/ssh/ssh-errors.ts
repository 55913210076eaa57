/** What ssh's exit code and words mean, in the user's. ssh itself ends with 255; other codes are the remote program's. */
import * as l10n from '@vscode/l10n';
import { setUpLine } from '../attach/rights.ts';
import type { HostFailure } from '../contract.ts';
import { hostFailure } from '../errors.ts';

interface Where {
  /** The host as the user named it. */
  readonly name: string;
  readonly destination: string;
  /** The program that was to run there. */
  readonly program?: string;
  /** Whether the user could be asked for a password and the like. */
  readonly asked?: boolean;
  /** Whether the program was to run through sudo, and the user's bus was wanted. */
  readonly sudo?: boolean;
  readonly scope?: 'user' | undefined;
}

interface Row {
  readonly says: RegExp;
  readonly kind: HostFailure['kind'];
  readonly why: (where: Where) => string;
  readonly advice: (where: Where) => string;
}

/** First match wins: OpenSSH says several lines, and the particular ones stand above the general. */
const rows: readonly Row[] = [
  {
    says: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    kind: 'not-allowed',
    why: () => l10n.t('its host key is not the one that was known'),
    // never offered as a button: whoever stands in the middle would have it pressed
    advice: ({ destination }) =>
      l10n.t(
        'Find out why it changed before you trust it: somebody may be posing as the host. ssh tells in a terminal which line of known_hosts to remove: ssh {0}',
        destination,
      ),
  },
  {
    says: /Host key verification failed|No .* host key is known for/,
    kind: 'not-allowed',
    why: () => l10n.t('its host key is not known yet'),
    advice: ({ asked, destination }) =>
      asked
        ? l10n.t('Compare the fingerprint with the one that the host itself shows, then connect again.')
        : l10n.t('Reconnect asks whether it is right; or connect once in a terminal and check the key: ssh {0}', destination),
  },
  {
    says: /Could not resolve hostname|Name or service not known|Temporary failure in name resolution/,
    kind: 'unreachable',
    why: () => l10n.t('no machine of that name is known'),
    advice: ({ destination }) => l10n.t('Check the name {0} and your ssh configuration.', destination),
  },
  {
    says: /Connection refused/,
    kind: 'unreachable',
    why: () => l10n.t('connection refused'),
    advice: () => l10n.t('Check that its ssh server runs and that the port is right.'),
  },
  {
    says: /Connection timed out|Operation timed out|Timeout, server .* not responding|timed out during banner exchange/i,
    kind: 'timeout',
    why: () => l10n.t('connection timed out'),
    advice: () => l10n.t('Check that it is up and that the network lets ssh through.'),
  },
  {
    says: /No route to host|Network is unreachable|Host is down/,
    kind: 'unreachable',
    why: () => l10n.t('there is no route to it'),
    advice: () => l10n.t('Check the network, or the VPN.'),
  },
  {
    says: /Permission denied \(|Too many authentication failures|No supported authentication methods|sign_and_send_pubkey/,
    kind: 'not-allowed',
    why: () => l10n.t('ssh was not let in'),
    advice: ({ asked, destination }) =>
      asked
        ? l10n.t('The password was wrong, or no key of yours is allowed there. Try in a terminal: ssh {0}', destination)
        : l10n.t(
            'Reconnect asks for a password or passphrase where one is needed; else a key of yours must be allowed there. Try in a terminal: ssh {0}',
            destination,
          ),
  },
  {
    says: /Bad owner or permissions|Bad configuration option|bad configuration options|Can't open user config file/,
    kind: 'unreachable',
    why: () => l10n.t('ssh does not take its configuration'),
    advice: () => l10n.t('Correct the file that ssh names.'),
  },
  {
    says: /ENOENT/,
    kind: 'unreachable',
    why: () => l10n.t('there is no ssh program on this machine'),
    advice: () => l10n.t('Install OpenSSH, so that "ssh" is found in PATH.'),
  },
  {
    says: /Connection (?:closed|reset)|kex_exchange_identification|Broken pipe|client_loop|mux_client|Control socket connect/,
    kind: 'unreachable',
    why: () => l10n.t('the ssh connection broke'),
    advice: () => l10n.t('Try again: the next action connects anew.'),
  },
];

/** Why an ssh that has ended did so: the failure to show, with its own words as detail. */
export function explainSsh(end: { readonly code: number | null; readonly stderr: string }, where: Where): HostFailure {
  const failure = (kind: HostFailure['kind'], why: string, advice: string) =>
    hostFailure(kind, l10n.t('{0} cannot be reached: {1}.', where.name, why), advice, end.stderr || undefined);

  const sudoSaid = where.sudo === true && end.code === 1 && /^sudo: .*|may not run sudo|is not in the sudoers/m.exec(end.stderr);
  if (sudoSaid) {
    const told = failure(
      'not-allowed',
      l10n.t('sudo does not let this user in without a password'),
      l10n.t('Set up on the host what Copy sudo Rule copies. It grants full root there to this user.'),
    );
    return Object.assign(told, { setUp: setUpLine('sudo') });
  }
  const isRemote = end.code !== null && end.code !== 255 && where.program !== undefined;
  if (isRemote) {
    const program = where.program ?? '';
    if (end.code === 126 || end.code === 127) {
      const missing = where.sudo && /sudo/.test(end.stderr) ? 'sudo' : program;
      if (missing === 'sudo') return failure('unreachable', l10n.t('it has no sudo'), l10n.t('Install sudo there, or connect as root.'));
      return failure('unreachable', l10n.t('it has no {0}', program), l10n.t('It must run systemd; {0} is part of it.', program));
    }
    if (end.code === 0)
      return failure('unreachable', l10n.t('its bus closed the connection'), l10n.t('Try again: the next action connects anew.'));
    if (where.scope === 'user') {
      return failure(
        'unreachable',
        l10n.t('{0} found no bus of this user there', program),
        l10n.t("The user's service manager must run there: check systemctl --user status, and that libpam-systemd is installed."),
      );
    }
    // before 257 systemd-stdio-bridge says nothing at all when there is no bus
    return failure('unreachable', l10n.t('{0} found no system bus there', program), l10n.t('Check on the host: systemctl status dbus'));
  }
  const row = rows.find(({ says }) => says.test(end.stderr));
  if (row) return failure(row.kind, row.why(where), row.advice(where));
  return failure('unreachable', l10n.t('ssh ended unexpectedly'), l10n.t('Try in a terminal: ssh {0}', where.destination));
}
