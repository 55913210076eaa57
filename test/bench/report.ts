/** Measures the report and the preview of an attach of an image with many units, as a user waits for them: in process, and the first one of a server. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportDocument } from '../../client/src/inspect/report-document.ts';
import { reportPage } from '../../client/src/inspect/report-html.ts';
import { findProgram, must } from '../../lab/processes.ts';
import { createImagePool } from '../../server/src/node/images/image-pool.ts';
import { answerPlan } from '../../server/src/node/plan-request.ts';
import { type ImageReports, imageReports } from '../../server/src/node/report/facts.ts';
import type { PlanParams, ReportResult } from '../../server/src/protocol.ts';
import { type Command, median, time } from './measure.ts';
import { buildServer, firstReport } from './server.ts';
import { writeUnits } from './units.ts';

/** What was found, in milliseconds of wall time and of processor time, as far as it is this process's. */
export interface Reported {
  readonly what: string;
  readonly wall: number;
  readonly processor?: number;
  /** What `systemd-analyze security` of the same services takes, once and without a profile, measured in turns with it; and the ratio. */
  readonly beside?: { readonly wall: number; readonly ratio: number };
}

const units = 500;

/**
 * Makes an image as a directory, and as squashfs where that can be made, and measures. `rounds` times each, the first not counted. Each round opens a
 * report anew: nothing is kept of the one before.
 */
export async function measureReports(rounds: number): Promise<readonly Reported[]> {
  const directory = mkdtempSync(join(tmpdir(), 'report-bench-'));
  try {
    await buildServer();
    const tree = join(directory, 'bench_1');
    const place = join(tree, 'usr/lib/systemd/system');
    mkdirSync(place, { recursive: true });
    for (const name of writeUnits(place, units)) renameSync(join(place, name), join(place, name.replace(/^bench/, 'bench-')));
    writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=bench\nVERSION_ID=1\nPORTABLE_PREFIXES=bench\n');
    const images = [tree];
    if (findProgram('mksquashfs') !== undefined) {
      images.push(`${tree}.raw`);
      await must('mksquashfs', [tree, `${tree}.raw`, '-noappend', '-quiet', '-no-progress'], {});
    }
    const all: Reported[] = [];
    for (const image of images) {
      const kind = image.endsWith('.raw') ? 'squashfs' : 'a directory';
      const asked = { image, systemd: 257, source: 'setting', profile: 'default' };
      const open = () => imageReports(createImagePool());
      const draw = (facts: ReportResult) => {
        if (facts.units.length !== units) throw new Error(`the report has ${facts.units.length} units`);
        reportPage(reportDocument({ facts, hosts: [], trusted: true }, Date.now()), { kind: 'editor', nonce: 'x' });
      };
      const firstSight = async (reports: ImageReports) => {
        draw(await reports.report({ ...asked, quick: true }));
        return reports;
      };
      const theirs = analyzeSecurity(tree);
      const firsts: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const { wall, facts } = await firstReport(directory, { ...asked, quick: true });
        const begun = performance.now();
        draw(facts);
        firsts.push(wall + performance.now() - begun);
      }
      all.push(
        { what: `the first report of a server, ${units} units, ${kind}`, wall: median(firsts) },
        await measured(
          `report to first sight, ${units} units, ${kind}`,
          { rounds, ...(theirs && { theirs }) },
          async () => open(),
          firstSight,
        ),
        // an editor asks for it as soon as it has shown the first
        await measured(
          `findings after first sight, ${units} units, ${kind}`,
          { rounds, ...(theirs && { theirs }) },
          () => firstSight(open()),
          reports => reports.report(asked),
        ),
      );
      const preview: PlanParams = {
        ...{ image, hostPath: '/run/portables/bench_1', extensions: [], prefixes: ['bench'], profile: 'default' },
        ...{ copyMode: '', runtime: true, force: false, replaces: false, systemd: 257, units: [] },
      };
      all.push(
        await measured(
          `preview, ${units} units, ${kind}`,
          { rounds },
          async () => preview,
          async params => {
            const plan = await answerPlan(params);
            if (plan.outcome !== 'attached') throw new Error('the image would not be attached');
          },
        ),
      );
    }
    return all;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What a user has instead: all services of the tree in one call, which knows no profile then; absent where there is no systemd-analyze of today. */
function analyzeSecurity(tree: string): Command | undefined {
  const program = findProgram('systemd-analyze');
  const names = readdirSync(join(tree, 'usr/lib/systemd/system')).filter(name => /^[^@]*\.service$/.test(name));
  if (program === undefined) return undefined;
  const command = { program, args: ['security', '--offline=yes', '--no-pager', `--root=${tree}`, ...names], fine: [0, 1] }; // 1: a unit of these does not load
  const { status, stdout } = spawnSync(program, command.args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return status !== null && command.fine.includes(status) && stdout.includes('exposure level') ? command : undefined;
}

async function measured<T>(
  what: string,
  { rounds, theirs }: { readonly rounds: number; readonly theirs?: Command },
  prepare: () => Promise<T>,
  work: (prepared: T) => Promise<unknown>,
): Promise<Reported> {
  await work(await prepare()); // what a server that runs has loaded already
  const [walls, processors, others]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const prepared = await prepare();
    const [begun, before] = [performance.now(), process.cpuUsage()];
    await work(prepared);
    const { user, system } = process.cpuUsage(before);
    walls.push(performance.now() - begun);
    processors.push((user + system) / 1000);
    if (theirs) others.push(time(theirs));
  }
  const ratio = median(walls.map((wall, n) => wall / (others[n] ?? wall)));
  return { what, wall: median(walls), processor: median(processors), ...(theirs && { beside: { wall: median(others), ratio } }) };
}
