/** Saves files and folders of images on this machine. All is made anew beside its place and then put there: nothing is written through a link. */
import { chmod, lstat, mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { type ImagePath, shownName } from '../../../server/src/protocol-inside.ts';
import type { Progress } from '../hosts/contract.ts';
import { hostFailure } from '../hosts/errors.ts';
import { type AskInside, listInside, readInside, statInside } from './reading.ts';

/** What was saved. */
export interface Saved {
  readonly files: number;
  /** Devices, sockets and FIFOs, which are not saved: their paths. */
  readonly left: readonly string[];
}

/** Levels of folders that are saved. */
const maxDepth = 200;

/** A name as the file system of this machine takes it: elsewhere than on Windows all do but those that are not text. */
export function savedName(name: string, platform: NodeJS.Platform): string {
  const shown = shownName(name);
  if (platform !== 'win32') return shown;
  const plain = [...shown].map(c => (c < ' ' || '\\/:*?"<>|'.includes(c) ? '_' : c)).join('');
  return plain.replace(/[. ]$/, '_').replace(/^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i, '$1_');
}

/**
 * Saves what lies at a place as `target`: a file in the place of one that is there, folders only where nothing is; with all that is in them, links as
 * links with what they say. Throws an InsideError or a HostFailure; then, and when it is cancelled, all is as before.
 */
export async function saveInside(ask: AskInside, place: ImagePath, target: string, { signal, report }: Progress): Promise<Saved> {
  const left: string[] = [];
  let files = 0;

  async function save(from: ImagePath, to: string, depth: number): Promise<void> {
    signal.throwIfAborted();
    if (depth > maxDepth) throw hostFailure('refused', l10n.t('{0} lies too deep to be saved.', from.path));
    const stat = await statInside(ask, from);
    switch (stat.kind) {
      case 'file':
        report(from.path);
        await saveFile(from, to, stat.mode);
        files++;
        return;
      case 'link':
        await symlink(shownName(stat.target ?? ''), to);
        return;
      case 'special':
        left.push(from.path);
        return;
      case 'directory':
        await mkdir(to);
        for (const { name } of await listInside(ask, from)) {
          const below = `${from.path === '/' ? '' : from.path}/${name}`;
          await save({ ...from, path: below }, join(to, savedName(name, process.platform)), depth + 1);
        }
    }
  }

  async function saveFile(from: ImagePath, to: string, mode: number): Promise<void> {
    const file = await open(to, 'wx');
    try {
      for await (const part of readInside(ask, from)) {
        signal.throwIfAborted();
        await file.write(part);
      }
    } finally {
      await file.close();
    }
    // whoever saves it must be able to read it, and nobody gets more by it than the owner has
    await chmod(to, (mode & 0o755) | 0o600);
  }

  const { leadsTo } = await statInside(ask, place);
  // of a link that the user pointed at, what it leads to is meant
  const from = leadsTo ? { ...place, path: leadsTo.path } : place;
  const { kind } = await statInside(ask, from);
  if (kind !== 'file' && kind !== 'directory')
    throw hostFailure('refused', l10n.t('{0} is neither a file nor a folder, so it cannot be saved.', place.path));
  const there = await lstat(target).catch(() => undefined);
  // a file that is there was confirmed in the dialog
  if (there && (kind === 'directory' || there.isDirectory()))
    throw hostFailure('refused', l10n.t('There is something at {0} already.', target), l10n.t('Choose another name.'));
  const fresh = `${target}.${process.pid}.part`;
  try {
    await save(from, fresh, 0);
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (signal.aborted) throw hostFailure('cancelled', l10n.t('Saving {0}: cancelled.', place.path));
    if (error instanceof Error && 'code' in error)
      throw hostFailure('refused', l10n.t('{0} could not be written: {1}', target, error.message), '', undefined, error);
    throw error;
  }
  return { files, left };
}
