/** `org.freedesktop.portable1.Manager` as typed calls. The methods used are the same from systemd 247 to 262. */
import type { Bus } from './bus.ts';
import type { Deadlines } from './clock.ts';
import type { AttachChange, HostImage } from './contract.ts';
import { portabledManager as manager } from './names.ts';
import { asList, asText, asTexts } from './values.ts';

export interface Portabled {
  /** Images in the search directories of the host. */
  listImages(): Promise<readonly HostImage[]>;
  /** Names of the profiles that the host knows. */
  profiles(): Promise<readonly string[]>;
  /**
   * Attaches for this boot the units that match a prefix; portabled writes files and nothing else. The prefix is never left out: without
   * one portabled takes every unit of the image (it is portablectl that derives one from the name).
   */
  attach(path: string, prefix: string, profile: string, signal?: AbortSignal): Promise<readonly AttachChange[]>;
  /** Detaches. Careful: portabled chooses units by image name, see `alsoDetached`. */
  detach(path: string, runtime: boolean, signal?: AbortSignal): Promise<readonly AttachChange[]>;
}

/** portabled behind a bus. All rejections are BusErrors. */
export function portabledOn(bus: Bus, deadlines: Deadlines): Portabled {
  return {
    listImages: async () => {
      // portabled looks into every image for this
      const [images] = await bus.call({ ...manager, member: 'ListImages' }, { deadline: deadlines.attach });
      return asList(images).map(image => {
        const [name, kind, , , , , state, object] = asList(image);
        return { name: asText(name), kind: asText(kind), path: asText(object), state: asText(state) };
      });
    },

    profiles: async () => {
      const call = {
        ...manager,
        interface: 'org.freedesktop.DBus.Properties',
        member: 'Get',
        signature: 'ss',
        body: [manager.interface, 'Profiles'],
      };
      const [names] = await bus.call(call, { deadline: deadlines.call });
      return asTexts(names);
    },

    attach: async (path, prefix, profile, signal) => {
      const call = { ...manager, member: 'AttachImage', signature: 'sassbs', body: [path, [prefix], profile, true, ''] };
      const [changes] = await bus.call(call, { deadline: deadlines.attach, signal });
      return asChanges(changes);
    },

    detach: async (path, runtime, signal) => {
      const call = { ...manager, member: 'DetachImage', signature: 'sb', body: [path, runtime] };
      const [changes] = await bus.call(call, { deadline: deadlines.attach, signal });
      return asChanges(changes);
    },
  };
}

function asChanges(value: unknown): readonly AttachChange[] {
  return asList(value).map(change => {
    const [type, path, source] = asList(change);
    return { type: asText(type), path: asText(path), source: asText(source) };
  });
}
