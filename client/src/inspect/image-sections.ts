/** The sections of a report about the image itself: what it is, its os-release, its partitions, where its bytes lie. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts, ImagePart, ImageSizesResult, ReportPartition, ReportResult } from '../../../server/src/protocol.ts';
import { size, unreadWords } from '../common/words.ts';
import { type Area, type Cell, code, facts, type Section, table } from './document.ts';

/** What the image is. */
export function identitySection({ image, systemd, source }: ReportResult): Section {
  const kind = image.kind === 'directory' ? l10n.t('directory') : l10n.t('disk image');
  const host = /^host (.*)$/s.exec(source)?.[1];
  const judge =
    host === undefined
      ? l10n.t('systemd {0}, as the setting says', systemd)
      : l10n.t('systemd {0}, as on the active host, {1}', systemd, host);
  const rows: readonly (readonly [string, Cell | undefined])[] = [
    [l10n.t('Name'), image.name],
    [l10n.t('Version'), image.version],
    [l10n.t('Kind'), image.fileSystem ? l10n.t('{0}, {1}', kind, image.fileSystem) : kind],
    [l10n.t('Size'), image.size === undefined ? undefined : l10n.t('{0} ({1} bytes)', size(image.size), image.size)],
    [l10n.t('Unit prefix'), code(image.prefix)],
    [l10n.t('Units'), image.scope === 'user' ? l10n.t("for a user's own manager") : undefined],
    [l10n.t('Judged by'), judge],
  ];
  return { id: 'identity', title: l10n.t('Image'), blocks: [facts(rows)] };
}

/** The fields of its os-release. */
export function osReleaseSection({ osRelease, problem }: ImageFacts): Section {
  const title = l10n.t('os-release');
  if (!osRelease) {
    const text = problem ? l10n.t('None could be read.') : l10n.t('The image has none: portabled refuses to attach it.');
    return { id: 'os-release', title, blocks: [{ kind: 'text', text }] };
  }
  const rows = Object.entries(osRelease).map(([key, value]) => [code(key), value]);
  return { id: 'os-release', title, blocks: table(title, [l10n.t('Field'), l10n.t('Value')], rows) };
}

/** Its partitions and what protects them. */
export function partitionSection({ image, partitions }: ReportResult): Section {
  const title = l10n.t('Partitions');
  if (image.kind === 'directory') return { id: 'partitions', title, blocks: [] };
  if (partitions.length === 0) {
    const text = image.fileSystem
      ? l10n.t('No partition table: the file is one {0} file system, and no verity hashes protect it.', image.fileSystem)
      : image.problem
        ? l10n.t('None could be read.')
        : l10n.t('No partition table was found.');
    return { id: 'partitions', title, blocks: [{ kind: 'text', text }] };
  }
  const heads = [
    l10n.t('Number'),
    l10n.t('Purpose'),
    l10n.t('Label'),
    l10n.t('Size'),
    l10n.t('File system'),
    l10n.t('Verity'),
    l10n.t('Marked'),
  ];
  const rows = partitions.map((partition): readonly Cell[] => {
    const { number, purpose, label, fileSystem, readOnly } = partition;
    const marked = readOnly ? l10n.t('read-only') : l10n.t('writable');
    return [String(number), code(purpose), label, size(partition.size), fileSystem ?? l10n.t('unknown'), verityWords(partition), marked];
  });
  return { id: 'partitions', title, blocks: table(title, heads, rows) };
}

function verityWords({ verity, purpose }: ReportPartition): string {
  if (verity === 'hashes') return l10n.t('protected by hashes');
  if (verity === 'signed') return l10n.t('protected by signed hashes');
  return purpose === 'root' || purpose === 'usr' ? l10n.t('not protected') : '';
}

/** Where its bytes lie. */
export function sizeSection(sizes: ImageSizesResult | undefined): Section {
  const title = l10n.t('Sizes');
  const said = (text: string): Section => ({ id: 'sizes', title, blocks: [{ kind: 'text', text }] });
  if (!sizes) return said(l10n.t('Counting ...'));
  if (sizes.failure) return said(l10n.t('It could not be counted: {0}', sizes.failure.message));
  const { parts, total, files, partial, unread } = sizes;
  const left = unread ? ` ${unreadWords(unread.count, unread.first)}` : '';
  if (parts.length === 0) return said(left.trim() || l10n.t('There is nothing in it.'));
  const whole = l10n.t('{0} in {1} files, unpacked.', size(total), files);
  const text = partial ? l10n.t('{0} That is only a part of it: counting all would take too long.', whole) : whole;
  const share = ({ bytes }: ImagePart) => `${Math.round((bytes / total) * 1000) / 10} %`;
  const areas = parts.map(
    (part): Area => ({
      label: partName(part),
      detail: size(part.bytes),
      bytes: part.bytes,
      title: l10n.t('{0}: {1}, {2}, {3} files', partName(part), size(part.bytes), share(part), part.files),
    }),
  );
  const heads = [l10n.t('Directory'), l10n.t('Size'), l10n.t('Share'), l10n.t('Files')];
  const rows = parts.map(part => [code(partName(part)), size(part.bytes), share(part), String(part.files)]);
  return {
    id: 'sizes',
    title,
    blocks: [
      { kind: 'text', text: text + left },
      { kind: 'treemap', name: l10n.t('Sizes by directory'), areas },
      { kind: 'fold', summary: l10n.t('The same as a table'), blocks: table(title, heads, rows) },
    ],
  };
}

const partName = ({ path, kind }: ImagePart): string => (kind === 'below' ? path : l10n.t('{0} (the rest)', path));
