/** Settings as they count once the image is attached: those of the profile come after the unit's own. */
import { remembered } from '../../unit/recent.ts';
import type { UnitTree } from '../../unit/tree.ts';
import type { Subject } from '../rule.ts';
import { managerOfSubject, profileTree } from '../sandbox/attached-unit.ts';
import type { WholeUnit } from '../whole-unit.ts';

const lastValues = remembered(
  (tree: UnitTree): ReadonlyMap<string, string> =>
    new Map(tree.sections.flatMap(({ assignments }) => assignments.map(({ key, value }) => [key.text, value] as const))),
);

/** The value of a setting of one value under the target's profile, portabled's own by default; undefined where neither says anything. */
export function setting(whole: WholeUnit, subject: Subject, key: string): string | undefined {
  const { profile = { name: 'default' }, systemd } = subject.target;
  const tree = profileTree(profile, systemd, managerOfSubject(subject));
  return (tree && lastValues(tree).get(key)) ?? whole.one(key)?.value;
}
