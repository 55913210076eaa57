// The rules about image trees, and the attach plan, which test/hosts/plan holds against portabled: of made up images both say the same.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { planImages } from '../../../../server/src/node/images/plan-image.ts';
import { lint } from '../../../../server/src/node/lint/lint.ts';
import { madeAttaches } from '../../../hosts/made-attaches.ts';

const folder = mkdtempSync(join(tmpdir(), 'made-images-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const images = madeAttaches(90, 7)
  .map(({ image }) => image)
  .filter(image => !image.raw)
  .map((image, n) => {
    const root = join(folder, String(n), image.name);
    for (const [path, text] of Object.entries(image.files)) {
      const place = join(root, path);
      mkdirSync(path.endsWith('/') ? place : dirname(place), { recursive: true });
      if (text.startsWith('-> ')) symlinkSync(text.slice(3), place);
      else if (!path.endsWith('/')) writeFileSync(place, text);
    }
    for (const mountPoint of ['proc', 'sys', 'dev']) mkdirSync(join(root, mountPoint), { recursive: true });
    return root;
  });

/** The reason for which portabled refuses what a rule calls an error. */
const reasons: Readonly<Record<string, string>> = {
  'portable/no-id': 'no-id',
  'portable/bad-scope': 'scope',
  'portable/missing-release': 'no-release',
};

test.each([252, 257, 262])('systemd %i', async systemd => {
  let errors = 0;
  let behind = 0;
  for (const root of images) {
    const { findings } = await lint({ paths: [root], systemd: [systemd] });
    const said = findings.filter(({ code }) => code.startsWith('portable/'));
    const all = { prefixes: [], profile: '', copyMode: '', runtime: true, force: false };
    const plan = await planImages({ image: root, extensions: [] }, all, { systemd, units: new Set() });
    const wrong = said.filter(({ severity }) => severity === 'error').map(({ code }) => reasons[code]);
    if (wrong.length > 0) {
      errors++;
      expect(plan).toMatchObject({ outcome: 'refused' });
      if (plan.outcome === 'refused') expect(wrong).toContain(plan.refusal.reason);
    }
    if (plan.outcome === 'refused') continue;
    // without a prefix every unit is taken, but for those that no prefix of the image brings
    const left = new Set(
      said.filter(({ code }) => code === 'portable/left-behind-type' || code === 'portable/empty-unit').map(f => f.path),
    );
    behind += left.size;
    const places = plan.units.map(unit => join(root, unit.path));
    expect(places.filter(place => left.has(place))).toEqual([]);
  }
  expect(errors).toBeGreaterThan(5);
  expect(behind).toBeGreaterThan(3);
});
