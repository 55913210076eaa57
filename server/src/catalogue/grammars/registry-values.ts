/** Parsers of single values: numbers, times, sizes, words, texts, paths, users, resource control. Names as in parsers.ts. */
import { boolean, strictBoolean, tristate } from './boolean.ts';
import type { Grammar } from './grammar.ts';
import { integer, mode, ranges } from './integer.ts';
import { size } from './size.ts';
import { nanoseconds, resettableTimeSpan, timeSpan } from './time-span.ts';

export const valueGrammars: Readonly<Record<string, Grammar>> = {
  bool: boolean,
  'bool/strict': strictBoolean,
  tristate,
  int: integer('integer', ranges.int),
  unsigned: integer('unsigned integer', ranges.unsigned),
  long: integer('long integer', ranges.long),
  mode,
  iec_size: size,
  sec: timeSpan,
  sec_fix_0: timeSpan,
  sec_def_infinity: resettableTimeSpan,
  nsec: nanoseconds,
};
