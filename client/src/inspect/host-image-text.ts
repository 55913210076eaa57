/** What portabled found in an image of a host, as one text: pure. */
import * as l10n from '@vscode/l10n';
import { forOutput } from '../common/sinks.ts';
import { size } from '../common/words.ts';
import type { ImageMetadata } from '../hosts/bus/portabled.ts';
import type { HostImage } from '../hosts/contract.ts';

/** Facts as comments, then the files, in the syntax of unit files. */
export function hostImageText(host: string, image: HostImage, { path, osRelease, extensions, units }: ImageMetadata): string {
  const facts: readonly (readonly [string, string])[] = [
    [l10n.t('Image'), image.name],
    [l10n.t('Host'), host],
    [l10n.t('Path'), path],
    [l10n.t('Kind'), image.kind],
    [l10n.t('State'), image.state],
    [l10n.t('Size'), image.usage === undefined ? l10n.t('unknown') : size(image.usage)],
    [l10n.t('Created'), time(image.created)],
    [l10n.t('Changed'), time(image.modified)],
    [l10n.t('Extensions'), image.attached?.extensions.join(', ') || l10n.t('none')],
  ];
  const files = [
    ['os-release', osRelease] as const,
    ...[...extensions].map(([name, text]) => [l10n.t('extension-release of {0}', name), text] as const),
    ...[...units].sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  const parts = [facts.map(([name, value]) => `# ${name}: ${oneLineOf(value)}`).join('\n')];
  for (const [name, text] of files) parts.push(`# ---- ${oneLineOf(name)}\n${forOutput(text).trimEnd()}`);
  return `${parts.join('\n\n')}\n`;
}

function oneLineOf(text: string): string {
  return forOutput(text).replaceAll('\n', ' ');
}

function time(ms: number | undefined): string {
  return ms === undefined ? l10n.t('unknown') : new Date(ms).toISOString();
}
