/** Quick fixes that move, make and take away files of an image, and those for its sandbox, as an author takes them: F8, Ctrl+., Enter. */
import * as assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goTo, problem, quickFix } from '../editor.ts';
import type { Ui } from '../run-ui.ts';
import { command, openFile, openPortableServices, row } from '../workbench.ts';

const units = 'usr/lib/systemd/system';
const release = 'usr/lib/os-release';
const service = '[Unit]\nDescription=x\n\n[Service]\nExecStart=/usr/bin/hello\n';

/** An image, one of its files in which something is wrong, and the fix that is taken. */
interface Case {
  readonly image: string;
  readonly files: Readonly<Record<string, string>>;
  readonly open: string;
  /** The place of what is wrong, `LINE:COLUMN`, where F8 passes over it, as it does over hints. */
  readonly at?: string;
  readonly fix: RegExp;
  /** Whether it was done, by the workspace. */
  readonly done: (path: (inside: string) => string) => boolean;
}

const os = (id: string, more = '') => ({ [release]: `ID=${id}\nVERSION_ID=1\n${more}` });
const holds = (path: string, text: string): boolean => existsSync(path) && readFileSync(path, 'utf8').includes(text);

const cases: readonly Case[] = [
  {
    image: 'fixaa_1',
    files: { ...os('fixaa', 'PORTABLE_PREFIXES=other\n'), [`${units}/fixaa.service`]: service },
    open: `fixaa_1/${release}`,
    fix: /^Replace with fixaa$/,
    done: path => holds(path(release), 'PORTABLE_PREFIXES=fixaa\n'),
  },
  {
    image: 'fixab_1',
    files: { ...os('fixab'), 'usr/bin/fixab-empty': '', [`${units}/fixab.service`]: service, [`${units}/fixab-empty.service`]: '' },
    open: 'fixab-empty.service',
    fix: /^Write a service$/,
    done: path => holds(path(`${units}/fixab-empty.service`), 'ExecStart='),
  },
  {
    image: 'fixac_1',
    files: { ...os('fixac'), [`${units}/fixac.service`]: service, [`${units}/lonely.service`]: service },
    open: 'lonely.service',
    fix: /^Rename to fixac-lonely\.service$/,
    done: path => existsSync(path(`${units}/fixac-lonely.service`)) && !existsSync(path(`${units}/lonely.service`)),
  },
  {
    image: 'fixad_1',
    files: {
      ...os('fixad'),
      [`${units}/fixad.service`]: service,
      [`${units}/fixad-data.slice`]: '[Unit]\nDescription=x\n\n[Slice]\nMemoryMax=1G\n',
    },
    open: 'fixad-data.slice',
    fix: /^Delete fixad-data\.slice$/,
    done: path => !existsSync(path(`${units}/fixad-data.slice`)),
  },
  {
    image: 'fixae_1',
    files: { [`${units}/fixae.service`]: service },
    open: 'fixae.service',
    fix: /^Create usr\/lib\/os-release$/,
    done: path => holds(path(release), 'ID=fixae\n'),
  },
  {
    image: "fix'af_1",
    files: { ...os('fixaf', 'PORTABLE_PREFIXES=fixaf\n'), [`${units}/fixaf.service`]: service },
    open: `fix'af_1/${release}`,
    fix: /^Rename the image to fixaf_1$/,
    done: path => !existsSync(path('')) && existsSync(path(`../fixaf_1/${release}`)),
  },
  {
    image: 'fixag_1',
    files: { 'usr/lib/extension-release.d/extension-release.other': 'ID=_any\n', [`${units}/fixag.service`]: service },
    open: 'fixag_1/usr/lib/extension-release.d/extension-release.other',
    fix: /^Rename to extension-release\.fixag_1$/,
    done: path => existsSync(path('usr/lib/extension-release.d/extension-release.fixag_1')),
  },
  {
    image: 'fixah_1',
    files: { ...os('fixah'), [`${units}/fixah.service`]: `${service}ReadWritePaths=/var/lib/fixah\n` },
    open: 'fixah.service',
    at: '6:20',
    fix: /^Change to \+\/var\/lib\/fixah$/,
    done: path => holds(path(`${units}/fixah.service`), 'ReadWritePaths=+/var/lib/fixah\n'),
  },
];

/** Makes the images; all but extensions hold the program of the example, and the mount points of a whole image. */
function build(workspace: string): void {
  for (const { image, files } of cases) {
    const tree = join(workspace, image);
    rmSync(tree, { recursive: true, force: true });
    cpSync(join(workspace, 'hello'), tree, { recursive: true, verbatimSymlinks: true });
    rmSync(join(tree, release));
    rmSync(join(tree, units), { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(tree, path, '..'), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
  }
}

export default async function ({ info, page, screenshot }: Ui): Promise<void> {
  build(info.workspace);
  await openPortableServices(page);
  await row(page, 'Images', /^fixab/).waitFor({ timeout: 60_000 });
  const failed: string[] = [];
  for (const { image, open, at, fix, done } of cases) {
    const path = (inside: string) => join(info.workspace, image, inside);
    try {
      await openFile(page, open.includes('/') ? open : `${image}/${units}/${open}`);
      await (at === undefined ? problem(page) : goTo(page, at));
      await quickFix(page, fix, () => screenshot(`fix-${image.replaceAll("'", '')}`));
      for (let left = 10; !done(path); left--) {
        assert.notEqual(left, 0, `not done: ${fix}`);
        await command(page, 'File: Save All');
      }
    } catch (error) {
      failed.push(`${image}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
      await screenshot(`failed-fix-${image.replaceAll("'", '')}`);
      await page.keyboard.press('Escape');
    }
    await command(page, 'File: Save All');
    await command(page, 'View: Close All Editors');
  }
  for (const { image } of cases) rmSync(join(info.workspace, image), { recursive: true, force: true });
  rmSync(join(info.workspace, 'fixaf_1'), { recursive: true, force: true });
  assert.deepEqual(failed, []);
}
