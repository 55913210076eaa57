/** Units that a unit names: dependencies, what a timer starts, slices, sockets and services (src/core/load-fragment.c, src/core/unit.c). */
import { judgeExpanded, settled, wholeWord } from './expanded.ts';
import { type Context, type Fault, fault, type Grammar, type Outcome } from './grammar.ts';
import { list } from './list.ts';
import { byteLength, pathProblem } from './paths.ts';
import type { SplitWord } from './split.ts';
import { unitNameForm, unitTypeOf } from './unit-names.ts';
import { words } from './words.ts';

/** The types that may have instances (unit_type_may_template). */
const templated = words('service socket target timer path');

const aName = 'a unit name such as foo.service, foo@bar.service or foo.target';

/** What takes the place of the instance in a template that a unit depends on; undefined where the unit's own name is not known (resolve_template). */
function ownInstance({ unitName }: Context): string | undefined {
  if (unitName === undefined) return undefined;
  const bare = unitName.slice(0, unitName.lastIndexOf('.'));
  const at = bare.indexOf('@');
  if (at < 0) return bare;
  return bare.slice(at + 1) || undefined;
}

/** What is wrong with a name as that of a loadable unit; `templates` are filled in with the unit's own instance or prefix. */
function nameProblem(name: string, context: Context, templates: 'filled' | 'refused'): string | undefined {
  const form = unitNameForm(name);
  if (form === undefined) return aName;
  if (form === 'plain') return undefined;
  const type = unitTypeOf(name) ?? '';
  if (!templated.has(type, context.version))
    return `a name without @: only ${templated.all(context.version).join(', ')} units have instances`;
  if (form === 'instance') return undefined;
  if (templates === 'refused') return 'an instance such as foo@bar.service, as a template alone is no unit';
  return byteLength(name + (ownInstance(context) ?? '')) < 256 ? undefined : 'a shorter name: with its instance it has more than 255 bytes';
}

const judgeDependency = (word: SplitWord, context: Context) =>
  judgeExpanded(word, 'name', context, (name, possible) => nameProblem(name, possible, 'filled'), 'skipped');

/** Requires=, After= and their like: names apart by blanks, without quotes (config_parse_unit_deps). */
export const unitDependencies = list({
  name: 'unit dependencies',
  kind: 'unit',
  split: { plainBackslash: true },
  empty: 'read',
  judge: judgeDependency,
});

/** RequiresOverridable=, RequisiteOverridable=: read as Requires= and Requisite=, never without a word about it. */
export const obsoleteDependencies: Grammar = {
  ...unitDependencies,
  name: 'obsolete unit dependencies',
  read: (value, context) => {
    const { parts, faults } = unitDependencies.read(value, context);
    const instead = context.key.replace('Overridable', '');
    return { parts, faults: [...faults, fault(0, value.length, 'rewritten', `systemd reads it as ${instead}=.`)] };
  },
};

/** Reads the whole value as the name of one unit. */
function oneUnit(name: string, problem: (unit: string, context: Context) => string | undefined): Grammar {
  return {
    name,
    empty: 'read',
    read: (value, context) => {
      const word = wholeWord(value);
      return settled('unit', word, judgeExpanded(word, 'name', context, problem));
    },
  };
}

/** Unit= of timers and paths: any unit but itself (config_parse_trigger_unit). That there may be only one is a rule of the whole unit. */
export const triggeredUnit = oneUnit('triggered unit', (unit, context) =>
  unit === context.unitName ? 'another unit than this one, which cannot trigger itself' : nameProblem(unit, context, 'filled'),
);

/** Slice=: a slice; a slice itself takes none, as its name says where it lies (config_parse_unit_slice, unit_set_slice). */
export const slice = oneUnit('slice', (unit, context) => {
  if (context.unitType === 'slice') return 'no Slice= in a slice, whose name alone says where it lies';
  const problem = nameProblem(unit, context, 'refused');
  return problem !== undefined || unitTypeOf(unit) !== 'slice' ? 'the name of a slice such as system.slice or foo-bar.slice' : undefined;
});

/** Service= of sockets (config_parse_socket_service). */
export const socketService = oneUnit('service of a socket', (unit, context) =>
  unit.endsWith('.service') ? nameProblem(unit, context, 'refused') : 'the name of a service such as foo.service',
);

/** Sockets= of services (config_parse_service_sockets). */
export const serviceSockets = list({
  name: 'sockets of a service',
  kind: 'unit',
  empty: 'read',
  judge: (word, context) =>
    judgeExpanded(
      word,
      'name',
      context,
      unit => (unit.endsWith('.socket') ? nameProblem(unit, context, 'filled') : 'the name of a socket such as foo.socket'),
      'skipped',
    ),
});

const judgePath =
  (otherwise: Outcome) =>
  (word: SplitWord, context: Context): Fault | undefined =>
    judgeExpanded(word, 'full', context, path => pathProblem(path, {}, context.version), otherwise);

/** RequiresMountsFor=, WantsMountsFor=: absolute paths, quotes allowed; a wrong one is left out (config_parse_unit_mounts_for). */
export const mountsFor = list({
  name: 'paths to mount',
  kind: 'path',
  split: { quotes: 'remove' },
  empty: 'read',
  judge: judgePath('skipped'),
});

/** Symlinks=: absolute paths, quotes allowed; the first wrong one ends the list (config_parse_unit_path_strv_printf). */
export const symlinks = list({
  name: 'paths',
  kind: 'path',
  split: { quotes: 'remove' },
  judge: judgePath('ignored'),
  otherwise: 'ignored',
});
