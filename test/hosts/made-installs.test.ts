// [Install] sections made up for the occasion, asked of the real `systemctl --root=TREE enable`: what we call refused fails, what we call skipped is told.
import { beforeAll, expect, test } from 'vitest';
import { ensureTree, installHostTools, suites } from '../../lab/hosts.ts';
import { ask } from '../../lab/verify.ts';
import { madeInstalls, madeText } from '../oracle/made-installs.ts';
import { installFindings } from '../server/rules/install-cases.ts';
import { enable, enabled } from './enabling.ts';
import { describeOnHosts } from './laboratory.ts';

/** `UNITS_CASES=5000 UNITS_SEED=7` asks more, and others. */
const count = Number(process.env.UNITS_CASES ?? 100);
const seed = Number(process.env.UNITS_SEED ?? 1);

describeOnHosts('made up [Install]', () => {
  beforeAll(() => installHostTools());
  const shown = `systemd $systemd enables them as we say (${count} of seed ${seed})`;
  test.each(suites.filter(s => s.systemd !== 247))(shown, { timeout: 30_000 + count * 500 }, async ({ suite, systemd }) => {
    const made = madeInstalls(count, seed * 1000 + systemd);
    const questions = made.map(row => [[row[0], madeText(row)] as const]);
    const answers = await ask(await ensureTree(suite), questions, enable);
    const differ = made.flatMap((row, n) => {
      const [file] = row;
      const text = madeText(row);
      const ours = installFindings(file, text, systemd);
      const theirs = enabled(answers[n] ?? []);
      const severities = ours.map(({ severity }) => severity);
      const refused = severities.includes('error');
      const agree = theirs.instance || (refused === theirs.refused && (refused || severities.includes('warning') === theirs.skipped));
      return agree ? [] : [{ file, text, ours: ours.map(({ code, message }) => `${code}: ${message}`), theirs: answers[n] }];
    });
    expect(differ).toEqual([]);
  });
});
