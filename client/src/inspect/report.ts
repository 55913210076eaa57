/** What the image report says, gathered from server and hosts before any words: pure but for the questions. */
import type { ImageFacts, ImageSizesResult, ReportResult } from '../../../server/src/protocol.ts';
import { asFailure, failureText } from '../common/failure.ts';
import { isOwn } from '../hosts/attach/rights.ts';
import type { AttachChange, Host, ImageState } from '../hosts/contract.ts';

/** How an image stands on one host. */
export type OnHost =
  | { readonly kind: 'not-connected' }
  | { readonly kind: 'failed'; readonly text: string }
  | {
      readonly kind: 'known';
      readonly state: ImageState;
      /** What the last attach from here wrote. */
      readonly changes: readonly AttachChange[];
      /** The files on the host that make its units now. */
      readonly files: readonly string[];
    };

/** A configured host. */
export interface ReportHost {
  readonly name: string;
  /** systemd there in full: `257.13-1~deb13u1`; absent where it is not known. */
  readonly systemd?: string;
  readonly active: boolean;
  /** It is the user's own manager and portabled, in place of the system's. */
  readonly own: boolean;
  readonly on: OnHost;
}

/** Everything that one report shows. */
export interface Report {
  readonly facts: ReportResult;
  /** Absent while it is being counted. */
  readonly sizes?: ImageSizesResult;
  readonly hosts: readonly ReportHost[];
  /** Whether commands that reach a host are there. */
  readonly trusted: boolean;
}

/** Asks the hosts that are connected how an image stands there. Connects to none. Never rejects: what fails is told in its place. */
export async function gatherHosts(image: ImageFacts, hosts: readonly Host[], active: Host | undefined): Promise<readonly ReportHost[]> {
  return Promise.all(
    hosts.map(async host => {
      const { status } = host;
      const systemd = status.state === 'connected' ? status.systemd.full : undefined;
      const own = isOwn(host.definition);
      return { name: host.name, active: host === active, own, on: await askHost(image, host), ...(systemd !== undefined && { systemd }) };
    }),
  );
}

async function askHost(image: ImageFacts, host: Host): Promise<OnHost> {
  if (host.status.state === 'unreachable') return { kind: 'failed', text: failureText(host.status.error) };
  if (host.status.state !== 'connected') return { kind: 'not-connected' };
  try {
    const state = await host.imageState(image);
    if (!state.attached) return { kind: 'known', state, changes: [], files: [] };
    const files = await host.attachedFiles(image);
    return { kind: 'known', state, changes: host.lastChanges(image) ?? [], files };
  } catch (error) {
    return { kind: 'failed', text: failureText(asFailure(error, image.name)) };
  }
}
