/** The words in which the user is asked before something goes. */
import * as l10n from '@vscode/l10n';
import type { Affected } from '../hosts/host-images-contract.ts';
import { oneLine } from './sinks.ts';

/** The units that are named one by one; a modal that does not fit on the screen cannot be answered. */
const shown = 20;

/** What happens to the units that a question is about: they go with their image, or another image's take their place. */
export type Fate = 'go' | 'are replaced';

/** The details of a question: every unit that goes, those of other images by themselves, and what needs them. A line each. */
export function affectedWords(path: string, { units, dependents }: Affected, fate: Fate = 'go'): string {
  const line = ({ name, active, from }: Affected['units'][number], withSource: boolean): string => {
    const state = active === 'inactive' ? '' : ` (${active})`;
    return oneLine(withSource ? l10n.t('{0}{1}, from {2}', name, state, from) : `${name}${state}`);
  };
  const lines = (some: Affected['units'], withSource: boolean) => some.map(unit => line(unit, withSource));
  const own = units.filter(unit => unit.from === path);
  const others = units.filter(unit => unit.from !== path);
  const [active, idle] = [own.filter(isActive), own.filter(unit => !isActive(unit))];
  const parts = [
    ...(fate === 'go'
      ? [
          section(l10n.t('Active now, and stopped by this ({0}):', active.length), lines(active, false)),
          section(l10n.t('Not active, and removed ({0}):', idle.length), lines(idle, false)),
        ]
      : [section(l10n.t('Units that are replaced ({0}, of which {1} are active):', own.length, active.length), lines(own, false))]),
    section(
      l10n.t('Of other images or files, too ({0}, of which {1} are active):', others.length, others.filter(isActive).length),
      lines(others, true),
    ),
  ];
  parts.push(
    section(
      l10n.t('Active units that need them:'),
      dependents.map(({ name, needs, stops }) =>
        oneLine(stops ? l10n.t('{0} stops with {1}', name, needs) : l10n.t('{0} asked for {1}', name, needs)),
      ),
    ),
  );
  return parts.filter(part => part !== '').join('\n\n');
}

/** Whether something of a unit ends with it. */
const isActive = ({ active }: Affected['units'][number]): boolean => active !== 'inactive' && active !== 'failed';

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const more = lines.length > shown ? [l10n.t('and {0} more', lines.length - shown)] : [];
  return [title, ...lines.slice(0, shown), ...more].join('\n');
}
