import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFiles, read, root } from './files.ts';

const documents = projectFiles().filter(file => file.endsWith('.md') && !file.includes('/fixtures/'));

/** The anchors of a document's headings, as GitHub and VS Code name them. */
function anchors(file: string): Set<string> {
  const headings = withoutCode(read(file)).match(/^#+ .*$/gm) ?? [];
  return new Set(
    headings.map(heading =>
      heading
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```|<!--[\s\S]*?-->/gm, '');

/** What is wrong with a link out of a document, or undefined. Addresses outside the project are not looked up. */
function broken(document: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : posix.join(posix.dirname(document), decodeURI(path));
  if (!existsSync(join(root, target))) return `${link}: no such file`;
  if (anchor && target.endsWith('.md') && !anchors(target).has(anchor)) return `${link}: no such heading`;
  return undefined;
}

describe('every link resolves', () => {
  test.each(documents)('%s', document => {
    const links = [
      ...withoutCode(read(document))
        .replace(/`[^`\n]*`/g, '')
        .matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g),
    ].map(match => match[1] ?? '');
    expect(links.flatMap(link => broken(document, link) ?? [])).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');

  test('every folder of the sources has its row in the map', () => {
    const folders = projectFiles().flatMap(file => /^((?:client|server)\/src\/[^/]+)\//.exec(file)?.[1] ?? []);
    expect([...new Set(folders)].filter(folder => !text.includes(`\`${folder}/\``))).toEqual([]);
  });

  test('every folder of the tests is told', () => {
    const folders = projectFiles().flatMap(file => /^(test\/[^/]+)\//.exec(file)?.[1] ?? []);
    expect([...new Set(folders)].filter(folder => !text.includes(`\`${folder}/\``))).toEqual([]);
  });

  test('every path that it names exists', () => {
    const named = [...text.matchAll(/`((?:client|server|lab|scripts|test|docs|syntaxes|examples)\/[\w./-]*)`/g)].map(
      match => match[1] ?? '',
    );
    expect(named.filter(path => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('every npm script that a document names exists', () => {
  const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
  test.each(documents)('%s', document => {
    const named = [...read(document).matchAll(/\bnpm (?:run ([\w:]+)|(start|test))\b/g)].map(match => match[1] ?? match[2] ?? '');
    expect(named.filter(script => !scripts.includes(script))).toEqual([]);
  });
});

test('CONTRIBUTING.md tells every npm script', () => {
  const told = read('CONTRIBUTING.md');
  const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
  expect(scripts.filter(name => !new RegExp(`npm (run )?${name}\\b`).test(told))).toEqual([]);
});
