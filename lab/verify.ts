/** Asks a real systemd what it says of unit files: `systemd-analyze verify` in a tree, the files laid over it. Nothing is written to the tree. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { must } from './processes.ts';

/** Files of one question by their path below its own folder, or from the root; the first is asked about. `-> path` is a link. */
export type Question = readonly (readonly [path: string, text: string])[];

/** What the shell does in its own mount namespace: $1 the layer with the files, $2 the tree, $3 the mount point, $4 what to run for each question, $5 where the answers go. */
const script = `
mount -t overlay overlay -o "lowerdir=$1:$2" "$3" && mount -t proc proc "$3/proc" 2>/dev/null || mount --bind /proc "$3/proc"
mount -t tmpfs tmpfs "$3/run" && mount -t tmpfs tmpfs "$3/tmp"
ask() {
  out=$(cd "$root" && SYSTEMD_LOG_COLOR=0 chroot . sh -c "$what" sh "$2" 2>&1)
  printf '%s' "$out" > "$answers/$1"
}
root=$3 what=$4 answers=$5
export root what answers
export -f ask
xargs -0 -n 2 -P 2 bash -c 'ask "$1" "$2"' ask < "$1/questions"
`;

/**
 * Answers a question by the lines that the command prints, in order of the questions. The command runs in the tree with the path of the
 * file that is asked about as $1. Takes root, and 50 ms a question.
 */
export async function ask(tree: string, questions: readonly Question[], command: string): Promise<readonly (readonly string[])[]> {
  if (questions.length === 0) return [];
  const work = mkdtempSync(join(tmpdir(), 'ask-'));
  try {
    const files = join(work, 'files');
    mkdirSync(join(work, 'root'));
    mkdirSync(join(work, 'answers'));
    const pairs = questions.map((question, n) => {
      const paths = question.map(([path, text]) => {
        const inTree = path.startsWith('/') ? path : `/zz/${n}/${path}`;
        mkdirSync(dirname(join(files, inTree)), { recursive: true });
        if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(files, inTree));
        else writeFileSync(join(files, inTree), text);
        return inTree;
      });
      return `${n}\0${paths[0] ?? ''}\0`;
    });
    // what %m stands for is there on a host that runs
    mkdirSync(join(files, 'etc'), { recursive: true });
    writeFileSync(join(files, 'etc/machine-id'), 'abcdef0123456789abcdef0123456789\n');
    writeFileSync(join(files, 'questions'), pairs.join(''));
    await must('unshare', ['-m', 'bash', '-c', script, 'ask', files, tree, join(work, 'root'), command, join(work, 'answers')], {
      group: true,
    });
    return questions.map((_, n) =>
      readFileSync(join(work, 'answers', String(n)), 'utf8')
        .split('\n')
        .filter(line => line !== ''),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const command = 'systemd-analyze verify --man=no --generators=no';

/** A question of one unit whose name may be any, and that names no other like it: several of them can be asked in one call. */
const anyName = /^a\.(service|socket|timer|path|target)$/;
const perCall = 40;

/** The lines of an answer about many units that are about one of them, under the name that it was asked by. */
function linesAbout(lines: readonly string[], unit: string, name: string): readonly string[] {
  const own = new RegExp(`(?<![\\w-])${unit.replace('.', '[.]')}(?![\\w-])`);
  return lines.filter(line => own.test(line)).map(line => line.replaceAll(unit, name));
}

/** What `systemd-analyze verify` of a tree prints for each question. */
export async function verify(tree: string, questions: readonly Question[]): Promise<readonly (readonly string[])[]> {
  const together: number[] = [];
  const apart: number[] = [];
  questions.forEach((files, n) => {
    const [name = '', text = ''] = files[0] ?? [];
    (files.length === 1 && anyName.test(name) && !/\ba[.@]/.test(text) ? together : apart).push(n);
  });
  const answers = new Map<number, readonly string[]>();
  const batches = Array.from({ length: Math.ceil(together.length / perCall) }, (_, n) => together.slice(n * perCall, (n + 1) * perCall));
  const nameIn = (n: number) => `zz${n}${questions[n]?.[0]?.[0].slice(1) ?? ''}`;
  const batched = batches.map((batch): Question => batch.map(n => [nameIn(n), questions[n]?.[0]?.[1] ?? '']));
  const said = await ask(tree, batched, `cd "\${1%/*}" && ${command} ./*`);
  batches.forEach((batch, at) => {
    for (const n of batch) answers.set(n, linesAbout(said[at] ?? [], nameIn(n), questions[n]?.[0]?.[0] ?? ''));
  });
  const alone = await ask(
    tree,
    apart.map(n => questions[n] ?? []),
    `${command} "$1"`,
  );
  apart.forEach((n, at) => {
    answers.set(n, alone[at] ?? []);
  });
  return questions.map((_, n) => answers.get(n) ?? []);
}
