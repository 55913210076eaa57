/** The open documents as the rules judge them, each judged again only when it, or something that it depends on, changed. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { type JudgedUnit, judgeUnit } from '../../features/judge.ts';
import type { Control } from '../../rules/control/regulate.ts';
import { circlesAround } from '../../rules/ordering.ts';
import type { TreeFacts } from '../../rules/portable/portable-tree.ts';
import type { Target } from '../../rules/rule.ts';
import { parseUnit } from '../../unit/parse.ts';
import type { UnitTree } from '../../unit/tree.ts';
import { isForeign, type UnitFile, unitFileOf } from '../../unit/unit-file.ts';
import type { UnitSet } from '../../unit/unit-set.ts';
import type { ImageQuestions } from '../images/image-questions.ts';
import type { TreeReader } from '../images/tree-facts.ts';
import { type DiskCopy, diskCopyOf, invalidOffset } from './disk-copy.ts';
import { documentPath } from './document-path.ts';
import { isConfiguration } from './editor-configuration.ts';
import { neighbourhoodOf, neighbourhoods, type UnitDisk } from './neighbourhoods.ts';

/** Languages that judged-releases.ts judges. */
const withoutRules: ReadonlySet<string> = new Set(['os-release', 'extension-release']);

/** What happened to a file. */
export interface DiskChange {
  readonly uri: string;
  readonly what: 'written' | 'moved';
}

/** Judges documents; keeps what it found until they change. */
export interface JudgedDocuments {
  /** Looks at the file below a document, and with `around` at those around it: to be called when it was opened or saved. */
  readonly look: (document: TextDocument, around: boolean) => Promise<void>;
  /** The document judged as it is now; undefined for what has no rules. */
  readonly judge: (document: TextDocument, target: Target, control: Control) => JudgedUnit | undefined;
  /** A document has another text. */
  readonly edited: (uri: string) => void;
  /** Files were written, or came or went. */
  readonly changedOnDisk: (changes: readonly DiskChange[]) => void;
  readonly forget: (uri: string) => void;
  /** The open documents that have to be judged again for what happened to others since the last call. */
  readonly affected: () => ReadonlySet<string>;
}

/** A document once it was judged. */
interface Known {
  readonly version: number;
  readonly target: Target;
  readonly control: Control;
  readonly set: UnitSet | undefined;
  /** How often the answers about its image had changed. */
  readonly asked: number;
  readonly inTree: TreeFacts | undefined;
  readonly judged: JudgedUnit;
}

/** A document as it is parsed. */
interface Parsed {
  readonly version: number;
  readonly text: string;
  readonly tree: UnitTree;
  readonly bom: boolean;
  readonly invalidAt?: number;
}

/** An open document that is a file. */
interface OpenFile {
  readonly uri: string;
  /** What it has in common with those around it. */
  readonly place: string;
  /** There is such a file on disk. */
  onDisk: boolean;
}

/** The circles of a neighbourhood when its documents were last judged. */
interface SeenCircles {
  readonly target: Target;
  readonly path: string;
  circles: ReadonlyMap<string, number>;
}

/** `documentOf` gives an open document, undefined for one whose file went away, which counts no more; `readFile` the bytes of a file, undefined where it cannot be read; `disk` what lies beside it, `trees` in which image, `images` what that holds. */
export function judgedDocuments(
  documentOf: (uri: string) => TextDocument | undefined,
  readFile: (path: string) => Promise<Uint8Array | undefined>,
  disk?: UnitDisk,
  trees?: TreeReader,
  images?: ImageQuestions,
): JudgedDocuments {
  const copies = new Map<string, DiskCopy>();
  const parsed = new Map<string, Parsed>();
  const known = new Map<string, Known>();
  /** The open documents that are unit files, by path. */
  const opened = new Map<string, OpenFile>();
  const seen = new Map<string, SeenCircles>();
  /** Paths whose texts, or whose neighbours' names, changed since somebody asked who is affected. */
  let changed = new Set<string>();
  const around =
    disk &&
    neighbourhoods(disk, {
      paths: () => [...opened].filter(([, { uri }]) => documentOf(uri)).map(([path]) => path),
      treeOf(path) {
        const file = opened.get(path);
        const document = file && documentOf(file.uri);
        return document && parse(document).tree;
      },
    });

  async function look(document: TextDocument, refresh: boolean) {
    const { uri, languageId } = document;
    const path = documentPath(uri) ?? '';
    const isFile = path !== '' && !withoutRules.has(languageId);
    const file = isFile && unitOf(document) ? (opened.get(path) ?? { uri, place: neighbourhoodOf(path), onDisk: true }) : undefined;
    if (file && !opened.has(path)) {
      opened.set(path, file);
      changed.add(path);
    }
    const prepared = file && (await disk?.prepare?.(path));
    if (file && (refresh || prepared)) around?.unsure(path);
    if (file) images?.doubt(path);
    const bytes = isFile ? await readFile(path) : undefined;
    if (file) file.onDisk = bytes !== undefined;
    const copy = bytes && diskCopyOf(bytes);
    if (copy || copies.has(uri)) {
      parsed.delete(uri);
      known.delete(uri);
      if (file) changed.add(path);
    }
    if (copy) copies.set(uri, copy);
    else copies.delete(uri);
  }

  function parse(document: TextDocument): Parsed {
    const { uri, version } = document;
    const last = parsed.get(uri);
    if (last?.version === version) return last;
    const text = document.getText();
    const copy = copies.get(uri);
    const bom = copy?.bom === true;
    const invalidAt = copy && invalidOffset(text, copy, position => document.offsetAt(position));
    const place = invalidAt !== undefined && { invalidAt };
    const now = { version, text, tree: parseUnit(text, { bom, ...place }), bom, ...place };
    parsed.set(uri, now);
    return now;
  }

  function judge(document: TextDocument, target: Target, control: Control): JudgedUnit | undefined {
    const unit = unitOf(document);
    if (!unit) return undefined;
    const { uri, version } = document;
    const path = pathOf(uri);
    const set = path !== undefined && documentOf(uri) ? around?.around(path) : undefined;
    const inTree = path === undefined ? undefined : trees?.of(path);
    const image = path === undefined ? undefined : images?.of(path);
    const asked = path === undefined ? 0 : (images?.revision(path) ?? 0);
    const last = known.get(uri);
    const asBefore = last?.version === version && last.target === target && last.control === control;
    if (last && asBefore && last.set === set && last.inTree === inTree && last.asked === asked) return last.judged;
    const { version: _, ...text } = parse(document);
    const among = path !== undefined && set ? { set, path } : undefined;
    const judged = judgeUnit(
      { ...text, unit, ...(among && { among }), ...(inTree && { inTree }), ...(image && { image }) },
      target,
      control,
    );
    known.set(uri, { version, target, control, set, inTree, asked, judged });
    if (among) see(among, target);
    return judged;
  }

  /** Notes the circles that a document was judged by. */
  function see(among: { readonly set: UnitSet; readonly path: string }, target: Target) {
    const key = `${target.systemd} ${opened.get(among.path)?.place}`;
    const circles = seen.has(key) ? undefined : circlesAround(among, target);
    if (circles) seen.set(key, { target, path: among.path, circles });
  }

  /** The path of a document, if it is a file that was looked at. */
  function pathOf(uri: string): string | undefined {
    const path = documentPath(uri) ?? '';
    return opened.get(path)?.uri === uri ? path : undefined;
  }

  function edited(uri: string) {
    const path = pathOf(uri);
    if (path !== undefined) changed.add(path);
  }

  function changedOnDisk(changes: readonly DiskChange[]) {
    const moved = new Map<string, string>();
    for (const { uri, what } of changes) {
      const path = documentPath(uri);
      if (path === undefined) continue;
      if (what === 'moved') moved.set(neighbourhoodOf(path), path);
      if (what === 'written' && opened.has(path)) continue; // its open text counts
      around?.written(path);
      changed.add(path);
      images?.doubt(path);
    }
    for (const path of moved.values()) around?.moved(path);
  }

  function affected(): ReadonlySet<string> {
    const paths = changed;
    changed = new Set();
    const again = new Set<string>();
    for (const [path, { uri }] of images ? opened : []) {
      const last = known.get(uri);
      if (last && last.asked !== images?.revision(path)) again.add(uri);
    }
    if (!around || paths.size === 0) {
      for (const uri of again) known.delete(uri);
      return again;
    }
    const places = new Map([...paths].map(path => [opened.get(path)?.place ?? neighbourhoodOf(path), path]));
    for (const [place, one] of places) {
      const open = [...opened].filter(([, file]) => file.place === place);
      if (open.length === 0) continue;
      const set = around.around(one);
      const inCircles = circlesThatChanged(place, set);
      for (const [path, { uri }] of open) {
        const last = known.get(uri);
        if (last && last.set !== set) again.add(uri);
        else if (inCircles.size > 0 && set.unitsWith(path).some(({ name }) => inCircles.has(name))) again.add(uri);
      }
    }
    for (const path of paths) {
      for (const { sources } of around.around(path).unitsWith(path)) {
        for (const source of sources) {
          const file = opened.get(source.path);
          if (file && source.path !== path) again.add(file.uri);
        }
      }
    }
    for (const uri of again) known.delete(uri);
    return again;
  }

  /** The units that are in a circle, or were, where any of that changed since the last call. */
  function circlesThatChanged(place: string, set: UnitSet): ReadonlySet<string> {
    const names = new Set<string>();
    for (const [key, last] of seen) {
      if (key !== `${last.target.systemd} ${place}`) continue;
      const now = circlesAround({ set, path: last.path }, last.target);
      if (now === last.circles) continue;
      for (const name of [...last.circles.keys(), ...(now?.keys() ?? [])]) names.add(name);
      if (now) last.circles = now;
      else seen.delete(key);
    }
    return names;
  }

  function forget(uri: string) {
    const path = pathOf(uri);
    copies.delete(uri);
    parsed.delete(uri);
    known.delete(uri);
    const file = path === undefined ? undefined : opened.get(path);
    if (path === undefined || !file) return;
    opened.delete(path);
    changed.add(path); // the text of the disk counts again
    if (!file.onDisk) around?.moved(path);
    if ([...opened.values()].some(other => other.place === file.place)) return;
    around?.forget(path);
    for (const key of seen.keys()) if (key.endsWith(` ${file.place}`)) seen.delete(key);
  }
  return { look, judge, edited, changedOnDisk, forget, affected };
}

/** What kind of unit file a document is; undefined for what has no rules. */
function unitOf({ uri, languageId }: TextDocument): UnitFile | undefined {
  const { path } = URI.parse(uri);
  if (withoutRules.has(languageId) || isConfiguration(uri) || isForeign(path)) return undefined;
  return unitFileOf(path) ?? { role: 'unit' };
}
