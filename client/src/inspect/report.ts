/** What the image report says, gathered from image and host before any markup: pure but for the questions to the host. */
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { asFailure, failureText } from '../common/failure.ts';
import type { AttachChange } from '../hosts/contract.ts';
import type { ImageOnHost } from '../images/states.ts';

/** Everything that one report shows. */
export interface Report {
  readonly image: ImageFacts;
  readonly onHost: ImageOnHost;
  /** What the last attach from here wrote. */
  readonly changes: readonly AttachChange[];
  /** The files on the host that make its units now. */
  readonly files: readonly string[];
  /** Sentences: what could not be read or asked. */
  readonly problems: readonly string[];
}

/** Asks the host for what a report shows beyond the state. Never rejects: what fails is among the problems. */
export async function gatherReport(image: ImageFacts, onHost: ImageOnHost): Promise<Report> {
  const problems: string[] = [];
  if (image.problem) problems.push(image.problem);
  if (onHost.kind === 'failed') problems.push(failureText(onHost.failure));
  if (onHost.kind !== 'known' || !onHost.state.attached) return { image, onHost, changes: [], files: [], problems };
  const { host } = onHost;
  let files: readonly string[] = [];
  try {
    files = await host.attachedFiles(image);
  } catch (error) {
    problems.push(failureText(asFailure(error, image.name)));
  }
  return { image, onHost, changes: host.lastChanges(image) ?? [], files, problems };
}
