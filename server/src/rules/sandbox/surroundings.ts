/** What a service needs around it and does not find under its profile: the network, the bus, memory that can be run, threads. */
import { isRoot } from '../../portable/exposure/security.ts';
import type { Subject } from '../rule.ts';
import { enabled, serviceType } from '../settings.ts';
import type { WholeReport } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type AttachedUnit, inProfile, isOfProfile, profileName, securityOf } from './attached-unit.ts';
import { sandboxedCommands } from './commands.ts';
import { isBound } from './file-system.ts';

/** What a unit says of the network that it means to use: the part of a setting, and what that means. */
const networkUses: readonly {
  readonly keys: readonly string[];
  readonly section: string;
  readonly means: (word: string) => boolean;
  readonly says: string;
  /** What a socket unit hands over is of the host's network, whatever the service sees. */
  readonly alsoWithSocket?: true;
}[] = [
  {
    keys: ['Requires', 'BindsTo', 'Requisite', 'Wants', 'After'],
    section: 'Unit',
    means: word => word === 'network-online.target',
    says: 'The unit waits for the network of the host',
    alsoWithSocket: true,
  },
  {
    keys: ['RestrictAddressFamilies'],
    section: 'Service',
    means: word => /^AF_INET6?$/.test(word),
    says: 'The service is to use the network',
  },
  {
    keys: ['IPAddressAllow'],
    section: 'Service',
    means: word => !/^(localhost|127\.|::1)/.test(word),
    says: 'The service is to speak to others on the network',
  },
];

/** A unit that is made for a network that it does not see. */
export function noNetwork(unit: AttachedUnit, { inTree }: Subject): WholeReport | undefined {
  const { whole, own } = unit;
  const by = enabled(whole, 'PrivateNetwork');
  if (!by || !isOfProfile(unit, by)) return undefined;
  const socket = whole.name?.replace(/@?\.service$/, '.socket');
  const handedOver = socket !== undefined && (inTree?.units.includes(socket) || inTree?.units.includes(socket.replace('.', '@.')));
  for (const { keys, section, means, says, alsoWithSocket } of networkUses) {
    if (handedOver && !alsoWithSocket) continue;
    for (const at of own.all(keys, section)) {
      const part = at.value.startsWith('~') ? undefined : at.judged.parts.find(({ text }) => means(text));
      if (!part) continue;
      const message = `${says}, and does not see it under ${profileName(unit)}: PrivateNetwork=yes gives it one of its own, with nothing but a loopback device. What a .socket unit opens for it works.`;
      return { at, part, message, ...inProfile(unit, by) };
    }
  }
  return undefined;
}

/** Ports that only who has CAP_NET_BIND_SERVICE on the host may open. */
const lowPorts = 1024;

/** A port that the service is meant to open, and may not. */
export function lowPort(unit: AttachedUnit): readonly WholeReport[] {
  const { whole } = unit;
  const opened = unit.own.all(['SocketBindAllow']);
  if (opened.length === 0) return [];
  const [users, dynamic] = [enabled(whole, 'PrivateUsers'), enabled(whole, 'DynamicUser')];
  const { user, ambient } = securityOf(unit);
  const by = [
    // a capability among the users of the service is none on the network of the host
    users,
    isRoot(user) || ambient.has('cap_net_bind_service') ? undefined : dynamic,
  ].find(setting => setting && isOfProfile(unit, setting));
  if (!by) return [];
  return opened.flatMap(at => {
    const [, first = '', last = first] = /(?:^|:)(\d+)(?:-(\d+))?$/.exec(at.value) ?? [];
    if (first === '' || Number(first) === 0 || Number(last) >= lowPorts) return [];
    const message = `The service cannot open port ${first} under ${profileName(unit)}: below ${lowPorts} that takes CAP_NET_BIND_SERVICE on the host, which it does not have with ${by.judged.assignment.key.text}=${by.value}. A .socket unit can listen there for the service.`;
    return [{ at, message, ...inProfile(unit, by) }];
  });
}

const busSocket = '/run/dbus/system_bus_socket';

/** A name on a bus that cannot be reached. */
export function noBus(unit: AttachedUnit): WholeReport | undefined {
  const { whole, own } = unit;
  const at = own.one('BusName');
  if (!at || isBound(whole, busSocket)) return undefined;
  const outcome = serviceType(whole) === 'dbus' ? 'so the start fails: systemd waits for the name' : 'so it never takes this name';
  const message = `The service does not find the bus under ${profileName(unit)}, which does not bind ${busSocket}, ${outcome}. BindReadOnlyPaths=${busSocket} does.`;
  const setting = unit.alone.all(['BindReadOnlyPaths']).at(0);
  return { at, message, ...inProfile(unit, setting) };
}

/** A program that writes code into its memory. */
interface Translator {
  /** What the file of the program is called, links resolved. */
  readonly file: RegExp;
  /** Whether it does so with these arguments. */
  readonly translates: (args: readonly string[]) => boolean;
  /** What becomes of it, and what helps. */
  readonly ends: string;
  readonly instead?: string;
}

/** Seen with Node 20 to 24, OpenJDK 17, Mono 6.8 and LuaJIT 2.1 (test/hosts/sandbox-rules). */
const translators: readonly Translator[] = [
  {
    file: /^(node|nodejs)$/,
    translates: args => !args.includes('--jitless'),
    ends: 'it crashes',
    instead: '"node --jitless" does without.',
  },
  { file: /^java$/, translates: () => true, ends: 'it does not start, -Xint or not' },
  { file: /^mono(-sgen|-boehm)?$/, translates: args => args.some(arg => !arg.startsWith('-')), ends: 'it crashes' },
  {
    file: /^luajit(-[\w.-]+)?$/,
    translates: args => !/(^| )-j ?off( |$)/.test(args.join(' ')),
    ends: 'it fails as soon as something is worth translating',
    instead: '"luajit -joff" does without.',
  },
];

/** A program that writes code into its memory where that is forbidden: by its own name, or by what its file in the image is, or runs by. */
export function executableMemory(unit: AttachedUnit, { image }: Subject): readonly WholeReport[] {
  const by = enabled(unit.whole, 'MemoryDenyWriteExecute');
  if (!by || !isOfProfile(unit, by)) return [];
  return sandboxedCommands(unit.whole).flatMap(({ at, part, program, name, args }): readonly WholeReport[] => {
    const found = image?.program(program);
    const file = found?.run?.slice(found.run.lastIndexOf('/') + 1) ?? name;
    const script = found?.program.kind === 'script' ? found.program.script : undefined;
    const given = script ? (script.argument ?? '').split(/\s+/) : args;
    const translator = translators.find(each => each.file.test(file) && each.translates(script ? [...given, program] : given));
    if (!translator) return [];
    const who = script ? `${quoted(name)} is run by ${file}, which` : file;
    const message = `${who} writes machine code into its memory and runs it, which ${profileName(unit)} forbids by MemoryDenyWriteExecute=yes: ${translator.ends}.${translator.instead ? ` ${translator.instead}` : ''}`;
    return [{ at, part, message, ...inProfile(unit, by) }];
  });
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
