/** `prepare.ts hosts|code`: gets what the tests on hosts, or in VS Code, need and that takes long. Runs beside other stages, and gives way to them. */
import { setPriority } from 'node:os';
import { ensureTree, installHostTools } from '../lab/hosts.ts';
import { ensureBrowser, ensureCodeServer } from '../lab/vscode.ts';
import { completeExample } from './example.ts';

const log = (line: string): void => console.log(line);

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  async hosts() {
    await installHostTools(log);
    await Promise.all((['bullseye', 'bookworm', 'trixie', 'forky'] as const).map(suite => ensureTree(suite, { log })));
  },
  async code() {
    const example = completeExample(log);
    await Promise.all([ensureBrowser(log), ensureCodeServer({ log })]);
    for (const line of await example) log(line);
  },
};

const task = tasks[process.argv[2] ?? ''];
if (!task) throw new Error(`usage: prepare.ts ${Object.keys(tasks).join('|')}`);
setPriority(10); // inherited by all that it starts
await task().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
