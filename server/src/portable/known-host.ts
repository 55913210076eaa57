/** What is known of the host that images are attached to, in the shape in which rules and features ask for it. What is absent is unknown. */
import { comparedName, imageName, isRawName } from '../image/names.ts';
import type { HostDropIn, HostFacts, HostNames, UserPlaces } from '../protocol-host.ts';
import type { Manager } from '../unit/search-path.ts';

export interface KnownHost {
  /** What the user calls it, for messages. */
  readonly name: string;
  readonly scope: Manager;
  /** Where the portabled of a user puts what is attached until the next reboot. */
  readonly user?: UserPlaces;
  /** As systemd names it: `x86-64`. */
  readonly architecture?: string;
  /** Its unit files by name: the host's own, or of the attached image that lies there at that path. */
  readonly units?: ReadonlyMap<string, { readonly image?: string }>;
  /** Its drop-ins, but those that portabled wrote, in no order. */
  readonly dropIns?: readonly HostDropIn[];
  /** Whether it has a user or group of a name; undefined where that is not known. */
  readonly hasUser: (name: string) => boolean | undefined;
  readonly hasGroup: (name: string) => boolean | undefined;
}

/** The host that the client told of. */
export function knownHost({ name, scope, user, architecture, units, dropIns, users, groups }: HostFacts): KnownHost {
  return {
    ...{ name, scope, hasUser: among(users), hasGroup: among(groups) },
    ...(architecture !== undefined && { architecture }),
    ...(user && { user }),
    ...(units && { units: new Map(units.map(unit => [unit.name, unit.image === undefined ? {} : { image: unit.image }])) }),
    ...(dropIns && { dropIns }),
  };
}

/** Where the portabled of a host's user puts what is attached until the next reboot; as the user's own shell would say it, where that is not known. */
export const placesOfUser = (host: KnownHost | undefined): UserPlaces =>
  host?.user ?? { links: '$XDG_RUNTIME_DIR/portables', units: '$XDG_RUNTIME_DIR/systemd/user.attached' };

/** What a target knows by its host. */
export const onHost = (host: KnownHost): { readonly host: KnownHost; readonly architecture?: string } => ({
  host,
  ...(host.architecture !== undefined && { architecture: host.architecture }),
});

/** What portabled compares of an image that lies at a path. */
const comparedAt = (path: string): string => comparedName(imageName(path, isRawName(path) ? 'raw' : 'directory'));

/** The unit files of a host that an image of that name would clash with: all but those of an attached image that portabled takes for the same. */
export function othersUnits({ units }: KnownHost, image: string): ReadonlySet<string> | undefined {
  const own = comparedName(image);
  return units && new Set([...units].flatMap(([name, unit]) => (unit.image !== undefined && comparedAt(unit.image) === own ? [] : [name])));
}

function among(listed: HostNames | undefined): (name: string) => boolean | undefined {
  const names = new Set(listed?.names);
  return name => names.has(name) || (listed?.complete === true ? false : undefined);
}
