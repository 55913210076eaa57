// The formats of portable-lint, and that nothing in a file or its name breaks out of them.
import { afterAll, describe, expect, test } from 'vitest';
import { lintingFolder } from './linting.ts';

const evil = 'odd/\u001b[31m%\n::error::,:.service';
const { run, runWith, remove } = lintingFolder({
  'a.service': '[Service]\nExecStart=/bin/true\nFoo=1\n[Bar]\n[Service\n',
  [evil]: '[Foo\u001b[31m::x%]\n',
  'README.md': 'no unit\n',
});
afterAll(remove);

describe('colours', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const coloured = /\u001b\[/;
  test.each<[env: Record<string, string>, terminal: boolean, colours: boolean]>([
    [{}, false, false],
    [{}, true, true],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [{ TERM: 'dumb' }, true, false],
  ])('%j, on a terminal: %s', async (env, terminal, colours) => {
    const { out } = await runWith({ env, terminals: { out: terminal, complain: false } }, 'DIR/a.service');
    expect(coloured.test(out)).toBe(colours);
  });
});

describe('github', () => {
  test('a command a finding', async () => {
    const { out, status } = await run('--format', 'github', 'DIR/a.service');
    expect(status).toBe(1);
    expect(
      out
        .trim()
        .split('\n')
        .map(line => line.replace(/(title=[^:]*)::.*$/, '$1')),
    ).toEqual([
      '::warning file=DIR/a.service,line=3,endLine=3,col=1,endColumn=4,title=unit/unknown-directive',
      '::warning file=DIR/a.service,line=4,endLine=4,col=2,endColumn=5,title=unit/unknown-section',
      '::error file=DIR/a.service,line=5,endLine=5,col=1,endColumn=9,title=unit/bad-header',
    ]);
  });

  test('no name or text begins another', async () => {
    const { out } = await run('--format', 'github', 'DIR/odd');
    const lines = out.trim().split('\n');
    expect(
      lines.every(line => /^::(error|warning) file=[^,:]*%3A[^,:]*,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=[\w/-]+::/.test(line)),
    ).toBe(true);
    expect(out).toContain('\\x1b[31m%25\\x0a%3A%3Aerror%3A%3A%2C%3A.service');
  });
});

describe('text', () => {
  test('nothing steers a terminal', async () => {
    const { out } = await run('DIR/odd');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(out.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f]/);
  });
});

/** What the schema of SARIF 2.1.0 requires of the parts that we write: required fields and their types, and that nothing unknown is there. */
type Shape = { [field: string]: Shape | Check | [Shape | Check] };
type Check = (value: unknown) => boolean;
const text: Check = v => typeof v === 'string' && v.length > 0;
const uri: Check = v => typeof v === 'string' && !/[\s"<>\\^`{|}]/.test(v) && new URL(v, 'file:///base/').href.length > 0;
const atLeast =
  (least: number): Check =>
  v =>
    Number.isInteger(v) && Number(v) >= least;
const level: Check = v => ['none', 'note', 'warning', 'error'].includes(String(v));
const message: Shape = { text };
const artifact: Shape = { uri, 'uriBaseId?': text };
const sarif: Shape = {
  version: v => v === '2.1.0',
  $schema: uri,
  runs: [
    {
      tool: {
        driver: {
          name: text,
          version: text,
          rules: [{ id: text, name: text, 'shortDescription?': message, 'help?': message, defaultConfiguration: { level } }],
        },
      },
      columnKind: v => v === 'utf16CodeUnits' || v === 'unicodeCodePoints',
      originalUriBaseIds: { '%SRCROOT%': { uri: v => uri(v) && String(v).endsWith('/') } },
      invocations: [{ executionSuccessful: v => typeof v === 'boolean', toolExecutionNotifications: [{ level, message }] }],
      results: [
        {
          ruleId: text,
          ruleIndex: atLeast(0),
          level,
          message,
          locations: [
            {
              physicalLocation: {
                artifactLocation: artifact,
                region: { startLine: atLeast(1), startColumn: atLeast(1), endLine: atLeast(1), endColumn: atLeast(1) },
              },
            },
          ],
          partialFingerprints: { 'portableLint/v1': text },
          properties: { systemd: [atLeast(247)] },
        },
      ],
    },
  ],
};

/** The paths at which a value is not of a shape. */
function* misfits(value: unknown, shape: Shape | Check | [Shape | Check], at = '$'): Generator<string> {
  if (typeof shape === 'function') {
    if (!shape(value)) yield `${at}: ${JSON.stringify(value)}`;
  } else if (Array.isArray(shape)) {
    if (!Array.isArray(value)) yield `${at}: no array`;
    else for (const [n, item] of value.entries()) yield* misfits(item, shape[0], `${at}[${n}]`);
  } else if (typeof value !== 'object' || value === null) yield `${at}: no object`;
  else {
    const fields = new Map(Object.entries(value));
    for (const [name, inner] of Object.entries(shape)) {
      const field = name.replace(/\?$/, '');
      if (fields.has(field)) yield* misfits(fields.get(field), inner, `${at}.${field}`);
      else if (!name.endsWith('?')) yield `${at}.${field}: missing`;
      fields.delete(field);
    }
    for (const unknown of fields.keys()) yield `${at}.${unknown}: unknown`;
  }
}

describe('sarif', () => {
  test.each([[['DIR/a.service']], [['DIR/odd']], [['DIR/README.md', 'DIR/a.service']], [['--systemd=252,262', 'DIR/a.service']]])(
    '%j',
    async paths => {
      const { out } = await run('--format', 'sarif', ...paths);
      expect([...misfits(JSON.parse(out), sarif)]).toEqual([]);
    },
  );

  test('results point to their rules and files', async () => {
    const log = JSON.parse((await run('--format', 'sarif', 'DIR/a.service', 'DIR/README.md')).out);
    const [run0] = log.runs;
    type Result = { ruleId: string; ruleIndex: number };
    expect(run0.results.map((r: Result) => run0.tool.driver.rules[r.ruleIndex].id)).toEqual(run0.results.map((r: Result) => r.ruleId));
    expect(run0.results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'a.service', uriBaseId: '%SRCROOT%' },
      region: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 4 },
    });
    expect(run0.invocations[0]).toMatchObject({ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }] });
  });

  test('the fingerprint of a finding stays when its line moves', async () => {
    const print = async (content: string) => {
      const input = () => new TextEncoder().encode(content);
      const { out } = await runWith({ input }, '--format', 'sarif', '--stdin-filename', 'x.conf', '-');
      return JSON.parse(out).runs[0].results.map((r: { partialFingerprints: object }) => r.partialFingerprints);
    };
    expect(await print('[Service]\nFoo=1\nFoo=1\n')).toEqual(await print('\n# moved\n\n[Service]\n  Foo=1\nFoo=1\n'));
  });
});
