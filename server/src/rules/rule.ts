/** The shape of a rule: what it looks at, what it may say. */
import type { Directive, Standing } from '../catalogue/catalogue.ts';
import type { Fault, Part } from '../catalogue/grammars/index.ts';
import type { ImageAnswers } from '../image/questions.ts';
import type { KnownHost } from '../portable/known-host.ts';
import type { Assignment, LineSpan, Section, Span, SyntaxFault, UnitTree, Word } from '../unit/tree.ts';
import type { UnitFile } from '../unit/unit-file.ts';
import type { UnitSet } from '../unit/unit-set.ts';
import type { TreeFacts } from './portable/portable-tree.ts';
import type { ReleaseFile } from './portable/release-file.ts';
import type { TreeUnit } from './portable/units.ts';
import type { WholeReport, WholeUnit } from './whole-unit.ts';

/**
 * Error: systemd refuses the unit or drops the rest of the drop-in, or systemctl refuses to enable it. Warning: it says something and goes on, or
 * passes over what is surely wrong. Others: what may be meant.
 */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** The systemd that judges. */
export interface Target {
  readonly systemd: number;
  /** Whose version it is, where it is not just the setting: `host build-vm`. */
  readonly source?: string;
  /** The architecture of that host under systemd's name, where it is known: `arm64`. */
  readonly architecture?: string;
  /** What is known of that host; absent where there is none. */
  readonly host?: KnownHost;
  /** What images are attached with; portabled's own `default` when absent. */
  readonly profile?: TargetProfile;
}

/** A profile for services. */
export interface TargetProfile {
  readonly name: string;
  /** Its text, where it is not one that systemd brings. */
  readonly text?: string;
  /** The address of its file, where an editor can open it. */
  readonly uri?: string;
  /** Where it lies on the host, if that is not where systemd brings its own. */
  readonly path?: string;
}

/** The files around one, among them that one by its path; absent where it is judged by itself. */
export interface Surroundings {
  readonly set: UnitSet;
  readonly path: string;
  /** Circles are looked for when all files were judged (ordering.ts), so that they need not be in memory at once. */
  readonly circlesLater?: boolean;
}

/** What is judged. */
export interface Subject {
  readonly tree: UnitTree;
  readonly unit: UnitFile;
  readonly target: Target;
  readonly among?: Surroundings;
  /** The image tree that it lies in, where there is one and it is known. */
  readonly inTree?: TreeFacts;
  /** What is known of the image that it lies in, where all of that image is there. */
  readonly image?: ImageAnswers;
}

/** What could be done about a finding; features/fixes.ts makes edits of it. */
export type Remedy = {
  /** No version does anything else for it, or the file could not be read at all and only this can be meant: `--fix` makes it unasked. */
  readonly safe?: true;
} /** Put another word in the place of the finding. */ & (
  | { readonly kind: 'replace'; readonly title: string; readonly text: string }
  /** Move the assignment that the finding stands in to another section, which may have to be made. */
  | { readonly kind: 'move'; readonly section: string }
  /** Remove the whole assignment: it has no effect. */
  | { readonly kind: 'remove' }
  /** Put a line above the one that the finding begins in. */
  | { readonly kind: 'insert'; readonly title: string; readonly text: string }
  /** Make a file; `path` is absolute. */
  | { readonly kind: 'create-file'; readonly title: string; readonly path: string; readonly text: string }
  /** Give the file that the finding stands in another name. */
  | { readonly kind: 'rename-file'; readonly title: string; readonly name: string }
  /** Remove the file that the finding stands in. */
  | { readonly kind: 'delete-file'; readonly title: string }
  /** Give the unit another name, with its drop-ins and wherever the image names it. */
  | { readonly kind: 'rename-unit'; readonly title: string; readonly name: string }
  /** Give the directory of the image another name; `root` is its absolute path. */
  | { readonly kind: 'rename-image'; readonly title: string; readonly root: string; readonly name: string }
  /** Make a profile of this name in the workspace, which begins as `text`. */
  | { readonly kind: 'create-profile'; readonly title: string; readonly name: string; readonly text: string }
  /** Choose a profile for the workspace, in its portable-lint.json. */
  | { readonly kind: 'choose-profile'; readonly title: string; readonly name: string }
);

/** A remedy that changes nothing but the text that the finding stands in. */
export type TextRemedy = Extract<Remedy, { readonly kind: 'replace' | 'move' | 'remove' | 'insert' }>;
/** One that makes, moves or changes other files, which takes an editor. */
export type FileRemedy = Exclude<Remedy, TextRemedy>;

/** Tells the two apart. */
export const changesText = (remedy: Remedy): remedy is TextRemedy =>
  remedy.kind === 'replace' || remedy.kind === 'move' || remedy.kind === 'remove' || remedy.kind === 'insert';

/** A line of the profile that has a part in a finding. */
export interface Related {
  readonly profile: TargetProfile;
  readonly systemd: number;
  /** In the profile's text, from 0. */
  readonly line: number;
  readonly message: string;
}

/** What a rule says about one place. */
export interface Report extends Span {
  readonly message: string;
  readonly related?: readonly Related[];
  readonly remedies?: readonly Remedy[];
}

/** An assignment in a section that systemd reads, and what the catalogue knows of its name. */
export interface JudgedAssignment {
  readonly assignment: Assignment;
  readonly section: string;
  /** The directive of that name in that section, with the judging version's stand; absent if no version has it there. */
  readonly directive?: Directive;
  readonly standing?: Standing;
  /** Other sections in which the judging version knows the name. */
  readonly elsewhere: readonly string[];
  /** What the judging version objects to in the value, and what it reads there; nothing where it does not obey the directive. */
  readonly faults: readonly Fault[];
  readonly parts: readonly Part[];
}

/** The rules (`unit/no-equals`) and groups of rules (`unit/*`) that there are. */
export interface KnownCodes {
  readonly has: (code: string) => boolean;
  /** The one that a name is most like. */
  readonly nearest: (code: string) => string | undefined;
}

/** What a check may say. */
export type Reports = Report | readonly Report[] | undefined;

/**
 * The assignments that a rule has something to say of, so that it is not asked about the others: those of which the version does not take the
 * name and the value without a word, those in a section, or those of some directives.
 */
export type About = 'objections' | { readonly section: string } | { readonly keys: readonly string[] };

interface RuleBase {
  /** Stable: it is in settings, suppressions and the name of the rule's page. */
  readonly code: string;
  readonly severity: Severity;
  /** The text that the finding stands in has no effect: editors fade it. */
  readonly fades?: boolean;
}

/** One row of the rule table. A check returns what to say of one thing, or nothing. */
export type Rule = RuleBase &
  (
    | { readonly on: SyntaxFault['kind']; readonly check: (fault: SyntaxFault, subject: Subject) => Reports }
    /** A code in a comment that silences, beside those that there are. */
    | { readonly on: 'silenced'; readonly check: (code: Word, codes: KnownCodes) => Reports }
    | { readonly on: 'section'; readonly check: (section: Section, subject: Subject) => Reports }
    | { readonly on: 'assignment'; readonly about?: About; readonly check: (judged: JudgedAssignment, subject: Subject) => Reports }
    /** About a unit file of a portable image. */
    | { readonly on: 'portable'; readonly check: (unit: TreeUnit) => Reports }
    /** About a file as such, read or not. */
    | { readonly on: 'file'; readonly check: (subject: Subject) => Reports }
    /** About an os-release or extension-release. */
    | { readonly on: 'release'; readonly check: (release: ReleaseFile) => Reports }
    /** About units with all their drop-ins, once each file of theirs could be read. */
    | { readonly on: 'whole'; readonly check: (whole: WholeUnit, subject: Subject) => readonly WholeReport[] | WholeReport | undefined }
  );

/** One thing that is wrong in a file. */
export interface Finding extends Report, LineSpan {
  readonly code: string;
  readonly severity: Severity;
  readonly fades: boolean;
  readonly remedies: readonly Remedy[];
}
