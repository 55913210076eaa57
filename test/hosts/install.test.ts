// The table of [Install] sections, asked of the real `systemctl --root=TREE enable`: what we call refused fails, what we call skipped is told.
import { beforeAll, expect, test } from 'vitest';
import { ensureTree, installHostTools, suites } from '../../lab/hosts.ts';
import { ask } from '../../lab/verify.ts';
import { rules } from '../../server/src/rules/rules.ts';
import { installCases, textOf } from '../server/rules/install-cases.ts';
import { enable, enabled } from './enabling.ts';
import { describeOnHosts } from './laboratory.ts';

const severityOf = (code: string) => rules.find(r => r.code === `install/${code}`)?.severity;

describeOnHosts('[Install]', () => {
  beforeAll(() => installHostTools());
  test.each(suites.filter(s => s.systemd !== 247))('systemd $systemd', async ({ suite }) => {
    const questions = installCases.map(row => [[row[0], textOf(row)] as const]);
    const answers = await ask(await ensureTree(suite), questions, enable);
    const differ = installCases.flatMap(([file, install, says], n) => {
      const lines = answers[n] ?? [];
      const { refused, skipped, nothing } = enabled(lines);
      const ours = says.split(', ').map(said => severityOf(said.split(' ')[0] ?? ''));
      const agree =
        ours.includes('error') === refused &&
        (refused || (ours.includes('warning') === skipped && (!ours.includes('information') || nothing)));
      return agree ? [] : [{ file, install, says, lines }];
    });
    expect(differ).toEqual([]);
  });
});
