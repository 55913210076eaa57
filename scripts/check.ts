/** `npm run check`: types, format and lint, unused code, shell scripts. All at once; each says what it found. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, must, run } from '../lab/processes.ts';

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
}

/** Runs the checks. A check whose program is not there is named in `leftOut`. */
export async function check(): Promise<{ readonly results: readonly CheckResult[]; readonly leftOut: readonly string[] }> {
  const shellcheck = findProgram('shellcheck');
  const checks: Check[] = [
    { name: 'types (tsc)', program: bin('tsc'), args: ['-p', '.', '--pretty', 'false'] },
    { name: 'format and lint (biome)', program: bin('biome'), args: ['check', '.', '--error-on-warnings'] },
    { name: 'unused code (knip)', program: bin('knip'), args: ['--no-progress'] },
    ...(shellcheck ? [{ name: 'shell scripts (shellcheck)', program: shellcheck, args: await shellScripts() }] : []),
  ];
  const results = await Promise.all(
    checks.map(async ({ name, program, args }) => {
      const { code, stdout, stderr } = await run(program, args, { cwd: root, env: { ...process.env, NO_COLOR: '1' } });
      return { name, ok: code === 0, output: (stdout + stderr).trim() };
    }),
  );
  return { results, leftOut: shellcheck ? [] : ['shellcheck is not installed: the shell scripts are not checked'] };
}

/** The files of the project that begin as shell scripts do. */
async function shellScripts(): Promise<readonly string[]> {
  const listed = await must('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', 'lab', 'scripts', '.ci'], {
    cwd: root,
  });
  const files = listed.split('\0').filter(file => file !== '');
  return files.filter(file => /^#!.*\b(ba)?sh\b/.test(readFileSync(join(root, file), 'utf8').slice(0, 80)));
}

/** Prints the outcome, the output only of what failed. */
export function reportChecks({ results, leftOut }: Awaited<ReturnType<typeof check>>): boolean {
  for (const { name, ok, output } of results) console.log(ok ? `ok      ${name}` : `FAILED  ${name}\n${output}\n`);
  for (const line of leftOut) console.log(`left out: ${line}`);
  return results.every(r => r.ok);
}

if (import.meta.main && !reportChecks(await check())) process.exitCode = 1;
