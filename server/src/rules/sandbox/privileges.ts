/** What a service may not do under its profile although it is made for it: capabilities, the user, programs that need root. */
import { boundingSet, capabilityBits } from '../../portable/exposure/capabilities.ts';
import { isRoot } from '../../portable/exposure/security.ts';
import { enabled } from '../settings.ts';
import type { Setting, WholeReport } from '../whole-unit.ts';
import { quoted } from '../wording.ts';
import { type AttachedUnit, inProfile, isOfProfile, needsOtherUser, profileName, securityOf } from './attached-unit.ts';
import { sandboxedCommands } from './commands.ts';

/** Capabilities that the unit hands to its user, and that the profile has taken away from everybody in it. */
export function ambientCapability(unit: AttachedUnit): readonly WholeReport[] {
  const { whole } = unit;
  const wanted = capabilityBits(whole, 'AmbientCapabilities', false);
  if (wanted.size === 0) return [];
  const bounding = boundingSet(whole, key => enabled(whole, key) !== undefined);
  const missing = new Set([...wanted].filter(name => !bounding.has(name)));
  if (missing.size === 0) return [];
  const limit = unit.alone.all(['CapabilityBoundingSet']).at(0) ?? unit.alone.emptied(['CapabilityBoundingSet']);
  return whole.all(['AmbientCapabilities']).flatMap(at =>
    at.judged.parts.flatMap((part): readonly WholeReport[] => {
      const name = part.text.toLowerCase();
      if (isOfProfile(unit, at) || !missing.delete(name)) return [];
      const message = `The service does not get ${quoted(part.text)}: under ${profileName(unit)} its processes cannot have it. systemd says nothing about that, and what needs it fails when it runs.`;
      return [{ at, part, message, ...inProfile(unit, limit) }];
    }),
  );
}

/** Capabilities that the kernel asks for in the user name space of the network, which is the host's. */
const ofHost: ReadonlySet<string> = new Set(['cap_net_admin', 'cap_net_bind_service', 'cap_net_raw']);

/** Capabilities that count in the user name space of the service only, where nothing asks for them. */
export function uselessCapability(unit: AttachedUnit): readonly WholeReport[] {
  const { whole } = unit;
  const by = enabled(whole, 'PrivateUsers');
  const handed = unit.own.all(['AmbientCapabilities']);
  if (!by || !isOfProfile(unit, by) || handed.length === 0) return [];
  const bounding = boundingSet(whole, key => enabled(whole, key) !== undefined);
  const given = capabilityBits(whole, 'AmbientCapabilities', false);
  return handed.flatMap(at =>
    at.judged.parts.flatMap((part): readonly WholeReport[] => {
      const name = part.text.toLowerCase();
      if (!ofHost.has(name) || !given.has(name) || !bounding.has(name)) return [];
      const message = `${quoted(part.text)} is of no use under ${profileName(unit)}: with PrivateUsers=yes it holds among the users of the service only, and the network belongs to those of the host.${name === 'cap_net_bind_service' ? ' A .socket unit can listen on a low port for the service.' : ''}`;
      return [{ at, part, message, ...inProfile(unit, by) }];
    }),
  );
}

/** The setting of the profile by which a service gets a user of its own. */
const dynamicUser = (unit: AttachedUnit): Setting | undefined => {
  const setting = enabled(unit.whole, 'DynamicUser');
  return setting && isOfProfile(unit, setting) ? setting : undefined;
};

/** The one user that exists everywhere, so that no other is made. */
export function rootUser(unit: AttachedUnit): WholeReport | undefined {
  const user = unit.whole.one('User');
  if (user && needsOtherUser(unit)) {
    const message =
      "The service does not start: a user's own manager cannot run anything as root, and the start ends with 216/GROUP. Without User= it runs as that user.";
    return { at: user, message, remedies: [{ kind: 'remove' }] };
  }
  const dynamic = dynamicUser(unit);
  if (!user || !dynamic || (user.value !== 'root' && user.value !== '0')) return undefined;
  const message = `The service runs as root: ${profileName(unit)} sets DynamicUser=yes, but a user is only made where none of that name exists. Without User= it gets one.`;
  return { at: user, message, remedies: [{ kind: 'remove' }], ...inProfile(unit, dynamic) };
}

/** Programs that do their work as root only, and the arguments with which they are meant to. */
const rootPrograms: Readonly<Record<string, (args: readonly string[]) => boolean>> = {
  mount: args => args.some(arg => !arg.startsWith('-')),
  umount: args => args.some(arg => !arg.startsWith('-')),
  chroot: () => true,
  mknod: args => args.some(arg => arg === 'b' || arg === 'c'),
};

/** A program that needs root in a service whose user is none. */
export function needsRoot(unit: AttachedUnit): readonly WholeReport[] {
  const { whole } = unit;
  const dynamic = dynamicUser(unit);
  if (!dynamic) return [];
  const commands = sandboxedCommands(whole).filter(
    ({ name, args, mayFail }) => !mayFail && Object.hasOwn(rootPrograms, name) && rootPrograms[name]?.(args),
  );
  if (commands.length === 0) return [];
  const { user, ambient } = securityOf(unit);
  if (isRoot(user) || ambient.size > 0) return [];
  return commands.map(({ at, part, name }) => ({
    at,
    part,
    message: `${name} needs root here, but under ${profileName(unit)} the service has a user without any capability, so it fails.`,
    ...inProfile(unit, dynamic),
  }));
}
