/** Runs portable-lint in this process, in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CommandWorld, portableLint } from '../../../server/src/node/lint/lint-command.ts';
import { root } from '../../repo/files.ts';

/** A folder with files, in which the command runs; `DIR` stands for it in arguments and output. */
export function lintingFolder(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = mkdtempSync(join(tmpdir(), 'portable-lint-'));
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  for (const [name, content] of Object.entries(files)) write(name, content);

  async function runWith(world: Partial<CommandWorld>, ...args: string[]) {
    const said = { out: '', complaints: '' };
    const status = await portableLint(
      args.map(a => a.replaceAll('DIR', folder)),
      {
        out: text => {
          said.out += text;
        },
        complain: text => {
          said.complaints += text;
        },
        terminals: { out: false, complain: false },
        env: {},
        cwd: folder,
        input: () => new Uint8Array(),
        home: root,
        version: () => '1.2.3',
        ...world,
      },
    );
    return { status, out: said.out.replaceAll(folder, 'DIR'), complaints: said.complaints.replaceAll(folder, 'DIR') };
  }
  return {
    folder,
    write,
    run: (...args: string[]) => runWith({}, ...args),
    runWith,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
