// The units of Debian packages in ../shared/corpus (beside the project, not part of it): a real systemd names the same lines as we do.
import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureTree, installHostTools, suites } from '../../lab/hosts.ts';
import { ask } from '../../lab/verify.ts';
import { lint } from '../../server/src/node/lint/lint.ts';
import { unitFileOf } from '../../server/src/unit/unit-file.ts';
import { describeOnHosts } from './laboratory.ts';

const place = join(import.meta.dirname, '../../../shared/corpus');
const corpus = existsSync(place) ? realpathSync(place) : place;

/** What tells of the machine: the programs are not there. */
const ofMachine = /is not executable|No such file or directory/;

describeOnHosts('the corpus', () => {
  beforeAll(() => installHostTools());
  test.skipIf(!existsSync(corpus)).each(suites.filter(s => s.systemd !== 247))('systemd $systemd', async ({ suite, systemd }) => {
    const files = globSync('**/*', { cwd: corpus, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .filter(path => unitFileOf(path) !== undefined);
    const question = files.map(path => [path.slice(corpus.length + 1), readFileSync(path, 'latin1')] as const);
    const units = question.map(([path]) => path).filter(path => unitFileOf(path)?.role === 'unit');
    const command = `cd /zz/0 && systemd-analyze verify --man=no --generators=no ${units.map(u => `'./${u}'`).join(' ')}`;
    const [said = []] = await ask(await ensureTree(suite), [question], command);
    const theirs = said
      .filter(line => !ofMachine.test(line))
      .map(line => /\/zz\/0\/(?:\.\/)?([^:]+):(\d+): /.exec(line))
      .filter(found => found !== null);
    const { findings } = await lint({ paths: [corpus], systemd: [systemd] });
    const ours = findings.filter(f => f.code.startsWith('unit/')).map(f => `${f.path.slice(corpus.length + 1)}:${f.range.start.line + 1}`);
    expect([...new Set(ours)].sort()).toEqual([...new Set(theirs.map(([, path, line]) => `${path}:${line}`))].sort());
  });
});
