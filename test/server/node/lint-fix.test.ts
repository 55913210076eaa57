// portable-lint --fix: what is safe, and files that are not to be touched.
import { chmodSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lintingFolder } from './linting.ts';

const service = '[Service]\nExecStart=/bin/true\n';
const wrong = `${service}= x\nNetClass=1\nFoo=1\n`;
let place: ReturnType<typeof lintingFolder>;
beforeEach(() => {
  place = lintingFolder({ 'units/a.service': wrong });
});
afterEach(() => place.remove());

const path = (name: string) => join(place.folder, name);
const read = (name: string) => readFileSync(path(name), 'utf8');

describe('what is safe', () => {
  test.each([
    ['a line without a directive', `${service}= x\n`, service],
    ['what no version obeys', `${service}NetClass=1\n`, service],
    ['a comment behind a header', `[Unit] # x\n${service}`, `# x\n[Unit]\n${service}`],
    [
      'one after the other',
      `${service}= x\n[Unit] # x\nDescription=a\n[Install] ; y\n= z\n`,
      `${service}# x\n[Unit]\nDescription=a\n; y\n[Install]\n`,
    ],
    ['line ends stay', '[Service]\r\nExecStart=/bin/true\r\n= x\r\n', '[Service]\r\nExecStart=/bin/true\r\n'],
    ['a byte order mark stays', `\ufeff${service}= x\n`, `\ufeff${service}`],
    ['no guess', `${service}Foo=1\nExecStrt=x\nCPUShares=1\n`, `${service}Foo=1\nExecStrt=x\nCPUShares=1\n`],
  ])('%s', async (_, before, after) => {
    place.write('units/a.service', before);
    await place.run('--fix', 'DIR/units');
    expect(read('units/a.service')).toBe(after);
  });

  test('is done, told, and the rest reported', async () => {
    chmodSync(path('units/a.service'), 0o640);
    const { status, out, complaints } = await place.run('--fix', 'DIR/units');
    expect(read('units/a.service')).toBe(`${service}Foo=1\n`);
    expect(status).toBe(1);
    expect(complaints).toBe('');
    expect(out).toContain('DIR/units/a.service:3:1: warning');
    expect(out).toContain('DIR/units/a.service: 2 findings put right');
    expect(statSync(path('units/a.service')).mode & 0o777).toBe(0o640);
    expect(readdirSync(path('units'))).toEqual(['a.service']);
  });

  test('silenced findings stay', async () => {
    place.write('units/a.service', `${service}# portable-lint: disable=unit/empty-key\n= x\n`);
    await place.run('--fix', 'DIR/units');
    expect(read('units/a.service')).toContain('= x');
  });
});

describe('what is left alone', () => {
  /** Runs --fix; the file must not have changed, and the findings are reported. */
  async function refused(file: string, ...args: string[]) {
    const before = readFileSync(path(file));
    const { out, complaints, status } = await place.run('--fix', ...args);
    expect(readFileSync(path(file))).toEqual(before);
    expect(status).toBe(1);
    expect(out).toContain('[unit/empty-key]');
    return complaints;
  }

  test('read-only files', async () => {
    chmodSync(path('units/a.service'), 0o444);
    expect(await refused('units/a.service', 'DIR/units')).toContain(
      'DIR/units/a.service: it has something to put right, but it is read-only',
    );
  });

  test('what a link leads to', async () => {
    mkdirSync(path('other'));
    symlinkSync('../units/a.service', path('other/b.service'));
    expect(await refused('units/a.service', 'DIR/other/b.service')).toContain('but it was named by a link');
    expect(lstatSync(path('other/b.service')).isSymbolicLink()).toBe(true);
  });

  test('links below a directory', async () => {
    mkdirSync(path('other'));
    symlinkSync('../units/a.service', path('other/b.service'));
    symlinkSync('../units', path('other/c'));
    expect(await place.run('--fix', 'DIR/other')).toMatchObject({ status: 0, out: expect.stringContaining('in 0 files') });
    expect(read('units/a.service')).toBe(wrong);
  });

  test('files of several names', async () => {
    linkSync(path('units/a.service'), path('b.service'));
    expect(await refused('units/a.service', 'DIR/units')).toContain('has several names');
  });

  test('files that are not UTF-8', async () => {
    place.write(
      'units/a.service',
      Uint8Array.from(`${service}= x\nX-A=\xff\n`, c => c.charCodeAt(0)),
    );
    expect(await refused('units/a.service', 'DIR/units')).toContain('is not UTF-8');
  });

  test('what an image links to from outside of the path', async () => {
    place.write('tree/etc/os-release', 'ID=x\n');
    place.write('tree/opt/a.service', wrong);
    symlinkSync('/opt/a.service', path('tree/etc/a.service'));
    expect(await refused('tree/opt/a.service', '--root', 'DIR/tree', '/etc/a.service')).toContain('named by a link');
  });

  test.each([
    [['--systemd=252,257', 'DIR/units'], 'one --systemd'],
    [['-'], 'standard input'],
    [['--write-baseline', 'DIR/x.json', 'DIR/units'], 'do not go together'],
  ])('%j is refused', async (args, complaint) => {
    expect(await place.run('--fix', ...args)).toMatchObject({ status: 2, complaints: expect.stringContaining(complaint) });
  });
});
