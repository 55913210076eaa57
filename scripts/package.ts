/** `npm run package [-- FILE]`: builds the extension and packs it as a .vsix, then checks that it holds what runs, nothing else, and is small. */
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { must } from '../lab/processes.ts';

const root = join(import.meta.dirname, '..');

/** What may be in the package, below extension/; the first nine lines are what it must hold. */
const allowed: readonly RegExp[] = [
  /^package\.json$/,
  /^dist\/client\.js$/,
  /^dist\/(commands|image-files|report|effective|preview|failures)\.js$/,
  /^dist\/askpass\.js$/,
  /^dist\/(server|while-typing)\.js$/,
  /^dist\/portable-lint\.js$/,
  /^dist\/lint-process\.js$/,
  /^dist\/lint-(on-demand|explain)\.js$/,
  /^docs\/rules\/([\w-]+\/)?[\w-]+\.md$/i,
  /^package\.nls(\.[\w-]+)?\.json$/,
  /^l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
  /^syntaxes\/[\w.-]+\.json$/,
  /^schemas\/[\w.-]+\.json$/,
  /^docs\/(icon\.png|activity-bar\.svg)$/,
  /^(readme|changelog)\.md$/i,
  /^license(\.txt|\.md)?$/i,
];
const required = allowed.slice(0, 9);

/** The largest size of each bundle, in bytes. */
const budgets = [
  { file: 'dist/client.js', limit: 650 * 1024 },
  { file: 'dist/server.js', limit: 700 * 1024 },
];

interface Package {
  readonly path: string;
  readonly bytes: number;
  readonly files: readonly string[];
  /** What is wrong with it, a line each; empty when it is as it must be. */
  readonly findings: readonly string[];
}

/** Builds dist/, minified. Throws with the messages of the compiler. */
const build = (): Promise<string> => must(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });

/** Builds everything and writes the .vsix to `path`, by default into the project's directory under its usual name. */
async function packageExtension(path = join(root, `portable-services-${version()}.vsix`)): Promise<Package> {
  await build();
  mkdirSync(dirname(path), { recursive: true });
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}.new`);
  try {
    await createVSIX({ cwd: root, packagePath: fresh, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
    renameSync(fresh, path);
  } finally {
    rmSync(fresh, { force: true });
  }
  const zip = readFileSync(path);
  const files = namesIn(zip).flatMap(name => (name.startsWith('extension/') ? [name.slice('extension/'.length)] : []));
  return { path, bytes: zip.length, files, findings: [...check(files)] };
}

function* check(files: readonly string[]): Generator<string> {
  for (const file of files) if (!allowed.some(pattern => pattern.test(file))) yield `${file} does not belong into the package`;
  for (const pattern of required) if (!files.some(file => pattern.test(file))) yield `nothing in the package matches ${pattern}`;
  for (const { file, limit } of budgets) {
    const size = readFileSync(join(root, file)).length;
    if (size >= limit) yield `${file} has ${kib(size)}, its limit is ${kib(limit)}`;
  }
}

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

function version(): string {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** The file names in a zip archive, from its central directory (APPNOTE 4.3.12 and 4.3.16). */
function namesIn(zip: Buffer): string[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const names: string[] = [];
  for (let at = zip.readUInt32LE(end + 16), left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    names.push(zip.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}

/** Says what was packed. Returns whether it is as it must be. */
function report(packed: Package): boolean {
  const log = console.log;
  log(`${packed.path}: ${kib(packed.bytes)}, ${packed.files.length} files`);
  for (const { file, limit } of budgets) log(`  ${file} ${kib(readFileSync(join(root, file)).length)} of ${kib(limit)}`);
  for (const finding of packed.findings) log(`  wrong: ${finding}`);
  return packed.findings.length === 0;
}

if (import.meta.main && !report(await packageExtension(process.argv[2]))) process.exitCode = 1;
