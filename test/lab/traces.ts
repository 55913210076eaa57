/** What a throwaway host or a run leaves on this machine while it is there, and must not leave after. */
import { readdirSync, readFileSync } from 'node:fs';
import { must } from '../../lab/processes.ts';

const text = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // a process that ended meanwhile
  }
};

const processes = (): { pid: string; words: string }[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(pid => ({ pid, words: `${text(`/proc/${pid}/cmdline`)}\0${text(`/proc/${pid}/environ`)}`.replaceAll('\0', ' ') }));

/** Mounts, network namespaces, cgroups, state and processes of a host, a line each. */
export async function tracesOfHost(name: string): Promise<string[]> {
  const directory = `/run/portable-services-lab/${name}`;
  const namespaces = (await must('ip', ['netns', 'list'])).split('\n').map(line => line.split(' ')[0]);
  const cgroups = ['', ...readdirSync('/sys/fs/cgroup')].map(part => `/sys/fs/cgroup/${part}/portable-services-lab`);
  return [
    ...text('/proc/mounts')
      .split('\n')
      .filter(line => line.includes(`${directory}/`) || line.includes(`pslab-${name} `)),
    ...namespaces.filter(namespace => namespace === `pslab-${name}`).map(namespace => `network namespace ${namespace}`),
    ...cgroups.filter(cgroup => names(cgroup).includes(name)).map(cgroup => `${cgroup}/${name}`),
    ...names('/run/portable-services-lab').filter(entry => entry === name),
    ...processesOf(`${directory}/`),
  ];
}

/** Processes with that text in their command line or environment, a line each. */
export const processesOf = (mark: string): string[] =>
  processes()
    .filter(({ words }) => words.includes(mark))
    .map(({ pid, words }) => `process ${pid}: ${words.slice(0, 100)}`);

/** What lies in a directory; nothing where there is none. */
export function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
