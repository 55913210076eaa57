/**
 * Starts `portable-lint`: loads its body, lint-process.js, as compiled by an earlier run. Node's own compile cache keeps only what is compiled
 * at first sight; this one keeps all that a run needed, and one file is linted in a third less time.
 */
import {
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** Names the content of lint-process.js; the build puts it in, and leaves it empty where the content is to change. */
declare const bodyHash: string;

const body = join(__dirname, 'lint-process.js');
// the bundle is ASCII: a function in brackets, of `require`
const script = (cachedData?: Buffer): Script =>
  new Script(readFileSync(body, 'latin1'), { filename: body, ...(cachedData && { cachedData }) });

/** Where compiled code is kept. */
interface CachePlace {
  readonly directory: string;
  /** What runs over few files need, and what others do, which takes longer to load. */
  readonly few: string;
  readonly many: string;
}

/** The place for compiled code, in the user's cache; undefined where none is to be kept. */
function cachePlace(): CachePlace | undefined {
  const { XDG_CACHE_HOME, HOME, LOCALAPPDATA, NODE_DISABLE_COMPILE_CACHE } = process.env;
  const caches = XDG_CACHE_HOME || (HOME ? join(HOME, '.cache') : LOCALAPPDATA);
  if (bodyHash === '' || !caches || NODE_DISABLE_COMPILE_CACHE) return undefined;
  const directory = join(caches, 'portable-lint');
  const file = join(directory, `${process.version}-${process.arch}-${bodyHash}`);
  return { directory, few: `${file}.code`, many: `${file}.many.code` };
}

/** Code from the cache, if nobody else can have put it there. */
function cachedCode(file: string): Buffer | undefined {
  try {
    const open = openSync(file, 'r');
    const { uid, mode } = fstatSync(open);
    return isOwn(uid) && (mode & 0o022) === 0 ? readFileSync(open) : undefined;
  } catch {
    return undefined; // the first run
  }
}

const isOwn = (uid: number): boolean => process.getuid === undefined || process.getuid() === uid;

/** Of so many programs, old and new ones, and both kinds of runs. */
const mostKept = 8;

/** Keeps the code for the next run, in place of what was kept longest; a cache that cannot be written does no harm. */
function keep(file: string, directory: string, code: Buffer): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!isOwn(statSync(directory).uid)) return;
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, code, { mode: 0o600, flag: 'wx' });
    renameSync(fresh, file);
    const kept = readdirSync(directory).filter(name => name.endsWith('.code'));
    const byAge = kept.map(name => ({ name, time: statSync(join(directory, name)).mtimeMs })).sort((a, b) => b.time - a.time);
    for (const { name } of byAge.slice(mostKept)) rmSync(join(directory, name));
  } catch {
    // as before
  }
}

/** What lies at a path; undefined where there is nothing, or nobody may look: who reads it tells. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whether so little was asked for that hardly more than one file is judged. Of the words, those that are no paths are values of options. */
function isFew(words: readonly string[]): boolean {
  const there = words.map(statOf).filter(stat => stat !== undefined);
  return there.length > 0 && there.length <= 4 && there.every(stat => stat.isFile());
}

const place = cachePlace();
const words = process.argv.slice(2).filter(arg => !arg.startsWith('-'));
// what few files need is never taken from what many do: it would keep all of that
const own = place && (isFew(words) ? place.few : place.many);
const cached = own === undefined ? undefined : cachedCode(own);
const compiled = script(cached);
compiled.runInThisContext()(require);
// after help or a mistake, most of what a run needs is not compiled yet
if (place && own !== undefined && words.length > 0 && (!cached || compiled.cachedDataRejected)) {
  process.on('exit', () => keep(own, place.directory, compiled.createCachedData()));
}
