/** Finds the line of a directive in a unit file, for who knows its name and wants to show it. */
import type { LocateParams, LocateResult } from '../../protocol.ts';
import { lineIndex } from '../../unit/line-index.ts';
import { parseUnit } from '../../unit/parse.ts';

/** The place in a unit's text; undefined where neither the line nor the directive is there. The last assignment counts, of those that hold the text, if any does. */
export function locate(text: string, { section, key, holds, line }: Omit<LocateParams, 'uri'>): LocateResult | undefined {
  const index = lineIndex(text);
  const assignments = parseUnit(text).sections.flatMap(each =>
    each.assignments.map(assignment => ({ section: each.name.text, assignment })),
  );
  const named = line === undefined ? undefined : assignments.find(({ assignment }) => assignment.line === line);
  if (line !== undefined && named === undefined) return { line: line - 1, start: 0, end: 0 };
  const fitting = assignments.filter(each => each.section === section && each.assignment.key.text === key);
  const holding = holds === undefined ? undefined : fitting.findLast(({ assignment }) => assignment.value.includes(holds));
  const found = named ?? holding ?? fitting.at(-1);
  if (!found) return undefined;
  const { start, end } = index.range(found.assignment.key);
  return { line: start.line, start: start.character, end: end.character };
}

/** Whether a message asks for a directive. */
export function isLocateParams(params: unknown): params is LocateParams {
  if (typeof params !== 'object' || params === null) return false;
  const field = (name: string): unknown => Reflect.get(params, name);
  const [holds, line] = [field('holds'), field('line')];
  return (
    ['uri', 'section', 'key'].every(name => typeof field(name) === 'string') &&
    (holds === undefined || typeof holds === 'string') &&
    (line === undefined || (typeof line === 'number' && Number.isInteger(line) && line > 0))
  );
}
