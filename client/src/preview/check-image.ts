/** The check before a deploy: what systemd would object to in the units that are to run, open in an editor or not. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts, ReportFinding, ReportResult } from '../../../server/src/protocol.ts';
import type { AttachOptions } from '../hosts/attach/attach-options.ts';
import type { Host, HostFailure } from '../hosts/contract.ts';
import { hostFailure } from '../hosts/errors.ts';
import type { LanguageServer } from '../language-client.ts';
import { imageTitle } from '../tree/image-items.ts';
import type { Attached } from './check-plan.ts';

/** An image that is judged before it is brought. */
export interface Checked {
  readonly image: ImageFacts;
  readonly options: Pick<AttachOptions, 'profile'>;
  /** Where to, connected. */
  readonly host: Host;
  /** It is the active one, of which the server knows more than the version. */
  readonly active: boolean;
  /** The units that will be attached; absent where that is not known. */
  readonly units?: readonly string[];
}

/**
 * Rejects with a HostFailure where a unit that is to be attached or the os-release has an error. Warnings do not count, for systemd goes on
 * after them, nor do the image's other units. Where the server does not run, the host has the last word.
 */
export async function checkImage(
  language: Pick<LanguageServer, 'report'>,
  { image, options, host, active, units }: Checked,
): Promise<void> {
  const { status } = host;
  if (status.state !== 'connected') return;
  const { major: systemd } = status.systemd;
  const source = active ? `host ${host.name}` : 'setting';
  const asked = { image: image.path, systemd, source, profile: options.profile };
  const told = await language.report(asked).catch(() => undefined);
  if (!told) return;
  if (told.image.problem !== undefined) throw unreadable(image, host, told.image.problem);
  const errors = told.findings.filter(finding => finding.severity === 'error' && concerns(finding, told, units));
  if (errors.length > 0) throw faulty(image, host, errors);
}

/** The failure of an image that cannot be read here. It may be readable there: an encrypted one, for one. */
export function unreadable(image: ImageFacts, host: Host, problem: string): HostFailure {
  const why = problem.replace(/\.$/, '');
  return hostFailure(
    'faulty-image',
    l10n.t('{0} was not deployed to {1}: it cannot be read here: {2}.', imageTitle(image), host.name, why),
  );
}

/** The failure of an image whose services systemd would not start there, however right they are. */
export function unstartable(image: ImageFacts, host: Host, failing: Attached['failing']): HostFailure | undefined {
  const [first] = failing;
  if (!first) return undefined;
  const lines = failing.map(({ units, why, advice }) => `${units.join(', ')}: ${why} ${advice}`);
  return hostFailure(
    'faulty-image',
    l10n.t(
      '{0} was not deployed to {1}, because {2} would not start there: {3}',
      imageTitle(image),
      host.name,
      first.units.join(', '),
      first.why,
    ),
    first.advice,
    lines.length > 1 ? lines.join('\n') : undefined,
  );
}

function faulty(image: ImageFacts, host: Host, errors: readonly ReportFinding[]): HostFailure {
  const lines = errors.map(({ path, line, message }) => l10n.t('{0}, line {1}: {2}', path.replace(/^\/+/, ''), line, message));
  const [first = ''] = lines;
  const text =
    errors.length === 1
      ? l10n.t('{0} was not deployed to {1}, because of an error: {2}', imageTitle(image), host.name, first)
      : l10n.t('{0} was not deployed to {1}, because of {2} errors. The first: {3}', imageTitle(image), host.name, errors.length, first);
  const failure = hostFailure('faulty-image', text, '', lines.length > 1 ? lines.join('\n') : undefined);
  const [place] = errors;
  return Object.assign(failure, place && { place: { path: place.path, line: place.line } });
}

/** Whether a finding is about what will be attached: of an image's drop-ins portabled takes none, nor does it units that no prefix fits. */
function concerns({ path }: ReportFinding, { units }: ReportResult, attached: readonly string[] | undefined): boolean {
  const unit = units.find(one => one.path === path);
  if (unit) return attached === undefined || attached.includes(unit.name);
  return path.endsWith('/os-release');
}
