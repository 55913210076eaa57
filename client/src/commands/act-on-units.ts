/** Start, stop and the like: does it to the selected units, waits until systemd has, and tells why one failed. */
import * as l10n from '@vscode/l10n';
import { act } from '../common/act.ts';
import { sayBriefly } from '../common/say-briefly.ts';
import { unitWords } from '../common/words.ts';
import { doingWords } from '../hosts/units/units.ts';
import type { UnitAction } from '../hosts/units-contract.ts';
import { mayChange } from './ask-before.ts';
import { type CommandContext, readAnew } from './context.ts';
import { showLine } from './show-line.ts';
import { subjectOfUnit, type UnitTarget, unitTargets } from './unit-targets.ts';

/** Acts on the units of the selected rows, or on one that the user chooses. */
export async function actOnUnits(
  context: CommandContext,
  action: UnitAction,
  argument: unknown,
  selection: readonly unknown[],
): Promise<void> {
  const targets = await unitTargets(context, argument, selection, question(action));
  await actOn(context, action, targets);
}

async function actOn(context: CommandContext, action: UnitAction, targets: readonly UnitTarget[]): Promise<void> {
  const [first] = targets;
  if (!first) return;
  const { host, image, runtime } = first;
  const names = targets.map(({ unit }) => unit);
  const title = doingWords(action, names, host.name);
  if (!(await mayChange(host, title))) return;
  const ended = await act(context.output, {
    title,
    run: progress => host.units.act(action, names, { runtime }, progress),
    remedies: {
      retry: () => actOn(context, action, targets),
      logs: failure => {
        const blamed = targets.find(({ unit }) => unit === failure.failures?.[0]?.unit) ?? first;
        return context.logs.follow(subjectOfUnit(blamed));
      },
      ...(image && { line: failure => showLine(context, image, failure) }),
    },
  });
  await readAnew(context, host);
  if (!ended.ok) return;
  const states = ended.value.map(state => `${state.name}: ${unitWords(state, Date.now())}`);
  sayBriefly(states.length > 3 ? l10n.t('{0}: done.', title) : states.join(', '));
}

function question(action: UnitAction): string {
  switch (action) {
    case 'start':
      return l10n.t('Start which unit?');
    case 'stop':
      return l10n.t('Stop which unit?');
    case 'restart':
      return l10n.t('Restart which unit?');
    case 'reload':
      return l10n.t('Reload which unit?');
    case 'enable':
      return l10n.t('Enable which unit?');
    case 'disable':
      return l10n.t('Disable which unit?');
    case 'reset-failed':
      return l10n.t('Reset the failed state of which unit?');
  }
}
