import { describe, expect, test } from 'vitest';
import { projectFiles, read } from './files.ts';

const files = projectFiles();
const texts = files.filter(file => !/\.(png|raw|wasm|img|gz|xz|zst|squashfs|erofs|ext4)$/.test(file));
const manifest = JSON.parse(read('package.json'));

/** A file is one idea: this many lines hold it. Generated tables are data. */
const mostLines = 400;

test(`no source file is longer than ${mostLines} lines`, () => {
  const sources = files.filter(file => /\.(ts|mjs)$|^lab\/[^.]*$|^\.ci\//.test(file) && !file.endsWith('.generated.ts'));
  const long = sources.map(file => ({ file, lines: read(file).split('\n').length - 1 })).filter(({ lines }) => lines > mostLines);
  expect(long).toEqual([]);
});

describe('no file tells of the machine that it was written on', () => {
  // put together, so that this file does not find itself
  const patterns: Readonly<Record<string, RegExp>> = {
    'a package registry': new RegExp(['registry', 'npmjs'].join('\\.'), 'i'),
    'a checkout': new RegExp(['(?<![\\w.])', 'work', '(?:main|shared)\\b'].join('/')),
    'a scratch directory': new RegExp(['/tmp', 'bash_jobs'].join('/')),
    'a cache of trees': new RegExp(['/var', 'tmp', 'trees'].join('/')),
  };
  test.each(Object.entries(patterns))('%s', (_, pattern) => {
    expect(texts.filter(file => pattern.test(read(file)))).toEqual([]);
  });
});

describe('dependencies', () => {
  const wanted: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

  test('the lockfile names versions and checksums, not where they were downloaded', () => {
    type Locked = { resolved?: string; integrity?: string; link?: boolean; optional?: boolean; os?: string[] };
    const lock: { packages: Record<string, Locked> } = JSON.parse(read('package-lock.json'));
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
    // npm knows no checksum of another platform's optional package that it did not download
    const unchecked = packages.filter(([, { integrity, link, optional, os }]) => !integrity && !link && !(optional && os));
    expect(unchecked.map(([path]) => path)).toEqual([]);
  });

  test('versions are exact', () => {
    expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('each is named with its reason in docs/architecture.md', () => {
    const rows = read('docs/architecture.md')
      .split('\n')
      .filter(line => line.startsWith('| `'));
    const named = new Set(rows.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(match => match[1])));
    expect(Object.keys(wanted).filter(name => !named.has(name))).toEqual([]);
  });
});

test('the package holds only what an allow-list names', () => {
  const lines = read('.vscodeignore')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'));
  expect(lines[0]).toBe('**');
  expect(lines.slice(1).filter(line => !line.startsWith('!'))).toEqual([]);
});
