/** The open documents as the rules judge them, each judged once a version and target. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { type JudgedUnit, judgeUnit } from '../features/judge.ts';
import type { Control } from '../rules/control/regulate.ts';
import type { Target } from '../rules/rule.ts';
import { isForeign, type UnitFile, unitFileOf } from '../unit/unit-file.ts';
import type { UnitSet } from '../unit/unit-set.ts';
import { type DiskCopy, diskCopyOf, invalidOffset } from './disk-copy.ts';
import { isConfiguration } from './editor-configuration.ts';
import { slashed } from './units-around.ts';

/** Languages that are accepted and have no rules of their own yet. */
const withoutRules: ReadonlySet<string> = new Set(['os-release', 'extension-release']);

/** Judges documents; keeps what it found until they change. */
export interface JudgedDocuments {
  /** Looks at the file below a document: to be called when it was opened or saved. */
  readonly look: (document: TextDocument) => Promise<void>;
  /** The document judged as it is now; undefined for what has no rules. Judged anew only where one of the three is another object. */
  readonly judge: (document: TextDocument, target: Target, control: Control) => JudgedUnit | undefined;
  readonly forget: (uri: string) => void;
}

/** `readFile` gives the bytes of a file, undefined where it cannot be read; `unitsAround` the units that it belongs to, and what lies beside them. */
export function judgedDocuments(
  readFile: (path: string) => Promise<Uint8Array | undefined>,
  unitsAround?: (path: string) => UnitSet,
): JudgedDocuments {
  const copies = new Map<string, DiskCopy>();
  const sets = new Map<string, { readonly set: UnitSet; readonly path: string }>();
  const known = new Map<
    string,
    { readonly version: number; readonly target: Target; readonly control: Control; readonly judged: JudgedUnit }
  >();

  async function look({ uri, languageId }: TextDocument) {
    const { scheme, fsPath } = URI.parse(uri);
    const bytes = scheme === 'file' && !withoutRules.has(languageId) ? await readFile(fsPath) : undefined;
    const copy = bytes && diskCopyOf(bytes);
    if (copy) copies.set(uri, copy);
    else copies.delete(uri);
    if (bytes && unitsAround) sets.set(uri, { set: unitsAround(fsPath), path: slashed(fsPath) });
    else sets.delete(uri);
    known.delete(uri);
  }

  function judge(document: TextDocument, target: Target, control: Control): JudgedUnit | undefined {
    const unit = unitOf(document);
    if (!unit) return undefined;
    const { uri, version } = document;
    const last = known.get(uri);
    if (last && last.version === version && last.target === target && last.control === control) return last.judged;
    const text = document.getText();
    const copy = copies.get(uri);
    const invalidAt = copy && invalidOffset(text, copy, position => document.offsetAt(position));
    const among = sets.get(uri);
    const input = { text, unit, bom: copy?.bom === true, ...(invalidAt !== undefined && { invalidAt }), ...(among && { among }) };
    const judged = judgeUnit(input, target, control);
    known.set(uri, { version, target, control, judged });
    return judged;
  }

  function forget(uri: string) {
    copies.delete(uri);
    sets.delete(uri);
    known.delete(uri);
  }
  return { look, judge, forget };
}

/** What kind of unit file a document is; undefined for what has no rules. */
function unitOf({ uri, languageId }: TextDocument): UnitFile | undefined {
  const { path } = URI.parse(uri);
  if (withoutRules.has(languageId) || isConfiguration(uri) || isForeign(path)) return undefined;
  return unitFileOf(path) ?? { role: 'unit' };
}
