import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeUnit } from '../../../server/src/features/judge.ts';
import { firstInvalidByte } from '../../../server/src/unit/encoding.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';

/** LONG=1 takes a hundred thousand cases of each kind. */
const long = process.env.LONG === '1' ? 100_000 : undefined;
const timeout = 60_000 + (long ?? 0) * 10;
const unit = { kind: 'service', role: 'unit' } as const;
const piece = fc.oneof(
  fc.constantFrom(
    '[Unit]',
    '[',
    ']',
    '=',
    '\\',
    '\n',
    '\r',
    '\0',
    '#',
    ';',
    ' ',
    '\t',
    '\ufeff',
    '\ufffe',
    'ExecStart',
    'X-',
    '[Service]\n',
    '\\\n',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const text = fc.array(piece, { maxLength: 60 }).map(pieces => pieces.join(''));

describe('any text', () => {
  test('gives a tree whose places are in the text', { timeout }, () => {
    fc.assert(
      fc.property(text, source => {
        const { sections, orphans, faults, readTo } = parseUnit(source);
        expect(readTo).toBeLessThanOrEqual(source.length);
        for (const span of [...sections, ...sections.flatMap(s => s.assignments), ...orphans, ...faults]) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeGreaterThanOrEqual(span.start);
          expect(span.end).toBeLessThanOrEqual(source.length);
        }
        for (const { value, offsets } of sections.flatMap(s => s.assignments)) expect(offsets()).toHaveLength(value.length + 1);
      }),
      { numRuns: long ?? 2_000, seed: 1 },
    );
  });

  test('is judged without an exception', { timeout }, () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 247, max: 262 }), (source, systemd) => {
        for (const { start, end } of judgeUnit({ text: source, unit }, { systemd }).findings) expect(end).toBeGreaterThanOrEqual(start);
      }),
      { numRuns: long ?? 2_000, seed: 2 },
    );
  });
});

describe('any bytes', () => {
  test('are invalid where a strict decoder says so, if no line is a comment', { timeout }, () => {
    const decode = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const bytes = fc.array(
      fc.oneof(
        fc.constantFrom(0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0xf4, 0x90),
        fc.integer({ min: 0, max: 255 }),
      ),
    );
    fc.assert(
      fc.property(bytes, list => {
        const all = Uint8Array.from(list.filter(b => b !== 0x23 && b !== 0x3b));
        const fault = firstInvalidByte(all);
        const whole = () => decode.decode(all);
        if (!fault) expect(whole).not.toThrow();
        else {
          expect(whole).toThrow();
          const before = decode.decode(all.subarray(0, fault.byte));
          expect(before).toHaveLength(fault.offset);
          expect(before.split(/\r\n|\r|\n/).at(-1)).toHaveLength(fault.character);
        }
      }),
      { numRuns: long ?? 5_000, seed: 3 },
    );
  });
});

describe('hostile text is done in a moment', () => {
  const mib = 1 << 20;
  const longest = mib - 100; // more in one line is not read
  const quarter = mib / 4; // for texts in which every line is a finding
  const names = Array.from({ length: 15_000 }, (_, n) => `ExecStrt${n.toString(36)}=x`).join('\n');
  test.each([
    ['of one line', 'a'.repeat(mib)],
    ['of brackets', '['.repeat(mib)],
    ['of backslashes', '\\'.repeat(mib)],
    ['of continuations', 'a\\\n'.repeat(mib / 3)],
    ['of headers', '[A]\nx\n'.repeat(quarter / 6)],
    ['of lines before a header', 'a=b\n'.repeat(quarter / 4)],
    ['of lines without =', `[Service]\n${'ab\n'.repeat(quarter / 3)}`],
    ['of blank lines', ' \n'.repeat(mib / 2)],
    ['of NULs', '\0'.repeat(mib)],
    ['of unknown names', `[Service]\n${names}`],
    ['of noncharacters', `[Service]\n${'\uffff\n'.repeat(quarter / 4)}`],
    ['of a command of commas', `[Service]\nExecStart=/a ${','.repeat(longest)}`],
    ['of a command of quotes', `[Service]\nExecStart=/a ${'"'.repeat(longest)}`],
    ['of a command of percent signs', `[Service]\nExecStart=/a ${'%'.repeat(longest)}`],
    ['of a command of backslashes', `[Service]\nExecStart=/a ${'\\'.repeat(longest)}`],
    ['of names of units', `[Unit]\nAfter=${'a.service '.repeat(longest / 10)}`],
    ['of specifiers of a template', `[Unit]\nAfter=${'%i '.repeat(longest / 3)}`],
    ['of bad headers', '[a\n'.repeat(quarter / 3)],
  ])('%s', { timeout: 60_000 }, (_, source) => {
    judgeUnit({ text: source, unit }, { systemd: 252 });
    // it takes up to half a second; quadratic work would take minutes, and meet the timeout
  });
});
