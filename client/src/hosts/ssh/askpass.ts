/** Answers what ssh asks (passwords, passphrases, host keys) by asking the user here: the side that ssh's askpass program speaks to. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Environment } from '../transport/process.ts';

/** What ssh wants to know. */
export interface Question {
  /** The host as the user named it, and where it is; whatever the prompt says. */
  readonly host: string;
  readonly destination: string;
  /** ssh's own words, of which the server may have chosen some. */
  readonly prompt: string;
  /**
   * `secret`: a word that nobody may read; `host-key`: whether an unknown host key is trusted, yes or no; `confirm`: yes or no;
   * `notice`: nothing to answer, something to do (touch a key) until it is withdrawn.
   */
  readonly kind: 'secret' | 'host-key' | 'confirm' | 'notice';
}

/** Asks the user; undefined: the user does not want to. The signal withdraws the question. Answers are never kept. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<string | undefined>;

/** While one connection is made: what ssh must be told so that it asks here. */
export interface AskpassSession {
  readonly environment: Environment;
  /** Aborts when the user declines a question: ssh would only ask again. */
  readonly declined: AbortSignal;
  /** Whether a question waits for the user now. */
  readonly asking: boolean;
  /** Withdraws what is being asked and removes every trace. */
  close(): Promise<void>;
}

export interface AskpassDeps {
  readonly ask: Ask;
  readonly platform: NodeJS.Platform;
  /** The Node.js to run the askpass program with (an Electron will do), and the program, `askpass.js`. */
  readonly node: string;
  readonly program: string;
}

const maxRequest = 64 * 1024;

/** Begins to listen for the questions of one ssh. `directory` has mode 0700, and a short path. */
export async function openAskpass(
  directory: string,
  host: Pick<Question, 'host' | 'destination'>,
  deps: AskpassDeps,
): Promise<AskpassSession> {
  const windows = deps.platform === 'win32';
  const name = randomBytes(4).toString('hex');
  const token = randomBytes(32).toString('hex');
  const own = join(directory, name);
  const path = windows ? `\\\\.\\pipe\\psvc-${randomBytes(16).toString('hex')}` : join(own, 's');
  const declined = new AbortController();
  const over = new AbortController();
  const sockets = new Set<Socket>();
  let open = 0;

  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // whoever asked has gone
    const gone = new AbortController();
    socket.on('close', () => gone.abort());
    readRequest(socket, token)
      .then(async request => {
        if (!request) return socket.destroy();
        open++;
        try {
          const answer = await deps.ask({ ...host, ...request }, AbortSignal.any([gone.signal, over.signal]));
          if (answer === undefined && !gone.signal.aborted) declined.abort();
          socket.end(JSON.stringify(answer === undefined ? {} : { answer }));
        } finally {
          open--;
        }
      })
      .catch(() => {
        declined.abort(); // asking itself failed: nothing comes of this connection
        socket.destroy();
      });
  });
  if (!windows) await mkdir(own, { mode: 0o700 });
  const environment = windows ? windowsEnvironment(deps) : await unixEnvironment(own, deps);
  await listen(server, path);
  return {
    environment: { ...environment, SSH_ASKPASS_REQUIRE: 'force', PORTABLE_SERVICES_ASKPASS: path, PORTABLE_SERVICES_TOKEN: token },
    declined: declined.signal,
    get asking() {
      return open > 0;
    },
    close: async () => {
      over.abort();
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
      await rm(own, { recursive: true, force: true });
    },
  };
}

/** What keeps an ssh, and those that it starts for jump hosts, from asking anybody: no terminal is theirs, and no program. */
export const nobodyAsked: Environment = { SSH_ASKPASS: undefined, SSH_ASKPASS_REQUIRE: 'never' };

/** ssh runs a file with the prompt as its argument, so it takes a script to run Node.js with arguments. */
async function unixEnvironment(directory: string, { node, program }: AskpassDeps): Promise<Environment> {
  const script = join(directory, 'ask');
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  await writeFile(script, `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${quoted(node)} ${quoted(program)} "$@"\n`, { mode: 0o700 });
  await chmod(script, 0o700); // whatever the umask took
  return { SSH_ASKPASS: script, DISPLAY: process.env.DISPLAY || ':0' }; // before OpenSSH 8.4, DISPLAY decides
}

/** A batch file would let cmd.exe read the prompt, of which the server chooses some: here Node.js loads the program before it looks at its argument. */
function windowsEnvironment({ node, program }: AskpassDeps): Environment {
  return {
    SSH_ASKPASS: node,
    DISPLAY: ':0',
    ELECTRON_RUN_AS_NODE: '1',
    PORTABLE_SERVICES_PRELOAD: '1',
    NODE_OPTIONS: `--require ${JSON.stringify(program.replaceAll('\\', '/'))}`,
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      server.on('error', () => {}); // of a single connection that was not accepted
      resolve();
    });
  });
}

/** One line of JSON with the right token, or undefined. */
async function readRequest(socket: Socket, token: string): Promise<Pick<Question, 'kind' | 'prompt'> | undefined> {
  const line = await new Promise<string | undefined>(resolve => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
      else if (text.length > maxRequest) resolve(undefined);
    });
    socket.on('close', () => resolve(undefined));
  });
  const request = line === undefined ? undefined : parse(line);
  if (request === undefined || !sameToken(request.token, token)) return undefined;
  return { prompt: request.prompt, kind: kindOf(request.prompt, request.hint) };
}

function parse(line: string): { readonly token: string; readonly prompt: string; readonly hint: string } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    const text = (key: string): string => {
      const found: unknown = Reflect.get(value, key);
      return typeof found === 'string' ? found : '';
    };
    return { token: text('token'), prompt: text('prompt'), hint: text('hint') };
  } catch {
    return undefined;
  }
}

function sameToken(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** `hint` is what ssh puts into SSH_ASKPASS_PROMPT (ssh(1), ENVIRONMENT); it puts nothing there for host keys, whose question has a fixed form. */
function kindOf(prompt: string, hint: string): Question['kind'] {
  if (hint === 'none') return 'notice';
  if (hint === 'confirm') return 'confirm';
  return /\(yes\/no(?:\/\[fingerprint\])?\)\? ?$/.test(prompt) ? 'host-key' : 'secret';
}
