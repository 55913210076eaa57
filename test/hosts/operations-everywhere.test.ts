/** Every operation on every version of systemd, by every way to a host, with every kind of rights: the cells of operations-table.ts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUpLine } from '../../client/src/hosts/attach/rights.ts';
import type { Host } from '../../client/src/hosts/contract.ts';
import { type LabHost, type Suite, suites } from '../../lab/hosts.ts';
import { bounded } from '../images/some.ts';
import { makeTree, packTree } from './images.ts';
import { describeOnHosts, failureOf, type Laboratory, openLaboratory, until } from './laboratory.ts';
import { type CellWay, cellUnits, type Here, type Outcome, place, type Row, table, ways } from './operations-table.ts';
import { inside, type Ways, waysOf } from './ways.ts';

/** Where everything runs, every operation, version and way is tried once or more, each operation with others than its neighbours. */
const cells = table.flatMap((row, r) =>
  suites.flatMap(({ suite, systemd }, v) =>
    ways.flatMap((way, w) =>
      bounded && (v !== r % suites.length || w !== (r + Math.floor(r / ways.length)) % ways.length) ? [] : [{ row, suite, systemd, way }],
    ),
  ),
);

/** Users of the hosts, by what they may do. */
const users = { sudo: 'able', polkit: 'polite', nothing: 'dev' } as const;

describeOnHosts('operations everywhere', () => {
  let laboratory: Laboratory;
  let reached: Ways;
  const hosts = new Map<string, Host>();
  const expected = new Map<string, string>();
  let rounds = 0;

  beforeAll(async () => {
    laboratory = await openLaboratory(suites.map(({ suite }) => suite));
    reached = waysOf(laboratory);
    await Promise.all([...laboratory.hosts.values()].map(setUp));
  });
  afterAll(async () => {
    await reached?.close();
    await laboratory?.close();
  });

  const labOf = (suite: Suite): LabHost => laboratory.labOf(suite);

  async function setUp(lab: LabHost): Promise<void> {
    const release = 'ID=cell\nVERSION_ID=1\nPORTABLE_PREFIXES=cell\n';
    await packTree(makeTree(join(lab.root, place, 'cell_1'), cellUnits, release));
    makeTree(join(lab.root, place, 'cell_2'), cellUnits, release);
    const extension = {
      'extension-release.d/extension-release.cell-addon': 'ID=cell\nVERSION_ID=1\n',
      'systemd/system/cell-addon.service': cellUnits['cell-asked.service'],
    };
    for (const [path, text] of Object.entries(extension)) {
      const file = join(lab.root, place, 'cell-addon/usr/lib', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    for (const user of [users.sudo, users.polkit])
      await inside(lab, `useradd -m -s /bin/sh ${user}; cp -a /home/dev/.ssh /home/${user}; chown -R ${user}: /home/${user}/.ssh`);
    const polkit = await laboratory.host(lab, 'container').setUpLine('polkit', users.polkit);
    await inside(lab, `chmod 755 ${place}; ${setUpLine('sudo', users.sudo)}; ${polkit}`);
  }

  async function hostBy(suite: Suite, way: CellWay): Promise<Host> {
    const known = hosts.get(`${suite} ${way}`);
    if (known) return known;
    const lab = labOf(suite);
    const host = await make(lab, way);
    hosts.set(`${suite} ${way}`, host);
    return host;
  }
  async function make(lab: LabHost, way: CellWay): Promise<Host> {
    if (way === 'root, no ssh') return laboratory.host(lab, 'container');
    const sudo = way === 'sudo' && { sudo: true };
    const User = way === 'root' ? 'root' : users[way];
    const { host } = reached.reach({ destination: reached.alias(`${lab.name}-${User}-cell`, lab, { User }), ...sudo });
    const rights = way === 'nothing' ? 'none' : way;
    await until(
      async () => {
        await host.dispose();
        await host.connect();
        return host.status.state === 'connected' && host.status.rights === rights;
      },
      `the rights of ${User}`,
      20,
    );
    return host;
  }

  /** An image of this machine; a new one each time, so that nothing is known of it. */
  function here(): Here {
    const unit = '[Unit]\nDescription=x\n[Service]\nExecStart=/bin/busybox sleep 1000\n';
    const image = makeTree(join(laboratory.directory, `${rounds++}`, 'here_1'), { 'here.service': unit });
    return { image, change: () => writeFileSync(join(image.path, 'etc/changed'), 'x') };
  }

  function outcomeOf({ older, olderUser, root, polkit, nothing }: Row, systemd: number, way: CellWay): Outcome {
    if (older && systemd < older.than) return older.outcome;
    if (olderUser && (way === 'polkit' || way === 'nothing') && systemd < olderUser.than) return olderUser.outcome;
    return way === 'polkit' ? polkit : way === 'nothing' ? nothing : root;
  }

  async function expectFilesOf(row: Row, lab: LabHost): Promise<void> {
    if (row.same === undefined) return;
    const ours = await inside(lab, snapshot);
    const key = `${lab.suite} ${row.operation}`;
    if (!expected.has(key)) {
      await inside(lab, reset);
      if (row.before) await inside(lab, row.before);
      await inside(lab, row.same);
      expected.set(key, await inside(lab, snapshot));
    }
    expect(ours, `what "${row.same}" leaves`).toBe(expected.get(key));
  }

  describe.each(suites)('systemd $systemd', ({ suite, systemd }) => {
    const own = cells
      .filter(cell => cell.suite === suite)
      .map(({ row, way }) => ({ row, way, title: `${row.operation}, ${way}: ${outcomeOf(row, systemd, way)}` }));
    test.each(own)('$title', async ({ row, way }) => {
      const lab = labOf(suite);
      const [host, image] = [await hostBy(suite, way), here()];
      await inside(lab, reset);
      if (row.before) await inside(lab, row.before);
      if (row.prepare) await row.prepare(await hostBy(suite, 'root'), image);
      const before = await inside(lab, snapshot);
      const outcome = outcomeOf(row, systemd, way);
      if (outcome === 'done') {
        await row.act(host, image);
        if (row.holds !== undefined) await inside(lab, row.holds);
        await expectFilesOf(row, lab);
        return;
      }
      const failure = await failureOf(row.act(host, image));
      if (outcome === 'not allowed') expect(failure).toMatchObject({ kind: 'not-allowed', advice: expect.stringMatching(/./) });
      else expect(failure).toMatchObject({ kind: 'refused', message: expect.stringContaining(outcome.replace('refused: ', '')) });
      expect(await inside(lab, snapshot), 'nothing is changed').toBe(before);
    });
  });

  test('the cells that are tried have each operation, version and way among them', () => {
    const tried = (of: (cell: (typeof cells)[number]) => string): readonly string[] => [...new Set(cells.map(of))].sort();
    expect(tried(cell => cell.row.operation)).toEqual(table.map(({ operation }) => operation).sort());
    expect(tried(cell => cell.suite)).toEqual(suites.map(({ suite }) => suite as string).sort());
    expect(tried(cell => cell.way)).toEqual([...ways].sort());
  });
});

/** Files of attachments and of enabling, each with mode, content and where it points, the links of images, and what lies where images do. */
const snapshot = `cd /
for d in etc/systemd/system.attached run/systemd/system.attached etc/portables run/portables; do
  [ -d $d ] || continue
  find $d -mindepth 1 -maxdepth 3 ! -path '*/.#versions/*/*' -printf '%p %y %m %l\\n'
  find $d -maxdepth 3 ! -path '*/.#versions/*' -type f -exec cksum {} +
done | sort; find etc/systemd/system run/systemd/system -lname '*.attached*' | sort; ls -l ${place} | sed 's/^total.*//' | awk '{print $1, $3, $NF}'`;

/** Takes everything away that a cell left, without portabled. */
const reset = `systemctl stop 'cell*' 'here*' 2>/dev/null
systemctl reset-failed 'cell*' 'here*' 2>/dev/null
chmod u+w ${place}/*.raw
rm -rf /etc/systemd/system.attached /run/systemd/system.attached /etc/portables/* /run/portables/* '/run/portables/.#versions' ${place}/gone_1 /var/lib/cell /run/systemd/system/cell.service
find /etc/systemd/system /run/systemd/system -lname '*.attached*' -delete
systemctl daemon-reload`;
