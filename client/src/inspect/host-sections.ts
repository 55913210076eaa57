/** The sections of a report about hosts: where the image is attached, and what an attach would do. */
import * as l10n from '@vscode/l10n';
import type { ReportPlan, ReportPlannedFile, ReportResult } from '../../../server/src/protocol.ts';
import { runtimeWords } from '../common/words.ts';
import type { ImageState } from '../hosts/contract.ts';
import { type Block, type Cell, code, facts, type Section, table, wholeFile } from './document.ts';
import type { Report, ReportHost } from './report.ts';

/** The active host's state of the image, if that is known. */
export function stateOf({ hosts }: Report): ImageState | undefined {
  const on = hosts.find(({ active }) => active)?.on;
  return on?.kind === 'known' ? on.state : undefined;
}

/** How the image stands on the active host, in a line. */
export function stateLine({ hosts }: Report): readonly Cell[] {
  const host = hosts.find(({ active }) => active);
  if (!host) return [l10n.t('No host is active, so this is what the image itself says.')];
  const { name, own, on } = host;
  if (on.kind === 'not-connected') return [l10n.t('{0} is not connected, so this is what the image itself says.', name)];
  if (on.kind === 'failed') return [l10n.t('Its state on {0} is unknown.', name)];
  const { state } = on;
  if (!state.attached) return [l10n.t('Not attached to {0}.', name)];
  const lasts = state.runtime ? runtimeWords(own) : l10n.t('for good');
  return [attachedWords(state), l10n.t('Attached to {0} {1}.', name, lasts)];
}

/** Every configured host with how the image stands there, and the details of the active one. */
export function hostSection({ hosts }: Report): Section {
  const title = l10n.t('Hosts');
  if (hosts.length === 0) return { id: 'hosts', title, blocks: [] };
  const heads = [l10n.t('Host'), l10n.t('systemd'), l10n.t('State'), l10n.t('Profile'), l10n.t('Attached image')];
  const rows = hosts.map((host): readonly Cell[] => {
    const { name, active, systemd = '', on } = host;
    const attached = on.kind === 'known' && on.state.attached ? on.state : undefined;
    return [
      active ? l10n.t('{0} (active)', name) : name,
      systemd,
      hostWords(host),
      attached?.profile ?? '',
      attached ? code(attached.hostPath) : '',
    ];
  });
  return { id: 'hosts', title, blocks: [...table(title, heads, rows), ...hosts.flatMap(details)] };
}

function hostWords({ on }: ReportHost): Cell {
  switch (on.kind) {
    case 'not-connected':
      return l10n.t('not connected');
    case 'failed':
      return { kind: 'state', text: on.text, tone: 'bad' };
    case 'known':
      return on.state.attached ? attachedWords(on.state) : l10n.t('not attached');
  }
}

function attachedWords({ units, running }: Extract<ImageState, { attached: true }>): Cell {
  if (units.some(({ active }) => active === 'failed')) return { kind: 'state', text: l10n.t('attached, a unit failed'), tone: 'bad' };
  return { kind: 'state', text: running ? l10n.t('running') : l10n.t('attached'), tone: running ? 'good' : 'plain' };
}

function details({ name, active, on }: ReportHost): readonly Block[] {
  if (!active || on.kind !== 'known' || !on.state.attached) return [];
  const changes = table(
    l10n.t('What attaching it changed'),
    [l10n.t('Change'), l10n.t('On the host'), l10n.t('From')],
    on.changes.map(({ type, path, source }) => [changeWords(type), code(path), code(source)]),
  );
  const blocks: Block[] = [];
  if (changes.length > 0) blocks.push({ kind: 'heading', text: l10n.t('What attaching it changed') }, ...changes);
  if (on.files.length > 0)
    blocks.push({ kind: 'heading', text: l10n.t('Files that make its units on {0}', name) }, { kind: 'list', items: on.files.map(code) });
  return blocks;
}

/** portabled's name of a change, in words. */
function changeWords(type: string): string {
  switch (type) {
    case 'copy':
      return l10n.t('copied');
    case 'symlink':
      return l10n.t('linked');
    case 'unlink':
      return l10n.t('removed');
    case 'write':
      return l10n.t('written');
    case 'mkdir':
      return l10n.t('directory made');
    default:
      return type;
  }
}

/** What an attach would do, as far as that can be told without a host. */
export function planSection({ image, plan, systemd }: ReportResult): Section {
  const title = l10n.t('Attach plan');
  if (!plan) return { id: 'plan', title, blocks: [] };
  if (plan.outcome === 'refused') {
    const { what, theirs, advice, path } = plan;
    const rows = [
      [l10n.t('What is wrong'), what] as const,
      [l10n.t('portabled says'), code(theirs)] as const,
      [l10n.t('What to do'), advice] as const,
      [l10n.t('Where'), path === undefined ? undefined : wholeFile(path)] as const,
    ];
    return { id: 'plan', title, blocks: [{ kind: 'text', text: l10n.t('portabled would refuse to attach the image.') }, facts(rows)] };
  }
  const dropIn = plan.files.find(({ text }) => text !== undefined);
  return {
    id: 'plan',
    title,
    blocks: [
      facts([
        [l10n.t('For'), l10n.t('systemd {0}, profile {1}, {2}', systemd, plan.profile, runtimeWords(image.scope === 'user'))],
        [l10n.t('Units'), plan.units.length > 12 ? String(plan.units.length) : plan.units.join(', ')],
        [l10n.t('Not known beforehand'), plan.unknown.join(', ') || undefined],
      ]),
      { kind: 'fold', summary: l10n.t('{0} files and links would be written', plan.files.length), blocks: plannedFiles(plan) },
      ...(dropIn?.text === undefined
        ? []
        : [
            {
              kind: 'fold' as const,
              summary: l10n.t('What portabled adds to each service, as in {0}', dropIn.path),
              blocks: [{ kind: 'quote' as const, text: dropIn.text }],
            },
          ]),
    ],
  };
}

function plannedFiles({ files }: Extract<ReportPlan, { readonly outcome: 'attached' }>): readonly Block[] {
  const rows = files.map((file): readonly Cell[] => [code(file.path), kindWords(file), originWords(file)]);
  return table(l10n.t('Attach plan'), [l10n.t('On the host'), l10n.t('Kind'), l10n.t('From')], rows);
}

function kindWords({ kind }: ReportPlannedFile): string {
  return kind === 'link' ? l10n.t('link') : kind === 'image' ? l10n.t('image') : l10n.t('file');
}

function originWords({ from }: ReportPlannedFile): string {
  switch (from) {
    case 'unit':
      return l10n.t('the unit');
    case 'portabled':
      return l10n.t('portabled itself');
    case 'profile':
      return l10n.t('the profile');
    case 'image':
      return l10n.t('the image');
  }
}
