import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { lint } from '../../../server/src/node/lint/lint.ts';
import { check } from '../../../server/src/rules/check.ts';
import { pageOf, rules } from '../../../server/src/rules/rules.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';

const docs = join(import.meta.dirname, '../../../docs/rules');
const codes = rules.map(r => r.code);

test('every rule has a page, and every page a rule', () => {
  const pages = globSync('*/*.md', { cwd: docs }).map(p => p.replaceAll('\\', '/'));
  expect(pages.sort()).toEqual([...new Set(codes)].map(pageOf).sort());
});

test.each(codes)('the page of %s', code => {
  const rule = rules.find(r => r.code === code);
  const page = readFileSync(join(docs, pageOf(code)), 'utf8');
  expect(page).toMatch(new RegExp(`^# ${code}\n\nSeverity: ${rule?.severity}\n`));
  for (const heading of ['Why', 'Example', 'Fix']) expect(page).toContain(`\n## ${heading}\n\n`);
  expect(readFileSync(join(docs, 'README.md'), 'utf8')).toContain(`| [${code}](${pageOf(code)}) | ${rule?.severity} |`);
});

/** The text of the first example below a heading. */
const example = (page: string, heading: string) => /```ini\n(.*?)\n```/s.exec(page.slice(page.indexOf(`\n## ${heading}`)))?.[1];

test.each(codes)('the example of %s shows it', code => {
  const page = readFileSync(join(docs, pageOf(code)), 'utf8');
  const text = example(page.split('\n## Fix')[0] ?? '', 'Example');
  if (text === undefined || inFolders.test(text)) return; // bytes and megabytes are told, not shown
  // the example of another type begins with the file's name
  const unit = unitFileOf(/^# (\S+)\n/.exec(text)?.[1] ?? 'hello.service') ?? { role: 'unit' };
  const versions = [252, 262].map(systemd => check({ tree: parseUnit(text), unit, target: { systemd } }));
  // what else it shows, the page must name
  const told = versions.map(found => [...new Set(found.map(f => f.code))].filter(c => c === code || !page.includes(`[${c}]`)));
  expect(told).toContainEqual([code]);
});

/** Examples of several files begin with a path each. */
const inFolders = /^# [^\n/]+\/[^\n]+(\n|$)/;
const severalFiles = codes.filter(code => inFolders.test(example(readFileSync(join(docs, pageOf(code)), 'utf8'), 'Example') ?? ''));

test.each(severalFiles)('the files in the example of %s show it', async code => {
  const page = readFileSync(join(docs, pageOf(code)), 'utf8');
  const shown = page.slice(page.indexOf('\n## Example'), page.indexOf('\n## Fix'));
  const folder = mkdtempSync(join(tmpdir(), 'rule-page-'));
  try {
    for (const [, path = '', text = ''] of shown.matchAll(/```(?:ini\n#|json\n\/\/) ([^\n]+)\n(.*?)```/gs)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text.trim() === '' ? '' : text);
      const image = path.startsWith('hello/') ? ['proc', 'sys', 'dev'] : [];
      for (const mountPoint of image) mkdirSync(join(folder, 'hello', mountPoint), { recursive: true });
    }
    const { findings, failures } = await lint({ paths: [folder], systemd: [262] });
    expect(failures).toEqual([]);
    const told = findings.map(f => f.code).filter(c => c === code || !page.includes(`[${c}]`));
    expect([...new Set(told)]).toEqual([code]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('codes are unique and told by kind', () => {
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^(unit|install|portable|image|sandbox|advice)\/[a-z0-9]+(-[a-z0-9]+)*$/);
});
