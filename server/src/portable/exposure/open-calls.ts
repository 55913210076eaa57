/** Whether a filter of system calls lets anything of a group through. */
import { callsOfGroup, existsOn } from '../../catalogue/system-call-groups.ts';
import type { SystemCalls } from './filters.ts';

/** Asks for one group; remembered by the filter, since most services of an image have the one of their profile. */
export function callsLetThrough(group: string): (calls: SystemCalls, systemd: number, architecture: string) => boolean {
  const known = new WeakMap<SystemCalls, { readonly systemd: number; readonly architecture: string; readonly any: boolean }>();
  return (calls, systemd, architecture) => {
    const before = known.get(calls);
    if (before?.architecture === architecture && before.systemd === systemd) return before.any;
    const { allows, named } = calls;
    let any = false;
    for (const call of callsOfGroup(group, systemd)) any ||= named.has(call) === allows && existsOn(call, architecture);
    known.set(calls, { systemd, architecture, any });
    return any;
  };
}
