/**
 * Patterns for paths, `/` between their parts: `*` and `?` within a part, `[a-z]` and `[!a-z]` for one character, `**` for any number of parts,
 * `{a,b}` for either. A backslash takes the next character as it is.
 */

/** Alternatives beyond this many are not tried: a pattern is not a program. */
const mostAlternatives = 256;

/** Whether a path is meant as a pattern. */
export const isGlob = (path: string): boolean => /[*?[{]/.test(path);

/** The patterns that one with `{a,b}` stands for. */
export function withoutBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined && done.length < mostAlternatives; next = open.pop()) {
    const braces = innermostBraces(next);
    if (!braces) done.push(next);
    else for (const choice of braces.choices.reverse()) if (open.length < mostAlternatives) open.push(braces.head + choice + braces.tail);
  }
  return done;
}

/** The first pair of braces that holds no other and has a comma. */
function innermostBraces(pattern: string): { head: string; choices: string[]; tail: string } | undefined {
  let open = -1;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '\\') at++;
    else if (char === '{') open = at;
    else if (char === '}' && open >= 0) {
      const choices = pattern.slice(open + 1, at).split(',');
      if (choices.length > 1) return { head: pattern.slice(0, open), choices, tail: pattern.slice(at + 1) };
      open = -1;
    }
  }
  return undefined;
}

/** Whether `path` matches `pattern` as a whole. Takes at most time in proportion to the product of their lengths. */
export const matchesGlob = (pattern: string, path: string): boolean => {
  const parts = path.split('/');
  return withoutBraces(pattern).some(p => matchParts(p.split('/'), parts));
};

/** Greedy with one point to go back to: enough, because the last star can always take over from earlier ones. */
function matchParts(pattern: readonly string[], parts: readonly string[]): boolean {
  return matchSequence(
    pattern.length,
    parts.length,
    p => pattern[p] === '**',
    (p, n) => matchesPart(pattern[p] ?? '', parts[n] ?? ''),
  );
}

function matchesPart(pattern: string, part: string): boolean {
  if (!/[*?[\\]/.test(pattern)) return pattern === part;
  const tokens = tokensOf(pattern);
  const chars = [...part];
  return matchSequence(
    tokens.length,
    chars.length,
    p => tokens[p] === '*',
    (p, n) => {
      const token = tokens[p];
      return typeof token === 'function' && token(chars[n] ?? '');
    },
  );
}

function matchSequence(patterns: number, items: number, isStar: (p: number) => boolean, fits: (p: number, n: number) => boolean): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let from = 0;
  while (n < items) {
    if (p < patterns && isStar(p)) {
      star = p++;
      from = n;
    } else if (p < patterns && fits(p, n)) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++from;
    } else return false;
  }
  while (p < patterns && isStar(p)) p++;
  return p === patterns;
}

type Token = '*' | ((char: string) => boolean);

function tokensOf(pattern: string): readonly Token[] {
  const chars = [...pattern];
  const tokens: Token[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char === '*') {
      if (tokens.at(-1) !== '*') tokens.push('*');
    } else if (char === '?') tokens.push(() => true);
    else if (char === '[' && chars.indexOf(']', at + 2) > 0) {
      const end = chars.indexOf(']', at + 2);
      tokens.push(setOf(chars.slice(at + 1, end)));
      at = end;
    } else {
      const literal = char === '\\' ? (chars[++at] ?? '\\') : char;
      tokens.push(c => c === literal);
    }
  }
  return tokens;
}

/** `a-z`, `!a-z`, `abc`: the characters between brackets. */
function setOf(chars: readonly string[]): (char: string) => boolean {
  const negated = chars[0] === '!' || chars[0] === '^';
  const set = negated ? chars.slice(1) : chars;
  const ranges: (readonly [low: string, high: string])[] = [];
  for (let at = 0; at < set.length; at++) {
    const low = set[at] ?? '';
    const high = set[at + 2];
    if (set[at + 1] === '-' && high !== undefined) {
      ranges.push([low, high]);
      at += 2;
    } else ranges.push([low, low]);
  }
  return char => ranges.some(([low, high]) => low <= char && char <= high) !== negated;
}

/**
 * Whether one of the patterns names a path or a directory above it, as in .gitignore: a pattern without `/` (but at its end) is for any depth.
 * The path is relative to where the patterns were written.
 */
export function ignores(patterns: readonly string[], path: string): boolean {
  if (patterns.length === 0) return false;
  const parts = path.split('/');
  const above = parts.map((_, n) => parts.slice(0, n + 1).join('/'));
  return patterns.some(given => {
    const pattern = given.replace(/^\.?\//, '').replace(/\/+$/, '');
    const anywhere = !/^\.?\//.test(given) && !pattern.includes('/');
    return anywhere ? parts.some(part => matchesGlob(pattern, part)) : above.some(p => matchesGlob(pattern, p));
  });
}
