import { type Elf, readElf } from './elf/elf.ts';
import { ImageError } from './image-error.ts';
import type { FileNode, ImageTree } from './image-tree.ts';
import { type Resolution, resolveInImage } from './resolve.ts';

/** Where systemd looks for programs that are named without a slash, and what it sets as $PATH (path-util.h, DEFAULT_PATH). */
export const searchPath: readonly string[] = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];

/** Where it looked as well up to this version, for systems in which these are no links into /usr. */
export const splitSearchPath: readonly string[] = [...searchPath, '/sbin', '/bin'];
export const splitUpTo = 254;

/** What lies where a program is looked for. */
export type Program =
  | { readonly kind: 'missing'; readonly at: string }
  /** The path, links resolved. */
  | { readonly kind: 'directory' | 'special' | 'not-executable'; readonly path: string }
  | { readonly kind: 'elf'; readonly path: string; readonly elf: Elf }
  | { readonly kind: 'script'; readonly path: string; readonly script: Script }
  /** Executable and neither: the kernel runs it only where somebody taught it to (binfmt_misc). */
  | { readonly kind: 'other'; readonly path: string }
  /** It cannot be told, as links lead in circles or too far. */
  | { readonly kind: 'unclear'; readonly why: Exclude<Resolution, { readonly outcome: 'found' }>['outcome'] };

/** The first line of a script (binfmt_script in the kernel). */
export interface Script {
  readonly interpreter: string;
  /** All that follows, which the kernel hands over as one argument. */
  readonly argument?: string;
}

/** The kernel reads so much of a script's first line (BINPRM_BUF_SIZE). */
const firstLine = 256;

/** The interpreter of a script by its first bytes; undefined where they are no script's. */
export function readScript(head: Uint8Array): Script | undefined {
  if (head[0] !== 0x23 || head[1] !== 0x21) return undefined;
  const [line = ''] = new TextDecoder().decode(head.subarray(2, firstLine)).split(/[\n\0]/, 1);
  const [, interpreter, argument = ''] = /^[ \t]*([^ \t]+)[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  return interpreter === undefined ? undefined : { interpreter, ...(argument !== '' && { argument }) };
}

/** The program that a script's interpreter looks for in its turn, where that is `env`: `python3` for `#!/usr/bin/env -S python3 -u`. */
export function programOfEnv({ interpreter, argument }: Script): string | undefined {
  if (argument === undefined || interpreter.slice(interpreter.lastIndexOf('/') + 1) !== 'env') return undefined;
  const words = /^(-S|--split-string=?)/.test(argument) ? argument.replace(/^(-S|--split-string=?)\s*/, '').split(/\s+/) : [argument];
  const program = words.find(word => !/^\w+=/.test(word));
  // what further options of env mean is for env to know
  return program === undefined || program.startsWith('-') || /["'\\$]/.test(program) ? undefined : program;
}

/** Looks at what an absolute path of an image leads to, as a program. Throws ImageErrors of the tree. */
export async function programAt(tree: ImageTree, path: string): Promise<Program> {
  const found = await resolveInImage(tree, path);
  if (found.outcome === 'missing' || found.outcome === 'not-a-directory') return { kind: 'missing', at: found.at };
  if (found.outcome !== 'found') return { kind: 'unclear', why: found.outcome };
  const { node } = found;
  if (node.kind === 'directory') return { kind: 'directory', path: found.path };
  if (node.kind !== 'file') return { kind: 'special', path: found.path };
  if ((node.mode & 0o111) === 0) return { kind: 'not-executable', path: found.path };
  return contentOf(node, found.path);
}

async function contentOf(node: FileNode, path: string): Promise<Program> {
  const script = readScript(await node.read(0, Math.min(firstLine, node.size)));
  if (script) return { kind: 'script', path, script };
  try {
    const elf = await readElf(node);
    return elf ? { kind: 'elf', path, elf } : { kind: 'other', path };
  } catch (error) {
    // what begins like a program and is none
    if (error instanceof ImageError && error.kind === 'corrupt') return { kind: 'other', path };
    throw error;
  }
}
