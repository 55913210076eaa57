/** Picks the transport for a host as configured, on the real machine or on stand-ins. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { HostDefinition } from '../contract.ts';
import { hostFailure } from '../errors.ts';
import { type SshDeps, sshTransport } from '../ssh/ssh.ts';
import { containerTransport } from './container.ts';
import { type Connect, localTransport } from './local.ts';
import type { Spawn } from './process.ts';
import type { Transport } from './transport.ts';

/** What transports need of the machine that they run on. */
export interface TransportDeps {
  readonly spawn: Spawn;
  readonly connect: Connect;
  readonly platform: NodeJS.Platform;
  readonly readText: (path: string) => string;
  readonly busAddress?: string | undefined;
  readonly userBusAddress?: string | undefined;
  readonly runtimeDirectory?: string | undefined;
  /** An ssh configuration file in place of the user's; empty or absent: the user's. */
  readonly sshConfigFile?: string | undefined;
  /** An ssh program in place of the one in PATH. */
  readonly sshProgram?: string | undefined;
  /** How ssh's questions reach the user; absent: nobody can be asked. */
  readonly openAskpass?: SshDeps['openAskpass'];
}

/** The transport to a host. Nothing is opened before it is used. */
export function createTransport(definition: HostDefinition, deps: TransportDeps): Transport {
  switch (definition.kind) {
    case 'local':
      return localTransport(definition, deps);
    case 'container':
      return containerTransport(definition.name, definition.pidFile, deps);
    case 'ssh':
      return sshTransport(definition, {
        spawn: deps.spawn,
        platform: deps.platform,
        program: deps.sshProgram,
        configFile: deps.sshConfigFile,
        openAskpass: deps.openAskpass,
        makeControlDirectory,
        removeDirectory: path => rm(path, { recursive: true, force: true }),
      });
  }
}

/** Bytes that a directory's path may have: a socket's has 104 on macOS, of which ssh takes 18 for a temporary suffix and we two for the name. */
const maxDirectory = 80;

/** A new directory of mode 0700 for control sockets, where the path stays short and free of what ssh would expand or split. */
async function makeControlDirectory(): Promise<string> {
  const name = 'psvc-';
  const bases = [process.env.XDG_RUNTIME_DIR, tmpdir(), '/tmp'].filter(base => base !== undefined);
  for (const base of bases.filter(path => path.length + name.length + 7 < maxDirectory && /^\/[A-Za-z0-9_./+-]*$/.test(path))) {
    const path = await mkdtemp(join(base, name)).catch(() => undefined); // mode 0700
    if (path !== undefined) return path;
  }
  throw hostFailure(
    'unreachable',
    l10n.t('No directory can be made for the ssh control socket.'),
    l10n.t('Make the directory for temporary files writable: {0}', tmpdir()),
  );
}
