/**
 * The units of Debian packages in ../shared/corpus (beside the project, not part of it), each package as an image, under each profile that systemd
 * brings: what is said of them was looked at one by one, and on real hosts where there was a doubt. Whatever is said now and was not then has to be
 * looked at before its number goes up here; LIST_FINDINGS=1 prints all of it.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { isAttachable } from '../../../server/src/image/units.ts';
import { shippedProfiles } from '../../../server/src/portable/profiles.ts';
import { check } from '../../../server/src/rules/check.ts';
import type { TreeFacts } from '../../../server/src/rules/portable/portable-tree.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus');

type Counts = Readonly<Record<string, readonly [number, number, number, number]>>;

/** How often each rule speaks under `default`, `nonetwork`, `strict` and `trusted`: right each time. */
const judged: Counts = {
  'portable/left-behind-type': [2, 2, 2, 2],
  'sandbox/ambient-capability': [0, 2, 23, 0],
  'sandbox/no-bus': [0, 0, 15, 0],
  'sandbox/no-device': [1, 1, 1, 0],
  'sandbox/no-network': [0, 53, 53, 0],
  'sandbox/overridden': [32, 34, 70, 2],
  'sandbox/path-without-plus': [9, 9, 9, 9],
  'sandbox/pid-file': [12, 12, 12, 0],
  'sandbox/read-only-path': [3, 3, 3, 0],
  'sandbox/root-user': [4, 4, 4, 0],
  'sandbox/undoes-profile': [6, 6, 6, 0],
  'sandbox/useless-capability': [11, 9, 0, 0],
  'sandbox/widened': [33, 27, 1, 0],
};
/** From 257 on, only one of the four sets PrivateTmp= itself. */
const since257: Counts = { 'sandbox/overridden': [30, 32, 68, 2] };

/** A package as an image whose prefixes are those of all its units. */
function imageOf(name: string) {
  const files = globSync('{,usr/}lib/systemd/system/*', { cwd: join(corpus, name), withFileTypes: true });
  const units = files.filter(entry => entry.isFile() && unitFileOf(entry.name));
  const names = files.map(entry => entry.name);
  const prefixes = [...new Set(names.filter(isAttachable).map(unit => unit.replace(/[@.].*$/, '')))].join(' ');
  const root = `/srv/${name}_1`;
  const facts: TreeFacts = {
    ...{ root, name: basename(root), units: names, distribution: false, mountPoints: true, beside: () => [] },
    release: { ID: 'debian', PORTABLE_PREFIXES: prefixes },
  };
  return { facts, units: units.map(entry => ({ name: entry.name, text: readFileSync(join(entry.parentPath, entry.name), 'utf8') })) };
}

test.skipIf(!existsSync(corpus)).each([252, 257, 262])('systemd %i', systemd => {
  const images = globSync('*', { cwd: corpus }).sort().map(imageOf);
  const counts: Record<string, [number, number, number, number]> = {};
  for (const { facts, units } of images) {
    for (const { name, text } of units) {
      const unit = unitFileOf(name);
      if (!unit) throw new Error(`${name} is no unit`);
      const tree = parseUnit(text);
      for (const [n, profile] of shippedProfiles.entries()) {
        for (const { code, start, message } of check({ tree, unit, inTree: facts, target: { systemd, profile: { name: profile } } })) {
          if (!/^(sandbox|portable)\//.test(code)) continue;
          const count = counts[code] ?? [0, 0, 0, 0];
          count[n] = (count[n] ?? 0) + 1;
          counts[code] = count;
          const line = text.slice(0, start).split('\n').length;
          if (process.env.LIST_FINDINGS) console.info(`${systemd} ${profile} ${name}:${line} ${code}: ${message}`);
        }
      }
    }
  }
  expect(images.flatMap(({ units }) => units).length).toBeGreaterThan(200);
  expect(counts).toEqual(systemd < 257 ? judged : { ...judged, ...since257 });
});
