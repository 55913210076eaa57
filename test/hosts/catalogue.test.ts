/**
 * The catalogue against real systemd: which directives there are, what a second and an empty assignment do,
 * what holds by default, and where a service that runs from an image finds things.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabHost, type Suite, suites } from '../../lab/hosts.ts';
import { parseDump } from '../../scripts/catalogue-dump.ts';
import { type Description, describeDirective } from '../../server/src/catalogue/describe.ts';
import { compareWithDump } from '../server/catalogue/compare-with-dump.ts';
import {
  type Kind,
  kinds,
  type Properties,
  propertiesOf,
  propertyOf,
  type Script,
  samplesOf,
  scripts,
  setBy,
  unitText,
} from './assignments.ts';
import { agrees } from './defaults.ts';
import { describeOnHosts, type Laboratory, openLaboratory } from './laboratory.ts';
import { lookupDifferences } from './lookups.ts';

const asked = suites.filter(({ systemd }) => systemd !== 247);

describeOnHosts('the catalogue', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(asked.map(({ suite }) => suite));
  });
  afterAll(() => laboratory?.close());
  const labOf = (suite: Suite): LabHost => laboratory.labOf(suite);

  describe.each(asked)('systemd $systemd', ({ suite, systemd }) => {
    test('knows the same directives', async () => {
      const { stdout } = await labOf(suite).run('/usr/lib/systemd/systemd', '--dump-configuration-items');
      expect(parseDump(stdout).size).toBeGreaterThan(10);
      expect(compareWithDump(systemd, parseDump(stdout))).toEqual([]);
    });

    let observed: Promise<readonly Seen[]> | undefined;
    const seen = () => {
      observed ??= observe(labOf(suite), systemd);
      return observed;
    };

    test('takes second and empty assignments as the catalogue says', async () => {
      const wrong = (await seen()).flatMap(({ section, name, told, repetition, emptiness }) => [
        ...(repetition && repetition !== told.repetition ? [`${section}.${name}: ${repetition}, not ${told.repetition}`] : []),
        ...(emptiness && !emptiness.includes(told.emptiness)
          ? [`${section}.${name}: ${emptiness.join(' or ')}, not ${told.emptiness}`]
          : []),
      ]);
      expect(wrong).toEqual([]);
      expect((await seen()).filter(({ repetition, emptiness }) => repetition && emptiness).length).toBeGreaterThan(900);
    });

    test('forgets by an empty assignment also what others wrote to the same list', async () => {
      const units = kin.map(
        ([section, type, filled, emptied], n) => [`zzkin${n}.${type}`, `[${section}]\n${filled}\n${emptied}=\n`] as const,
      );
      const loaded = await propertiesOf(labOf(suite), new Map(units));
      kin.forEach(([section, type, , emptied, property], n) => {
        expect(describeDirective(section, emptied, systemd)?.emptiness, emptied).toBe('clears-kin');
        expect(loaded.get(`zzkin${n}.${type}`)?.[property], emptied).toHaveLength(0);
      });
    });

    test('enables units as the catalogue says of [Install]', async () => {
      const root = '/zzinstall';
      const folder = join(labOf(suite).root, root, 'usr/lib/systemd/system');
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of Object.entries(installed))
        writeFileSync(join(folder, name), `[Service]\nExecStart=/bin/true\n[Install]\n${text}`);
      const made: Record<string, readonly string[]> = {};
      for (const unit of ['zz.service', 'zz@.service']) {
        await labOf(suite).run('systemctl', `--root=${root}`, 'enable', unit);
        const { stdout } = await labOf(suite).run('sh', '-c', `cd ${root}/etc/systemd/system && find . -type l && find . -type l -delete`);
        made[unit] = stdout.trim().split('\n').sort();
      }
      expect(made).toEqual({
        // WantedBy= and Alias= begin anew after an empty one, Also= does not
        'zz.service': [
          './b.target.wants/zz.service',
          './c.target.wants/zz.service',
          './one.target.wants/zzm.service',
          './one.target.wants/zzn.service',
          './zzy.service',
        ],
        'zz@.service': ['./a.target.wants/zz@two.service'],
      });
      const said = ['WantedBy', 'Alias', 'Also', 'DefaultInstance'].map(name => {
        const told = describeDirective('Install', name, systemd);
        return `${name}: ${told?.repetition}, ${told?.emptiness}`;
      });
      expect(said).toEqual(['WantedBy: adds, clears', 'Alias: adds, clears', 'Also: adds, nothing', 'DefaultInstance: replaces, resets']);
    });

    test('has the defaults that the catalogue names', async () => {
      const judged = (await seen()).flatMap(({ section, name, told, unset }) => {
        const agreed = told.byDefault && unset ? agrees(name, unset[0], told.byDefault, unset[1]) : undefined;
        return agreed === undefined ? [] : [{ agreed, what: `${section}.${name}: ${String(unset?.[1])}, not ${told.byDefault}` }];
      });
      expect(judged.filter(({ agreed }) => !agreed).map(({ what }) => what)).toEqual([]);
      expect(judged.length).toBeGreaterThan(350);
    });

    test('finds what directives name on the host or in the image, as the catalogue says', async () => {
      expect(await lookupDifferences(labOf(suite), systemd)).toEqual([]);
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
  /** The property of the unit that assigns nothing. */
  readonly unset?: readonly [name: string, value: unknown];
}

/** What a host's systemd makes of the assignments of every directive that it obeys. */
async function observe(lab: LabHost, version: number): Promise<readonly Seen[]> {
  const plans = kinds.map(kind => ({ kind, samples: samplesOf(kind, version) }));
  const nameOf = ({ type }: Kind, script: Script) => `zz${script.toLowerCase()}.${type}`;
  const all = Object.keys(scripts).filter((name): name is Script => name in scripts);
  const texts = plans.flatMap(({ kind, samples }) =>
    all.map(script => [nameOf(kind, script), unitText(kind, nameOf(kind, script).replace(/\..*/, ''), script, samples, version)] as const),
  );
  const loaded = await propertiesOf(lab, new Map(texts));
  return plans.flatMap(({ kind, samples }) => {
    const of = (script: Script): Properties => loaded.get(nameOf(kind, script)) ?? {};
    return samples.flatMap((sample): Seen[] => {
      const { section, name } = sample;
      const told = describeDirective(section, name, version);
      if (!told) return [];
      const property = propertyOf(of('bare'), name);
      const unset = property !== undefined && { unset: [property, of('bare')[property]] as const };
      const value = (script: Script) => setBy(of(script), sample);
      const [bare, first, second, both] = [value('bare'), value('first'), value('second'), value('both')];
      if (first === undefined || first === second) return [{ section, name, told, ...unset }];
      const repetition = both === first ? 'first' : both === second ? 'replaces' : 'adds';
      // of the value that is not the default, the empty assignment leaves something or nothing
      const [set, emptied] = first === bare ? [second, value('secondEmptied')] : [first, value('firstEmptied')];
      const left = emptied === set ? (['nothing', 'ignored'] as const) : (['resets', 'clears', 'clears-kin'] as const);
      return [{ section, name, told, repetition, emptiness: told.emptiness === 'refused' ? ['refused'] : left, ...unset }];
    });
  });
}

/** What [Install] of some units holds. */
const installed: Readonly<Record<string, string>> = {
  'zz.service':
    'WantedBy=a.target\nWantedBy=\nWantedBy=b.target\nWantedBy=c.target\nAlias=zzx.service\nAlias=\nAlias=zzy.service\nAlso=zzm.service\nAlso=\nAlso=zzn.service\n',
  'zzm.service': 'WantedBy=one.target\n',
  'zzn.service': 'WantedBy=one.target\n',
  'zz@.service': 'WantedBy=a.target\nDefaultInstance=one\nDefaultInstance=two\n',
};

/** For each list that several directives fill: that an empty assignment of one forgets the values of another. */
const kin: readonly (readonly [section: string, type: string, filled: string, emptied: string, property: string])[] = [
  ['Unit', 'target', 'ConditionPathExists=/a', 'ConditionHost', 'Conditions'],
  ['Unit', 'target', 'AssertPathExists=/a', 'AssertHost', 'Asserts'],
  ['Socket', 'socket', 'ListenStream=/run/x', 'ListenFIFO', 'Listen'],
  ['Timer', 'timer', 'OnBootSec=1h', 'OnCalendar', 'TimersMonotonic'],
  ['Path', 'path', 'PathExists=/a', 'PathChanged', 'Paths'],
  ['Service', 'service', 'StandardInputText=a', 'StandardInputData', 'StandardInputData'],
];
