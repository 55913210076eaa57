/** Why did it fail: from what is known of a unit to one sentence, what to do, and the directive to blame. Pure. */
import * as l10n from '@vscode/l10n';
import type { UnitFailure } from '../units-contract.ts';
import { type Case, caseOf } from './case.ts';
import { afterRestarts, ends } from './ends.ts';
import type { FailureFacts, Told } from './facts.ts';
import { tellStep } from './steps.ts';

/** Explains a failure; undefined where nothing failed. Every row of the tables says one case. */
export function explainFailure(facts: FailureFacts): UnitFailure | undefined {
  const failure = caseOf(facts);
  const told = tell(failure);
  if (!told) return undefined;
  const { why, advice, key, section = 'Service', holds, line } = afterRestarts(told, failure);
  const blame =
    key === undefined ? undefined : { section, key, ...(holds !== undefined && { holds }), ...(line !== undefined && { line }) };
  return { unit: facts.unit, message: l10n.t('{0}: {1}.', facts.unit, why), advice, ...(blame && { blame }) };
}

function tell(failure: Case): Told | undefined {
  return tellLoad(failure) ?? tellUnmet(failure) ?? tellBroken(failure) ?? tellEnd(failure);
}

function tellEnd(failure: Case): Told | undefined {
  if (failure.result === 'success') return undefined;
  // where the limit was hit, the last process still tells why it was started so often
  if (failure.result === 'start-limit-hit' && failure.failed.end.status !== 0) {
    return tellEnd({ ...failure, result: failure.failed.end.how === 'exited' ? 'exit-code' : 'signal' });
  }
  const step = failure.result === 'exit-code' ? tellStep(failure) : undefined;
  return (
    step ??
    ends[failure.result]?.(failure) ?? {
      why: l10n.t('systemd says: {0}', failure.result),
      advice: l10n.t('The log tells more.'),
    }
  );
}

/** A unit that systemd could not read. */
function tellLoad({ load, find, unit }: Case): Told | undefined {
  if (load === 'loaded') return undefined;
  if (load === 'masked') return { why: l10n.t('it is masked on the host'), advice: l10n.t('Unmask it there with "systemctl unmask".') };
  if (load === 'not-found') {
    const advice = l10n.t('Attach the image that holds it, or refresh the view.');
    return { why: l10n.t('systemd finds no such unit'), advice };
  }
  const line = find(/^\/\S+:(\d+): (.*)$/);
  const said = line?.[2] ?? find(new RegExp(`^${unit.replace(/[.\\+*?^$[\](){}|/]/g, '\\$&')}: (.*)$`))?.[1] ?? load;
  return {
    why: l10n.t('systemd refuses to load it: {0}', said.replace(/\.$/, '')),
    advice: l10n.t('The problems shown for the unit file name the line.'),
    key: 'ExecStart',
    ...(line?.[1] !== undefined && { line: Number(line[1]) }),
  };
}

function tellUnmet({ unmet }: Case): Told | undefined {
  const [first] = unmet;
  if (!first) return undefined;
  const { directive, value } = first;
  return {
    why:
      unmet.length === 1
        ? l10n.t('it was not started, because {0}={1} does not hold', directive, value)
        : l10n.t(
            'it was not started, because one of these does not hold: {0}',
            unmet.map(each => `${each.directive}=${each.value}`).join(', '),
          ),
    advice: l10n.t('Conditions and assertions are looked up on the host, not in the image.'),
    section: 'Unit',
    key: directive,
    holds: value,
  };
}

function tellBroken({ broken, result }: Case): Told | undefined {
  const [first] = broken;
  if (first === undefined || result !== 'success') return undefined;
  return {
    why: l10n.t('it was not started, because {0}, which it requires, is missing or failed', broken.join(', ')),
    advice: l10n.t('Bring that unit to the host and start it, or use Wants= where this one can do without.'),
    section: 'Unit',
    key: 'Requires',
    holds: first,
  };
}
