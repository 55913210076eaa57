/** The rows of what lies inside an image, made from what the server says of it: pure. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import {
  type ImagePath,
  type InsideEntry,
  type InsideFailure,
  type InsidePartition,
  shownName,
} from '../../../server/src/protocol-inside.ts';
import { oneLine } from '../common/sinks.ts';
import { size } from '../common/words.ts';
import type { ItemSpec } from './item-spec.ts';

/** A row of files or partitions; all have the image and the place that commands act on. */
export type InsideNode = { readonly image: ImageFacts; readonly place: ImagePath } & (
  | { readonly kind: 'files' | 'partitions' }
  | { readonly kind: 'partition'; readonly partition: InsidePartition }
  | { readonly kind: 'entry'; readonly entry: InsideEntry }
);

/** The rows that an image has beside its units. */
export function insideOf(image: ImageFacts): readonly InsideNode[] {
  const place = { image: image.path, path: '/' };
  const parted = image.fileSystem === 'gpt' || image.fileSystem === 'mbr';
  return [
    ...(image.problem === undefined || image.kind === 'directory' || image.osRelease ? [{ kind: 'files', image, place } as const] : []),
    ...(parted ? [{ kind: 'partitions', image, place } as const] : []),
  ];
}

/** The rows of a directory's entries: directories first, then in order of name. */
export function entryRows(image: ImageFacts, place: ImagePath, entries: readonly InsideEntry[]): readonly InsideNode[] {
  const isDirectory = ({ kind, leadsTo }: InsideEntry) => kind === 'directory' || leadsTo === 'directory';
  const rank = (entry: InsideEntry) => (isDirectory(entry) ? 0 : 1);
  const sorted = [...entries].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  return sorted.map(entry => ({
    kind: 'entry',
    image,
    entry,
    place: { ...place, path: `${place.path === '/' ? '' : place.path}/${entry.name}` },
  }));
}

/** The rows of partitions. */
export function partitionRows(image: ImageFacts, partitions: readonly InsidePartition[]): readonly InsideNode[] {
  return partitions.map(partition => ({
    kind: 'partition',
    image,
    partition,
    place: { image: image.path, path: '/', partition: partition.number },
  }));
}

/** Why a place has no rows, in words. */
export function insideProblem({ kind, message }: InsideFailure): string {
  return kind === 'denied' ? l10n.t('You may not read this: {0}', message) : l10n.t('This cannot be read: {0}', message);
}

/** The row of a node. */
export function insideItem(node: InsideNode): ItemSpec {
  const { image, place } = node;
  const id = `inside:${node.kind}:${image.path}:${place.partition ?? ''}:${shownName(place.path)}`;
  switch (node.kind) {
    case 'files':
      return { id, label: l10n.t('Files'), icon: { id: 'files' }, unfolds: 'folded', context: 'inside' };
    case 'partitions':
      return { id, label: l10n.t('Partitions'), icon: { id: 'layout' }, unfolds: 'folded', context: 'inside' };
    case 'partition':
      return partitionRow(id, node.partition);
    case 'entry':
      return entryRow(id, node.entry, place);
  }
}

function partitionRow(id: string, { number, purpose, label, size: bytes, fileSystem, verity, readable }: InsidePartition): ItemSpec {
  const kept = verity === 'signed' ? l10n.t('signed verity') : verity === 'hashes' ? l10n.t('verity') : '';
  const held = fileSystem === 'luks' ? l10n.t('encrypted (LUKS)') : fileSystem === 'verity' ? l10n.t('verity hashes') : (fileSystem ?? '');
  const named = label === '' ? '' : oneLine(label);
  return {
    id,
    label: `${number} ${oneLine(purpose)}`,
    description: [held, size(bytes), kept, named].filter(part => part !== '').join(', '),
    tooltip: readable ? '' : l10n.t('There are no files to be read in this partition.'),
    icon: { id: fileSystem === 'luks' ? 'lock' : 'layout-panel' },
    unfolds: readable ? 'folded' : 'no',
    context: readable ? 'inside partition' : 'inside',
  };
}

function entryRow(id: string, { name, kind, leadsTo, size: bytes }: InsideEntry, place: ImagePath): ItemSpec {
  const leads = leadsTo ?? kind;
  const words = kind === 'link' ? (leadsTo ? l10n.t('link') : l10n.t('link that leads nowhere')) : bytes === undefined ? '' : size(bytes);
  const icons: Readonly<Record<typeof leads, string>> = { file: 'file', directory: 'folder', link: 'link', special: 'circuit-board' };
  return {
    id,
    label: oneLine(shownName(name)),
    ...(words !== '' && { description: words }),
    tooltip: oneLine(shownName(place.path)),
    icon: { id: icons[leads] },
    unfolds: leads === 'directory' ? 'folded' : 'no',
    context: leads === 'file' ? 'inside file' : leads === 'directory' ? 'inside folder' : 'inside',
    ...(leads === 'file' && { opensInside: place }),
  };
}
