import { architectureName } from './elf/machine.ts';
import type { ImageTree } from './image-tree.ts';
import { programAt } from './programs.ts';
import { namesIn } from './text-file.ts';

/** Programs of which most images have one. */
const usual = ['/usr/lib/systemd/systemd', '/usr/bin/env', '/bin/sh', '/usr/bin/bash', '/usr/bin/busybox', '/bin/busybox'];
/** So many further files are looked at. */
const mostTried = 20;

/**
 * The architecture of an image under systemd's name (`x86-64`): what its os-release says (`ARCHITECTURE=`), else that of a usual program, else
 * of the first program in its usual directories; undefined where there is none. Throws ImageErrors of the tree.
 */
export async function architectureOf(
  tree: ImageTree,
  osRelease: Readonly<Record<string, string>> | undefined,
): Promise<string | undefined> {
  const said = osRelease?.ARCHITECTURE;
  if (said) return said;
  for (const path of usual) {
    const name = await architectureAt(tree, path);
    if (name !== undefined) return name;
  }
  for (const directory of ['/usr/bin', '/bin', '/usr/sbin']) {
    for (const file of (await namesIn(tree, directory)).slice(0, mostTried)) {
      const name = await architectureAt(tree, `${directory}/${file}`);
      if (name !== undefined) return name;
    }
  }
  return undefined;
}

async function architectureAt(tree: ImageTree, path: string): Promise<string | undefined> {
  const program = await programAt(tree, path);
  return program.kind === 'elf' ? architectureName(program.elf) : undefined;
}
