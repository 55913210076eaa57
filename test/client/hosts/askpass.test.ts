/** Questions of ssh, by the very program that ssh would run. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Ask, type AskpassSession, openAskpass, type Question } from '../../../client/src/hosts/ssh/askpass.ts';

const program = join(import.meta.dirname, '../../../client/src/hosts/ssh/askpass-program.ts');
const host = { host: 'build', destination: 'me@build' };

let directory: string;
let session: AskpassSession | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ask 'pass-"));
});
afterEach(async () => {
  await session?.close();
  session = undefined;
  expect(readdirSync(directory)).toEqual([]);
  rmSync(directory, { recursive: true });
});

async function open(ask: Ask, platform: NodeJS.Platform = 'linux'): Promise<AskpassSession> {
  session = await openAskpass(directory, host, { ask, platform, node: process.execPath, program });
  return session;
}

/** Runs what SSH_ASKPASS names, as ssh does: with the prompt as its only argument. */
function asked(
  { environment }: AskpassSession,
  prompt: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(environment.SSH_ASKPASS ?? '', [prompt], {
      env: { ...process.env, ...environment, ...more },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.on('data', chunk => {
      stdout += chunk;
    });
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout }));
  });
}

describe('a question', () => {
  test.each<[string, Readonly<Record<string, string>>, Question['kind']]>([
    ["me@build's password: ", {}, 'secret'],
    ["Enter passphrase for key '/home/me/.ssh/id': ", {}, 'secret'],
    ['(me@build) Verification code: ', {}, 'secret'],
    [
      "The authenticity of host 'build (10.0.0.1)' can't be established.\nED25519 key fingerprint is SHA256:a/b+c.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? ",
      {},
      'host-key',
    ],
    ['Are you sure you want to continue connecting (yes/no)? ', {}, 'host-key'],
    ['Allow it?', { SSH_ASKPASS_PROMPT: 'confirm' }, 'confirm'],
    ['Confirm user presence for key', { SSH_ASKPASS_PROMPT: 'none' }, 'notice'],
    ['$(touch pwned) `id` "x" \'y\' -n %s', {}, 'secret'],
  ])('%j reaches the user, with the host, and the answer ssh', async (prompt, environment, kind) => {
    const questions: Question[] = [];
    const open1 = await open(async question => {
      questions.push(question);
      return 'an "answer" $x ü';
    });
    expect(await asked(open1, prompt, environment)).toEqual({ code: 0, stdout: 'an "answer" $x ü\n' });
    expect(questions).toEqual([{ ...host, prompt, kind }]);
    expect(open1.declined.aborted).toBe(false);
  });

  test('declined: ssh gets no answer, and is told to give up', async () => {
    const declined = await open(async () => undefined);
    expect(await asked(declined, 'password: ')).toEqual({ code: 1, stdout: '' });
    expect(declined.declined.aborted).toBe(true);
  });

  test('an asking that fails is no answer', async () => {
    const failing = await open(() => Promise.reject(new Error('no window')));
    expect(await asked(failing, 'password: ')).toEqual({ code: 1, stdout: '' });
    expect(failing.declined.aborted).toBe(true);
  });

  test('is withdrawn when the connection is given up', async () => {
    let signal: AbortSignal | undefined;
    const waiting = await open((_question, given) => {
      signal = given;
      return new Promise(() => {});
    });
    const answered = asked(waiting, 'password: ');
    while (!waiting.asking) await new Promise(resolve => setTimeout(resolve, 5));
    await waiting.close();
    expect(await answered).toEqual({ code: 1, stdout: '' });
    expect(signal?.aborted).toBe(true);
  });
});

describe('nobody else asks', () => {
  test('the socket and its script lie in a directory of mode 0700', async () => {
    const { environment } = await open(async () => 'x');
    const own = dirname(environment.PORTABLE_SERVICES_ASKPASS ?? '');
    expect(dirname(own)).toBe(directory);
    expect(statSync(own).mode & 0o777).toBe(0o700);
    expect(statSync(environment.SSH_ASKPASS ?? '').mode & 0o777).toBe(0o700);
    expect(environment.SSH_ASKPASS_REQUIRE).toBe('force');
  });

  test.each([
    ['a wrong token', { PORTABLE_SERVICES_TOKEN: 'f'.repeat(64) }],
    ['no token', { PORTABLE_SERVICES_TOKEN: '' }],
  ])('with %s: no question, no answer', async (_what, environment) => {
    let questions = 0;
    const opened = await open(async () => {
      questions++;
      return 'secret';
    });
    expect(await asked(opened, 'password: ', environment)).toEqual({ code: 1, stdout: '' });
    expect(questions).toBe(0);
    expect(opened.declined.aborted).toBe(false);
  });

  test.each([['nonsense\n'], ['[]\n'], ['null\n'], ['{"token":5}\n'], ['x'.repeat(70_000)]])('saying %j: cut off', async text => {
    const { environment } = await open(async () => 'secret');
    const socket = connect(environment.PORTABLE_SERVICES_ASKPASS ?? '');
    let said = '';
    socket.on('data', chunk => {
      said += chunk;
    });
    socket.on('error', () => {});
    socket.write(text);
    await new Promise(resolve => socket.on('close', resolve));
    expect(said).toBe('');
  });

  test('each connection has a token of its own', async () => {
    const first = await open(async () => 'x');
    const token = first.environment.PORTABLE_SERVICES_TOKEN;
    await first.close();
    expect((await open(async () => 'x')).environment.PORTABLE_SERVICES_TOKEN).not.toBe(token);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('on Windows', () => {
  test('a named pipe, and Node.js itself instead of a script: no shell sees the prompt', async () => {
    const { environment, close } = await openAskpass(directory, host, {
      ask: async () => 'x',
      platform: 'win32',
      node: 'C:\\Program Files\\Code\\Code.exe',
      program: 'C:\\Users\\me\\ext\\dist\\askpass.js',
    });
    expect(environment).toMatchObject({
      SSH_ASKPASS: 'C:\\Program Files\\Code\\Code.exe',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--require "C:/Users/me/ext/dist/askpass.js"',
      PORTABLE_SERVICES_ASKPASS: expect.stringMatching(/^\\\\\.\\pipe\\psvc-[0-9a-f]{32}$/),
    });
    await close();
    rmSync(environment.PORTABLE_SERVICES_ASKPASS ?? '', { force: true }); // here it is a file of that name
  });

  test('a program that Node.js loads first takes the prompt, and nothing is run', async () => {
    const questions: Question[] = [];
    const { environment } = await open(async question => {
      questions.push(question);
      return 'answer';
    });
    const loaded = { SSH_ASKPASS: process.execPath, NODE_OPTIONS: `--require ${JSON.stringify(program)}`, PORTABLE_SERVICES_PRELOAD: '1' };
    const either = { ...(session as AskpassSession), environment: { ...environment, ...loaded } };
    expect(await asked(either, "me@build's password: ")).toEqual({ code: 0, stdout: 'answer\n' });
    expect(questions).toMatchObject([{ prompt: "me@build's password: " }]);
  });
});
