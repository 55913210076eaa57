/** What the tests on real hosts share: hosts of several versions, ways to reach them, and what must not be left behind. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { defaultDeadlines } from '../../client/src/hosts/clock.ts';
import type { Host, HostDefinition, HostFailure, Progress } from '../../client/src/hosts/contract.ts';
import { createHost, type HostDeps } from '../../client/src/hosts/host.ts';
import { systemDeps } from '../../client/src/hosts/system-deps.ts';
import { bootHost, installHostTools, type LabHost, type Suite, whyNoHosts, writeSshConfig } from '../../lab/hosts.ts';
import { installTools } from '../../lab/tools.ts';

const reason = whyNoHosts();
if (reason !== undefined && process.env.CI === 'true') throw new Error(`no real hosts: ${reason}`);

/** A suite of tests on real hosts; skipped, with the reason in its name, where none can be booted. */
export function describeOnHosts(title: string, tests: () => void): void {
  if (reason === undefined) describe(title, tests);
  else describe.skip(`${title} (no real hosts: ${reason})`, tests);
}

/** Of some suites those that HOST_SUITES names (`bookworm,forky`), for long runs by hand; all where it is not set. */
export function suitesAsked<T extends Suite>(suites: readonly T[]): readonly T[] {
  const asked = process.env.HOST_SUITES?.split(',');
  return asked ? suites.filter(suite => asked.includes(suite)) : suites;
}

/** Booted hosts, and a private directory for their keys, images and control sockets. */
export interface Laboratory {
  readonly directory: string;
  readonly hosts: ReadonlyMap<Suite, LabHost>;
  /** The host of a suite. Throws where it was not booted. */
  labOf(suite: Suite): LabHost;
  /** The only host, where one suite was asked for. */
  readonly lab: LabHost;
  readonly sshConfig: string;
  /** A host of the extension, as its user would have it. It is disposed of with the laboratory. */
  host(lab: LabHost, way: Way, options?: Partial<HostDeps>): Host;
  /** Command lines of the ssh processes that our hosts started and that still run. */
  sshProcesses(): readonly string[];
  /** Control sockets and their directories. */
  controlSockets(): readonly string[];
  /** Waits until no ssh process and no control socket is left (a master that was told to exit takes a moment); throws when one stays. */
  noSshLeft(): Promise<void>;
  close(): Promise<void>;
}

/** How a host is reached: into the container, over ssh as root, over ssh as the user `dev` without rights. */
export type Way = 'container' | 'ssh' | 'ssh without rights';

/** Boots a host of each suite, at the same time. */
export async function openLaboratory(suites: readonly Suite[]): Promise<Laboratory> {
  await installHostTools();
  await installTools([
    { probe: 'mksquashfs', package: 'squashfs-tools' },
    { probe: 'getfattr', package: 'attr' },
    { probe: '/bin/busybox', package: 'busybox-static' },
  ]);
  const directory = mkdtempSync(join(tmpdir(), 'hosts-'));
  const runtimeDirectory = process.env.XDG_RUNTIME_DIR;
  process.env.XDG_RUNTIME_DIR = directory;
  const booted = await Promise.all(suites.map(async suite => [suite, await bootHost(`h3-${suite}-${process.pid}`, suite)] as const));
  const hosts = new Map(booted);
  const sshConfig = await writeSshConfig(directory, [...hosts.values()]);
  const made: Host[] = [];
  const [first] = hosts.values();
  if (!first) throw new Error('no suite was asked for');

  const sshProcesses = () => processes().filter(line => line.startsWith('ssh ') && line.includes(sshConfig));
  const controlSockets = () => readdirSync(directory).filter(name => name.startsWith('psvc-'));

  return {
    directory,
    hosts,
    labOf(suite) {
      const lab = hosts.get(suite);
      if (!lab) throw new Error(`${suite} was not booted`);
      return lab;
    },
    lab: first,
    sshConfig,
    host: (lab, way, options = {}) => {
      const deps = { ...systemDeps({ sshConfigFile: sshConfig, log: () => {} }), deadlines: quickDeadlines, ...options };
      const host = createHost(definitionOf(lab, way), deps);
      made.push(host);
      return host;
    },
    sshProcesses,
    controlSockets,
    noSshLeft: () => until(() => sshProcesses().length === 0 && controlSockets().length === 0, 'ssh to end', 3),
    close: async () => {
      await Promise.allSettled(made.map(host => host.dispose()));
      await Promise.allSettled([...hosts.values()].map(lab => lab.stop()));
      if (runtimeDirectory === undefined) delete process.env.XDG_RUNTIME_DIR;
      else process.env.XDG_RUNTIME_DIR = runtimeDirectory;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function definitionOf(lab: LabHost, way: Way): HostDefinition {
  switch (way) {
    case 'container':
      return { kind: 'container', name: lab.name, pidFile: lab.pidFile };
    case 'ssh':
      return { kind: 'ssh', name: `${lab.name}-root`, destination: `${lab.name}-root` };
    case 'ssh without rights':
      return { kind: 'ssh', name: `${lab.name}-dev`, destination: `${lab.name}-dev` };
  }
}

/** Command lines of all processes, words joined by blanks. */
function processes(): readonly string[] {
  const lines: string[] = [];
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      lines.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' '));
    } catch {
      // it ended meanwhile
    }
  }
  return lines;
}

/** Everything on a host that an attach makes, as paths: none should be left. A directory that holds nothing does not count. */
export async function leftOn(lab: LabHost): Promise<readonly string[]> {
  const places = ['/run/systemd/system.attached', '/etc/systemd/system.attached', '/run/portables', '/etc/portables'];
  const { stdout } = await lab.run('sh', '-c', 'find "$@" -mindepth 1 -maxdepth 2 2>/dev/null', 'sh', ...places);
  return stdout.split('\n').filter(line => line !== '');
}

/** Progress that goes nowhere, and what was reported. */
export function quietProgress(signal: AbortSignal = new AbortController().signal): Progress & { readonly reports: readonly string[] } {
  const reports: string[] = [];
  return { signal, reports, report: message => reports.push(message) };
}

/** The failure that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<HostFailure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error && error.name === 'HostFailure') return error as HostFailure;
    throw error;
  }
  throw new Error('it did not fail');
}

/** Deadlines for tests in which every service starts. */
const quickDeadlines = { ...defaultDeadlines, settle: 50 };

/** Deadlines for tests of what happens at them. */
export const shortDeadlines = { ...quickDeadlines, connect: 4000, call: 2000, attach: 2000, reload: 4000, job: 4000, program: 4000 };

/** Waits until something holds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, seconds = 10): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
