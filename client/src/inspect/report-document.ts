/** The image report in words: pure. */
import * as l10n from '@vscode/l10n';
import { imageTitle } from '../tree/image-items.ts';
import { type Action, type Cell, type ReportDocument, type Section, wholeFile } from './document.ts';
import { hostSection, planSection, stateLine, stateOf } from './host-sections.ts';
import { identitySection, osReleaseSection, partitionSection, sizeSection } from './image-sections.ts';
import type { Report } from './report.ts';
import { exposureSection, findingSection, unitSection } from './unit-sections.ts';

/** All sections in their order, empty ones among them. `now` in ms since the epoch. */
export function reportDocument(report: Report, now: number): ReportDocument {
  const { facts, sizes } = report;
  return {
    title: imageTitle(facts.image),
    path: facts.image.path,
    state: stateLine(report),
    actions: actionsOf(report),
    sections: [
      problemSection(report),
      identitySection(facts),
      hostSection(report),
      findingSection(facts),
      unitSection(facts, stateOf(report), now),
      exposureSection(facts),
      planSection(facts),
      partitionSection(facts),
      sizeSection(sizes),
      osReleaseSection(facts.image),
    ],
  };
}

/** What stands above all: why it could not be read, or why it would not be attached. */
function problemSection({ facts: { image, plan } }: Report): Section {
  const items: Cell[] = [];
  if (image.problem) items.push(l10n.t('It cannot be read: {0}', image.problem));
  if (plan?.outcome === 'refused') {
    const { what, advice, path } = plan;
    const lines = [l10n.t('portabled would refuse to attach it: {0}', what), advice, ...(path === undefined ? [] : [wholeFile(path)])];
    items.push({ kind: 'lines', cells: lines });
  }
  return { id: 'problems', title: l10n.t('Problems'), blocks: items.length > 0 ? [{ kind: 'list', items }] : [] };
}

/** What can be done with the image now. */
function actionsOf({ facts: { image }, hosts, trusted }: Report): readonly Action[] {
  const host = hosts.find(({ active }) => active);
  const attached = host?.on.kind === 'known' && host.on.state.attached;
  return [
    ...(trusted && image.osRelease && !image.problem ? [{ does: 'deploy', label: l10n.t('Deploy') }] : []),
    ...(trusted && attached
      ? [
          { does: 'logs', label: l10n.t('Show Logs') },
          { does: 'detach', label: l10n.t('Detach') },
        ]
      : []),
    { does: 'markdown', label: l10n.t('Copy as Markdown') },
    { does: 'html', label: l10n.t('Export as HTML') },
    ...(image.kind === 'raw' ? [{ does: 'other-editor', label: l10n.t('Open With...') }] : []),
  ];
}
