/** Settings as they count once the image is attached: those of the profile come after the unit's own. */
import type { Target } from '../rule.ts';
import { profileTree } from '../sandbox/attached-unit.ts';
import type { WholeUnit } from '../whole-unit.ts';

/** The value of a setting of one value under the target's profile, portabled's own by default; undefined where neither says anything. */
export function setting(whole: WholeUnit, { profile = { name: 'default' }, systemd }: Target, key: string): string | undefined {
  const assignments = profileTree(profile, systemd)?.sections.flatMap(section => section.assignments) ?? [];
  return assignments.findLast(assignment => assignment.key.text === key)?.value ?? whole.one(key)?.value;
}
