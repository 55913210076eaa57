/** A unit under another name: what moves, and what has to name it anew. */
import type { Surroundings } from '../rules/rule.ts';
import { baseOf, parentOf } from '../unit/path-parts.ts';
import type { UnitTree } from '../unit/tree.ts';
import type { LoadedUnit, UnitSource } from '../unit/unit-set.ts';
import { type Edit, eolOf } from './fixes.ts';

/** What a new name comes to. */
export interface RenamedUnit {
  readonly texts: readonly { readonly path: string; readonly text: string; readonly edits: readonly Edit[] }[];
  readonly moved: readonly { readonly from: string; readonly to: string }[];
}

/** Directives whose words are names of units. `Alias=` is not among them: those are the names of others. */
const naming: ReadonlySet<string> = new Set(
  `Wants Requires Requisite BindsTo PartOf Upholds Conflicts Before After OnFailure OnSuccess PropagatesReloadTo ReloadPropagatedFrom
  PropagatesStopTo StopPropagatedFrom JoinsNamespaceOf Sockets Service Unit Also WantedBy RequiredBy UpheldBy`.split(/\s+/),
);

/** What starts a service of its own name unless a directive names another: its section, and that directive. */
const starters: Readonly<Record<string, { readonly section: string; readonly key: string }>> = {
  socket: { section: 'Socket', key: 'Service' },
  timer: { section: 'Timer', key: 'Unit' },
  path: { section: 'Path', key: 'Unit' },
};

const stemOf = (name: string): string => name.slice(0, name.lastIndexOf('.'));
const assignmentsOf = (tree: UnitTree) => tree.sections.flatMap(section => section.assignments);

/**
 * Gives the unit of a file a new name among those around it; undefined where that takes more than files: a link leads to it, or a socket that
 * accepts connections, whose service has no name of its own.
 */
export function renamedUnit({ set, path }: Surroundings, to: string): RenamedUnit | undefined {
  const [own] = set.unitsWith(path);
  if (!own || own.sources[0].path !== path) return undefined;
  const from = own.name;
  const units = set.around(path);
  const sources = new Map(units.flatMap(unit => unit.sources).map(source => [source.path, source]));
  const files = new Set(units.map(unit => unit.name));
  // a name that no file has is a link's
  if (set.linksTo(from, path).some(name => !files.has(name))) return undefined;
  const edits = new Map<string, Edit[]>();
  const add = ({ path: at }: UnitSource, more: readonly Edit[]) => {
    if (more.length > 0) edits.set(at, [...(edits.get(at) ?? []), ...more]);
  };
  for (const source of sources.values()) add(source, mentions(source.tree(), from, to));
  for (const unit of units) {
    const named = startedBy(unit, from, to);
    if (named === 'nothing else') return undefined;
    if (named) add(unit.sources[0], [named]);
  }
  const folders = new Set([...sources.keys()].map(parentOf).filter(folder => baseOf(folder) === `${from}.d`));
  return {
    texts: [...edits].map(([at, list]) => ({ path: at, text: sources.get(at)?.tree().text ?? '', edits: list })),
    moved: [...[...folders].map(folder => [folder, `${to}.d`] as const), [path, to] as const].map(([old, name]) => ({
      from: old,
      to: `${parentOf(old)}/${name}`,
    })),
  };
}

/** The words that name the unit, or an instance of it if it is a template. */
function mentions(tree: UnitTree, from: string, to: string): readonly Edit[] {
  const edits: Edit[] = [];
  const [before = '', after = ''] = from.includes('@.') ? from.split('@.') : [];
  const renamed = (word: string): string | undefined => {
    if (word === from) return to;
    if (before === '' || !word.startsWith(`${before}@`) || !word.endsWith(`.${after}`)) return undefined;
    return to.slice(0, to.indexOf('@')) + word.slice(before.length);
  };
  for (const { key, value, offsets } of assignmentsOf(tree)) {
    if (!naming.has(key.text)) continue;
    for (const { 0: word, index } of value.matchAll(/\S+/g)) {
      const text = renamed(word);
      const places = offsets();
      const start = places[index];
      const last = places[index + word.length - 1];
      if (text !== undefined && start !== undefined && last !== undefined) edits.push({ start, end: last + 1, text });
    }
  }
  return edits;
}

/** The line that keeps a socket, timer or path at its service once either has another name. */
function startedBy({ name, kind, sources }: LoadedUnit, from: string, to: string): Edit | 'nothing else' | undefined {
  const starter = starters[kind];
  if (!starter) return undefined;
  const set = sources.flatMap(source => assignmentsOf(source.tree()));
  const accepts = kind === 'socket' && set.some(({ key, value }) => key.text === 'Accept' && /^(1|y|yes|t|true|on)$/i.test(value));
  const own = `${stemOf(name)}${accepts ? '@' : ''}.service`;
  if (from !== own && from !== name) return undefined;
  if (accepts) return 'nothing else';
  if (set.some(({ key, value }) => key.text === starter.key && value !== '')) return undefined;
  const tree = sources[0].tree();
  const header = tree.sections.find(section => section.name.text === starter.section)?.header;
  if (!header) return 'nothing else';
  const eol = eolOf(tree.text);
  return { start: header.end, end: header.end, text: `${eol}${starter.key}=${from === name ? own : to}` };
}
