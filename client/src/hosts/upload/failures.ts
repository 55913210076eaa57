/** What can go wrong while an image is copied to a host, in the user's words. */
import * as l10n from '@vscode/l10n';
import type { HostFailure } from '../contract.ts';
import { type Doing, hostFailure, rightsMissing } from '../errors.ts';

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

/** How far a copy is, in MiB. */
export function copying(doing: Doing, done: number, total: number | undefined): string {
  return total === undefined
    ? l10n.t('Copying to {0}: {1} MiB', doing.host, mebibytes(done))
    : l10n.t('Copying to {0}: {1} of {2} MiB', doing.host, mebibytes(done), mebibytes(total));
}

/** A program on the host ended before it should, with that exit status (null: a signal) and those words. */
export function hostRefused(doing: Doing, place: string, code: number | null, stderr: string): HostFailure {
  if (/No space left|Disk quota exceeded/.test(stderr)) return noRoom(doing, place, undefined, stderr);
  // ended by a signal, as programs of a host that shuts down are: 91 is the keeper's word for it, others are a shell's; 94 is its word for a place that is not safe
  if (code === null || code === 91 || code > 128) return lineBroke(doing, stderr);
  if (code === 94) {
    const what = l10n.t('{0}: others could change what is copied to {1} on the host.', doing.what, place);
    return hostFailure('refused', what, l10n.t('Take the right to write there from them; the details name the directory.'), stderr);
  }
  if (/Permission denied|Operation not permitted|a password is required/.test(stderr)) return rightsMissing(doing, stderr);
  return notCopied(doing, stderr);
}

/** The connection went while something was copied. */
export function lineBroke(doing: Doing, detail: string): HostFailure {
  return hostFailure(
    'unreachable',
    l10n.t('{0}: the connection broke while the image was copied.', doing.what),
    l10n.t('Try again: the next action connects anew.'),
    detail,
  );
}

/** It does not fit. `room`, in bytes, where it was known before. */
export function noRoom(doing: Doing, place: string, room?: { readonly need: number; readonly free: number }, detail?: string): HostFailure {
  const advice = place.startsWith('/run/')
    ? l10n.t('That is memory: make the image smaller, clean up old versions, or detach other images.')
    : l10n.t('Clean up old versions, or make room on {0} otherwise.', doing.host);
  const message = room
    ? l10n.t(
        '{0}: there is not enough room in {1} on the host: it needs {2} MiB, {3} MiB are free.',
        doing.what,
        place,
        mebibytes(room.need),
        mebibytes(room.free),
      )
    : l10n.t('{0}: there is not enough room in {1} on the host.', doing.what, place);
  return hostFailure('refused', message, advice, detail);
}

/** The host did not take the copy, or it is not what was sent. */
export function notCopied(doing: Doing, detail: string): HostFailure {
  return hostFailure(
    'refused',
    l10n.t('{0}: the image could not be copied to the host.', doing.what),
    l10n.t('Try again; the details tell what the host said.'),
    detail,
  );
}

/** The image cannot be read here, or it changes while it is read. */
export function notRead(doing: Doing, path: string, detail: string): HostFailure {
  const unreadable = /Permission denied|EACCES|EPERM/.test(detail);
  const linked = /symbolic link/.test(detail);
  const advice = unreadable
    ? l10n.t('Some of its files may not be read by you; build the image so that they may, or as a raw image.')
    : linked
      ? l10n.t('Take the image that the link points to.')
      : l10n.t('Is it being built right now? Try again when it is finished.');
  return hostFailure(
    unreadable ? 'not-allowed' : 'refused',
    l10n.t('{0}: the image {1} could not be read whole.', doing.what, path),
    advice,
    detail,
  );
}
