/** What a row of a tree shows, without VS Code: the views turn it into a `TreeItem`. */
import type { ImagePath } from '../../../server/src/protocol-inside.ts';

/** A codicon, with the id of a theme colour where a state is coloured (words say the same). */
export interface Icon {
  readonly id: string;
  readonly color?: string;
}

/** One row. `id` is stable over refreshes, so that unfolded rows stay unfolded. */
export interface ItemSpec {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Lines of plain text. */
  readonly tooltip?: string;
  readonly icon: Icon;
  readonly unfolds: 'no' | 'folded' | 'unfolded';
  /** Words that the menus of package.json look for. */
  readonly context?: string;
  /** File that a click opens. */
  readonly opens?: string;
  /** Setting, of machine scope, that a click opens. */
  readonly opensSetting?: string;
  /** Place in an image that a click opens. */
  readonly opensInside?: ImagePath;
}

/** The theme colours of states. */
export const colors = {
  good: 'testing.iconPassed',
  bad: 'list.errorForeground',
  warning: 'list.warningForeground',
} as const;
