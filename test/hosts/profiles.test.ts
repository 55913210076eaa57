/** The profiles that we know beside those that real systemd brings: the same assignments in the same order, continuations joined. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureTree, installHostTools, suites } from '../../lab/hosts.ts';
import { shippedFile, shippedProfile, shippedProfiles } from '../../server/src/portable/profiles.ts';
import { parseUnit } from '../../server/src/unit/parse.ts';
import { describeOnHosts } from './laboratory.ts';

const assignments = (text: string) =>
  parseUnit(text).sections.flatMap(({ name, assignments }) =>
    assignments.map(({ key, value }) => `${name.text} ${key.text}=${value.replace(/\s+/g, ' ')}`),
  );

describeOnHosts('profiles', () => {
  beforeAll(() => installHostTools());
  test('those for users, which the newest brings', async () => {
    const tree = await ensureTree('forky');
    const files = globSync('usr/lib/systemd/user/portable/profile/*/*.conf', { cwd: tree });
    expect(files.map(file => basename(dirname(file))).sort()).toEqual([...shippedProfiles]);
    for (const file of files) {
      const known = shippedProfiles
        .flatMap(name => shippedFile(name, 'service', 262, 'user') ?? [])
        .find(({ path }) => path === `/${file}`);
      expect(assignments(known?.text ?? ''), file).toEqual(assignments(readFileSync(join(tree, file), 'utf8')));
    }
  });
  test.each(suites)('systemd $systemd brings them as we know them', async ({ suite, systemd }) => {
    const files = globSync('{usr/lib,lib}/systemd/portable/profile/*/*.conf', { cwd: await ensureTree(suite) });
    const theirs = new Map(files.map(file => [`${basename(dirname(file))}/${basename(file)}`, file]));
    expect([...theirs.keys()].sort()).toEqual(shippedProfiles.map(name => `${name}/service.conf`));
    const tree = await ensureTree(suite);
    for (const name of shippedProfiles) {
      const text = readFileSync(join(tree, theirs.get(`${name}/service.conf`) ?? ''), 'utf8');
      expect(assignments(shippedProfile(name, systemd)), name).toEqual(assignments(text));
    }
  });
});
