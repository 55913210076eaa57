/** Plans the attach of an image of the workspace to a host, with what the host itself tells. */
import type { ImageFacts, PlanParams, PlanResult } from '../../../server/src/protocol.ts';
import type { AttachOptions } from '../hosts/attach/attach-options.ts';
import { isOwn } from '../hosts/attach/rights.ts';
import type { Host } from '../hosts/contract.ts';
import { nameOfCopies } from '../hosts/deploy/image-names.ts';
import { versionsIn } from '../hosts/deploy/versions.ts';
import type { AffectedByDetach } from '../hosts/host-images-contract.ts';
import { type Places, poolOf } from '../hosts/on-host/places.ts';
import type { LanguageServer } from '../language-client.ts';
import { profileOn } from './profile-on-host.ts';

/** What is planned, and for which state of the host. */
export interface PlannedAttach {
  readonly result: PlanResult;
  /** Where the image lies there, or will lie. */
  readonly hostPath: string;
  /** That is the path of a copy that is brought there, or was: what it is called has the time and the content in it. */
  readonly copied: boolean;
  /** The image is attached already, so that this takes its place. */
  readonly replaces: boolean;
  /** What is attached in its place now, and who needs that; where somebody wanted to know. */
  readonly replaced?: AffectedByDetach;
  /** The host has no such profile, so that the units would run without one: portabled says nothing of it. */
  readonly profileMissing: boolean;
}

/** The copy's own name has its time and content in it, and is made when it is brought. */
const copyName = (image: ImageFacts): string => `${nameOfCopies(image.name)}_...${image.kind === 'raw' ? '.raw' : ''}`;

/**
 * Connects to the host, asks it, and plans. Undefined where it ends meanwhile. Rejects with a HostFailure where the host cannot be asked, or
 * when the server does not run.
 */
export async function planOn(
  language: Pick<LanguageServer, 'plan'>,
  host: Host,
  image: ImageFacts,
  options: AttachOptions,
  signal: AbortSignal,
): Promise<PlannedAttach | undefined> {
  const { definition, transport } = host;
  await host.connect(signal, 'may-ask');
  const { status } = host;
  if (status.state !== 'connected') return undefined;
  const [state, places] = await Promise.all([host.imageState(image), host.places()]);
  const hostPath = state.attached ? state.hostPath : `${versionsIn(poolOf(places, options.runtime))}/${copyName(image)}`;
  const { profile, copyMode, runtime, force } = options;
  const replaces = state.attached;
  const extensions = [...options.extensions, ...options.brings];
  const prefixes = options.prefixes.length > 0 ? options.prefixes : [image.prefix];
  const profileFiles = await profileOn(transport, profile, places, signal);
  // only of extensions, portabled asks what they are made for
  const architecture = extensions.length > 0 ? await host.architecture(signal).catch(() => '') : '';
  const chosen = (pair: Places['links']): string => (runtime ? pair.runtime : pair.persistent);
  const params: PlanParams = {
    ...{ image: image.path, hostPath, extensions, prefixes, profile, copyMode, runtime, force, replaces },
    systemd: status.systemd.major,
    ...(architecture !== '' && { architecture }),
    ...(profileFiles && { profileFiles }),
    ...(isOwn(definition) && { user: { links: chosen(places.links), units: chosen(places.units) } }),
  };
  const first = await language.plan(params);
  const copied = [true, false].some(forThisBoot => hostPath.startsWith(`${versionsIn(poolOf(places, forThisBoot))}/`));
  const known = { hostPath, copied, replaces, profileMissing: profile !== '' && profileFiles?.length === 0 };
  if (first.outcome !== 'attached' || force || replaces) return { result: first, ...known };
  const { units } = await host.onHost.affectedByUnits(first.units, image.name);
  const result = await language.plan({ ...params, units: units.map(({ name }) => name) });
  return { result, ...known };
}

/** The same for showing: with what runs in its place now. Rejects as `planOn` does. */
export async function previewOn(
  ...[language, host, image, options, signal]: Parameters<typeof planOn>
): Promise<PlannedAttach | undefined> {
  const planned = await planOn(language, host, image, options, signal);
  if (!planned?.replaces) return planned;
  return { ...planned, replaced: await host.onHost.affectedByDetach(planned.hostPath) };
}
