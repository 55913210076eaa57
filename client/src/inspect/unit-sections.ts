/** The sections of a report about units: how they stand, how exposed their services are, and what is wrong with them. */
import * as l10n from '@vscode/l10n';
import type { ReportFinding, ReportResult, ReportUnit } from '../../../server/src/protocol.ts';
import { unitWords } from '../common/words.ts';
import { isTemplate } from '../hosts/attach/image-state.ts';
import type { ImageState } from '../hosts/contract.ts';
import { liveUnits } from '../tree/image-items.ts';
import { type Cell, code, type Section, type Tone, table } from './document.ts';

/** The units with their live state on the active host. `now` in ms since the epoch. */
export function unitSection({ image, units }: ReportResult, state: ImageState | undefined, now: number): Section {
  const title = l10n.t('Units');
  if (units.length === 0) {
    const text = image.problem ? l10n.t('Its units could not be read.') : l10n.t('No unit was found on the unit search path of the image.');
    return { id: 'units', title, blocks: [{ kind: 'text', text }] };
  }
  const rows = units.map((unit): readonly Cell[] => {
    const place: Cell = { kind: 'place', text: unit.name, path: unit.path, line: 1 };
    return [place, unit.type, unitState(unit, state, now), unit.description ?? '', code(unit.path)];
  });
  const heads = [l10n.t('Unit'), l10n.t('Type'), l10n.t('State'), l10n.t('Description'), l10n.t('Path in the image')];
  return { id: 'units', title, blocks: table(title, heads, rows) };
}

function unitState(unit: ReportUnit, image: ImageState | undefined, now: number): Cell {
  if (!unit.attachable) return l10n.t('not taken by portabled');
  if (!image) return l10n.t('unknown');
  if (!image.attached) return isTemplate(unit.name) ? l10n.t('template') : l10n.t('not attached');
  const states = liveUnits(unit.name, image.units);
  if (isTemplate(unit.name) && states.length === 0) return l10n.t('template, no instance');
  const lines = states.map((state): Cell => {
    const words = unitWords(state, now);
    const tone: Tone = state.active === 'failed' ? 'bad' : state.active === 'active' ? 'good' : 'plain';
    return { kind: 'state', text: isTemplate(unit.name) ? `${state.name}: ${words}` : words, tone };
  });
  return lines.length > 0 ? { kind: 'lines', cells: lines } : l10n.t('not known to the host');
}

/** How exposed each service is under each profile. */
export function exposureSection({ units, profiles, systemd, dropInsOf, plan }: ReportResult): Section {
  const title = l10n.t('Exposure');
  const services = units.filter(({ exposures }) => exposures !== undefined);
  if (services.length === 0) return { id: 'exposure', title, blocks: [] };
  const chosen = plan?.outcome === 'attached' ? plan.profile : undefined;
  const head = (profile: string) => (profile === chosen ? l10n.t('{0} (chosen)', profile) : profile || l10n.t('no profile'));
  const heads = [l10n.t('Service'), ...profiles.map(head)];
  const rows = services.map(({ name, exposures = [] }): readonly Cell[] => [
    code(name),
    ...exposures.map((one): Cell => (one ? { kind: 'exposure', ...one } : l10n.t('does not load'))),
  ]);
  const text = l10n.t(
    'What systemd-analyze security of systemd {0} says of each service once the image is attached: 0 is best, 10 is worst.',
    systemd,
  );
  const dropIns =
    dropInsOf === undefined
      ? l10n.t('Drop-ins that a host has for them are not counted, since they are not known.')
      : l10n.t('The drop-ins that {0} has for them are counted.', dropInsOf);
  return { id: 'exposure', title, blocks: [{ kind: 'text', text: `${text} ${dropIns}` }, ...table(title, heads, rows)] };
}

/** What the rules say. */
export function findingSection({ counts, findings, image, unchecked }: ReportResult): Section {
  const title = l10n.t('Findings');
  if (unchecked) return { id: 'findings', title, blocks: [{ kind: 'text', text: l10n.t('Checking ...') }] };
  const all = counts.error + counts.warning + counts.information + counts.hint;
  if (all === 0) {
    const text = image.problem
      ? l10n.t('Its units could not be checked.')
      : image.osRelease
        ? l10n.t('Nothing was found to be wrong with its units and its os-release.')
        : l10n.t('Nothing was found to be wrong with its units, but it has no os-release.');
    return { id: 'findings', title, blocks: [{ kind: 'text', text }] };
  }
  const counted = l10n.t('Errors: {0}. Warnings: {1}. Others: {2}.', counts.error, counts.warning, counts.information + counts.hint);
  const rows = together(findings).map(({ severity, code: rule, message, path, line, times }): readonly Cell[] => [
    { kind: 'state', text: severityWords(severity), tone: severity === 'error' ? 'bad' : 'plain' },
    times === 1 ? message : l10n.t('{0} ({1} times)', message, times),
    code(rule),
    { kind: 'place', text: `${path.slice(path.lastIndexOf('/') + 1)}:${line}`, path, line },
  ]);
  const text = findings.length < all ? l10n.t('{0} Only the first {1} are listed.', counted, findings.length) : counted;
  const heads = [l10n.t('Severity'), l10n.t('Message'), l10n.t('Rule'), l10n.t('Place')];
  return { id: 'findings', title, blocks: [{ kind: 'text', text }, ...table(title, heads, rows)] };
}

/** Findings that would read the same, because they are of several words of one line, as one. */
function together(findings: readonly ReportFinding[]): readonly (ReportFinding & { readonly times: number })[] {
  const rows = new Map<string, ReportFinding & { readonly times: number }>();
  for (const finding of findings) {
    const { severity, code: rule, message, path, line } = finding;
    const id = JSON.stringify([severity, rule, message, path, line]);
    rows.set(id, { ...finding, times: (rows.get(id)?.times ?? 0) + 1 });
  }
  return [...rows.values()];
}

function severityWords(severity: ReportFinding['severity']): string {
  switch (severity) {
    case 'error':
      return l10n.t('error');
    case 'warning':
      return l10n.t('warning');
    case 'information':
      return l10n.t('information');
    case 'hint':
      return l10n.t('hint');
  }
}
