import { describe, expect, test } from 'vitest';
import { projectFiles } from './files.ts';
import { type Import, importsOf } from './imports.ts';

// The layers of docs/architecture.md. A file imports from its own level or from below.
const serverLevels: Readonly<Record<string, number>> = { unit: 0, catalogue: 0, image: 0, portable: 1, rules: 2, features: 3, node: 4 };

const sources = projectFiles().filter(file => /\.(ts|mjs)$/.test(file));
const imports = sources.flatMap(importsOf);
const below = (folder: string) => imports.filter(({ from }) => from.startsWith(folder));
const told = (wrong: readonly Import[]) => wrong.map(({ from, to }) => `${from} imports ${to}`);

/** What both halves import. */
const isProtocol = (file: string) => /^server\/src\/protocol(-host|-inside|-profiles)?\.ts$/.test(file);

/** The folder of `server/src` that a file lies in, or undefined. */
const layerOf = (file: string) => /^server\/src\/([^/]+)\//.exec(file)?.[1];

/** The files that stand in circles of files that need each other to be loaded, or between two such circles. Types are erased, so they need nothing. */
function circles(): readonly string[] {
  const loads = new Map(sources.map(file => [file, new Set<string>()]));
  for (const { from, to, typeOnly } of imports) if (!typeOnly && loads.has(to)) loads.get(from)?.add(to);
  // a file that needs none of those that are left, or that none of them needs, is in no circle
  for (let before = Number.POSITIVE_INFINITY; loads.size < before; ) {
    before = loads.size;
    for (const [file, needed] of loads) if (![...needed].some(other => loads.has(other))) loads.delete(file);
    const needed = new Set([...loads.values()].flatMap(files => [...files]));
    for (const file of loads.keys()) if (!needed.has(file)) loads.delete(file);
  }
  return [...loads].map(([file, needed]) => `${file} needs ${[...needed].filter(other => loads.has(other)).join(', ')}`);
}

test('no files need each other to be loaded', () => {
  expect(circles()).toEqual([]);
});

describe('the server', () => {
  test('every folder is a layer', () => {
    const folders = new Set(sources.flatMap(file => layerOf(file) ?? []));
    expect([...folders].filter(folder => !(folder in serverLevels))).toEqual([]);
  });

  test('a layer imports from its own level or below', () => {
    const wrong = below('server/src/').filter(({ from, to }) => {
      const [importer, imported] = [layerOf(from), layerOf(to)];
      return importer && imported && (serverLevels[imported] ?? 0) > (serverLevels[importer] ?? 0);
    });
    expect(told(wrong)).toEqual([]);
  });

  test('imports nothing from the client, the laboratory or the tools', () => {
    expect(told(below('server/').filter(({ to }) => /^(client|lab|scripts|test)\//.test(to)))).toEqual([]);
  });

  test('the protocol imports nothing', () => {
    expect(told(below('server/src/protocol').filter(({ to }) => !isProtocol(to)))).toEqual([]);
  });

  test('only server/src/node knows Node and the language server library, types apart', () => {
    const edge = /^(node:|vscode-languageserver(\/|$)|vscode-jsonrpc)/;
    const wrong = below('server/src/').filter(({ from, to, typeOnly }) => edge.test(to) && !typeOnly && layerOf(from) !== 'node');
    expect(told(wrong)).toEqual([]);
  });
});

describe('the client', () => {
  test('only the client, and the tests inside VS Code, import vscode', () => {
    const wrong = imports.filter(({ from, to }) => to === 'vscode' && !/^(client|test\/e2e)\//.test(from));
    expect(told(wrong)).toEqual([]);
  });

  test('nothing that client/src/hosts reaches imports vscode', () => {
    const reached = new Set(sources.filter(file => file.startsWith('client/src/hosts/')));
    for (const file of reached) {
      for (const { to, typeOnly } of importsOf(file)) if (!typeOnly && sources.includes(to)) reached.add(to);
    }
    expect(told([...reached].flatMap(importsOf).filter(({ to }) => to === 'vscode'))).toEqual([]);
  });

  test('knows of the server the protocol alone', () => {
    expect(told(below('client/').filter(({ to }) => to.startsWith('server/') && !isProtocol(to)))).toEqual([]);
  });

  test('imports nothing from the laboratory, the tools or the tests', () => {
    expect(told(below('client/').filter(({ to }) => /^(lab|scripts|test)\//.test(to)))).toEqual([]);
  });
});
