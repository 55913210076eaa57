/** What stands over [Service] in an editor: how exposed the service will be; and over a profile: how it differs from those that systemd brings. */
import type { CodeLens } from 'vscode-languageserver';
import type { Target } from '../rules/rule.ts';
import { exposuresOf } from './exposure.ts';
import type { JudgedUnit } from './judge.ts';
import { baseOf } from './profile-base.ts';
import type { Profiles } from './profiles.ts';

/** Names of the editor's commands that a lens runs. */
const commands = { explain: 'portableServices.explainExposure', compare: 'portableServices.compareProfiles' } as const;

/** For a lens, which VS Code draws icons in, and which has one line: profiles are named by whoever makes them. */
const lensText = (text: string): string => text.replace(/[\p{C}\u2028\u2029]/gu, '\u{fffd}').replaceAll('$(', '$ (');

/** The lenses of a document. */
export function lensesOf(judged: JudgedUnit, uri: string, profiles: Profiles, target: Target): CodeLens[] {
  const { systemd } = target;
  const header = judged.tree.sections.find(({ name }) => name.text === 'Service')?.header;
  if (!header) return [];
  const range = judged.lines.range(header);
  if (judged.unit.role === 'profile') {
    const base = baseOf(judged, systemd);
    if (!base) return [];
    const { name, differing } = base;
    const title = differing.length === 0 ? `As ${name} of systemd ${systemd}` : `Differs from ${name} in ${directives(differing)}`;
    return [{ range, command: { title: lensText(title), command: commands.compare, arguments: [name, [uri]] } }];
  }
  const [chosen, ...others] = exposuresOf(judged, profiles, target);
  if (!chosen) return [];
  const title = [
    `Exposure ${chosen.printed} ${chosen.rating} (${chosen.profile})`,
    ...others.map(({ profile, printed }) => `${profile} ${printed}`),
  ];
  return [{ range, command: { title: lensText(title.join(' · ')), command: commands.explain, arguments: [uri] } }];
}

/** How many directives a lens names. */
const most = 3;

function directives(names: readonly string[]): string {
  if (names.length > most) return `${names.length} directives`;
  return names.map(name => `${name}=`).join(', ');
}
