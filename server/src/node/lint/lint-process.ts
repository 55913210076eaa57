/** The process around `portable-lint`. Its streams are file descriptors: Node's own streams take a part of the time that one file does. */
import { fstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ExitStatus, portableLint } from './lint-command.ts';
import { writeAll } from './replace-file.ts';

const [, script = '', ...args] = process.argv;

function write(file: 1 | 2, text: string): void {
  try {
    writeAll(file, text);
  } catch {
    process.exit(2); // whoever read our output is gone
  }
}

/** Whether somebody watches a stream. node:tty loads half of Node's streams: it is only asked about what may be a terminal. */
async function isTerminal(file: 1 | 2): Promise<boolean> {
  try {
    const stat = fstatSync(file);
    if (!stat.isCharacterDevice() || stat.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev) return false;
  } catch {
    return false; // closed
  }
  const { isatty } = await import('node:tty');
  return isatty(file);
}

/** The version in the package's manifest, which lies beside the bundle's folder. */
function versionIn(manifest: string): string {
  try {
    const { version }: { readonly version?: unknown } = JSON.parse(readFileSync(manifest, 'utf8'));
    return typeof version === 'string' ? version : '';
  } catch {
    return ''; // the bundle was copied without it
  }
}

async function main(): Promise<ExitStatus> {
  const home = () => join(dirname(realpathSync.native(script)), '..');
  return await portableLint(args, {
    out: text => write(1, text),
    complain: text => write(2, text),
    terminals: { out: await isTerminal(1), complain: await isTerminal(2) },
    env: process.env,
    cwd: process.cwd(),
    input: () => readFileSync(0),
    // to follow the links of the script takes time, and most runs do not ask
    get home() {
      return home();
    },
    version: () => versionIn(join(home(), 'package.json')),
  });
}

// all was written, and what is still in memory need not be put in order
main().then(
  status => process.exit(status),
  (error: unknown) => {
    write(2, `portable-lint: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(2);
  },
);
