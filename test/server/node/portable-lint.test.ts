// What starts the body of portable-lint, which is a bundle of its own: whatever it is asked about, it gets there.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'starter-'));
  buildSync({
    entryPoints: [join(import.meta.dirname, '../../../server/src/node/lint/portable-lint.ts')],
    outfile: join(directory, 'portable-lint.js'),
    ...{ bundle: true, platform: 'node', format: 'cjs', define: { bodyHash: '"test"' }, logLevel: 'silent' },
  });
  writeFileSync(join(directory, 'lint-process.js'), "(require => process.stdout.write('ran ' + (process.argv.length - 2)))");
  symlinkSync('loop', join(directory, 'loop'));
  writeFileSync(join(directory, 'file'), '');
  mkdirSync(join(directory, 'home'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test.each([
  ['nothing', []],
  ['a file', ['file']],
  ['what is not there', ['none', 'file/below']],
  ['a link to itself', ['loop', 'file']],
  ['a name that is too long for a file', ['x'.repeat(5000)]],
  ['an option', ['--explain', 'Restart']],
])('%s', (_, args) => {
  const env = { ...process.env, HOME: join(directory, 'home'), XDG_CACHE_HOME: '' };
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(directory, 'portable-lint.js'), ...args], {
    cwd: directory,
    env,
    encoding: 'utf8',
  });
  expect({ stdout, stderr, status }).toEqual({ stdout: `ran ${args.length}`, stderr: '', status: 0 });
});
