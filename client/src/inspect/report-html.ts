/** The image report as a page: pure. Texts of images and hosts go through `html` and nothing else. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts, ImageUnit } from '../../../server/src/protocol.ts';
import { size, unitWords } from '../common/words.ts';
import type { AttachChange, ImageState } from '../hosts/contract.ts';
import { isTemplate } from '../hosts/image-state.ts';
import { imageTitle, liveUnits } from '../tree/image-items.ts';
import { html, type Markup, nothing } from './html.ts';
import type { Report } from './report.ts';
import { style } from './style.ts';

/** The whole page. Only the style with this nonce applies; no script, no image, no network. `now` in ms since the epoch. */
export function reportPage(report: Report, nonce: string, now: number): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${imageTitle(report.image)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
${reportBody(report, now)}
</main>
</body>
</html>`.markup;
}

/** The report's sections, in order. */
function reportBody(report: Report, now: number): Markup {
  const { image } = report;
  return html`<header>
<h1>${imageTitle(image)}</h1>
<p class="path">${image.path}</p>
${stateLine(report)}
</header>
${problems(report.problems)}
${identity(image)}
${units(report, now)}
${attachment(report)}
${osRelease(image)}`;
}

function section(title: string, content: Markup): Markup {
  return html`<section>
<h2>${title}</h2>
${content}
</section>
`;
}

/** A table with a header row, scrollable by itself where it is too wide. */
function table(heads: readonly string[], rows: readonly Markup[]): Markup {
  return html`<div class="wide"><table>
<thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;
}

function stateLine({ onHost }: Report): Markup {
  switch (onHost.kind) {
    case 'no-host':
      return html`<p class="state">${l10n.t('No host is active, so this is what the image itself says.')}</p>`;
    case 'asking':
      return html`<p class="state">${l10n.t('Asking {0} ...', onHost.host.name)}</p>`;
    case 'failed':
      return html`<p class="state">${l10n.t('Its state on {0} is unknown.', onHost.host.name)}</p>`;
    case 'known': {
      const { host, state } = onHost;
      if (!state.attached) return html`<p class="state">${l10n.t('Not attached to {0}.', host.name)}</p>`;
      const badge = state.running
        ? html`<span class="badge good">${l10n.t('running')}</span>`
        : html`<span class="badge">${l10n.t('attached')}</span>`;
      const lasts = state.runtime ? l10n.t('until its next reboot') : l10n.t('for good');
      return html`<p class="state">${badge} ${l10n.t('Attached to {0} {1}.', host.name, lasts)}</p>`;
    }
  }
}

function problems(texts: readonly string[]): Markup {
  if (texts.length === 0) return nothing;
  const items = texts.map(text => html`<li>${text}</li>`);
  return html`<section class="problems" aria-label="${l10n.t('Problems')}">
<h2>${l10n.t('Problems')}</h2>
<ul>${items}</ul>
</section>
`;
}

function identity(image: ImageFacts): Markup {
  const kind = image.kind === 'directory' ? l10n.t('directory') : l10n.t('disk image');
  const rows: [string, string | undefined][] = [
    [l10n.t('Name'), image.name],
    [l10n.t('Version'), image.version],
    [l10n.t('Kind'), image.fileSystem ? l10n.t('{0}, {1}', kind, image.fileSystem) : kind],
    [l10n.t('Size'), image.size === undefined ? undefined : l10n.t('{0} ({1} bytes)', size(image.size), image.size)],
    [l10n.t('Unit prefix'), image.prefix],
  ];
  const entries = rows.flatMap(([term, value]) => (value === undefined ? [] : [html`<dt>${term}</dt><dd>${value}</dd>`]));
  return section(l10n.t('Image'), html`<dl>${entries}</dl>`);
}

function osRelease(image: ImageFacts): Markup {
  const title = l10n.t('os-release');
  if (!image.osRelease) return section(title, html`<p>${l10n.t('The image has none: portabled refuses to attach it.')}</p>`);
  const rows = Object.entries(image.osRelease).map(
    ([key, value]) => html`<tr><th scope="row"><code>${key}</code></th><td>${value}</td></tr>\n`,
  );
  return section(title, table([l10n.t('Field'), l10n.t('Value')], rows));
}

function units({ image, onHost }: Report, now: number): Markup {
  const title = l10n.t('Units');
  if (image.units.length === 0) return section(title, html`<p>${l10n.t('No unit was found on the unit search path of the image.')}</p>`);
  const state = onHost.kind === 'known' ? onHost.state : undefined;
  const rows = image.units.map(unit => {
    return html`<tr><th scope="row"><code>${unit.name}</code></th><td>${unitCell(unit, state, now)}</td><td class="path">${unit.path}</td></tr>\n`;
  });
  return section(title, table([l10n.t('Unit'), l10n.t('State'), l10n.t('Path in the image')], rows));
}

function unitCell(unit: ImageUnit, image: ImageState | undefined, now: number): Markup {
  if (!unit.attachable) return html`${l10n.t('not taken by portabled')}`;
  if (!image) return html`${l10n.t('unknown')}`;
  if (!image.attached) return html`${isTemplate(unit.name) ? l10n.t('template') : l10n.t('not attached')}`;
  const states = liveUnits(unit.name, image.units);
  if (isTemplate(unit.name) && states.length === 0) return html`${l10n.t('template, no instance')}`;
  const lines = states.map(state => {
    const words = isTemplate(unit.name) ? `${state.name}: ${unitWords(state, now)}` : unitWords(state, now);
    return html`<div class="${state.active === 'failed' ? 'bad' : 'plain'}">${words}</div>`;
  });
  return lines.length > 0 ? html`${lines}` : html`${l10n.t('not known to the host')}`;
}

function attachment({ onHost, changes, files }: Report): Markup {
  if (onHost.kind !== 'known' || !onHost.state.attached) return nothing;
  const { host, state } = onHost;
  const rows: [string, string | undefined][] = [
    [l10n.t('Host'), host.name],
    [l10n.t('systemd'), host.status.state === 'connected' ? host.status.systemd.full : undefined],
    [l10n.t('Attached is'), state.hostPath],
    [l10n.t('Profile'), state.profile],
    [l10n.t('Lasts'), state.runtime ? l10n.t('until the next reboot') : l10n.t('for good')],
  ];
  const entries = rows.flatMap(([term, value]) => (value === undefined ? [] : [html`<dt>${term}</dt><dd>${value}</dd>`]));
  const fileItems = files.map(file => html`<li><code>${file}</code></li>\n`);
  const fileList = files.length > 0 ? html`<h3>${l10n.t('Files that make its units')}</h3><ul class="files">${fileItems}</ul>` : nothing;
  return section(l10n.t('On {0}', host.name), html`<dl>${entries}</dl>${changeTable(changes)}${fileList}`);
}

function changeTable(changes: readonly AttachChange[]): Markup {
  if (changes.length === 0) return nothing;
  const rows = changes.map(
    ({ type, path, source }) => html`<tr><td>${changeWords(type)}</td><td><code>${path}</code></td><td><code>${source}</code></td></tr>\n`,
  );
  return html`<h3>${l10n.t('What attaching it changed')}</h3>${table([l10n.t('Change'), l10n.t('On the host'), l10n.t('From')], rows)}`;
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
