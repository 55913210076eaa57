/** Opens a unit file at the directive to blame for a failure. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { forNotification } from '../common/sinks.ts';
import type { HostFailure } from '../hosts/contract.ts';
import type { UnitFailure } from '../hosts/units-contract.ts';
import { showPlace } from '../images/show-place.ts';
import { unitFile } from '../images/unit-file.ts';
import type { CommandContext } from './context.ts';

/** Opens the file at the line of a faulty image's first error, or at the first directive that a failure blames. */
export async function showLine(
  context: CommandContext,
  image: ImageFacts,
  { failures = [], place }: Pick<HostFailure, 'failures' | 'place'>,
): Promise<void> {
  if (place) {
    await showPlace(image, place.path, place.line);
    return;
  }
  const failure = failures.find(({ blame }) => blame !== undefined);
  if (failure) await showBlamed(context, image, failure);
}

/** Opens the file at the directive that one failure blames; says where else to look if it is not set there. */
export async function showBlamed({ language }: CommandContext, image: ImageFacts, { unit, blame }: UnitFailure): Promise<void> {
  const uri = unitFile(image, unit);
  if (!uri || !blame) {
    void vscode.window.showInformationMessage(forNotification(l10n.t('{0} of {1} cannot be opened here.', unit, image.name)));
    return;
  }
  const place = await language.locate({ uri: uri.toString(), ...blame });
  const selection = place && new vscode.Range(place.line, place.start, place.line, place.end);
  await vscode.window.showTextDocument(uri, { preview: true, ...(selection && { selection }) });
  if (place) return;
  const text = l10n.t('{0} does not set {1}= itself: the profile, or a drop-in of the host, does.', unit, blame.key);
  void vscode.window.showInformationMessage(forNotification(text));
}
