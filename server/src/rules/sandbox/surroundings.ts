/** What a service needs around it and does not find under its profile: the network, the bus, memory that can be run, threads. */
import { enabled, serviceType } from '../settings.ts';
import type { WholeReport } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type AttachedUnit, inProfile, isOfProfile, profileName } from './attached-unit.ts';
import { sandboxedCommands } from './commands.ts';

/** A unit that waits for a network that it does not see. */
export function noNetwork(unit: AttachedUnit): WholeReport | undefined {
  const { whole, own } = unit;
  const by = enabled(whole, 'PrivateNetwork');
  if (!by || !isOfProfile(unit, by)) return undefined;
  for (const at of own.all(['Requires', 'BindsTo', 'Requisite', 'Wants', 'After'], 'Unit')) {
    const part = at.judged.parts.find(({ text }) => text === 'network-online.target');
    if (!part) continue;
    const message = `The unit waits for the network of the host, and does not see it under ${profileName(unit)}: PrivateNetwork=yes gives it one of its own, with nothing but a loopback device. What a .socket unit opens for it works.`;
    return { at, part, message, ...inProfile(unit, by) };
  }
  return undefined;
}

const busSocket = '/run/dbus/system_bus_socket';

/** A name on a bus that cannot be reached. */
export function noBus(unit: AttachedUnit): WholeReport | undefined {
  const { whole, own } = unit;
  const at = own.one('BusName');
  const bound = whole.all(['BindPaths', 'BindReadOnlyPaths']).some(({ value }) =>
    value.split(/\s+/).some(word => {
      const [from = ''] = word.replace(/^-/, '').split(':');
      return busSocket === from || busSocket.startsWith(`${from.replace(/\/+$/, '')}/`);
    }),
  );
  if (!at || bound) return undefined;
  const outcome = serviceType(whole) === 'dbus' ? 'so the start fails: systemd waits for the name' : 'so it never takes this name';
  const message = `The service does not find the bus under ${profileName(unit)}, which does not bind ${busSocket}, ${outcome}. BindReadOnlyPaths=${busSocket} does.`;
  const setting = unit.alone.all(['BindReadOnlyPaths']).at(0);
  return { at, message, ...inProfile(unit, setting) };
}

/** Interpreters that translate programs to machine code while these run, and the arguments that keep them from it. */
const translating: Readonly<Record<string, RegExp>> = { node: /^--jitless$/, nodejs: /^--jitless$/ };

/** A program that writes code into its memory where that is forbidden. */
export function executableMemory(unit: AttachedUnit): readonly WholeReport[] {
  const by = enabled(unit.whole, 'MemoryDenyWriteExecute');
  if (!by || !isOfProfile(unit, by)) return [];
  return sandboxedCommands(unit.whole)
    .filter(({ name, args }) => Object.hasOwn(translating, name) && !args.some(arg => translating[name]?.test(arg)))
    .map(({ at, part, name }) => ({
      at,
      part,
      message: `${name} writes machine code into its memory and runs it, which ${profileName(unit)} forbids by MemoryDenyWriteExecute=yes: it crashes. ${quoted(name)} --jitless does without.`,
      ...inProfile(unit, by),
    }));
}

/** Programs that begin with more threads than this. */
const threads: Readonly<Record<string, number>> = { node: 4, nodejs: 4, java: 4 };

/** A program that needs more threads than the profile lets it have. */
export function fewTasks(unit: AttachedUnit): readonly WholeReport[] {
  const by = unit.whole.one('TasksMax');
  const limit = by && isOfProfile(unit, by) && /^\d+$/.test(by.value) ? Number(by.value) : undefined;
  if (limit === undefined) return [];
  return sandboxedCommands(unit.whole)
    .filter(({ name }) => Object.hasOwn(threads, name) && limit <= (threads[name] ?? 0))
    .map(({ at, part, name }) => ({
      at,
      part,
      message: `${name} begins with more than ${limit} threads, which is all that ${profileName(unit)} lets the service have (TasksMax=${limit}).`,
      ...inProfile(unit, by),
    }));
}
