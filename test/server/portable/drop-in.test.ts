// The drop-in that portabled writes beside a unit, in what tells versions apart and test/hosts/plan seldom makes up.
import { expect, test } from 'vitest';
import { planAttach } from '../../../server/src/portable/plan/attach-plan.ts';
import { portableDropIn } from '../../../server/src/portable/plan/drop-in.ts';
import type { PortableImage } from '../../../server/src/portable/plan/portable-image.ts';

const image = (path: string): PortableImage => ({ path, kind: path.endsWith('.raw') ? 'raw' : 'directory', units: [] });

// a forced attach of a unit that comes from the extension, as 252 and 257 wrote it
test.each([
  [252, '/a', '/x', false],
  [252, '/a', '/x.raw', false],
  [252, '/a.raw', '/x', true],
  [252, '/a.raw', '/x.raw', true],
  [257, '/a', '/x', false],
  [257, '/a', '/x.raw', true],
  [257, '/a.raw', '/x', false],
  [257, '/a.raw', '/x.raw', true],
])('systemd %i relaxes the checks of an extension: %s with %s: %s', (systemd, base, extension, relaxed) => {
  const from = image(extension);
  const text = portableDropIn('x.service', { systemd, base: image(base), extensions: [from], from, force: true });
  expect(text.includes(`=${extension}:x-systemd.relax-extension-release-check\n`)).toBe(relaxed);
  expect(text.includes(`=${extension}\n`)).toBe(!relaxed);
});

// as 252, 257 and 262 left them: links are made for the extensions, then for the base, until one lies there already
test.each([
  ['/srv/a', ['/srv/x'], ['a', 'x']],
  ['/etc/portables/a', ['/run/portables/x'], []],
  ['/srv/a', ['/run/portables/x', '/srv/y'], []],
  ['/srv/a', ['/srv/x', '/run/portables/y'], ['x']],
  ['/run/portables/a', ['/srv/x'], ['x']],
])('%s with %j: linked %j', (base, extensions, linked) => {
  const release = { ID: 'debian' };
  const units = [{ name: 'a.service', path: '/usr/lib/systemd/system/a.service', text: '[Service]\n' }];
  const request = {
    ...{ base: { ...image(base), release, units }, extensions: extensions.map(path => ({ ...image(path), release })) },
    ...{ prefixes: [], profile: '', copyMode: '', runtime: true, force: false },
  };
  const plan = planAttach(request, { systemd: 257, units: new Set() });
  const links = plan.outcome === 'attached' ? plan.files.filter(({ from }) => from === 'image') : [];
  expect(links.map(({ path }) => path.replace('/run/portables/', ''))).toEqual(linked);
});
