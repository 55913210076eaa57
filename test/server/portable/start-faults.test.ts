// What is attached and cannot start, row by row; that hosts agree is shown in test/hosts/start-faults.
import { expect, test } from 'vitest';
import { type AttachRequest, planAttach } from '../../../server/src/portable/plan/attach-plan.ts';
import type { PortableImage } from '../../../server/src/portable/plan/portable-image.ts';

const unit = (name: string) => ({ name, path: `/usr/lib/systemd/system/${name}`, text: '[Service]\n' });
const release = { ID: 'x' };
const image = (path: string, more: Partial<PortableImage> = {}): PortableImage => ({
  ...{ path, kind: path.endsWith('.raw') ? 'raw' : 'directory', release, units: [unit('x.service'), unit('x.socket')] },
  ...more,
});
const laid = (path: string, more: Partial<PortableImage> = {}) =>
  image(path, { extends: 'sysext', units: [unit('x-more.service')], ...more });
/** An extension whose release file bears another name. */
const stray = { path: '/s/e', kind: 'directory', units: [unit('x-more.service')], stray: { release, extends: 'sysext' } } as const;

function failing(systemd: number, base: PortableImage, extensions: readonly PortableImage[], change: Partial<AttachRequest> = {}) {
  const asked = { base, extensions, prefixes: [], profile: '', copyMode: '', runtime: true, force: false, ...change };
  const plan = planAttach(asked, { systemd, units: new Set() });
  return plan.outcome === 'attached' ? plan.failing : plan.refusal.reason;
}
const units = (...of: Parameters<typeof failing>) => {
  const found = failing(...of);
  return typeof found === 'string' ? found : found.map(fault => fault.units.join(' '));
};

const force = { force: true };
test.each([
  ['what is plain', units(262, image('/s/x'), [laid('/s/e.raw')]), []],
  ['a specifier', units(247, image('/s/x%i'), []), ['x.service']],
  ['a blank at the end', units(257, image('/s/x '), []), ['x.service']],
  ['a stack of layers by its name', units(262, image('/s/x.mstack'), []), ['x.service']],
  ['before there were any', units(257, image('/s/x.mstack'), []), []],
  ['a blank before .raw, and one in the middle', units(257, image('/s/x y .raw'), []), []],
  ['an extension with a blank: only what comes from it', units(257, image('/s/x'), [laid('/s/e x')]), ['x-more.service']],
  ['and from 258 on the others, too', units(262, image('/s/x'), [laid('/s/e x')]), ['x-more.service x.service']],
  ['a colon, raw', units(257, image('/s/x'), [laid('/s/e:1.raw')]), ['x-more.service']],
  ['a colon, a directory', units(257, image('/s/x'), [laid('/s/e:1')]), []],
  ['a directory by force over a raw image on 252', units(252, image('/s/x.raw'), [laid('/s/e')], force), ['x-more.service']],
  ['without force', units(252, image('/s/x.raw'), [laid('/s/e')]), []],
  ['over a directory', units(252, image('/s/x'), [laid('/s/e')], force), []],
  ['on 257', units(257, image('/s/x.raw'), [laid('/s/e')], force), []],
  ['one with a release of another name, on 262', units(262, image('/s/x'), [stray], force), ['x-more.service x.service']],
  ['the same packed', units(262, image('/s/x'), [{ ...stray, path: '/s/e.raw', kind: 'raw' }], force), []],
  ['the same over a directory on 252', units(252, image('/s/x'), [{ ...stray, path: '/s/e.raw', kind: 'raw' }], force), ['x-more.service']],
  ['over a raw image', units(252, image('/s/x.raw'), [{ ...stray, path: '/s/e.raw', kind: 'raw' }], force), []],
  ['the same on 257', units(257, image('/s/x'), [stray], force), 'no-release'],
])('%s', (_, found, expected) => expect(found).toEqual(expected));

test('what is said names the image and what to do', () => {
  expect(failing(252, image('/s/x.raw'), [laid('/s/e')], force)).toEqual([
    {
      units: ['x-more.service'],
      why: 'by force, portabled writes an option behind the path of the extension /s/e that systemd only knows behind raw images: services end with 226/NAMESPACE.',
      advice: 'Attach without force, or with the extension as a raw image.',
    },
  ]);
});
