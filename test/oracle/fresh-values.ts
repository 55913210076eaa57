/** Makes values that nobody wrote down: right, nearly right and wrong, the same for the same seed. */
import { grammarFor } from '../../server/src/catalogue/grammars/index.ts';
import { directives, parserOf } from '../../server/src/catalogue/parsers.ts';
import { numbers, pieces, seedsOf } from './fresh-seeds.ts';
import { unitOf } from './fresh-systemd.ts';

/** Whole numbers below `n`. */
export type Random = (n: number) => number;

/** A sequence of numbers that a seed determines (a mixed Weyl sequence, 32 bits). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return n => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((((mixed ^ (mixed >>> 16)) >>> 0) * n) / 2 ** 32) | 0;
  };
}

const separators = [' ', ' ', '  ', ',', ':', ';', '\t', '=', '/', '-', ''];
/** Lengths at which a name, a path, a device or a text may become too long. */
const lengths = [2, 15, 16, 17, 31, 32, 63, 64, 65, 107, 108, 109, 127, 128, 199, 200, 255, 256, 1000, 4090, 4095, 4096, 4097, 9000];
/** Words and what is between them, to change one at a time. */
const token = /[A-Za-z_]+|[0-9]+|[ \t]+|./gsu;

/** Makes values of one directive. */
export interface Generator {
  readonly next: () => string;
}

const everySeed = [...new Set(directives().flatMap(({ parser }) => seedsOf(parser)))];

/** A generator of values for a directive as a version reads it. */
export function generatorFor(section: string, key: string, version: number, random: Random): Generator {
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => {
    const picked = list[random(list.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  };
  const words = grammarFor(section, key, {})?.words?.({ version, section, key, ...unitOf(section) }) ?? [];
  const seeds = seedsOf(parserOf(section, key) ?? '');
  const basis = seeds.length + words.length > 0 ? [...seeds, ...words] : everySeed;
  // a table of hundreds of words does not drown the seeds
  const start = () => (seeds.length > 0 && (words.length === 0 || random(2) === 0) ? pick(seeds) : pick(basis));

  const changeCharacter = (value: string): string => {
    const characters = [...value];
    const at = random(characters.length + 1);
    switch (random(5)) {
      case 0:
        characters.splice(at, 1);
        break;
      case 1:
        characters.splice(at, 0, pick(pieces));
        break;
      case 2:
        characters.splice(at, 1, pick(pieces));
        break;
      case 3:
        characters.splice(at, 0, characters[at] ?? '');
        break;
      default:
        characters[at] = otherCase(characters[at] ?? '');
    }
    return characters.join('');
  };
  const changeToken = (value: string): string => {
    const tokens = value.match(token) ?? [];
    const at = random(Math.max(1, tokens.length));
    const old = tokens[at] ?? '';
    switch (random(10)) {
      case 0:
        tokens.splice(at, 1);
        break;
      case 1:
        tokens.splice(at, 0, old);
        break;
      case 2:
        tokens[at] = pick(start().match(token) ?? ['']);
        break;
      case 3:
        tokens[at] = otherCase(old);
        break;
      case 4:
        tokens[at] = pick(['"', "'"]) + old + pick(['"', "'", '']);
        break;
      case 5:
        tokens[at] = pick(pieces);
        break;
      case 6:
        tokens[at] = escaped(old, random);
        break;
      case 7:
        tokens[at] = old.repeat(Math.ceil(pick(lengths) / Math.max(1, old.length)));
        break;
      default: {
        // numbers are where ranges end
        const digits = tokens.findIndex((t, i) => i >= at && /^[0-9]/.test(t));
        tokens[digits < 0 ? at : digits] = pick(numbers);
      }
    }
    return tokens.join('');
  };
  const changed = (value: string): string => {
    let out = value;
    for (let n = 1 + random(3); n > 0; n--) out = random(2) === 0 ? changeCharacter(out) : changeToken(out);
    return out;
  };
  const joined = (): string => {
    let out = start();
    const separator = pick(separators);
    for (let n = 1 + random(4); n > 0; n--)
      out += (random(4) === 0 ? pick(separators) : separator) + (random(4) === 0 ? changed(start()) : start());
    return out;
  };
  const long = (): string => {
    const unit = random(2) === 0 ? pick(['a', '/a', 'ü', '1', '%n', 'a ', 'a-', 'a.', ' A=1']) : start();
    return (random(2) === 0 ? start() : '') + unit.repeat(Math.ceil(pick(lengths) / unit.length)).slice(0, 10_000);
  };
  const quoted = (value: string): string => {
    const quote = pick(['"', "'"]);
    return quote + value + (random(5) === 0 ? '' : quote);
  };

  return {
    next: () => {
      switch (random(20)) {
        case 0:
        case 1:
          return fitting(start());
        case 2:
        case 3:
        case 4:
          return fitting(joined());
        case 5:
          return fitting(random(3) === 0 ? long() : quoted(start()));
        case 6:
          return fitting(changed(pick(everySeed)));
        case 7:
          return fitting(pick(numbers) + (random(2) === 0 ? pick(pieces) : ''));
        default:
          return fitting(changed(start()));
      }
    },
  };
}

const otherCase = (text: string): string => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase());

/** Each character as an escape of C, some of them as themselves. */
function escaped(text: string, random: Random): string {
  return [...text]
    .map(c => {
      const code = c.charCodeAt(0);
      if (code > 0x7e) return c;
      return [
        c,
        `\\x${code.toString(16).padStart(2, '0')}`,
        `\\${code.toString(8).padStart(3, '0')}`,
        `\\u${code.toString(16).padStart(4, '0')}`,
      ][random(4)];
    })
    .join('');
}

/** The value as one line of a unit can carry it: without line ends, blanks around it, and a backslash that would join the next line. */
function fitting(value: string): string {
  const line = value
    .replace(/[\n\r\0]/g, '')
    .replace(/\p{Surrogate}/gu, '')
    .replace(/^[ \t]+|[ \t]+$/g, '');
  const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
  return backslashes % 2 === 0 ? line : line.slice(0, -1).replace(/[ \t]+$/, '');
}
