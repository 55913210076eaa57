/** The extended attributes of a tree, ACLs and capabilities of files among them: copied with it, so that a change of them is one of the image. */
import { collect, createProcessGroup, type Spawn } from '../transport/process.ts';

/** Reads them, as a text that is the same for trees with the same attributes. */
export type ReadXattrs = (tree: string, signal: AbortSignal) => Promise<string>;

/** Bytes of attributes of the largest tree that is looked at. */
const most = 64 * 1024 * 1024;

/** What is not copied: labels are the host's to give, an overlay's marks are no part of the tree. */
const left = /^(?:security\.selinux|trusted\.overlay\.)/;

/**
 * Reads them by getfattr, since Node.js cannot. Where that is missing, or may not look at all of it, they count as none, as far as they are
 * not seen: what a user may not read here is not copied either. Rejects with the signal's reason.
 */
export function xattrsBy(spawn: Spawn): ReadXattrs {
  return async (tree, signal) => {
    const local = createProcessGroup(spawn);
    try {
      const look = ['-R', '-P', '-h', '-d', '-m', '-', '-e', 'hex', '--one-file-system', '--absolute-names', '--', tree];
      const { code, stdout } = await collect(local.start('getfattr', look), { limit: most, signal });
      signal.throwIfAborted();
      return code === null ? '' : sorted(stdout.toString('latin1'), tree);
    } finally {
      await local.dispose();
    }
  };
}

/** One paragraph a file, each of a name and its attributes, in an order that does not depend on the disk's. */
function sorted(printed: string, tree: string): string {
  const prefix = `# file: ${Buffer.from(tree).toString('latin1')}`;
  const files = printed.split('\n\n').flatMap(paragraph => {
    const [name = '', ...attributes] = paragraph.split('\n').filter(line => line !== '');
    const kept = attributes.filter(line => !left.test(line)).sort();
    return kept.length > 0 ? [[name.startsWith(prefix) ? name.slice(prefix.length) : name, ...kept].join('\n')] : [];
  });
  return files.sort().join('\n\n');
}
