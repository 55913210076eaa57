/**
 * What the unit parser returns: the sections and assignments of one file, each with its exact place, and what is wrong with the syntax.
 * Offsets are UTF-16 code units into the text that was parsed, end exclusive.
 */

/** A stretch of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A word of the file and where it stands. */
export interface Word extends Span {
  readonly text: string;
}

/** Something that systemd reads as one line, continuation lines joined. */
export interface LineSpan extends Span {
  /** The line number that systemd names in its messages, from 1: of the last physical line, or one more where the file ended a continuation. */
  readonly line: number;
  /** Where that line begins in the text; after its end where the file ended a continuation. */
  readonly lineStart: number;
}

/** `Key=value`, perhaps continued over several lines. */
export interface Assignment extends LineSpan {
  readonly key: Word;
  /** As systemd sees it: continuations joined, stripped. */
  readonly value: string;
  /** From the first to the last character of the value in the text, continuation lines included. */
  readonly valueSpan: Span;
  /** Where each character of `value` stands in the text; `value.length + 1` entries, ascending. Computed when asked for. */
  readonly offsets: () => readonly number[];
}

/** A `[Name]` header and what follows it. Assignments before any header are in `UnitTree.orphans`. */
export interface Section extends Span {
  readonly name: Word;
  readonly header: LineSpan;
  readonly assignments: readonly Assignment[];
}

/** What the syntax alone can get wrong. `fatal`: systemd stops reading the file there (domain: conf-parser.c). */
export interface SyntaxFault extends LineSpan {
  readonly kind: 'bad-header' | 'no-equals' | 'empty-key' | 'outside-section' | 'line-too-long' | 'not-utf8';
  readonly fatal: boolean;
  /** The section that the line stands in; absent before the first header. */
  readonly section?: Section;
  /** The assignment that it would be, for a line before the first header that is one. */
  readonly orphan?: Assignment;
}

/** One unit file, drop-in or profile. */
export interface UnitTree {
  readonly text: string;
  readonly sections: readonly Section[];
  readonly orphans: readonly Assignment[];
  /** In order of the text. */
  readonly faults: readonly SyntaxFault[];
  /** Where systemd stops reading: the start of the first line with a fatal fault, else the end of the text. What ends later was never read. */
  readonly readTo: number;
}
