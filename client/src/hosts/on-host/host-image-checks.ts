/** What can be known to be wrong with an operation on an image of the host before it is begun. */
import * as l10n from '@vscode/l10n';
import { plainProfileName } from '../../../../server/src/protocol-profiles.ts';
import type { AttachOptions } from '../attach/attach-options.ts';
import { methodsSince } from '../bus/portabled.ts';
import type { Clock, Deadlines } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { nameFault, plainName } from '../deploy/image-names.ts';
import { type Doing, finalRefusal, hostFailure, portabledMissing } from '../errors.ts';
import { runToEnd } from '../transport/run-to-end.ts';
import type { Transport } from '../transport/transport.ts';

/** What every operation on an image of the host works with. */
export interface OnHost {
  readonly connection: Connection;
  readonly doing: Doing;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
}

/** Directories above an image: no specifiers of `RootDirectory=`, and nothing that ends portabled's marker or a part of it. */
const plainFolders = /^(?:\/[^/:%"'\\\p{Cc}]+)*$/u;
/** What portabled takes in a prefix (domain: alphanumerics, `-` and `.`), and `_`, which names of units hold. */
const plainPrefix = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Prints where a path really is, who asks, then owner and mode of it and of every directory above, as far as they may be seen. */
const placeScript = `p=$(readlink -e -- "$1") || {
  p=$1 q=$1
  while [ "$q" != / ]; do q=$(dirname -- "$q"); [ ! -d "$q" ] || break; done
  [ ! -x "$q" ] || exit 3 # it would be seen if it were there; portabled sees more than this user
}
printf '%s\\0%s\\0' "$p" "$(id -u)"
while :; do stat -c '%u %a' -- "$p" 2>/dev/null || :; [ "$p" != / ] || break; p=$(dirname -- "$p"); done`;

/**
 * Where an image really lies on the host. Rejects where there is none, where its name would change its meaning on the way, and where
 * others could change it: root would run what a user wrote. With a manager of their own, users run what they write themselves (`mayBeOwn`).
 */
export async function placeOf({ transport, doing, clock, deadlines }: OnHost, path: string, mayBeOwn: boolean): Promise<string> {
  checkPath(doing, path);
  const limits = { clock, deadline: deadlines.program };
  const { code, stdout, stderr } = await runToEnd(transport, ['sh', '-c', placeScript, 'sh', path], limits);
  if (code === 3) {
    const [what, advice] = [l10n.t('{0}: there is no {1} on the host.', doing.what, path), l10n.t('Check the path, or refresh the view.')];
    throw hostFailure('refused', what, advice);
  }
  const [real = '', uid = '', owners = ''] = stdout.split('\0');
  if (code !== 0 || !/^\d+$/.test(uid))
    throw hostFailure('refused', l10n.t('{0}: {1} could not be looked at.', doing.what, path), '', stderr);
  checkPath(doing, real);
  const safe = new RegExp(`^(?:0${mayBeOwn ? `|${uid}` : ''}) [0-7]*[0-7][0145][0145]$`);
  const unsafe = owners
    .trim()
    .split('\n')
    .some(line => line !== '' && !safe.test(line));
  if (unsafe) {
    throw hostFailure(
      'refused',
      mayBeOwn
        ? l10n.t('{0}: others than you can write to {1} or a directory above it, and systemd would run it as you.', doing.what, real)
        : l10n.t('{0}: others than root can write to {1} or a directory above it, and systemd would run it as root.', doing.what, real),
      mayBeOwn
        ? l10n.t('Move the image to a directory that only you can write to.')
        : l10n.t('Move the image to /var/lib/portables on the host, owned by root.'),
    );
  }
  return real;
}

function checkPath(doing: Doing, path: string): void {
  const fault = pathFault(path);
  if (fault === undefined) return;
  throw finalRefusal(
    l10n.t('{0}: portabled cannot work with the path {1}: {2}.', doing.what, JSON.stringify(path), fault),
    l10n.t('Give the image an absolute path of letters, digits, "-", "." and "_".'),
  );
}

/** Why an image cannot be attached from this path, as a part of a sentence; undefined where it can. */
export function pathFault(path: string): string | undefined {
  const at = path.lastIndexOf('/');
  if (!path.startsWith('/')) return l10n.t('it is not absolute');
  if (!plainFolders.test(path.slice(0, at)))
    return l10n.t('a directory above it has a name with a colon, quote, backslash or percent sign');
  return nameFault(path.slice(at + 1));
}

/** Rejects where the host cannot do what is chosen. */
export async function checkChoices(at: OnHost, options: AttachOptions): Promise<void> {
  const { connection, doing } = at;
  const { portabled, version } = connection;
  const refuse = (why: string, advice: string): never => {
    throw finalRefusal(l10n.t('{0}: {1}.', doing.what, why), advice);
  };
  checkPortabled(connection, doing);
  checkExtensions(connection, doing, options.extensions);
  if (options.force && version.major < methodsSince.AttachImageWithExtensions) {
    refuse(l10n.t('the portabled of systemd {0} there cannot be forced', version.major), l10n.t('Remove what is in the way instead.'));
  }
  if (options.copyMode === 'mixed' && version.major < 256) {
    refuse(
      l10n.t('the copy mode mixed came with systemd 256, and {0} has {1}', doing.host, version.major),
      l10n.t('Choose copy or symlink.'),
    );
  }
  const prefix = options.prefixes.find(text => !plainPrefix.test(text));
  if (prefix !== undefined) {
    refuse(l10n.t('{0} is no prefix of units', JSON.stringify(prefix)), l10n.t('Use letters, digits, "-" and ".", as units are named.'));
  }
  if (!plainProfileName.test(options.profile)) {
    refuse(
      l10n.t('{0} is no name of a profile', JSON.stringify(options.profile)),
      l10n.t('Profiles are default, nonetwork, strict, trusted, or your own.'),
    );
  }
  const profiles = await portabled.profiles();
  // portabled attaches without any profile when it does not know the name (247 to 262.0)
  if (!profiles.includes(options.profile)) {
    const known = [...profiles].sort().join(', ');
    refuse(l10n.t('{0} has no profile {1}', doing.host, options.profile), l10n.t('Choose one that it has: {0}.', known));
  }
  for (const extension of options.extensions) {
    const real = await placeOf(at, extension, connection.rights === 'own');
    // whoever may change the link decides what root runs
    if (real !== extension) refuse(l10n.t('the extension {0} is a link', extension), l10n.t('Name {0} itself.', real));
  }
}

/** Rejects where there are extensions that the host's portabled does not know how to take, or whose paths are no paths. */
export function checkExtensions({ version }: Connection, doing: Doing, extensions: readonly string[]): void {
  for (const extension of extensions) {
    checkPath(doing, extension);
    // it stands in a list with blanks between its parts
    if (!plainName.test(extension.slice(extension.lastIndexOf('/') + 1))) {
      throw finalRefusal(
        l10n.t('{0}: portabled cannot work with the name of the extension {1}.', doing.what, JSON.stringify(extension)),
        l10n.t('Rename the extension image and its release file to letters, digits, "-", "." and "_".'),
      );
    }
  }
  if (extensions.length === 0 || version.major >= methodsSince.AttachImageWithExtensions) return;
  throw finalRefusal(
    l10n.t('{0}: the portabled of systemd {1} there knows no extension images; that came with 249.', doing.what, version.major),
    l10n.t('Leave the extensions out, or build them into the image.'),
  );
}

/** What a user's portabled has raw images mounted by (systemd 260): services of the system, which not every distribution starts. */
const mounters = ['systemd-mountfsd.socket', 'systemd-nsresourced.socket'] as const;
const mountersScript = '[ -S /run/systemd/io.systemd.MountFileSystem ] && [ -S /run/systemd/io.systemd.NamespaceResource ]';

/** Rejects where raw images are to be attached by a user's own manager and nothing there would mount them: portabled only misses a file then. */
export async function checkRawOfUser({ connection, doing, transport, clock, deadlines }: OnHost, paths: readonly string[]): Promise<void> {
  if (connection.rights !== 'own' || !paths.some(path => path.endsWith('.raw'))) return;
  const { code } = await runToEnd(transport, ['sh', '-c', mountersScript], { clock, deadline: deadlines.program });
  if (code === 0) return;
  const what = l10n.t('{0}: a raw image of a user is mounted by {1}, and these do not run there.', doing.what, mounters.join(', '));
  const failure = hostFailure('refused', what, l10n.t('Have root start them there, or take a directory instead of a raw image.'));
  throw Object.assign(failure, { setUp: `sudo systemctl enable --now ${mounters.join(' ')}` });
}

/** Rejects where the host has no portabled. */
export function checkPortabled(connection: Connection, doing: Doing): void {
  if (!connection.hasPortabled) throw portabledMissing(doing);
}
