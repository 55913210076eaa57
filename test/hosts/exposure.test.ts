/**
 * Exposures against `systemd-analyze security` of three versions: of generated services, and of those of Debian packages in ../shared/corpus
 * (beside the project, not part of it), bare and under each profile that the version brings; to the decimal, and each assessment. EXPOSURE_SEED makes
 * up others.
 */
import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureTree, installHostTools, suites } from '../../lab/hosts.ts';
import { ask } from '../../lab/verify.ts';
import { type Exposure, exposureOf, printed } from '../../server/src/portable/exposure/exposure.ts';
import { wholeUnit } from '../../server/src/rules/whole-unit.ts';
import { parseUnit } from '../../server/src/unit/parse.ts';
import type { Manager } from '../../server/src/unit/search-path.ts';
import { unitFileOf } from '../../server/src/unit/unit-file.ts';
import type { UnitSource } from '../../server/src/unit/unit-set.ts';
import { generatedServices } from './generated-services.ts';
import { describeOnHosts } from './laboratory.ts';

const place = join(import.meta.dirname, '../../../shared/corpus');
const corpus = existsSync(place) ? realpathSync(place) : place;
const profiles = ['', 'default', 'nonetwork', 'strict', 'trusted'] as const;

/** A service's file name and text. */
type Service = readonly [name: string, text: string];

/** What is said of one service: the overall line, then each assessment that is bad, with its share, or does not apply. */
type Said = ReadonlyMap<string, readonly string[]>;

const analyzing = (manager: Manager): string =>
  `XDG_RUNTIME_DIR=/run systemd-analyze ${manager === 'user' ? '--user ' : ''}security --offline=yes --no-pager`;

/** The text of a profile for services in a tree. */
const profileIn = (tree: string, name: string, manager: Manager): string =>
  readFileSync(join(tree, 'usr/lib/systemd', manager === 'user' ? 'user' : '', 'portable/profile', name, 'service.conf'), 'utf8');

/**
 * What systemd-analyze of a tree says of services under each profile, by profile and then by unit. The profiles lie beside the units as
 * drop-ins, because --profile= takes one unit a call; for the first unit that is asked, too.
 */
async function theirs(tree: string, services: readonly Service[], manager: Manager): Promise<ReadonlyMap<string, Said>> {
  const files = profiles.flatMap(profile =>
    services.flatMap(([name, text]): Service[] => [
      [`under-${profile}/${name}`, text],
      ...(profile ? [[`under-${profile}/${name}.d/10-profile.conf`, profileIn(tree, profile, manager)] as const] : []),
    ]),
  );
  const names = services.map(([name]) => `'./${name}'`).join(' ');
  const analyze = analyzing(manager);
  const command = `cd /zz/0; for p in ${profiles.map(p => p || "''").join(' ')}; do cd under-$p; echo "== $p"; ${analyze} ${names}; cd ..
    [ -z "$p" ] || { echo "== --profile=$p"; ${analyze} --profile=$p under-/'${services[0]?.[0]}'; }; done 2>/dev/null`;
  const [lines = []] = await ask(tree, [files], command);
  const all = new Map<string, Map<string, readonly string[]>>();
  let profile = new Map<string, readonly string[]>();
  let rows: string[] = [];
  for (const line of lines) {
    const begins = /^== (.*)$/.exec(line);
    const ends = /level for (.*): ([\d.]+) (\w+)/.exec(line);
    const [, mark, name, share] = /^([✓✗+-]| ) (\S+) .*?(\d+\.\d)?\s*$/.exec(line) ?? [];
    if (begins) {
      profile = new Map();
      all.set(begins[1] ?? '', profile);
    } else if (ends) {
      profile.set(ends[1] ?? '', [`${ends[2]} ${ends[3]?.toLowerCase()}`, ...rows.sort()]);
      rows = [];
    } else if (name && name !== 'NAME') {
      if (mark === ' ') rows.push(`${name} none`);
      else if (mark === '✗' || mark === '-') rows.push(`${name} ${share}`);
    }
  }
  return all;
}

/** An assessment in systemd-analyze's JSON, without its words. */
interface JsonRow {
  /** Nothing is left to do; null where it does not apply. */
  readonly set: boolean | null;
  readonly name: string;
  readonly json_field: string;
  readonly exposure: string | null;
}

/** What systemd-analyze of a tree says of services in JSON; it takes one a call. */
async function theirJson(tree: string, services: readonly Service[], manager: Manager): Promise<ReadonlyMap<string, readonly JsonRow[]>> {
  const names = services.map(([name]) => `'./${name}'`).join(' ');
  const command = `cd /zz/0; for u in ${names}; do echo "== $u"; ${analyzing(manager)} --json=short $u; done 2>/dev/null`;
  const [lines = []] = await ask(tree, [services], command);
  const said = lines.map((line, n) => [/^== \.\/(.*)$/.exec(line)?.[1], lines[n + 1]] as const);
  return new Map(
    said.flatMap(([name, json]) => (name !== undefined && json?.startsWith('[') ? [[name, JSON.parse(json) as JsonRow[]]] : [])),
  );
}

/** The exposure of one service under a profile; undefined where systemd would not load it. */
function exposed([name, text]: Service, profile: string | undefined, systemd: number, manager: Manager = 'system'): Exposure | undefined {
  const source = (path: string, content: string): UnitSource => {
    const tree = parseUnit(content);
    return { path, unit: unitFileOf(path) ?? { role: 'unit' }, tree: () => tree };
  };
  const own = source(`/x/${name}`, text);
  const others = profile === undefined ? [] : [source(`/x/${name}.d/10-profile.conf`, profile)];
  const whole = wholeUnit({ name, kind: 'service', sources: [own, ...others] }, { systemd });
  return whole && exposureOf(whole, 'x86-64', { loaded: false, manager });
}

/** What we say of one service under a profile. */
function ours(service: Service, profile: string | undefined, systemd: number, manager: Manager): readonly string[] {
  const exposure = exposed(service, profile, systemd, manager);
  if (!exposure) return ['refused'];
  const { tenths, rating, assessed } = exposure;
  const rows = assessed
    .filter(({ state }) => state !== 'good')
    .map(({ assessment, state, tenths: share }) => `${assessment.name} ${state === 'none' ? 'none' : printed(share)}`);
  return [`${printed(tenths)} ${rating}`, ...rows.sort()];
}

/** Where both say something of a unit, and differ. */
async function differences(suite: (typeof suites)[number], services: readonly Service[], manager: Manager = 'system') {
  const tree = await ensureTree(suite.suite);
  const said = await theirs(tree, services, manager);
  const differing: unknown[] = [];
  let compared = 0;
  for (const name of profiles) {
    const text = name && profileIn(tree, name, manager);
    for (const service of services) {
      const unit = service[0].replace('@.', '@test-instance.');
      const real = said.get(name)?.get(unit);
      const byOption = said.get(`--profile=${name}`)?.get(unit);
      if (byOption) expect(byOption).toEqual(real);
      if (!real) continue; // refused, by both
      compared++;
      const mine = ours(service, text || undefined, suite.systemd, manager);
      if (mine.join('\n') === real.join('\n')) continue;
      const only = (a: readonly string[], b: readonly string[]) => a.filter(row => !b.includes(row));
      differing.push({
        service: service[0],
        profile: name,
        real: only(real, mine),
        ours: only(mine, real),
        text: service[1].slice(0, 600),
      });
    }
  }
  return { compared, differing };
}

describeOnHosts('exposures', () => {
  beforeAll(() => installHostTools());
  // there are profiles for users from 260 on
  const asked = suites
    .filter(({ systemd }) => systemd !== 247)
    .flatMap(suite => [
      { ...suite, manager: 'system' as const },
      ...(suite.systemd >= 260 ? [{ ...suite, manager: 'user' as const }] : []),
    ]);

  test.each(asked)('generated services, as systemd $systemd of a $manager', async suite => {
    const services = generatedServices(150, Number(process.env.EXPOSURE_SEED ?? 1));
    const { compared, differing } = await differences(suite, services, suite.manager);
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(500);
  });

  test.each(asked)('each assessment in JSON, as systemd $systemd of a $manager', async ({ suite, systemd, manager }) => {
    const services = generatedServices(25, Number(process.env.EXPOSURE_SEED ?? 1) + 1);
    const said = await theirJson(await ensureTree(suite), services, manager);
    expect(said.size).toBeGreaterThan(15);
    for (const service of services) {
      const real = said.get(service[0])?.map(({ set, name, json_field, exposure }) => ({ set, name, json_field, exposure }));
      if (!real) continue; // refused
      const mine = exposed(service, undefined, systemd, manager)?.assessed.map(({ assessment: { name, field }, state, tenths }) => ({
        ...{ set: state === 'none' ? null : state === 'good', name, json_field: field },
        exposure: state === 'bad' ? printed(tenths) : null,
      }));
      const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);
      expect(mine?.sort(byName), service[1]).toEqual([...real].sort(byName));
    }
  });

  test.skipIf(!existsSync(corpus)).each(asked)('the corpus, as systemd $systemd of a $manager', async suite => {
    const files = globSync('**/*.service', { cwd: corpus, withFileTypes: true }).filter(entry => entry.isFile());
    const paths = new Map(files.map(entry => [basename(entry.name), join(entry.parentPath, entry.name)]));
    const services = [...paths].map(([name, path]): Service => [name, readFileSync(path, 'utf8')]);
    const { compared, differing } = await differences(suite, services, suite.manager);
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(services.length * 3);
  });
});
