/** Finds files in images by name and by text: VS Code's own Quick Open and Search reach no file system that an extension provides. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImagePath, InsideImageResult } from '../../../server/src/protocol-inside.ts';
import { forNotification, withoutIcons } from '../common/sinks.ts';
import { unreadWords } from '../common/words.ts';
import { insideFailure } from './failures.ts';
import { openInside } from './open.ts';
import type { AskInside } from './reading.ts';

/** Names and files that are offered. */
const most = { names: 50_000, files: 1_000 };

/** Lets the user choose one of an image's files, and opens it. Throws a HostFailure. */
export async function goToFile(ask: AskInside, image: string, partition?: number): Promise<void> {
  const root = { image, path: '/', ...(partition !== undefined && { partition }) };
  const path = await chosen(l10n.t('Go to which file of {0}?', image), found(ask, root, most.names));
  if (path !== undefined) await openInside(ask, { ...root, path });
}

/** Asks for a text, lets the user choose one of the files that hold it, and opens it there. Throws a HostFailure. */
export async function findText(ask: AskInside, image: string, partition?: number): Promise<void> {
  const root = { image, path: '/', ...(partition !== undefined && { partition }) };
  const text = await vscode.window.showInputBox({ title: l10n.t('Find which text in the files of {0}?', image) });
  if (!text) return;
  const path = await chosen(l10n.t('Files of {0} that hold {1}', image, text), found(ask, root, most.files, text));
  if (path !== undefined) await openInside(ask, { ...root, path }, { text });
}

type Found = Required<Pick<InsideImageResult, 'paths' | 'more'>> & Pick<InsideImageResult, 'unread'>;

async function found(ask: AskInside, place: ImagePath, limit: number, text?: string): Promise<Found> {
  const {
    paths = [],
    more = false,
    unread,
    failure,
  } = await ask({ ...place, ask: 'find', most: limit, ...(text !== undefined && { text }) });
  if (failure) throw insideFailure(place, failure);
  return { paths, more, ...(unread && { unread }) };
}

/** The path that the user chose of those that a search comes to. */
async function chosen(title: string, search: Promise<Found>): Promise<string | undefined> {
  const items = search.then(({ paths, more, unread }) => {
    if (more) void vscode.window.showInformationMessage(l10n.t('There is more than is shown: only the first {0} files.', paths.length));
    if (unread) void vscode.window.showWarningMessage(forNotification(unreadWords(unread.count, unread.first)));
    return paths.map(path => {
      const slash = path.lastIndexOf('/');
      return { label: withoutIcons(path.slice(slash + 1)), description: withoutIcons(path.slice(0, slash) || '/'), path };
    });
  });
  const picked = await vscode.window.showQuickPick(items, { title: withoutIcons(title), matchOnDescription: true });
  return picked?.path;
}
