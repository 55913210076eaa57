/** The settings of a unit that count, as what reads them here needs them: rules/whole-unit.ts makes them out of a unit and its drop-ins. */
import type { Part } from '../catalogue/grammars/index.ts';

/** One assignment that counts. */
export interface UnitSetting {
  readonly value: string;
  readonly judged: {
    readonly assignment: { readonly key: { readonly text: string } };
    /** What the grammar of the directive read in the value. */
    readonly parts: readonly Part[];
  };
}

/** A unit with its drop-ins. The section is the one of the unit's type where none is named. */
export interface UnitSettings {
  readonly name?: string;
  readonly systemd: number;
  /** The assignment that decides a setting of one value; none where it is not set, or set back to its default. */
  readonly one: (key: string, section?: string) => UnitSetting | undefined;
  /** The assignments to some keys that add up, in order: all since the last empty one. */
  readonly all: (keys: readonly string[], section?: string) => readonly UnitSetting[];
  /** The empty assignment by which these were last emptied. */
  readonly emptied: (keys: readonly string[], section?: string) => UnitSetting | undefined;
}
