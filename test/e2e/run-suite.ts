/** Runs the suite in the extension host, and leaves a result file: VS Code reports success even when the extension host died. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { e2eInfo } from './run-info.ts';

/** Called by VS Code. Rejects when a test failed. */
export function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, reporter: 'spec' });
  const folder = join(__dirname, 'suite'); // bundled as CommonJS, beside its tests
  for (const file of readdirSync(folder)
    .filter(name => name.endsWith('.test.js'))
    .sort())
    mocha.addFile(join(folder, file));
  const skipped: string[] = [];
  let passed = 0;
  return new Promise((resolve, reject) => {
    const runner = mocha.run(failures => {
      writeFileSync(e2eInfo().results, JSON.stringify({ passed, failed: failures, skipped }));
      if (failures > 0) reject(new Error(`${failures} tests failed`));
      else resolve();
    });
    runner.on('pass', () => {
      passed++;
    });
    runner.on('pending', test => skipped.push(`in VS Code: ${test.fullTitle()}`));
  });
}
