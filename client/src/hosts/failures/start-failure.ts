/** The failure of an attach after which units did not start: told with why, where that can be found out. */
import * as l10n from '@vscode/l10n';
import type { HostFailure } from '../contract.ts';
import { hostFailure } from '../errors.ts';
import type { UnitFailure } from '../units-contract.ts';
import { explainFailure } from './explain.ts';
import { type Asked, gatherFacts } from './gather.ts';

/** Why units failed, as far as that can be found out. Never rejects. */
export async function explainUnits(asked: Asked, names: readonly string[]): Promise<readonly UnitFailure[]> {
  try {
    const units = await asked.connection.systemd.listUnits(names);
    const all = await Promise.all(units.map(async unit => explainFailure(await gatherFacts(asked, unit))));
    return all.flatMap(failure => failure ?? []);
  } catch {
    return []; // what did not start is told in any case
  }
}

/** The failure to throw: `failed` holds units and systemd's words in brackets, each. */
export async function startFailure(asked: Asked, image: string, host: string, failed: readonly string[]): Promise<HostFailure> {
  const names = failed.map(text => text.split(' ', 1)[0] ?? text);
  const failures = await explainUnits(asked, names);
  const what = l10n.t('{0} is attached on {1}, but did not start: {2}.', image, host, failed.join(', '));
  const [first] = failures;
  if (!first) return hostFailure('failed-to-start', what, l10n.t('Show Logs tells why.'));
  const message = l10n.t('{0} is attached on {1}, but did not start. {2}', image, host, first.message);
  const detail = [what, ...failures.slice(1).flatMap(failure => [failure.message, failure.advice])].join('\n');
  return Object.assign(hostFailure('failed-to-start', message, first.advice, detail), { failures });
}
