// Bundles the extension's client, the language server and portable-lint into dist/. `--watch` keeps at it; `--dev` leaves names readable.
import { context } from 'esbuild';

const watch = process.argv.includes('--watch');
const readable = watch || process.argv.includes('--dev');

/** The bundles: what runs where. dbus-next's X11 and fd-passing sockets are native and unused. */
const bundles = [
  { entry: 'client/src/extension.ts', out: 'dist/client.js', external: ['vscode', 'usocket', 'x11'] },
  { entry: 'server/src/node/server.ts', out: 'dist/server.js', external: [], banner: '#!/usr/bin/env node' },
  // the starter requires the rest, so that Node can keep the rest compiled
  {
    entry: 'server/src/node/portable-lint.ts',
    out: 'dist/portable-lint.js',
    external: ['./lint-process.ts'],
    banner: '#!/usr/bin/env node',
  },
  { entry: 'server/src/node/lint-process.ts', out: 'dist/lint-process.js', external: ['./lint-on-demand.ts'] },
  { entry: 'server/src/node/lint-on-demand.ts', out: 'dist/lint-on-demand.js', external: [] },
];

/** What is left out of a bundle by the name of its source is a bundle of its own. */
const besideEachOther = {
  name: 'beside-each-other',
  setup(build) {
    const left = (build.initialOptions.external ?? []).filter(path => path.endsWith('.ts'));
    build.initialOptions.external = build.initialOptions.external?.filter(path => !left.includes(path));
    build.onResolve({ filter: /\.ts$/ }, ({ path }) =>
      left.includes(path) ? { path: path.replace(/\.ts$/, '.js'), external: true } : undefined,
    );
  },
};

const contexts = await Promise.all(
  bundles.map(({ entry, out, external, banner }) =>
    context({
      entryPoints: [entry],
      outfile: out,
      external,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      minify: !readable,
      keepNames: false,
      sourcemap: readable,
      legalComments: 'none',
      logLevel: 'info',
      mainFields: ['module', 'main'],
      supported: { 'dynamic-import': false }, // an import() becomes a require()
      plugins: [besideEachOther],
      ...(banner && { banner: { js: banner } }),
    }),
  ),
);

if (watch) await Promise.all(contexts.map(c => c.watch()));
else {
  await Promise.all(contexts.map(c => c.rebuild()));
  await Promise.all(contexts.map(c => c.dispose()));
}
