/** The process around `portable-lint`. */
import { portableLint } from './lint-command.ts';

process.stdout.on('error', () => process.exit(2)); // whoever read our output is gone
portableLint(
  process.argv.slice(2),
  text => process.stdout.write(text),
  text => process.stderr.write(text),
).then(
  status => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`portable-lint: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  },
);
