/** The catalogue against real systemd: which directives there are, what a second and an empty assignment do, and what holds by default. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabHost, type Suite, suites } from '../../lab/hosts.ts';
import { compareWithDump } from '../../server/src/catalogue/catalogue.ts';
import { type Description, describeDirective } from '../../server/src/catalogue/describe.ts';
import { parseDump } from '../../server/src/catalogue/dump.ts';
import { type Kind, kinds, type Properties, propertiesOf, type Script, samplesOf, scripts, setBy, unitText } from './assignments.ts';
import { describeOnHosts, type Laboratory, openLaboratory } from './laboratory.ts';

const asked = suites.filter(({ systemd }) => systemd !== 247);

describeOnHosts('the catalogue', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(asked.map(({ suite }) => suite));
  });
  afterAll(() => laboratory?.close());
  const labOf = (suite: Suite): LabHost => {
    const lab = laboratory.hosts.get(suite);
    if (!lab) throw new Error(`${suite} was not booted`);
    return lab;
  };

  describe.each(asked)('systemd $systemd', ({ suite, systemd }) => {
    test('knows the same directives', async () => {
      const { stdout } = await labOf(suite).run('/usr/lib/systemd/systemd', '--dump-configuration-items');
      expect(parseDump(stdout).size).toBeGreaterThan(10);
      expect(compareWithDump(systemd, parseDump(stdout))).toEqual([]);
    });

    test('takes second and empty assignments as the catalogue says', async () => {
      const seen = await observe(labOf(suite), systemd);
      const wrong = seen.flatMap(({ section, name, told, repetition, emptiness }) => {
        const said = told.emptiness === 'clears-kin' ? 'clears' : told.emptiness;
        return [
          ...(repetition && repetition !== told.repetition ? [`${section}.${name}: ${repetition}, not ${told.repetition}`] : []),
          ...(emptiness && !emptiness.includes(said) ? [`${section}.${name}: ${emptiness.join(' or ')}, not ${said}`] : []),
        ];
      });
      expect(wrong).toEqual([]);
      expect(seen.filter(({ repetition }) => repetition).length).toBeGreaterThan(900);
      expect(seen.filter(({ emptiness }) => emptiness).length).toBeGreaterThan(900);
    });
  });
});

interface Seen {
  readonly section: string;
  readonly name: string;
  readonly told: Description;
  /** Undefined where the manager's properties do not tell. */
  readonly repetition?: Description['repetition'];
  /** What it may be, to judge by the properties. */
  readonly emptiness?: readonly Description['emptiness'][];
}

/** What a host's systemd makes of the assignments of every directive that it obeys. */
async function observe(lab: LabHost, version: number): Promise<readonly Seen[]> {
  const plans = kinds.map(kind => ({ kind, samples: samplesOf(kind, version) }));
  const nameOf = ({ type }: Kind, script: Script) => `zz${script.toLowerCase()}.${type}`;
  const all = Object.keys(scripts).filter((name): name is Script => name in scripts);
  const texts = plans.flatMap(({ kind, samples }) =>
    all.map(script => [nameOf(kind, script), unitText(kind, nameOf(kind, script).replace(/\..*/, ''), script, samples, version)] as const),
  );
  const properties = await propertiesOf(lab, new Map(texts));
  return plans.flatMap(({ kind, samples }) =>
    samples.flatMap((sample): Seen[] => {
      const { section, name } = sample;
      const told = describeDirective(section, name, version);
      if (!told) return [];
      const value = (script: Script) => setBy(properties.get(nameOf(kind, script)) ?? ({} satisfies Properties), sample);
      const [bare, first, second, both] = [value('bare'), value('first'), value('second'), value('both')];
      if (first === undefined || first === second) return [{ section, name, told }];
      const repetition = both === first ? 'first' : both === second ? 'replaces' : 'adds';
      // of the value that is not the default, the empty assignment leaves something or nothing
      const [set, emptied] = first === bare ? [second, value('secondEmptied')] : [first, value('firstEmptied')];
      const emptiness: Seen['emptiness'] =
        told.emptiness === 'refused' ? ['refused'] : emptied === set ? ['nothing', 'ignored'] : ['resets', 'clears'];
      return [{ section, name, told, repetition, emptiness }];
    }),
  );
}
