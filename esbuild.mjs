// Bundles the extension's client, the language server and portable-lint into dist/. `--watch` keeps at it; `--dev` leaves names readable.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { context } from 'esbuild';

const watch = process.argv.includes('--watch');
const readable = watch || process.argv.includes('--dev');
const executable = '#!/usr/bin/env node';

/** The bundles: what runs where. dbus-next's X11 and fd-passing sockets are native and unused. */
const bundles = [
  {
    entry: 'client/src/extension.ts',
    out: 'dist/client.js',
    external: ['vscode', 'usocket', 'x11'],
    beside: {
      './image-files/index.ts': './image-files.js',
      './inspect/index.ts': './report.js',
      './effective/index.ts': './effective.js',
      '../preview/index.ts': './preview.js',
      './on-demand.ts': './commands.js',
      '../failures/index.ts': './failures.js',
    },
  },
  {
    entry: 'client/src/commands/on-demand.ts',
    out: 'dist/commands.js',
    external: ['vscode', 'usocket', 'x11'],
    beside: { '../preview/index.ts': './preview.js' },
  },
  { entry: 'client/src/image-files/index.ts', out: 'dist/image-files.js', external: ['vscode'] },
  { entry: 'client/src/inspect/index.ts', out: 'dist/report.js', external: ['vscode'] },
  { entry: 'client/src/effective/index.ts', out: 'dist/effective.js', external: ['vscode'] },
  { entry: 'client/src/preview/index.ts', out: 'dist/preview.js', external: ['vscode'] },
  { entry: 'client/src/why-failed.ts', out: 'dist/failures.js', external: ['vscode'] },
  { entry: 'client/src/hosts/ssh/askpass-program.ts', out: 'dist/askpass.js' },
  {
    entry: 'server/src/node/server.ts',
    out: 'dist/server.js',
    beside: { './while-typing.ts': './while-typing.js' },
    banner: executable,
  },
  { entry: 'server/src/node/while-typing.ts', out: 'dist/while-typing.js' },
  // the expression that portable-lint.ts evaluates
  {
    entry: 'server/src/node/lint/lint-process.ts',
    out: 'dist/lint-process.js',
    beside: { './lint-on-demand.ts': './lint-on-demand.js', './lint-explain.ts': './lint-explain.js' },
    banner: '(function (require) {',
    footer: '})',
  },
  { entry: 'server/src/node/lint/lint-on-demand.ts', out: 'dist/lint-on-demand.js' },
  { entry: 'server/src/node/lint/lint-explain.ts', out: 'dist/lint-explain.js' },
];
/** It keeps compiled what it loads, so it must know when that changed; while we watch, that is all the time. */
const starter = () => ({
  entry: 'server/src/node/lint/portable-lint.ts',
  out: 'dist/portable-lint.js',
  banner: executable,
  define: {
    bodyHash: JSON.stringify(watch ? '' : createHash('sha256').update(readFileSync('dist/lint-process.js')).digest('hex').slice(0, 16)),
  },
});

/** Sources that are a bundle of their own: one loads the other when it needs it. */
const besideEachOther = beside => ({
  name: 'beside-each-other',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ path }) => (path in beside ? { path: beside[path], external: true } : undefined));
  },
});

/** Parts of our libraries that nothing of ours comes to; the files say why. */
const unused = {
  jsbi: './client/src/unused/jsbi.cjs',
  minimatch: './client/src/unused/minimatch.cjs',
  'semver/functions/parse': './client/src/unused/semver-parse.cjs',
  'semver/functions/satisfies': './client/src/unused/semver-satisfies.cjs',
};

/** Only the server: the language client has notebooks among its features. */
const isServer = entry => entry.startsWith('server/');

/** The same for files that a library asks for by a path of its own: who asks, for what. */
const unusedFiles = [
  { asks: /\/vscode-languageserver\/lib\/common\/[a-z]+\.js$/i, for: /^\.\/(notebook|semanticTokens)$/ },
  { asks: /\/vscode-languageserver\/lib\/node\/main\.js$/, for: /^\.\/files$/ },
  { asks: /\/vscode-languageserver-protocol\/lib\/common\/protocol\.js$/, for: /^\.\/protocol\.(notebook|semanticTokens)$/ },
];
const withoutUnusedFiles = {
  name: 'without-unused-files',
  setup(build) {
    build.onResolve({ filter: /^\.\/[\w.]+$/ }, ({ path, importer }) => {
      const from = importer.replaceAll('\\', '/');
      const unneeded = unusedFiles.some(one => one.for.test(path) && one.asks.test(from));
      return unneeded ? { path: resolve('server/src/unused/features.cjs') } : undefined;
    });
  },
};

const contextOf = ({ entry, out, external = [], beside = {}, banner, footer, define = {} }) =>
  context({
    entryPoints: [entry],
    outfile: out,
    external,
    define,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    charset: 'ascii',
    minify: !readable,
    keepNames: false,
    sourcemap: readable,
    legalComments: 'none',
    logLevel: 'info',
    mainFields: ['module', 'main'],
    supported: { 'dynamic-import': false }, // an import() becomes a require()
    alias: unused,
    plugins: [besideEachOther(beside), ...(isServer(entry) ? [withoutUnusedFiles] : [])],
    ...(banner && { banner: { js: banner } }),
    ...(footer && { footer: { js: footer } }),
  });

/** Builds, once or for as long as this runs. */
async function build(wanted) {
  const contexts = await Promise.all(wanted.map(contextOf));
  if (watch) return await Promise.all(contexts.map(c => c.watch()));
  await Promise.all(contexts.map(c => c.rebuild()));
  await Promise.all(contexts.map(c => c.dispose()));
}

await build(bundles);
await build([starter()]);
