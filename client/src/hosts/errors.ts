/** Failures in the user's words: what the bus, systemd, portabled and programs on the host answer, and what to do about it. */
import * as l10n from '@vscode/l10n';
import { BusError } from './bus/bus-error.ts';
import type { HostFailure } from './contract.ts';

/** A failure as every method of a host rejects with. */
export function hostFailure(kind: HostFailure['kind'], message: string, advice = '', detail?: string, cause?: unknown): HostFailure {
  const error = new Error(message, { cause });
  return Object.assign(error, { name: 'HostFailure' as const, kind, advice, ...(detail && { detail }) });
}

/** A refusal that doing the same again cannot change. */
export function finalRefusal(message: string, advice: string): HostFailure {
  return Object.assign(hostFailure('refused', message, advice), { final: true } as const);
}

/** Whether something that was thrown is told in the user's words already. */
export function isHostFailure(error: unknown): error is HostFailure {
  return error instanceof Error && error.name === 'HostFailure' && 'kind' in error && 'advice' in error;
}

/** Where it happened: what was being done, as the start of a sentence (`Attaching hello on build-vm failed`), the host, how to get rights there. */
export interface Doing {
  readonly what: string;
  readonly host: string;
  /** One sentence: how this host is to be reached so that the action is allowed. */
  readonly rights: string;
  /** The line to offer for copying where rights are missing. */
  readonly setUp?: string;
  /** It is about a user's own manager. */
  readonly own?: boolean;
}

interface Explanation {
  readonly kind: HostFailure['kind'];
  readonly why: string;
  readonly advice: string;
  readonly final?: true;
}

/** D-Bus error names that we know the meaning of: those of domain.md, seen on real hosts, and the bus's own. */
const known: Readonly<Record<string, (doing: Doing, said: string) => Explanation>> = {
  'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired': ({ rights }) => notAllowed(rights),
  'org.freedesktop.DBus.Error.AccessDenied': ({ rights }, said) =>
    said === 'Operation not permitted' ? notTakenHere() : notAllowed(rights),
  'org.freedesktop.PolicyKit1.Error.NotAuthorized': ({ rights }) => notAllowed(rights),
  'org.freedesktop.DBus.Error.AuthFailed': ({ rights }) => notAllowed(rights),
  'org.freedesktop.DBus.Error.ServiceUnknown': noPortabled,
  'org.freedesktop.DBus.Error.NameHasNoOwner': noPortabled,
  'org.freedesktop.DBus.Error.NoReply': () => ({
    kind: 'unreachable',
    why: l10n.t('systemd-portabled ended before it answered'),
    advice: l10n.t('Try again; if it happens again, the log of systemd-portabled.service on the host says why.'),
  }),
  'org.freedesktop.portable1.NoSuchImage': () => ({
    kind: 'refused',
    why: l10n.t('portabled does not find the image'),
    advice: l10n.t('Somebody may have removed it meanwhile: refresh and try again.'),
  }),
  'org.freedesktop.portable1.NoMatchingUnitFiles': ({ own }) => noMatchingUnits(own === true),
  'org.freedesktop.portable1.BadImageType': () => ({
    kind: 'refused',
    final: true,
    why: l10n.t('portabled cannot attach this kind of image'),
    advice: l10n.t('Use a directory that holds the image tree, or a raw disk image.'),
  }),
  'org.freedesktop.DBus.Error.FileNotFound': () => ({
    kind: 'refused',
    why: l10n.t('portabled misses a file of the image'),
    advice: l10n.t('Check that the image holds an os-release and units in usr/lib/systemd/system.'),
  }),
  'org.freedesktop.DBus.Error.InvalidArgs': ({ own }, said) => wrongArguments(said, own === true),
  'org.freedesktop.systemd1.UnitExists': () => ({
    kind: 'refused',
    why: l10n.t('the host has a unit of that name already, or it still runs'),
    advice: l10n.t('Detach the other image, or rename the unit.'),
  }),
  'org.freedesktop.systemd1.NoSuchUnit': () => ({
    kind: 'refused',
    why: l10n.t('systemd does not know the unit, or the image is not attached'),
    advice: l10n.t('Refresh and try again.'),
  }),
  'org.freedesktop.systemd1.JobTypeNotApplicable': () => ({
    kind: 'refused',
    why: l10n.t('the unit cannot be reloaded'),
    advice: l10n.t('It has no ExecReload=: restart it instead.'),
  }),
  'org.freedesktop.systemd1.UnitMasked': () => ({
    kind: 'refused',
    why: l10n.t('a unit of that name is masked on the host'),
    advice: l10n.t('Unmask it there with "systemctl unmask", then try again.'),
  }),
  'org.freedesktop.DBus.Error.NotSupported': ({ own }) => (own ? notForUsers() : notOnThisFileSystem()),
  'System.Error.EBUSY': () => ({
    kind: 'refused',
    why: l10n.t('the image is in use'),
    advice: l10n.t('Detach it first, and end what else uses it.'),
  }),
  'org.freedesktop.systemd1.BadUnitSetting': () => ({
    kind: 'refused',
    why: l10n.t('systemd refuses to load a unit because of one of its settings'),
    advice: l10n.t('The problems shown for the unit file name the line.'),
  }),
};

function notAllowed(rights: string): Explanation {
  return { kind: 'not-allowed', why: l10n.t('the host does not allow it to this user'), advice: rights };
}

function notOnThisFileSystem(): Explanation {
  return {
    kind: 'refused',
    final: true,
    why: l10n.t('the file system on the host cannot do that'),
    advice: l10n.t('Sizes can be limited only where images lie on btrfs, as subvolumes, with quotas on.'),
  };
}

/** systemd-nsresourced goes on without its main part where it cannot load a BPF program (seen on 262); then nothing is mounted for users. */
function notForUsers(): Explanation {
  return {
    kind: 'refused',
    final: true,
    why: l10n.t('the host cannot do that for a user'),
    advice: l10n.t(
      'Raw images need systemd-nsresourced on a kernel with the BPF LSM, whose journal tells more: take a directory instead. Sizes can be limited only on btrfs.',
    ),
  };
}

/** The answer where root itself may not: portabled marks a directory by a file attribute. */
function notTakenHere(): Explanation {
  return {
    kind: 'refused',
    final: true,
    why: l10n.t('the file system there does not let even root do that'),
    advice: l10n.t('A directory is marked read-only by an attribute that ext4, xfs and btrfs have; a raw image can be marked anywhere.'),
  };
}

/** One name for several mistakes: which one, only the words tell. */
function wrongArguments(said: string, own: boolean): Explanation {
  if (/os-release/.test(said)) {
    return {
      kind: 'refused',
      why: l10n.t('the image has no os-release'),
      advice: l10n.t('Put one into the image, at usr/lib/os-release, with ID= at least.'),
    };
  }
  if (/portable scope/i.test(said)) {
    return {
      kind: 'refused',
      why: own ? l10n.t('the image is not made for a user') : l10n.t('the image is made for a user'),
      advice: l10n.t('Its os-release must say PORTABLE_SCOPE={0} or PORTABLE_SCOPE=any.', own ? 'user' : 'system'),
    };
  }
  const unreadable = /^File (?:.*\/)?([^/]+): Invalid argument/.exec(said)?.[1];
  if (unreadable !== undefined) {
    return {
      kind: 'refused',
      why: l10n.t('systemd refuses to read {0}', unreadable),
      advice: l10n.t('The problems shown for the unit file name the line.'),
    };
  }
  if (/match|unit file/i.test(said)) return noMatchingUnits(own);
  return {
    kind: 'refused',
    final: true,
    why: said.replace(/\.$/, ''),
    advice: l10n.t('The host does not take what was chosen: choose something else.'),
  };
}

/** What to install where portabled is missing. */
function noPortabled(): Explanation {
  return {
    kind: 'no-portabled',
    why: l10n.t('the host has no systemd-portabled'),
    advice: l10n.t(
      'Install it there: it is in the package "systemd-container" on Debian, Ubuntu, Fedora and openSUSE ("systemd-portable" on newer openSUSE), else part of "systemd".',
    ),
  };
}

function noMatchingUnits(own: boolean): Explanation {
  return {
    kind: 'refused',
    why: l10n.t("portabled found no unit in the image that it may attach, or the image's os-release does not allow its name"),
    advice: own
      ? l10n.t(
          'For a user, the image holds its units in usr/lib/systemd/user, named after the image: hello, hello- or hello@ for hello_1.0.',
        )
      : l10n.t(
          "Units must be named after the image: for an image hello_1.0 they start with hello, hello- or hello@; check PORTABLE_PREFIXES= in the image's os-release too.",
        ),
  };
}

/** The failure for "there is no portabled on this host". */
export function portabledMissing(doing: Doing): HostFailure {
  return compose(doing, noPortabled());
}

/** The failure for "this user may not do that", known before anything was tried. */
export function rightsMissing(doing: Doing, detail?: string): HostFailure {
  return compose(doing, notAllowed(doing.rights), detail);
}

/** Turns whatever was thrown into a failure in the user's words. One that is told already passes through. */
export function explain(error: unknown, doing: Doing): HostFailure {
  const told = toldWithin(error);
  if (told) return told;
  if (error instanceof BusError) return explainBus(error, doing);
  if (error instanceof Error && error.name === 'AbortError') return cancelled(doing);
  const why = error instanceof Error ? error.message : String(error);
  return hostFailure('refused', `${doing.what}: ${why}.`, '', undefined, error);
}

/** The failure of something that the user, or the end of the session, stopped. */
export function cancelled(doing: Doing): HostFailure {
  return hostFailure('cancelled', l10n.t('{0}: cancelled.', doing.what));
}

/** The failure of work that an aborted signal ended: cancelled, unless the signal says that the connection broke. */
export function stopped(signal: AbortSignal, doing: Doing): HostFailure {
  return signal.reason instanceof BusError ? explain(signal.reason, doing) : cancelled(doing);
}

/** The failure of an attach that could not be undone either: it says so, and what to do. */
export function notUndone(failure: HostFailure, second: unknown, doing: Doing): HostFailure {
  const left = explain(second, doing);
  const unanswered = left.kind === 'unreachable' || left.kind === 'timeout';
  const advice = unanswered
    ? l10n.t('It could not be undone ({0}): detach the image when the host can be reached again.', left.detail ?? left.message)
    : l10n.t('It could not be undone: {0}', `${left.message} ${left.advice}`.trim());
  return withAdvice(failure, advice);
}

/** A failure that another one followed on, which is its cause: what to do next is another thing now, and the rest stays as it is. */
export function withAdvice(failure: HostFailure, advice: string): HostFailure {
  return Object.assign(new Error(failure.message, { cause: failure }), { ...failure, advice });
}

/** A host failure among an error and its causes. */
function toldWithin(error: unknown): HostFailure | undefined {
  if (isHostFailure(error)) return error;
  return error instanceof Error && error.cause !== undefined ? toldWithin(error.cause) : undefined;
}

function explainBus(error: BusError, doing: Doing): HostFailure {
  switch (error.reason) {
    case 'cancelled':
      return cancelled(doing);
    case 'timeout':
      return compose(
        doing,
        {
          kind: 'timeout',
          why: l10n.t('the host did not answer in time'),
          advice: l10n.t('Check that {0} is up and not overloaded, then try again.', doing.host),
        },
        error.message,
      );
    case 'closed':
    case 'malformed':
      return compose(
        doing,
        {
          kind: 'unreachable',
          why: l10n.t('the connection to the host broke'),
          advice: l10n.t('Try again: the next action connects anew.'),
        },
        error.message,
      );
    case 'rejected':
      return compose(doing, notAllowed(doing.rights), error.message);
    case 'reply': {
      const entry = known[error.errorName ?? ''];
      const explanation = entry?.(doing, error.message) ?? { kind: 'refused', why: error.message.replace(/\.$/, ''), advice: '' };
      return compose(doing, explanation, entry && `${error.message} (${error.errorName})`);
    }
  }
}

function compose(doing: Doing, { kind, why, advice, final }: Explanation, detail?: string): HostFailure {
  const told = hostFailure(kind, l10n.t('{0}: {1}.', doing.what, why), advice, detail);
  const failure = final ? Object.assign(told, { final }) : told;
  return kind === 'not-allowed' && doing.setUp !== undefined ? Object.assign(failure, { setUp: doing.setUp }) : failure;
}
