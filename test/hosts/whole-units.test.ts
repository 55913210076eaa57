// The table of whole units, asked of the real systemd: each refuses what we say it refuses, and warns where we say it warns.
import { beforeAll, expect, test } from 'vitest';
import { ensureTree, installHostTools, type Suite } from '../../lab/hosts.ts';
import { verify } from '../../lab/verify.ts';
import { rules } from '../../server/src/rules/rules.ts';
import { caseOf, wholeCases } from '../server/rules/whole-cases.ts';
import { describeOnHosts } from './laboratory.ts';

const suites: readonly (readonly [Suite, number])[] = [
  ['bookworm', 252],
  ['trixie', 257],
  ['forky', 262],
];
const severityOf = (code: string) => rules.find(r => r.code === `unit/${code}`)?.severity;

/** Lines that tell of units that are not there, or of the machine. */
const beside = /not loaded, socket|^Unit .* (not found|is masked)|cgroups v1|^OnFailureIsolate/;
const refusing = /Refusing|not loading|failed to load|fatal error|^Failed to (load|prepare)/;
const consequence = /has a bad unit file setting|Unit configuration has fatal error/;

describeOnHosts('whole units', () => {
  beforeAll(() => installHostTools());
  test.each(suites)('%s', async (suite, systemd) => {
    const cases = wholeCases.map(caseOf);
    const answers = await verify(
      await ensureTree(suite),
      cases.map(({ files }) => files),
    );
    const differ = cases.flatMap(({ files, says }, n) => {
      const ours = (says[[252, 257, 262].indexOf(systemd)] ?? '')
        .split(', ')
        .filter(Boolean)
        .map(said => severityOf(said.split(' ')[1] ?? ''));
      const lines = (answers[n] ?? []).filter(line => !beside.test(line));
      const refused = lines.some(line => refusing.test(line));
      const warned = lines.filter(line => !refusing.test(line) && !consequence.test(line)).length;
      const agree = ours.includes('error') === refused && ours.filter(s => s === 'warning').length === warned;
      return agree ? [] : [{ files, ours, lines }];
    });
    expect(differ).toEqual([]);
  });
});
