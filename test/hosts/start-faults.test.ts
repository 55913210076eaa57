/** Services of which we say that they will be attached and cannot start fail on real hosts, and all others start and see their extension. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Suite } from '../../lab/hosts.ts';
import { type AttachCase, attachForReal, type CaseImage } from './attach-cases.ts';
import { describeOnHosts, type Laboratory, openLaboratory, suitesAsked } from './laboratory.ts';
import { planCase } from './planned.ts';

const suites: readonly Suite[] = suitesAsked(['bookworm', 'trixie', 'forky']);
/** From this version on, units of the base get the extensions, too. */
const extendsBaseFrom = 258;

/** Units of the same names are started again and again. */
const oneshot = (command: string): string =>
  `[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/bin/busybox ${command}\n`;
const mounts = ['proc/', 'sys/', 'dev/', 'run/', 'tmp/', 'var/tmp/'];

function base(name: string, raw: boolean, service: string): CaseImage {
  return {
    ...{ name: raw ? `${name}.raw` : name, ...(raw && { raw: 'squashfs' as const }) },
    files: {
      ...Object.fromEntries(mounts.map(path => [path, ''])),
      'bin/busybox': '<- /bin/busybox',
      'etc/machine-id': '',
      'etc/resolv.conf': '',
      'usr/lib/os-release': 'ID=debian\nVERSION_ID=12\n',
      'usr/lib/systemd/system/laid.service': service,
    },
  };
}

/** An extension image: what it brings can only be seen where it is laid over the base. */
function extension(name: string, raw: boolean, release = name): CaseImage {
  return {
    ...{ name: raw ? `${name}.raw` : name, ...(raw && { raw: 'squashfs' as const }) },
    files: {
      [`usr/lib/extension-release.d/extension-release.${release}`]: 'ID=debian\nVERSION_ID=12\n',
      'usr/share/brought': 'x',
      'usr/lib/systemd/system/laid-more.service': oneshot('cat /usr/share/brought'),
    },
  };
}

/** Names for images, plain ones and those that mean something where systemd reads them. */
const ofBases = ['e.mstack', 'e', 'e x', 'e ', 'e%i', 'e:y', "e'q'", 'e\\x'];
const ofExtensions = ['e', 'e x', 'e%%i', 'e:y', "e'q'", 'e"q', 'e\\x', 'é;#$'];

function cases(systemd: number): readonly AttachCase[] {
  const asked = { prefixes: ['laid'], profile: 'default', runtime: true };
  const kinds = [false, true];
  const seen = oneshot(systemd >= extendsBaseFrom ? 'cat /usr/share/brought' : 'true');
  const alone = ofBases.map((name, n) => ({ image: base(`laid_${name}`, n % 3 === 1, oneshot('true')), starts: ['laid.service'] }));
  const laid = [
    ...ofExtensions.flatMap(name => kinds.map(packed => ({ base: false, laid: extension(name, packed), force: false }))),
    ...kinds.flatMap(raw =>
      kinds.flatMap(packed => [
        { base: raw, laid: extension('e', packed), force: true },
        { base: raw, laid: extension('e', packed, 'other'), force: true },
      ]),
    ),
  ].map(({ base: raw, laid: over, force }) => ({
    ...{ force, image: base('laid_1', raw, seen), extensions: [over] },
    starts: ['laid.service', 'laid-more.service'],
  }));
  return [...alone, ...laid].map(one => ({ ...asked, ...one }));
}

describeOnHosts('services that will not start', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(suites);
  });
  afterAll(() => laboratory?.close());

  test.each(suites)(
    'are known beforehand on %s',
    async suite => {
      const lab = laboratory.labOf(suite);
      const tried = cases(lab.systemd);
      const real = await attachForReal(lab, tried);
      const wrong: unknown[] = [];
      let failed = 0;
      for (const [n, one] of tried.entries()) {
        const planned = await planCase(lab, one, n, { manager: 'system' });
        const told = planned.outcome === 'attached' ? planned.failing.flatMap(({ units }) => units) : [];
        const became = real[n];
        if (told.length > 0) failed++;
        const agrees = planned.outcome === 'attached' ? became?.error === undefined : became?.error !== undefined;
        if (agrees && `${became?.failed}` === `${[...new Set(told)].sort().reverse()}`) continue;
        const images = [one.image.name, ...(one.extensions ?? []).map(({ name }) => name)];
        wrong.push({ images, force: one.force, planned: planned.outcome, told, failed: became?.failed, error: became?.error });
      }
      expect(wrong).toEqual([]);
      expect(failed).toBeGreaterThan(10);
    },
    240_000,
  );
});
