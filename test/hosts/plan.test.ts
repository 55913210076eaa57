/** What we say that an attach will do, and what portabled of three versions does: refused or not, why, and every file to the byte. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootHost, installHostTools, type LabHost } from '../../lab/hosts.ts';
import { installImageTools } from '../../lab/tools.ts';
import type { AttachPlan, Refusal } from '../../server/src/portable/plan/attach-plan.ts';
import {
  type AttachCase,
  attachForReal,
  type CaseImage,
  type Manager,
  placedImage,
  type RealAttach,
  systemManager,
  userManager,
} from './attach-cases.ts';
import { describeOnHosts, suitesAsked } from './laboratory.ts';
import { madeAttaches } from './made-attaches.ts';
import { nextDifference } from './next-plans.ts';
import { type Asked, planCase, shown, userPlaces } from './planned.ts';
import { startUserManager } from './user-manager.ts';

const managers: Readonly<Record<Asked, Manager>> = { system: systemManager, user: userManager };

/** The hosts that are asked. */
const asked = suitesAsked(['bullseye', 'bookworm', 'trixie', 'forky']);

const count = Number(process.env.PLAN_CASES ?? 110);
const seed = Number(process.env.PLAN_SEED ?? 1);

/** portabled's words for each of our reasons. */
const words: Readonly<Record<Refusal['reason'], RegExp>> = {
  'copy-mode': /Unknown copy mode/,
  'no-extensions': /Unknown method/,
  name: /Invalid argument/,
  'no-release': /lacks (os|extension)-release data|NoSuchFile|FileNotFound|No such file|ENOMEDIUM|ENOTUNIQ|EISDIR|ENOTDIR|ELOOP/,
  'no-id': /lacks the ID field/,
  scope: /portable scope|Invalid PORTABLE_SCOPE/,
  'no-units': /Couldn't find any matching unit files/,
  prefixes: /are not compatible with portable service image/,
  extension: /extension-release metadata does not match/,
  'unit-exists': /exists on the host already/,
  stack: /Operation not supported/,
};

/**
 * What 247 is asked: it takes no erofs, in a host that is a container it waits for partitions that nobody makes devices for, and it attaches
 * empty unit files and masks, which later ones pass over and we do not know of, and what absolute links lead to on the host.
 */
function asFor247(one: AttachCase): AttachCase {
  const plain = ({ files, ...image }: CaseImage): CaseImage => {
    const filled = Object.fromEntries(
      Object.entries(files).filter(([path, text]) => (text !== '' || path.endsWith('/')) && !text.startsWith('-> /')),
    );
    return { ...image, files: filled, ...(image.raw && { raw: 'squashfs' as const }) };
  };
  const { next: _, ...alone } = one;
  return { ...alone, image: plain(one.image), ...(one.extensions && { extensions: one.extensions.map(plain) }) };
}

/**
 * What a user's portabled is asked: directories, since it cannot mount what is raw there (test/hosts/user-scope), and mostly images that are made
 * for a user.
 */
function asForUser(one: AttachCase, number: number): AttachCase {
  const places: Readonly<Record<string, string>> = {
    '/run/portables': userPlaces.links.runtime,
    '/var/lib/portables': userPlaces.pools.persistent,
    '/etc/portables': userPlaces.links.persistent,
  };
  const moved = (text: string): string => text.replaceAll('systemd/system', 'systemd/user');
  const own = ({ raw: _, versions, ...image }: CaseImage): CaseImage => {
    const files = Object.entries(image.files).map(([path, text]) => {
      const scoped = number % 7 === 0 || !path.endsWith('os-release') || /PORTABLE_SCOPE|^-> /.test(text);
      return [moved(path), moved(scoped ? text : `${text}PORTABLE_SCOPE=${number % 2 ? 'user' : 'any'}\n`)];
    });
    const place = image.place && places[image.place];
    return {
      ...{ ...image, name: image.name.replace(/\.raw$/, ''), files: Object.fromEntries(files) },
      ...(versions && { versions: versions.replace(/\.raw\.v$/, '.v') }),
      ...(place && { place }),
    };
  };
  const owned = <T extends Pick<AttachCase, 'image' | 'extensions'>>(each: T): T => ({
    ...each,
    image: own(each.image),
    ...(each.extensions && { extensions: each.extensions.map(own) }),
  });
  const { next, ...alone } = owned(one);
  return { ...alone, ...(next && { next: { ...owned(next), ...(next.beside && { beside: own(next.beside) }) } }) };
}

/** Where the plan and what happened differ; nothing where they agree. */
function difference(planned: AttachPlan, real: RealAttach): unknown {
  if (planned.outcome === 'refused') {
    const fits = real.error !== undefined && words[planned.refusal.reason].test(real.error);
    return fits ? undefined : { planned: planned.refusal, real: real.error ?? 'attached' };
  }
  if (real.error !== undefined) return { planned: 'attached', real: real.error };
  const copies = planned.files.filter(file => file.kind === 'image').map(file => file.path);
  const inside = (path: string) => copies.some(copy => path === copy || path.startsWith(`${copy}/`));
  const ours = new Map(planned.files.filter(file => file.kind !== 'image').map(file => [file.path, shown(file)]));
  const theirs = new Map([...real.files].filter(([path, text]) => !inside(path) && text !== placedImage));
  for (const copy of copies)
    if (![...real.files.keys()].some(path => path === copy || path.startsWith(`${copy}/`))) return { missing: copy };
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])].filter(path => ours.get(path) !== theirs.get(path));
  return paths.length === 0 ? undefined : paths.map(path => ({ path, ours: ours.get(path), theirs: theirs.get(path) }));
}

/** Where what we say of the next request and what happened differ. */
async function nextDiffers(
  lab: LabHost,
  { next }: AttachCase,
  number: number,
  { manager, planned: first, done }: { readonly manager: Asked; readonly planned: AttachPlan; readonly done: RealAttach },
): Promise<unknown> {
  if (!next || !done.next) return undefined;
  const planned = next.kind === 'reattach' ? await planCase(lab, next, number, { manager, replaces: true }) : undefined;
  return nextDifference({ next, number, before: first, planned }, done.next, { systemd: lab.systemd, manager, words });
}

describeOnHosts('attach plans', () => {
  const labs = new Map<string, LabHost>();
  beforeAll(async () => {
    await installHostTools();
    await installImageTools();
    await Promise.all(asked.map(async suite => labs.set(suite, await bootHost(`plan-${suite}-${process.pid}`, suite))));
    const lab = labs.get('forky');
    if (lab) await startUserManager(lab);
  });
  afterAll(async () => {
    await Promise.all([...labs.values()].map(lab => lab.stop()));
  });

  const rows = [
    ['bullseye', 'system', 4, Math.ceil(count / 3)],
    ['bookworm', 'system', 1, count],
    ['trixie', 'system', 2, count],
    ['forky', 'system', 3, count],
    ['forky', 'user', 5, Math.ceil(count / 6)],
  ] as const;
  test.each(rows.filter(([suite]) => asked.includes(suite)))(
    'made up attaches come out on %s of the %s as planned (seed %i, %i cases)',
    async (suite, manager, offset, number) => {
      const lab = labs.get(suite);
      if (!lab) throw new Error(`${suite} was not booted`);
      const cases = madeAttaches(number, seed * 1000 + offset).map((one, n) =>
        lab.systemd < 252 ? asFor247(one) : manager === 'user' ? asForUser(one, n) : one,
      );
      const real = await attachForReal(lab, cases, managers[manager]);
      const differing: unknown[] = [];
      let attached = 0;
      for (const [n, one] of cases.entries()) {
        const planned = await planCase(lab, one, n, { manager });
        const done = real[n];
        if (!done) throw new Error(`case ${n} was not carried out`);
        if (done.error === undefined) attached++;
        const differs = difference(planned, done) ?? (await nextDiffers(lab, one, n, { manager, planned, done }));
        if (differs) differing.push(`${n}: ${JSON.stringify({ differs, case: one }, undefined, 1)}`);
      }
      expect(differing).toEqual([]);
      expect(attached).toBeGreaterThan(number / 12);
    },
    // many more than usual are asked for by name
    Math.max(240_000, count * 4_000),
  );
});
