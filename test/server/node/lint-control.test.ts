// How the user steers portable-lint: versions, rules, configuration, baseline, standard input, patterns, help.
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { rules } from '../../../server/src/rules/rules.ts';
import { lintingFolder } from './linting.ts';

const service = '[Service]\nExecStart=/bin/true\n';
const { folder, run, runWith, write, remove } = lintingFolder({
  'units/clean.service': service,
  'units/unknown.service': `${service}Foo=1\n`,
  'units/new.service': `${service}OpenFile=/etc/hostname\n`,
  'units/sub/deep.socket': '[Socket]\nListenStream=1\nFoo=1\n',
  'notes.txt': 'no unit\n',
});
afterAll(remove);
afterEach(() => {
  for (const name of ['portable-lint.json', 'units/portable-lint.json', 'base.json']) rmSync(join(folder, name), { force: true });
});

/** The findings of a run as `file:line code severity`. */
async function found(...args: string[]) {
  const { out } = await run('--format', 'json', ...args);
  type Row = { file: string; range: { start: { line: number } }; code: string; severity: string };
  return JSON.parse(out).map(
    ({ file, range, code, severity }: Row) => `${file.replace('DIR/', '')}:${range.start.line + 1} ${code} ${severity}`,
  );
}

describe('--rule', () => {
  test.each([
    [['--rule', 'unit/unknown-directive=off'], []],
    [['--rule', 'unit/unknown-directive=error'], ['units/unknown.service:3 unit/unknown-directive error']],
    [['--rule', 'unit/*=info'], ['units/unknown.service:3 unit/unknown-directive information']],
    [['--rule', 'unit/*=off', '--rule', 'unit/unknown-directive=hint'], ['units/unknown.service:3 unit/unknown-directive hint']],
  ])('%j', async (options, expected) => expect(await found(...options, 'DIR/units/unknown.service')).toEqual(expected));

  test.each([
    ['unit/unknown-directiv=off', 'there is no rule unit/unknown-directiv: did you mean unit/unknown-directive?'],
    ['unit/unknown-directive', 'expected CODE=LEVEL'],
    ['unit/unknown-directive=loud', 'expected CODE=LEVEL'],
  ])('%s is refused', async (rule, complaint) => {
    const { status, complaints } = await run('--rule', rule, 'DIR/units');
    expect(status).toBe(2);
    expect(complaints).toContain(complaint);
  });

  test('hints fail only with --strict', async () => {
    const args = ['--rule', 'unit/*=hint', 'DIR/units/unknown.service'];
    expect((await run(...args)).status).toBe(0);
    expect((await run('--strict', ...args)).status).toBe(1);
  });
});

describe('several versions', () => {
  test('each finding tells which ones say so', async () => {
    const { out, status } = await run('--systemd', '262,252', '--systemd', '257', 'DIR/units/unknown.service', 'DIR/units/new.service');
    expect(status).toBe(1);
    expect(out).toMatch(/unknown\.service:3:1: warning: .* \(systemd 252, 257 and 262\) \[unit\/unknown-directive\]/);
    expect(out).toMatch(/new\.service:3:1: warning: .* \(systemd 252\) \[unit\/too-new\]/);
    expect(out).toContain('judged as systemd 252, 257 and 262 would.');
  });

  test('in JSON, too', async () => {
    const { out } = await run('--format=json', '--systemd=252,257', 'DIR/units/new.service');
    expect(JSON.parse(out)).toMatchObject([{ code: 'unit/too-new', systemd: [252] }]);
  });
});

describe('portable-lint.json', () => {
  test('says who judges, what counts, and what is left out', async () => {
    write('portable-lint.json', '{"systemd": 252, "rules": {"unit/unknown-directive": "hint"}, "ignore": ["sub", "units/clean.*"]}');
    const { out, status } = await run('DIR/units');
    expect(status).toBe(1);
    expect(out).toContain('hint: systemd 252 knows no directive Foo=');
    expect(out).toContain('[unit/too-new]');
    expect(out).toContain('1 warning, and 1 hint in 2 files (2 left out), judged as systemd 252 (portable-lint.json) would.');
  });

  test('the nearest one counts, and the command line more', async () => {
    write('portable-lint.json', '{"systemd": 252, "rules": {"unit/*": "off"}}');
    write('units/portable-lint.json', '{"systemd": 254}');
    expect(await found('DIR/units')).toEqual([
      'units/sub/deep.socket:3 unit/unknown-directive warning',
      'units/unknown.service:3 unit/unknown-directive warning',
    ]);
    expect(await found('--systemd=252', 'DIR/units/new.service')).toEqual(['units/new.service:3 unit/too-new warning']);
  });

  test('a broken one is told with its place, and ends with 2', async () => {
    write('portable-lint.json', '{\n  "systemd": 252,\n  "rule": {}\n}\n');
    const { status, complaints, out } = await run('DIR/units/new.service');
    expect(status).toBe(2);
    expect(complaints).toBe(
      'portable-lint: DIR/portable-lint.json:3:3: there is no setting rule, only systemd, profile, rules, ignore, baseline\n',
    );
    expect(out).toContain('[unit/too-new]');
  });
});

describe('a baseline', () => {
  test('takes what was there, wherever its lines went', async () => {
    expect(await run('--write-baseline', 'DIR/base.json', 'DIR/units')).toMatchObject({
      status: 0,
      out: 'DIR/base.json holds 2 findings in 4 files.\n',
    });
    expect(JSON.parse(readFileSync(join(folder, 'base.json'), 'utf8')).files['units/unknown.service']).toEqual({
      'unit/unknown-directive': ['Foo=1'],
    });
    write('units/unknown.service', `# moved\n\n${service}Foo=1\nFoo=1\nBar=1\n`);
    expect(await found('--baseline', 'DIR/base.json', 'DIR/units')).toEqual([
      'units/unknown.service:6 unit/unknown-directive warning',
      'units/unknown.service:7 unit/unknown-directive warning',
    ]);
    write('portable-lint.json', '{"baseline": "base.json"}');
    expect(await found('DIR/units/sub')).toEqual([]);
    write('units/unknown.service', `${service}Foo=1\n`);
  });

  test('tells what of it is not needed any more', async () => {
    write('units/gone.service', `${service}Foo=1\n`);
    await run('--write-baseline', 'DIR/base.json', 'DIR/units');
    const one = '1 entry of the baseline is not needed any more; --write-baseline leaves it out.\n';
    rmSync(join(folder, 'units/gone.service'));
    expect((await run('--baseline', 'DIR/base.json', 'DIR/units')).out).toContain(one);
    write('units/unknown.service', service);
    expect((await run('--baseline', 'DIR/base.json', 'DIR/units')).out).toContain('2 entries of the baseline are not needed any more');
    expect((await run('--baseline', 'DIR/base.json', 'DIR/units/sub')).out).toContain(one);
    expect((await run('--baseline', 'DIR/base.json', '--rule', 'unit/*=off', 'DIR/units/sub')).out).toContain(one);
    write('units/unknown.service', `${service}Foo=1\n`);
    await run('--write-baseline', 'DIR/base.json', 'DIR/units');
    expect((await run('--baseline', 'DIR/base.json', 'DIR/units')).out).not.toContain('not needed');
  });

  test.each([
    ['DIR/none.json', 'there is no such file'],
    ['DIR/notes.txt', 'notes.txt:1:1: expected a value'],
  ])('%s is refused', async (file, complaint) => {
    const { status, complaints } = await run('--baseline', file, 'DIR/units');
    expect(status).toBe(2);
    expect(complaints).toContain(complaint);
  });

  test('one that portable-lint.json names is told, too', async () => {
    write('portable-lint.json', '{"baseline": "none.json"}');
    expect(await run('DIR/units/clean.service')).toMatchObject({
      status: 2,
      complaints: expect.stringContaining('DIR/none.json: there is no such file'),
    });
  });

  test('where it cannot be written', async () => {
    mkdirSync(join(folder, 'taken.json'), { recursive: true });
    expect(await run('--write-baseline', 'DIR/taken.json', 'DIR/units')).toMatchObject({
      status: 2,
      complaints: expect.stringContaining('it cannot be written'),
    });
  });
});

describe('standard input', () => {
  const input = () => new TextEncoder().encode('[Socket]\nListenStream=1\nFoo=1\n');
  test.each([
    [['--stdin-filename', 'a.socket', '-'], 1, 'a.socket:3:1'],
    [['--stdin-filename', 'x/a.service', '-'], 1, 'x/a.service:1:2'],
    [['-'], 1, '<stdin>:3:1'],
    [['--stdin-filename', 'a.txt', '-'], 2, ''],
    [['--stdin-filename', 'a.socket', 'DIR/units'], 2, ''],
  ])('%j', async (args, status, place) => {
    const result = await runWith({ input }, ...args);
    expect(result.status).toBe(status);
    expect(result.out).toContain(place);
  });
});

describe('paths', () => {
  test.each([
    [['DIR/units/*.service'], 3],
    [['DIR/**/*.socket'], 1],
    [['DIR/units/**'], 4],
    [['DIR/{units/sub,nothing}'], 1],
    [['DIR/units', 'DIR/units/clean.service', 'DIR/units/../units'], 4],
  ])('%j are %i files', async (paths, count) => expect((await run(...paths)).out).toMatch(new RegExp(`in ${count} files?,`)));

  test('a pattern that nothing matches', async () => {
    expect(await run('DIR/*.mount')).toMatchObject({ status: 2, complaints: expect.stringContaining('no unit file matches this pattern') });
  });

  test('what several links lead to is told once', async () => {
    symlinkSync('unknown.service', join(folder, 'units/alias.service'));
    expect(await found('DIR/units/alias.service', 'DIR/units/unknown.service')).toEqual([
      'units/alias.service:3 unit/unknown-directive warning',
    ]);
    expect(await found('DIR/units/unknown.service', 'DIR/units')).toHaveLength(2);
  });
});

describe('help', () => {
  test('--list-rules', async () => {
    const { out, status } = await run('--list-rules');
    expect(status).toBe(0);
    expect(out).toMatch(/^unit\/no-equals +warning +a line without =$/m);
    expect(out.trim().split('\n')).toHaveLength(new Set(rules.map(r => r.code)).size);
    expect(JSON.parse((await run('--list-rules', '--format=json')).out)).toContainEqual({
      code: 'unit/no-equals',
      severity: 'warning',
      summary: 'a line without =',
    });
  });

  test('--explain', async () => {
    const { out, status } = await run('--explain', 'unit/no-equals');
    expect(status).toBe(0);
    expect(out).toMatch(/^unit\/no-equals\n/);
    expect(out).not.toMatch(/`|^#/m);
    expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThanOrEqual(100);
  });

  test.each([
    ['unit/nothing', 'there is no rule unit/nothing'],
    ['unit/*', 'that is a group of rules'],
  ])('--explain %s', async (code, complaint) => {
    expect(await run('--explain', code)).toMatchObject({ status: 2, complaints: expect.stringContaining(complaint) });
  });

  test.each([
    ['ExecStart', '[Service] ExecStart='],
    ['[Timer] Unit=', '[Timer] Unit='],
    ['Socket.User', '[Socket] User='],
    ['User', 'Also in [Socket], [Mount], [Swap].'],
  ])('--explain %s', async (asked, said) => {
    const { status, out } = await run('--explain', asked);
    expect({ status, out }).toEqual({ status: 0, out: expect.stringContaining(said) });
  });

  test.each(['ExecStrat', 'Timer.ExecStart', ''])('--explain %j is refused', async asked => {
    expect(await run('--explain', asked)).toMatchObject({ status: 2, complaints: expect.stringContaining('there is no directive') });
  });

  test('where the pages were not installed', async () => {
    expect(await runWith({ home: folder }, '--explain', 'unit/no-equals')).toMatchObject({
      status: 2,
      complaints: expect.stringContaining('were not installed'),
    });
    expect((await runWith({ home: folder }, '--list-rules')).out).toMatch(/^unit\/no-equals +warning$/m);
  });
});
