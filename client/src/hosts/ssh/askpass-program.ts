/** The program that ssh runs to ask something (SSH_ASKPASS): hands the prompt to the extension and prints the answer. Knows nothing itself. */
import { existsSync } from 'node:fs';
import Module from 'node:module';
import { connect } from 'node:net';

const { PORTABLE_SERVICES_ASKPASS: path, PORTABLE_SERVICES_TOKEN: token, SSH_ASKPASS_PROMPT: hint } = process.env;

const prompt = process.env.PORTABLE_SERVICES_PRELOAD ? promptOfPreloaded() : process.argv.slice(2).join(' ');
if (prompt !== undefined) ask(prompt);

/**
 * Loaded by Node.js before it runs its first argument as a program: that argument is the prompt, and not to be run. Node.js has made a
 * path of it meanwhile. Undefined in a program of somebody else that got our variables.
 */
function promptOfPreloaded(): string | undefined {
  const [, first] = process.argv;
  if (first === undefined || process.argv.length > 2 || existsSync(first)) return undefined;
  Module.runMain = () => {};
  const text = first.startsWith(process.cwd()) ? first.slice(process.cwd().length + 1) : first;
  return process.platform === 'win32' ? text.replaceAll('\\', '/') : text;
}

function ask(prompt: string): void {
  if (path === undefined || token === undefined) process.exit(1);
  const socket = connect(path, () => socket.write(`${JSON.stringify({ token, prompt, hint })}\n`));
  let said = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    said += chunk;
  });
  socket.on('error', () => process.exit(1));
  socket.on('close', () => {
    const answer = answerIn(said);
    if (answer === undefined) process.exit(1);
    process.stdout.write(`${answer}\n`, () => process.exit(0));
  });
}

function answerIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const answer: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'answer') : undefined;
    return typeof answer === 'string' ? answer : undefined;
  } catch {
    return undefined;
  }
}
