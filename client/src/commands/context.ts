/** What the commands work with. Built once by extension.ts. */
import type * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { HostRegistry } from '../common/host-registry.ts';
import type { Operations } from '../common/operations.ts';
import type { RememberedChoices } from '../common/remembered-choices.ts';
import type { ProfilesModel } from '../effective/profiles.ts';
import type { EffectiveUnits } from '../effective-units.ts';
import type { Host, HostImage } from '../hosts/contract.ts';
import type { ImagesModel } from '../images/model.ts';
import type { Redeploys } from '../images/redeploys.ts';
import type { ImageStates } from '../images/states.ts';
import type { InsideImages } from '../inside-images.ts';
import type { HostImageDocuments } from '../inspect/host-image-documents.ts';
import type { LanguageServer } from '../language-client.ts';
import type { PreviewDocuments } from '../preview/documents.ts';
import type { Reports } from '../reports.ts';
import type { HostContentsModel } from '../tree/host-contents.ts';
import type { LogFollower } from './log-follower.ts';

/** The parts that commands act on. */
export interface CommandContext {
  readonly output: vscode.LogOutputChannel;
  readonly images: ImagesModel;
  readonly states: ImageStates;
  readonly registry: HostRegistry;
  readonly contents: HostContentsModel;
  readonly operations: Operations;
  readonly reports: Reports;
  readonly logs: LogFollower;
  readonly language: LanguageServer;
  readonly choices: RememberedChoices;
  readonly contentsOfImages: HostImageDocuments;
  readonly redeploys: Redeploys;
  readonly previews: PreviewDocuments;
  readonly inside: InsideImages;
  readonly profiles: ProfilesModel;
  readonly effective: EffectiveUnits;
}

/** What a row of a view stands for, of whatever a command was called on. */
export function nodeOf(argument: unknown): unknown {
  return property(argument, 'node') ?? argument;
}

/** The image of the row that a command was called on, if it was called on one. */
export function imageOf(argument: unknown): ImageFacts | undefined {
  const image = property(argument, 'image');
  return isImage(image) ? image : undefined;
}

/** The host of the row that a command was called on, as the registry knows it now. */
export function hostOf(registry: HostRegistry, argument: unknown): Host | undefined {
  const id = property(property(argument, 'host'), 'id');
  return typeof id === 'string' ? registry.find(id) : undefined;
}

/** What kind of row a command was called on. */
export function nodeKind(argument: unknown): unknown {
  return property(argument, 'kind');
}

/** The image on a host whose row, or whose unit's, a command was called on, as last listed. */
export function hostImageOf(
  { registry, contents }: CommandContext,
  argument: unknown,
): { readonly host: Host; readonly image: HostImage } | undefined {
  const kind = nodeKind(argument);
  if (kind !== 'host-image' && kind !== 'host-unit') return undefined;
  const host = hostOf(registry, argument);
  const known = contents.of(host);
  const path = property(property(argument, 'image'), 'path');
  const image = known.kind === 'known' ? known.images.find(image => image.path === path) : undefined;
  return host && image && { host, image };
}

/** The name of the unit whose row a command was called on. */
export function unitOf(argument: unknown): string | undefined {
  const name = property(property(argument, 'unit'), 'name');
  return typeof name === 'string' ? name : undefined;
}

/** Reads a host anew after something was done there, unless it went away: the next action tries it again, not we. */
export async function readAnew({ states, contents }: CommandContext, host: Host): Promise<void> {
  if (host.status.state === 'connected') await Promise.all([states.refresh(), contents.refresh(host)]);
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined;
}

function isImage(value: unknown): value is ImageFacts {
  return (
    typeof property(value, 'path') === 'string' && typeof property(value, 'prefix') === 'string' && Array.isArray(property(value, 'units'))
  );
}
