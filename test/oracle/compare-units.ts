/** Whole units as we judge them and as a real systemd does: the same lines, the same refusals. */
import { verify } from '../../lab/verify.ts';
import { check } from '../../server/src/rules/check.ts';
import { rules } from '../../server/src/rules/rules.ts';
import { firstInvalidByte } from '../../server/src/unit/encoding.ts';
import { parseUnit } from '../../server/src/unit/parse.ts';
import { unitFileOf } from '../../server/src/unit/unit-file.ts';
import { type UnitSource, unitSet } from '../../server/src/unit/unit-set.ts';
import { freshException } from './fresh-exceptions.ts';
import type { MadeUnit } from './made-units.ts';

/** What is said of a unit: the lines that are named, as `file:line`, and whether it is refused. */
interface Said {
  readonly lines: readonly string[];
  readonly refused: boolean;
}

/** A unit of which the two do not say the same. */
export interface UnitDifference {
  readonly files: MadeUnit;
  readonly ours: Said;
  readonly theirs: Said;
  readonly output: readonly string[];
}

const wholeCodes = new Set(rules.filter(({ on }) => on === 'whole').map(({ code }) => code));
const refusing = /Refusing|not loading|failed to load|fatal error|^Failed to (?:load|prepare)|bad unit file setting/;
/** Rules of systemd-oomd, and up to 257 filters, that are looked for when the unit is loaded, and are not on this machine. */
const notHere = /failed to load properly.*: No such file or directory$/;
/** What is said of a line of a file: `/zz/3/a.service.d/x.conf:3: ...`. */
const ofLine = /(?:^|\/)((?:[^/:\s]+\.d\/)?[^/:\s]+\.(?:conf|service|socket|timer|path|mount|automount|swap|slice|target)):(\d+): (.*)/;
/** Said with a line, and yet of the machine. */
const ofMachine = /No such file or directory|is not executable/;

function ours(
  files: MadeUnit,
  systemd: number,
): Said & { readonly assignments: ReadonlyMap<string, readonly [key: string, value: string]> } {
  const assignments = new Map<string, readonly [string, string]>();
  const sources = files.map(([name, text]): UnitSource => {
    const invalidAt = firstInvalidByte(new TextEncoder().encode(text))?.offset;
    const tree = parseUnit(text, invalidAt === undefined ? {} : { invalidAt });
    for (const { line, key, value } of tree.sections.flatMap(s => s.assignments)) assignments.set(`${name}:${line}`, [key.text, value]);
    return { path: `/x/${name}`, unit: unitFileOf(`/x/${name}`) ?? { role: 'unit' }, tree: () => tree };
  });
  const set = unitSet(sources);
  const found = sources.flatMap(({ path, unit, tree }) =>
    check({ tree: tree(), unit, target: { systemd }, among: { set, path } })
      .filter(({ code }) => code.startsWith('unit/'))
      .map(finding => ({ ...finding, file: path.slice('/x/'.length) })),
  );
  // an error in a drop-in loses the rest of that drop-in
  const refused = found.some(
    ({ severity, code, file }) => severity === 'error' && (wholeCodes.has(code) || unitFileOf(`/x/${file}`)?.role === 'unit'),
  );
  const lines = found.filter(({ code }) => !wholeCodes.has(code)).map(({ file, line }) => `${file}:${line}`);
  return { lines: [...new Set(lines)].sort(), refused, assignments };
}

/** Asks the systemd of a tree about each unit. Returns where the two differ. */
export async function compareUnits(tree: string, systemd: number, units: readonly MadeUnit[]): Promise<readonly UnitDifference[]> {
  const answers = await verify(tree, units);
  return units.flatMap((files, n) => {
    const output = answers[n] ?? [];
    const mine = ours(files, systemd);
    const named = output.flatMap(line => {
      const [, file = '', number = '', message = ''] = ofLine.exec(line) ?? [];
      return !files.some(([own]) => own === file) || ofMachine.test(message) ? [] : [{ at: `${file}:${number}`, message }];
    });
    const [name = ''] = files[0] ?? [];
    // a drop-in of all services is one of other units, too
    const isAbout = new RegExp(`(?<![\\w-])${name.replace(/[.\\]/g, '\\$&').replace('@\\.', '@[a-z_]*\\.')}`);
    // what could not be loaded for want of a file of the machine was not read to its end
    if (output.some(line => notHere.test(line) && isAbout.test(line))) return [];
    const refused = output.some(line => refusing.test(line) && isAbout.test(line));
    const theirs = { lines: [...new Set(named.map(({ at }) => at))].sort(), refused };
    const excepted = (at: string) => {
      const [key, value] = mine.assignments.get(at) ?? [];
      const message = named.find(each => each.at === at)?.message ?? '';
      return key !== undefined && value !== undefined && freshException(key, value, systemd, message) !== undefined;
    };
    // of a unit that could not be read, the drop-ins are not looked at
    const unread = mine.refused && theirs.refused && !theirs.lines.some(at => !at.startsWith(`${name}:`));
    const differ = [...new Set([...mine.lines, ...theirs.lines])]
      .filter(at => mine.lines.includes(at) !== theirs.lines.includes(at))
      .filter(at => !unread || at.startsWith(`${name}:`));
    if (differ.some(excepted)) return [];
    const same = differ.length === 0 && mine.refused === theirs.refused;
    return same ? [] : [{ files, ours: { lines: mine.lines, refused: mine.refused }, theirs, output }];
  });
}
