/** Compares two images: chooses the other, lists what differs, opens it side by side. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { CompareImagesResult, ImageDifference, ImagePath } from '../../../server/src/protocol-inside.ts';
import { forNotification, withoutIcons } from '../common/sinks.ts';
import { unreadWords } from '../common/words.ts';
import { hostFailure } from '../hosts/errors.ts';
import { imageKindWords, imageTitle } from '../tree/image-items.ts';
import { insideFailure } from './failures.ts';
import { editedAt, openInside } from './open.ts';
import { type AskInside, InsideError, isBinary } from './reading.ts';

/** What comparing needs of the server. */
export interface Comparing {
  readonly ask: AskInside;
  readonly compare: (
    params: { readonly left: ImagePath; readonly right: ImagePath },
    token: vscode.CancellationToken,
  ) => Promise<CompareImagesResult>;
}

/** Files that are opened side by side at once. */
const mostTogether = 200;

/** Lets the user choose what to compare an image with, and shows what differs, from the one to the other. Throws a HostFailure or InsideError. */
export async function compareWith(comparing: Comparing, image: ImageFacts, others: readonly ImageFacts[]): Promise<void> {
  const right = await chooseOther(image, others);
  if (right === undefined) return;
  const sides = { left: { image: image.path, path: '/' }, right: { image: right, path: '/' } };
  const title = l10n.t('Comparing {0} with {1}', image.path, right);
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: forNotification(title), cancellable: true },
    (_, token) => comparing.compare(sides, token).then(found => (token.isCancellationRequested ? undefined : found)),
  );
  if (!result) return;
  if (result.failure) throw insideFailure(sides.right, result.failure);
  await showDifferences(comparing.ask, sides, result);
}

async function chooseOther(image: ImageFacts, others: readonly ImageFacts[]): Promise<string | undefined> {
  const items: (vscode.QuickPickItem & { readonly image?: ImageFacts; readonly folder?: boolean })[] = others
    .filter(other => other.path !== image.path)
    .map(other => ({
      label: withoutIcons(imageTitle(other)),
      description: withoutIcons(imageKindWords(other)),
      detail: withoutIcons(other.path),
      image: other,
    }));
  // most systems have no dialog for both
  items.push({ label: l10n.t('Another image...'), folder: false }, { label: l10n.t('Another directory...'), folder: true });
  const title = withoutIcons(l10n.t('Compare {0} with what?', imageTitle(image)));
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
  if (!picked) return undefined;
  if (picked.image) return picked.image.path;
  const [chosen] =
    (await vscode.window.showOpenDialog({ title, canSelectFiles: !picked.folder, canSelectFolders: picked.folder === true })) ?? [];
  return chosen?.fsPath;
}

const signs: Readonly<Record<ImageDifference['change'], string>> = {
  added: '$(diff-added)',
  gone: '$(diff-removed)',
  changed: '$(diff-modified)',
};

type Sides = { readonly left: ImagePath; readonly right: ImagePath };

async function showDifferences(ask: AskInside, sides: Sides, { differences, unread, more }: CompareImagesResult): Promise<void> {
  const limits = more ? ` ${l10n.t('Only the first {0} differences are listed.', differences.length)}` : '';
  if (unread[0] !== undefined) void vscode.window.showWarningMessage(forNotification(unreadWords(unread.length, unread[0])));
  if (differences.length === 0) {
    void vscode.window.showInformationMessage(forNotification(l10n.t('{0} and {1} hold the same.', sides.left.image, sides.right.image)));
    return;
  }
  const count = (change: ImageDifference['change']) => differences.filter(each => each.change === change).length;
  const title = l10n.t('{0} added, {1} gone, {2} changed', count('added'), count('gone'), count('changed'));
  const together = differences.filter(isFile).slice(0, mostTogether);
  const items: (vscode.QuickPickItem & { readonly difference?: ImageDifference })[] = [
    ...(together.length > 1 ? [{ label: `$(diff-multiple) ${l10n.t('Show {0} files side by side', together.length)}` }] : []),
    ...differences.map(difference => ({
      label: `${signs[difference.change]} ${withoutIcons(difference.path)}`,
      description: aspectWords(difference),
      difference,
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, { title: title + limits, matchOnDescription: true });
  if (!picked) return;
  if (picked.difference) await showDifference(ask, sides, picked.difference);
  else await showTogether(ask, sides, together);
}

const isFile = ({ kind, change, aspects }: ImageDifference): boolean =>
  kind === 'file' && (change !== 'changed' || aspects.includes('content'));

function aspectWords({ change, aspects }: ImageDifference): string {
  if (change === 'added') return l10n.t('added');
  if (change === 'gone') return l10n.t('gone');
  const words: Readonly<Record<ImageDifference['aspects'][number], string>> = {
    kind: l10n.t('of another kind'),
    content: l10n.t('content'),
    mode: l10n.t('permissions'),
    owner: l10n.t('owner'),
    target: l10n.t('leads elsewhere'),
  };
  return aspects.map(aspect => words[aspect]).join(', ');
}

async function showDifference(ask: AskInside, { left, right }: Sides, { path, change, kind, aspects }: ImageDifference): Promise<void> {
  const [before, after] = [
    { ...left, path },
    { ...right, path },
  ];
  if (kind !== 'file' || aspects.includes('kind'))
    throw hostFailure('refused', l10n.t('{0} is no file, so there is no text to show.', path));
  if (change === 'added') return openInside(ask, after);
  if (change === 'gone' || (await isBinary(ask, after))) return openInside(ask, change === 'gone' ? before : after);
  await vscode.commands.executeCommand('vscode.diff', await editedAt(ask, before), await editedAt(ask, after), path);
}

/** All text files in one editor. */
async function showTogether(ask: AskInside, { left, right }: Sides, differences: readonly ImageDifference[]): Promise<void> {
  const rows: [vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined][] = [];
  for (const { path, change } of differences) {
    const [before, after] = [
      { ...left, path },
      { ...right, path },
    ];
    const binary = await isBinary(ask, change === 'gone' ? before : after).catch(error => {
      if (!(error instanceof InsideError)) throw error;
      return false; // its own editor says why it cannot be read, beside the others
    });
    if (binary) continue;
    const from = change === 'added' ? undefined : await editedAt(ask, before);
    const to = change === 'gone' ? undefined : await editedAt(ask, after);
    const label = to ?? from;
    if (label) rows.push([label, from, to]);
  }
  await vscode.commands.executeCommand('vscode.changes', `${left.image} - ${right.image}`, rows);
}
