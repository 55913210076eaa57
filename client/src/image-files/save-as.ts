/** Saves files and folders of images on this machine. What is saved is made anew: nothing that is there is written to, and no link is followed. */
import { chmod, mkdir, open, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImagePath, shownName } from '../../../server/src/protocol-inside.ts';
import type { Progress } from '../hosts/contract.ts';
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
 * Saves what lies at a place as `target`, which must not be there; folders with all that is in them, links as links with what they say. Throws an
 * InsideError, or an error of the file system; then, and when it is cancelled, nothing is left.
 */
export async function saveInside(ask: AskInside, place: ImagePath, target: string, { signal, report }: Progress): Promise<Saved> {
  const left: string[] = [];
  let files = 0;

  async function save(from: ImagePath, to: string, depth: number): Promise<void> {
    signal.throwIfAborted();
    if (depth > maxDepth) throw new Error(`${from.path} lies too deep`);
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
  let made = false;
  try {
    if ((await statInside(ask, from)).kind === 'special') throw new Error(`${place.path} is a device, a socket or a FIFO`);
    await refuseExisting(target);
    made = true;
    await save(from, target, 0);
  } catch (error) {
    if (made) await rm(target, { recursive: true, force: true });
    throw error;
  }
  return { files, left };
}

/** Throws where something is there, a link that leads nowhere included. */
async function refuseExisting(target: string): Promise<void> {
  const file = await open(target, 'wx');
  await file.close();
  await rm(target);
}
