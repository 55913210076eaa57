// Images on the command line: a raw image is judged as the directory that it was made from.
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lint } from '../../../server/src/node/lint/lint.ts';
import { haveMksquashfs, mksquashfs } from '../image/real-squashfs.ts';

const examples = join(import.meta.dirname, '../../../examples');
const system = 'usr/lib/systemd/system';
let directory: string;
const at = (name: string) => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lint-images-'));
  cpSync(join(examples, 'mistakes'), at('mistakes'), { recursive: true, verbatimSymlinks: true });
  mkdirSync(at(`ext/${system}/mistakes.service.d`), { recursive: true });
  mkdirSync(at('ext/usr/lib/extension-release.d'));
  writeFileSync(at('ext/usr/lib/extension-release.d/extension-release.ext'), 'ID=_any\n');
  writeFileSync(at(`ext/${system}/more.service`), '[Service]\nExecStart=/bin/more\nTpye=simple\n');
  writeFileSync(at(`ext/${system}/mistakes.service.d/10-more.conf`), '[Service]\nExecStart=/bin/again\n');
  if (!haveMksquashfs) return;
  mksquashfs(at('mistakes'), at('mistakes.raw'));
  mksquashfs(at('ext'), at('ext.raw'));
  writeFileSync(at('broken.raw'), 'hsqs');
});
afterAll(() => rmSync(directory, { recursive: true }));

describe.skipIf(!haveMksquashfs)('portable-lint of images', () => {
  test('says of a raw image what it says of its directory', async () => {
    const [tree, raw] = [await lint({ paths: [at('mistakes')] }), await lint({ paths: [at('mistakes.raw')] })];
    const rows = (found: typeof tree, root: string) =>
      found.findings.map(({ file, code, range, message }) => [file.slice(root.length), code, range.start.line, message]).sort();
    // nothing can be made in squashfs
    const readOnly = ([, code]: readonly unknown[]) => code === 'image/missing-mount-point';
    const ofRaw = rows(raw, at('mistakes.raw:'));
    expect(ofRaw.filter(row => !readOnly(row))).toEqual(rows(tree, at('mistakes')));
    expect(ofRaw.filter(readOnly)).not.toEqual([]);
    expect(raw.files).toBe(tree.files);
    expect(raw.findings[0]?.file).toMatch(/mistakes\.raw:\/usr\/lib\/systemd\/system\//);
    expect(raw.failures).toEqual([]);
  });

  test('takes of a directory of versions the one that systemd takes', async () => {
    mkdirSync(at('mistakes.raw.v'));
    cpSync(at('broken.raw'), at('mistakes.raw.v/mistakes_1.raw'));
    cpSync(at('mistakes.raw'), at('mistakes.raw.v/mistakes_10.raw'));
    cpSync(at('broken.raw'), at('mistakes.raw.v/mistakes_11+0.raw'));
    const files = (found: Awaited<ReturnType<typeof lint>>) => new Set(found.findings.map(({ file }) => file.split(':')[0]));
    const whole = await lint({ paths: [at('mistakes.raw.v')] });
    expect([files(whole), whole.failures]).toEqual([new Set([at('mistakes.raw.v/mistakes_10.raw')]), []]);
    const inside = await lint({ paths: [`/${system}/mistakes.service`], root: `${at('mistakes.raw.v')}/`, systemd: [257] });
    expect([inside.findings.length > 0, inside.failures]).toEqual([true, []]);
    mkdirSync(at('none.v'));
    const why = [{ path: at('none.v'), why: 'there are no versions in it' }];
    expect((await lint({ paths: [at('none.v')] })).failures).toEqual(why);
    expect(await lint({ paths: ['/'], root: at('mistakes.raw'), extensions: [at('none.v')] })).toMatchObject({ failures: why, files: 0 });
  });

  test('judges the rest where a directory cannot be read, and says which one that is', async () => {
    const raw = at('mistakes_2.raw'); // of a name that its units fit
    cpSync(at('mistakes'), at('torn'), { recursive: true, verbatimSymlinks: true });
    mkdirSync(at('torn/srv/torn'), { recursive: true });
    writeFileSync(at('torn/srv/torn/x.service'), '');
    chmodSync(at('torn/srv/torn'), 0o1701);
    mksquashfs(at('torn'), raw, ['-noI', '-noD']);
    const bytes = readFileSync(raw);
    const inode = bytes.indexOf(Buffer.of(1, 0, 0o1701 & 0xff, 0o1701 >> 8)); // type and mode
    bytes.writeUInt16LE(0xffff, inode + 26); // where its listing begins in a block
    writeFileSync(raw, bytes);
    const [torn, whole] = [await lint({ paths: [raw] }), await lint({ paths: [at('mistakes.raw')] })];
    expect([torn.files, torn.findings.length]).toEqual([whole.files, whole.findings.length]);
    expect(torn.failures).toEqual([{ path: `${raw}:/srv/torn`, why: expect.stringMatching(/^it cannot be read: corrupt: /) }]);
  });

  test('takes paths inside a raw image as its root: files, directories, patterns', async () => {
    const of = async (path: string) => {
      const { findings, failures } = await lint({ paths: [path], root: at('mistakes.raw') });
      return { files: [...new Set(findings.map(({ file }) => file.slice(file.lastIndexOf('/') + 1)))], failures };
    };
    const one = await of(`/${system}/mistakes.service`);
    expect(one).toEqual({ files: ['mistakes.service'], failures: [] });
    expect((await of(`${system}/*.service`)).files).toContain('mistakes.service');
    expect((await of('/usr/lib/systemd')).files.length).toBeGreaterThan(0);
    expect((await of('/usr/no.service')).failures).toEqual([
      { path: '/usr/no.service', why: `there is no such file in ${at('mistakes.raw')} (looked for /usr/no.service)` },
    ]);
    expect((await of('/usr/lib/os-release.d')).failures).toHaveLength(1);
  });

  test.each(['ext', 'ext.raw'])('lays the extension %s over it', async extension => {
    const { findings, failures } = await lint({ paths: ['/'], root: at('mistakes.raw'), extensions: [at(extension)] });
    expect(failures).toEqual([]);
    const shown = findings.map(({ file, code }) => `${file.slice(directory.length + 1)} ${code}`);
    expect(shown).toContain(`${extension}:/${system}/more.service unit/unknown-directive`);
    expect(shown).toContain(`${extension}:/${system}/mistakes.service.d/10-more.conf unit/several-commands`);
    expect(shown.some(row => row.startsWith('mistakes.raw:'))).toBe(true);
  });

  test.each([
    [['broken.raw'], {}, /broken\.raw: it cannot be looked into: corrupt: /],
    [['gone.raw'], {}, /there is no such file/],
    [['/'], { root: 'mistakes.raw', extensions: ['mistakes'] }, /\/mistakes: it cannot be looked into: not supported: it is no extension/],
  ])('says why %o %o cannot be judged', async (paths, { root, extensions }: { root?: string; extensions?: string[] }, why) => {
    const { failures } = await lint({
      paths: paths.map(path => (path === '/' ? path : at(path))),
      ...(root && { root: at(root) }),
      extensions: (extensions ?? []).map(at),
    });
    expect(failures.map(failure => `${failure.path}: ${failure.why}`).join()).toMatch(why);
  });

  test('does not put right what lies inside an image', async () => {
    const { fixed, unfixed } = await lint({ paths: [at('mistakes.raw')], fix: true });
    expect(fixed).toEqual([]);
    for (const { why } of unfixed) expect(why).toBe('lies inside an image');
  });

  test('heeds the portable-lint.json and the baseline beside the image', async () => {
    writeFileSync(at('portable-lint.json'), '{ "rules": { "unit/*": "off" } }');
    const { findings } = await lint({ paths: [at('mistakes.raw')] });
    rmSync(at('portable-lint.json'));
    expect(findings.filter(({ code }) => code.startsWith('unit/'))).toEqual([]);
  });
});
