// The table of [Install] sections, asked of the real `systemctl --root=TREE enable`: what we call refused fails, what we call skipped is told.
import { beforeAll, expect, test } from 'vitest';
import { ensureTree, installHostTools, suites } from '../../lab/hosts.ts';
import { ask } from '../../lab/verify.ts';
import { rules } from '../../server/src/rules/rules.ts';
import { installCases, textOf } from '../server/rules/install-cases.ts';
import { describeOnHosts } from './laboratory.ts';

const severityOf = (code: string) => rules.find(r => r.code === `install/${code}`)?.severity;

/** Enables the unit in a tree of its own, in memory; the last line is the exit code. */
const enable = `root=$(mktemp -d) && mkdir -p $root/usr/lib/systemd/system $root/etc/systemd/system && cp "$1" $root/usr/lib/systemd/system/ &&
systemctl --root=$root enable "$(basename "$1")"; echo "exit $?"`;

describeOnHosts('[Install]', () => {
  beforeAll(() => installHostTools());
  test.each(suites.filter(s => s.systemd !== 247))('systemd $systemd', async ({ suite }) => {
    const questions = installCases.map(row => [[row[0], textOf(row)] as const]);
    const answers = await ask(await ensureTree(suite), questions, enable);
    const differ = installCases.flatMap(([file, install, says], n) => {
      const lines = answers[n] ?? [];
      const ours = says.split(', ').map(said => severityOf(said.split(' ')[0] ?? ''));
      const refused = lines.at(-1) === 'exit 1';
      const skipped = lines.some(line => /:\d+: /.test(line));
      const nothing = lines.some(line => line.includes('no installation config'));
      const agree =
        ours.includes('error') === refused &&
        (refused || (ours.includes('warning') === skipped && (!ours.includes('information') || nothing)));
      return agree ? [] : [{ file, install, says, lines }];
    });
    expect(differ).toEqual([]);
  });
});
