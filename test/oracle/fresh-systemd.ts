/**
 * Asks the real systemd of a tree what it says about values: it loads unit files that carry them, many at a time, in a mount name space of
 * its own, so that the tree is never written to and nothing stays mounted.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../lab/processes.ts';
import type { Verdict } from './verdicts.ts';

/** A value of a directive to ask about. It has no line end, no NUL, no blank around it, and does not end in a lone backslash. */
export interface Question {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** It gets a unit of its own: expected to refuse the unit (which ends the reading), or dependent on what stood before. */
  readonly alone: boolean;
  /** No empty assignment before it: one would be refused itself. */
  readonly noReset: boolean;
}

/** What systemd said. `where` is undefined when it never got to read the value. */
export interface Answer {
  readonly verdict: Verdict | undefined;
  /** Its first message about the line, or nothing. */
  readonly message: string;
}

const folder = '/zz-values';
const perUnit = 40;
const perCall = 600;
/** After every value; that systemd does not know it shows that it got that far. */
const sentinel = 'ZZRead';

interface UnitKind {
  readonly type: string;
  readonly prefix?: string;
  readonly head: (name: string) => readonly string[];
}

const unitKinds: Readonly<Record<string, UnitKind>> = {
  Service: { type: 'service', head: () => ['[Service]', 'ExecStart=/bin/true'] },
  Socket: { type: 'socket', head: name => ['[Socket]', `ListenStream=/run/${name}`, 'Accept=yes'] },
  Mount: { type: 'mount', head: name => ['[Mount]', 'What=/dev/zz', `Where=/${name}`] },
  Automount: { type: 'automount', head: name => ['[Automount]', `Where=/${name}`] },
  Swap: { type: 'swap', prefix: 'dev-', head: name => ['[Swap]', `What=/dev/${name}`] },
  Timer: { type: 'timer', head: () => ['[Timer]', 'OnBootSec=1h'] },
  Path: { type: 'path', head: () => ['[Path]', 'PathExists=/zz'] },
  Slice: { type: 'slice', head: () => ['[Slice]'] },
};
const service = unitKinds.Service;

/** The sections whose directives can be asked: a scope has no file, [Install] is not read by the manager. */
export const sections: readonly string[] = ['Unit', ...Object.keys(unitKinds)];

/** The unit in which a section's values are tried, as `Context` wants it. The names that are asked differ in their digits. */
export function unitOf(section: string): { readonly unitType: string; readonly unitName: string } {
  const kind = unitKinds[section] ?? service;
  return { unitType: kind?.type ?? 'service', unitName: `${kind?.prefix ?? ''}zz1000.${kind?.type ?? 'service'}` };
}

interface UnitFile {
  readonly name: string;
  readonly text: string;
  readonly questions: readonly Question[];
  /** Line numbers from 1 of each value, and of its sentinel one line below. */
  readonly lines: readonly number[];
}

function unitFile(number: number, questions: readonly Question[]): UnitFile {
  const section = questions[0]?.section ?? '';
  const kind = unitKinds[section] ?? service;
  const bare = `zz${number}`;
  const text = ['[Unit]', 'DefaultDependencies=no', ...(kind?.head(bare) ?? []), `[${section}]`];
  const lines: number[] = [];
  for (const { key, value, noReset } of questions) {
    if (!noReset) text.push(`${key}=`);
    lines.push(text.push(`${key}=${value}`));
    text.push(`${sentinel}=1`);
  }
  return { name: `${kind?.prefix ?? ''}${bare}.${kind?.type ?? 'service'}`, text: `${text.join('\n')}\n`, questions, lines };
}

/** Packs questions into units: those of one directive together. */
function pack(questions: readonly Question[]): readonly UnitFile[] {
  const groups = new Map<string, Question[]>();
  const packed: Question[][] = [];
  for (const question of questions) {
    const name = `${question.section}.${question.key}`;
    const open = groups.get(name);
    if (question.alone) packed.push([question]);
    else if (open && open.length < perUnit) open.push(question);
    else {
      const begun = [question];
      groups.set(name, begun);
      packed.push(begun);
    }
  }
  return packed.map((group, i) => unitFile(1000 + (i % 9000), group));
}

// what specifiers such as %m, %b and %w look up is there, as on a running host; $1 the tree, $2 a directory to mount on, $3 the units, the rest their names
const inside = `
set -e
mount -t tmpfs none "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$2/root"
root=$2/root units=$3
shift 3
mkdir "$root${folder}"
mount -t proc proc "$root/proc"
echo abcdef0123456789abcdef0123456789 > "$root/etc/machine-id"
printf '%s\\n' VERSION_ID=1 VARIANT_ID=variant BUILD_ID=1 IMAGE_ID=image IMAGE_VERSION=1 >> "$root/usr/lib/os-release"
mount --bind "$units" "$root${folder}"
exec chroot "$root" /usr/bin/systemd-analyze verify --man=no --generators=no "$@"`;

/** What one `systemd-analyze verify` says of each unit: messages by line. */
async function verify(tree: string, units: readonly UnitFile[]): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const directory = mkdtempSync(join(tmpdir(), 'fresh-'));
  const mountPoint = mkdtempSync(join(tmpdir(), 'fresh-'));
  try {
    for (const { name, text } of units) writeFileSync(join(directory, name), text);
    const names = units.map(({ name }) => `${folder}/${name}`);
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
      SYSTEMD_LOG_LEVEL: 'notice',
      SYSTEMD_LOG_COLOR: '0',
      SYSTEMD_LOG_LOCATION: '0',
    };
    const args = ['--mount', '--propagation', 'private', '--', 'sh', '-c', inside, 'sh', tree, mountPoint, directory, ...names];
    const { code, stderr } = await run('unshare', args, { env });
    const said = new Map<string, Map<number, string>>();
    for (const line of stderr.split('\n')) {
      const [, name = '', number = '', message = ''] = /^\/zz-values\/([^/:]+):(\d+): (.*)/.exec(line) ?? [];
      const messages = said.get(name) ?? new Map<number, string>();
      said.set(name, messages);
      if (name !== '' && !messages.has(Number(number))) messages.set(Number(number), message);
    }
    if (said.size === 0) throw new Error(`systemd-analyze of ${tree} said nothing of use (exit code ${code}): ${stderr.slice(0, 2000)}`);
    return said;
  } finally {
    rmSync(directory, { recursive: true, force: true });
    rmSync(mountPoint, { recursive: true, force: true });
  }
}

/** Asks the systemd of a tree about every question; the answers are in the questions' order. Throws when it cannot be asked at all. Needs root. */
export async function ask(tree: string, questions: readonly Question[]): Promise<readonly Answer[]> {
  const answers = new Map<Question, Answer>();
  let pending = questions;
  while (pending.length > 0) {
    const unread: Question[] = [];
    const units = pack(pending);
    for (let i = 0; i < units.length; i += perCall) {
      const batch = units.slice(i, i + perCall);
      const said = await verify(tree, batch);
      for (const unit of batch) unread.push(...settle(unit, said.get(unit.name) ?? new Map(), answers));
    }
    pending = unread;
  }
  return questions.map(question => answers.get(question) ?? { verdict: undefined, message: '' });
}

/** Notes the answers of one unit; returns the questions behind a value that ended the reading. */
function settle(unit: UnitFile, said: ReadonlyMap<number, string>, answers: Map<Question, Answer>): readonly Question[] {
  for (const [i, question] of unit.questions.entries()) {
    const line = unit.lines[i] ?? 0;
    const message = said.get(line);
    const wentOn = said.get(line + 1)?.includes(sentinel) === true;
    if (wentOn) answers.set(question, { verdict: message === undefined ? '.' : '!', message: message ?? '' });
    else {
      const reset = question.noReset ? undefined : said.get(line - 1);
      // without a word on the value it was the empty assignment, or the file, that ended the reading
      answers.set(question, message === undefined ? { verdict: undefined, message: reset ?? '' } : { verdict: 'X', message });
      return unit.questions.slice(i + 1);
    }
  }
  return [];
}
