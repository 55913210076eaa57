/**
 * Damages small images of every file system that is read, over and over, and looks at each: it must end in an answer or an error, within two seconds of a
 * processor, without asking for more memory than our limits say, and without a byte from outside the image.
 * usage: npm run fuzz -- [--seconds N] [--first N] [--jobs N] [FORMAT]...
 * Each damage has a number, so that one can be had again: `--first 12345 --seconds 1 erofs`. Exit status 1 when something was found.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Explored } from '../test/fuzz/explore.ts';

const { values, positionals: formats } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    first: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
  },
});
/** Without a word for so long, in ms, one hangs: much more than the limit, for the machine may be busy. */
const hang = 60_000;

type Told =
  | { readonly begun: string }
  | (Explored & { readonly begun?: undefined; readonly image: string; readonly format: string; readonly memory: number });

interface Sum {
  images: number;
  readonly outcomes: Map<string, number>;
  slowest: number;
  allocation: number;
}

const sums = new Map<string, Sum>();
const faults: string[] = [];
let memory = 0;

function add({ image, format, outcome, fault, time, allocation, memory: rss }: Exclude<Told, { readonly begun: string }>): void {
  const sum = sums.get(format) ?? { images: 0, outcomes: new Map(), slowest: 0, allocation: 0 };
  sums.set(format, sum);
  sum.images++;
  sum.outcomes.set(outcome, (sum.outcomes.get(outcome) ?? 0) + 1);
  sum.slowest = Math.max(sum.slowest, time);
  sum.allocation = Math.max(sum.allocation, allocation);
  memory = Math.max(memory, rss);
  if (fault === undefined) return;
  faults.push(`${image}: ${fault}`);
  console.log(`FOUND ${image}: ${fault}`);
}

/** Runs one worker to the end of the time; one that hangs is told of and another takes over behind it. */
async function work(first: number, step: number, end: number): Promise<void> {
  for (let from = first; Date.now() < end; ) {
    let now = '';
    const worker: ChildProcess = fork(join(import.meta.dirname, '../test/fuzz/worker.ts'), [String(from), String(step), ...formats]);
    let timer: NodeJS.Timeout | undefined;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        faults.push(`${now}: it hangs`);
        console.log(`FOUND ${now}: it hangs`);
        worker.kill('SIGKILL');
      }, hang);
    };
    worker.on('message', (told: Told) => {
      watch();
      if (told.begun !== undefined) now = told.begun;
      else add(told);
    });
    const over = setTimeout(() => worker.kill('SIGKILL'), end - Date.now());
    const [code, signal] = await new Promise<readonly [number | null, string | null]>(resolve =>
      worker.once('exit', (...how) => resolve(how)),
    );
    clearTimeout(timer);
    clearTimeout(over);
    if (signal !== 'SIGKILL') {
      faults.push(`${now}: the process ended with ${signal ?? code}`);
      console.log(`FOUND ${now}: the process ended with ${signal ?? code}`);
    }
    from = Number(/number (\d+)$/.exec(now)?.[1] ?? from) + step;
  }
}

const [seconds, first, jobs] = [Number(values.seconds), Number(values.first), Number(values.jobs)];
const end = Date.now() + seconds * 1000;
await Promise.all(Array.from({ length: jobs }, (_, job) => work(first + job, jobs, end)));
for (const [format, { images, outcomes, slowest, allocation }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const told = [...outcomes].sort((a, b) => b[1] - a[1]).map(([outcome, count]) => `${outcome} ${count}`);
  console.log(
    `${format}: ${images} images; ${told.join(', ')}; slowest ${Math.round(slowest)} ms; at most ${(allocation / 2 ** 20).toFixed(1)} MiB at once`,
  );
}
const total = [...sums.values()].reduce((all, { images }) => all + images, 0);
console.log(
  `${total} images from number ${first} on in ${seconds} s, ${faults.length} faults; at most ${Math.round(memory / 2 ** 20)} MiB of memory`,
);
process.exitCode = faults.length > 0 || total === 0 ? 1 : 0;
