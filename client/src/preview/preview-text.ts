/** The documents of *Preview Attach* and *Preview Detach*, as Markdown. What images and hosts say is made fit for it. */
import * as l10n from '@vscode/l10n';
import type { PlanFile, PlanRefusal, PlanResult } from '../../../server/src/protocol.ts';
import { forMarkdown } from '../common/sinks.ts';
import { readVersion } from '../hosts/deploy/versions.ts';
import type { Affected, AffectedByDetach } from '../hosts/host-images-contract.ts';
import { templateOf } from '../hosts/units/unit-name.ts';
import type { PlannedAttach } from './attach-plan.ts';

/** What a preview is of. */
export interface PreviewOf {
  /** The image's title. */
  readonly image: string;
  readonly host: string;
  readonly profile: string;
}

/** A text as a block of code: fenced by more backticks than it holds, without what would steer or hide. */
export function codeBlock(text: string, language = ''): string {
  const shown = text.replace(/[^\P{C}\n\t]/gu, '\u{fffd}').replace(/\n$/, '');
  const longest = Math.max(2, ...(shown.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}`;
}

const heading = (level: number, text: string): string => `${'#'.repeat(level)} ${forMarkdown(text)}`;
const item = (text: string): string => `- ${text}`;

/** What an attach does, or why it is refused. */
export function attachPreview({ image, host, profile }: PreviewOf, planned: PlannedAttach | undefined): string {
  const title = heading(1, l10n.t('Attach {0} to {1}', image, host));
  if (!planned) {
    return document(title, forMarkdown(l10n.t('{0} is not connected any more. Connect to it and preview again.', host)));
  }
  const { result, copied, replaces, replaced, profileMissing } = planned;
  switch (result.outcome) {
    case 'unknown':
      return document(title, forMarkdown(l10n.t('It cannot be told, because an image cannot be read: {0}', result.why)));
    case 'refused':
      return document(title, ...refused(result.refusal));
    case 'attached': {
      return document(
        title,
        forMarkdown(
          replaces
            ? l10n.t('The image is attached already: this one takes its place, under the profile {0}.', profile)
            : l10n.t('portabled would attach it, under the profile {0}.', profile),
        ),
        ...(profileMissing
          ? [`**${forMarkdown(l10n.t('{0} has no profile {1}: the units would run without a sandbox.', host, profile))}**`]
          : []),
        ...part(l10n.t('Units that will not start'), result.failing.map(failingUnits)),
        ...(replaced ? replacedParts(replaced, planned.hostPath, result) : []),
        heading(2, l10n.t('Units that are attached')),
        result.units.map(unit => item(forMarkdown(unit))).join('\n'),
        ...part(
          l10n.t('Not known beforehand'),
          [...(copied ? [unknownName(replaces, planned.hostPath)] : []), ...result.unknown].map(what => item(forMarkdown(what))),
        ),
        heading(2, l10n.t('Files that are written on {0}', host)),
        ...result.files.flatMap(fileParts),
      );
    }
  }
}

const failingUnits = ({ units, why, advice }: Extract<PlanResult, { readonly outcome: 'attached' }>['failing'][number]): string =>
  item(`**${forMarkdown(units.join(', '))}**: ${forMarkdown(why)} ${forMarkdown(advice)}`);

/** What is not known of the path of a copy. */
const unknownName = (replaces: boolean, path: string): string =>
  replaces
    ? l10n.t(
        'whether the copy that is attached is used again: of an image that has changed since, a new copy is made, under another name than {0}',
        path,
      )
    : l10n.t('what stands for the dots in the name of the copy: the time, and a mark of what is in it');

/** What becomes of the units that are attached now, and of what needs them. */
function replacedParts(
  { units, dependents, files }: AffectedByDetach,
  path: string,
  coming: Extract<PlanResult, { readonly outcome: 'attached' }>,
): readonly string[] {
  const comes = new Set(coming.units);
  const written = new Set(coming.files.map(file => file.path));
  const going = units.filter(({ name }) => !comes.has(name) && !comes.has(templateOf(name)));
  const staying = units.filter(unit => !going.includes(unit) && unit.active !== 'inactive');
  return [
    ...part(
      l10n.t('Units that go'),
      going.map(unit => goingUnit(unit, path)),
    ),
    ...part(
      l10n.t('Units that stay'),
      staying.map(({ name, active }) => item(forMarkdown(l10n.t('{0}: it is restarted if this image changes it ({1} now)', name, active)))),
    ),
    ...part(l10n.t('Active units that need them:'), dependents.map(dependentUnit)),
    ...part(
      l10n.t('Files that are removed'),
      files.filter(file => !written.has(file)).map(file => item(forMarkdown(file))),
    ),
  ];
}

const part = (words: string, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? [heading(2, words), lines.join('\n')] : [];

function goingUnit({ name, active, from }: Affected['units'][number], path: string): string {
  const state = active === 'inactive' ? l10n.t('it does not run') : l10n.t('it is stopped ({0} now)', active);
  const others = from === path ? '' : ` ${l10n.t('It is of another image of this name: {0}', from)}`;
  return item(`${forMarkdown(name)}: ${forMarkdown(state)}${forMarkdown(others)}`);
}

const dependentUnit = ({ name, needs, stops }: Affected['dependents'][number]): string =>
  item(forMarkdown(stops ? l10n.t('{0} stops with {1}', name, needs) : l10n.t('{0} asked for {1}', name, needs)));

function refused({ what, theirs, advice, file }: PlanRefusal): readonly string[] {
  // as text: VS Code's preview of Markdown makes no link of an address of a file
  const fix = file === undefined ? [] : [forMarkdown(l10n.t('The file: {0}', file))];
  return [
    `**${forMarkdown(l10n.t('portabled would refuse it.'))}** ${forMarkdown(what)}`,
    forMarkdown(advice),
    ...fix,
    forMarkdown(l10n.t('What portabled itself would say: {0}', theirs)),
  ];
}

function fileParts({ path, kind, from, text, source }: PlanFile): readonly string[] {
  const origins: Readonly<Record<PlanFile['from'], string>> = {
    unit: l10n.t('from the image'),
    portabled: l10n.t("portabled's own"),
    profile: l10n.t('the profile'),
    image: l10n.t('the image'),
  };
  const title = heading(3, path);
  const origin = forMarkdown(origins[from]);
  if (kind === 'link') return [title, `${origin}: ${forMarkdown(l10n.t('a link to {0}', source ?? ''))}`];
  if (kind === 'image') return [title, `${origin}: ${forMarkdown(l10n.t('a copy of {0}', source ?? ''))}`];
  return [title, origin, codeBlock(text ?? '', 'ini')];
}

/** What a detach takes away. */
export function detachPreview({ image, host }: Omit<PreviewOf, 'profile'>, path: string, affected: AffectedByDetach): string {
  const title = heading(1, l10n.t('Detach {0} from {1}', image, host));
  return document(
    title,
    ...part(
      l10n.t('Units that go'),
      affected.units.map(unit => goingUnit(unit, path)),
    ),
    ...part(l10n.t('Active units that need them:'), affected.dependents.map(dependentUnit)),
    ...part(
      l10n.t('Files that are removed'),
      [
        ...affected.files,
        ...(readVersion(path) ? [l10n.t('the copy of the image, {0}, and the older versions of it that are kept there', path)] : []),
      ].map(file => item(forMarkdown(file))),
    ),
  );
}

const document = (...parts: readonly string[]): string => `${parts.join('\n\n')}\n`;
