/**
 * Rebuilds server/src/catalogue/directives.generated.ts out of what real systemd versions print for `systemd --dump-configuration-items`.
 * usage: npm run catalogue -- [--tree N=DIR]... [--dump N=FILE]...
 *   --tree N=DIR   DIR holds a root file system with systemd N: the dump is made by chroot (Linux, root)
 *   --dump N=FILE  FILE holds such a dump
 * At least 247 and 262 are needed; every version between makes the first versions exact, the rest comes from catalogue-history.ts.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ignoredDirectives } from '../server/src/catalogue/ignored.ts';
import { type Dump, parseDump } from './catalogue-dump.ts';
import { cameWith, wentWith } from './catalogue-history.ts';

const output = fileURLToPath(new URL('../server/src/catalogue/directives.generated.ts', import.meta.url));

/** The dump that the systemd inside a root file system prints. Throws where chroot is not possible. */
export function dumpOfTree(tree: string): Dump {
  const run = (...command: string[]) =>
    execFileSync('chroot', [tree, ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return parseDump(run('/usr/lib/systemd/systemd', '--dump-configuration-items'));
}

interface Row {
  readonly name: string;
  readonly sections: readonly string[];
  readonly since: number;
  readonly until: number | undefined;
}

/** `name` or `Section.name` to the version that a history names for it. */
function history(table: Readonly<Record<number, string>>): (section: string, name: string) => number | undefined {
  const versions = new Map(
    Object.entries(table).flatMap(([version, names]) => names.split(/\s+/).map(name => [name, Number(version)] as const)),
  );
  return (section, name) => versions.get(`${section}.${name}`) ?? versions.get(name);
}

/** One row for each directive and set of sections that share the same history. Throws where an ignored directive is still in the last dump. */
export function catalogueRows(dumps: ReadonlyMap<number, Dump>): readonly Row[] {
  const came = history(cameWith);
  const went = history(wentWith);
  const ignored = new Map(ignoredDirectives.map(i => [i.name, i]));
  const versions = [...dumps.keys()].sort((a, b) => a - b);
  const oldest = versions[0] ?? 0;
  const newest = versions.at(-1) ?? 0;
  const rows = new Map<string, { name: string; sections: string[]; since: number; until: number | undefined }>();
  for (const version of versions) {
    for (const [section, names] of dumps.get(version) ?? []) {
      for (const name of names.keys()) {
        const known = versions.filter(v => dumps.get(v)?.get(section)?.has(name));
        if (known[0] !== version) continue; // already placed by an older dump
        const before = versions[versions.indexOf(version) - 1];
        const dated = came(section, name);
        const since = version === oldest ? oldest : dated !== undefined && dated > (before ?? 0) && dated <= version ? dated : version;
        const last = known.at(-1) ?? version;
        const vanished = last !== newest && !ignored.has(name);
        const until = vanished ? (went(section, name) ?? last + 1) - 1 : undefined;
        if (last === newest && ignored.has(name)) throw new Error(`${name}= is said to be ignored, but systemd ${newest} knows it`);
        const key = `${name}|${since}|${until ?? ''}`;
        const row = rows.get(key);
        if (row) row.sections.push(section);
        else rows.set(key, { name, sections: [section], since, until });
      }
    }
  }
  return [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.since - b.since));
}

/** The generated file's text. */
export function catalogueSource(dumps: ReadonlyMap<number, Dump>): string {
  const versions = [...dumps.keys()].sort((a, b) => a - b);
  const lines = catalogueRows(dumps).map(r => `${r.name}|${r.sections.join(' ')}|${r.since}|${r.until ?? ''}`);
  return `// Made by scripts/catalogue.ts from the dumps of systemd ${versions.join(', ')}. Do not edit.
/** First and last version that the table tells apart. */
export const oldest = ${versions[0]};
export const newest = ${versions.at(-1)};
/** A directive a line: name | sections | first version (the oldest stands for itself and all before) | last version, if it was dropped. */
export const directives = \`
${lines.join('\n')}
\`;
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { tree: { type: 'string', multiple: true }, dump: { type: 'string', multiple: true } } });
  const dumps = new Map<number, Dump>();
  for (const [texts, read] of [
    [values.dump ?? [], (file: string) => parseDump(readFileSync(file, 'utf8'))],
    [values.tree ?? [], dumpOfTree],
  ] as const) {
    for (const text of texts) {
      const match = /^(\d{3})=(.+)$/.exec(text);
      if (!match?.[1] || !match[2]) throw new Error(`${text}: expected VERSION=PATH, as 257=/var/lib/trees/trixie`);
      dumps.set(Number(match[1]), read(match[2]));
    }
  }
  if (!dumps.has(247) || !dumps.has(262)) throw new Error('the dumps of 247 and 262 are needed, see the head of this script');
  writeFileSync(output, catalogueSource(dumps));
  console.log(`${output}: ${catalogueRows(dumps).length} rows from systemd ${[...dumps.keys()].sort().join(', ')}`);
}
