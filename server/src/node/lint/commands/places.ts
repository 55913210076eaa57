/** What lies at a path of this machine. */
import { statSync } from 'node:fs';
import { nodePath } from '../../documents/read-unit-file.ts';

/** Whether there is a directory, links followed. Never throws. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(nodePath(path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false; // what cannot be looked at is told by who reads it
  }
}
