/** Our own code and a Node to run it, inside a host: for what only happens on the machine that the extension runs on. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { LabHost } from '../../lab/hosts.ts';
import { run } from '../../lab/processes.ts';
import type { Asked } from './inside.ts';

/** Puts `inside.ts` and Node there, below /run/tool. */
export async function placeTool(lab: LabHost): Promise<void> {
  const tool = `/proc/${lab.leader()}/root/run/tool`;
  await mkdir(tool);
  await cp(process.execPath, `${tool}/node`);
  const { stdout } = await run('ldd', [process.execPath]);
  const library = /libstdc\+\+\.so\.6 => (\S+)/.exec(stdout)?.[1]; // the hosts have all but this
  if (library) await cp(library, `${tool}/libstdc++.so.6`, { dereference: true });
  await build({
    entryPoints: [join(import.meta.dirname, 'inside.ts')],
    outfile: `${tool}/inside.mjs`,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }, // of libraries
    mainFields: ['module', 'main'],
    external: ['usocket', 'x11'],
    logLevel: 'error',
  });
}

/** The command line that starts `inside.ts` there. */
export function toolArguments(variables: readonly string[] = [], ...words: readonly string[]): readonly string[] {
  return ['env', 'LD_LIBRARY_PATH=/run/tool', ...variables, '/run/tool/node', '/run/tool/inside.mjs', ...words];
}

/** What `inside.ts` says there, as a user, with further variables (`NAME=value`). */
export async function runTool(lab: LabHost, user: 'root' | 'dev', asked: Asked, variables: readonly string[] = []): Promise<unknown> {
  const argv = toolArguments(variables, JSON.stringify(asked));
  const { stdout, stderr } = await lab.run('runuser', '-u', user, '--', ...argv);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}
