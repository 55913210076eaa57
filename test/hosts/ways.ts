/** Ways to laboratory hosts that a user's ssh configuration would hold, past questions that a test answers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../client/src/hosts/contract.ts';
import { createHost, type HostDeps } from '../../client/src/hosts/host.ts';
import { type Ask, openAskpass, type Question } from '../../client/src/hosts/ssh/askpass.ts';
import type { SshDefinition } from '../../client/src/hosts/ssh/ssh.ts';
import { systemDeps } from '../../client/src/hosts/system-deps.ts';
import type { LabHost, Suite } from '../../lab/hosts.ts';
import type { Laboratory } from './laboratory.ts';

/** A host of the extension, what it asked, and what it told the log. */
interface Reached {
  readonly host: Host;
  readonly questions: readonly Question[];
  readonly trace: readonly string[];
}

export interface Ways {
  /** The ssh configuration, which begins as the laboratory's is called, so that that finds our processes. */
  readonly config: string;
  lab(suite: Suite): LabHost;
  /** A `Host` of the configuration: `dev` on a lab host, with other options where given. Returns its name. */
  alias(name: string, target: LabHost, options?: Readonly<Record<string, string>>): string;
  /** A host, disposed of by `close`; it declines what it is asked, if not told otherwise. */
  reach(definition: Omit<SshDefinition, 'kind' | 'name'>, answer?: Ask, deps?: Partial<HostDeps>): Reached;
  /** Disposes of the hosts made so far, and waits until nothing of ssh is left. */
  close(): Promise<void>;
}

/** The ways to the hosts of a laboratory. */
export function waysOf(laboratory: Laboratory): Ways {
  const config = `${laboratory.sshConfig}-more`;
  const made: Host[] = [];
  writeFileSync(config, `Include ${laboratory.sshConfig}\n`, { mode: 0o600 });
  return {
    config,

    lab: laboratory.labOf,

    alias: (name, target, options = {}) => {
      const all = {
        HostName: target.sshHost,
        User: 'dev',
        IdentityFile: `"${target.sshKey}"`,
        IdentitiesOnly: 'yes',
        IdentityAgent: 'none',
        UserKnownHostsFile: `"${join(laboratory.directory, 'known_hosts')}"`,
        GlobalKnownHostsFile: '/dev/null',
        ...options,
      };
      const lines = Object.entries(all).map(([key, value]) => `  ${key} ${value}`);
      writeFileSync(config, `${readFileSync(config, 'utf8')}Host ${name}\n${lines.join('\n')}\n`);
      return name;
    },

    reach: (definition, answer = async () => undefined, deps = {}) => {
      const questions: Question[] = [];
      const trace: string[] = [];
      const ask: Ask = async (question, signal) => {
        questions.push(question);
        return answer(question, signal);
      };
      const program = join(import.meta.dirname, '../../client/src/hosts/ssh/askpass-program.ts');
      const own = systemDeps({
        sshConfigFile: config,
        openAskpass: (directory, host) => openAskpass(directory, host, { ask, platform: 'linux', node: process.execPath, program }),
        log: line => trace.push(line),
        trace: line => trace.push(line),
      });
      const host = createHost({ kind: 'ssh', name: `my ${definition.destination}`, ...definition }, { ...own, ...deps });
      made.push(host);
      return { host, questions, trace };
    },

    close: async () => {
      await Promise.all(made.splice(0).map(host => host.dispose()));
      await laboratory.noSshLeft();
    },
  };
}

/** What a shell says inside a host, as root. Throws where it fails. */
export async function inside(target: LabHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await target.run('sh', '-c', script);
  if (code !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout;
}
