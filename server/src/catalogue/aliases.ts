/**
 * Directives that systemd still reads under an old name or in an old place, or used to: what to write now. A row: `Section.Old: Section.New`,
 * `*` for whichever section it stands in. What is ignored with a warning has its successor in ignored.ts (src/core/load-fragment-gperf.gperf.in).
 */
const table = `
Unit.BindTo: Unit.BindsTo
Unit.PropagateReloadTo: Unit.PropagatesReloadTo
Unit.PropagateReloadFrom: Unit.ReloadPropagatedFrom
Unit.RequiresOverridable: Unit.Requires
Unit.RequisiteOverridable: Unit.Requisite
Unit.OnFailureIsolate: Unit.OnFailureJobMode
Unit.StartLimitInterval: Unit.StartLimitIntervalSec
Service.StartLimitInterval: Unit.StartLimitIntervalSec
Service.StartLimitBurst: Unit.StartLimitBurst
Service.StartLimitAction: Unit.StartLimitAction
Service.FailureAction: Unit.FailureAction
Service.RebootArgument: Unit.RebootArgument
*.ReadWriteDirectories: *.ReadWritePaths
*.ReadOnlyDirectories: *.ReadOnlyPaths
*.InaccessibleDirectories: *.InaccessiblePaths
*.ManagedOOMMemoryPressureLimitPercent: *.ManagedOOMMemoryPressureLimit
`;

/** A directive in its section. */
export interface DirectiveName {
  readonly section: string;
  readonly name: string;
}

let rows: ReadonlyMap<string, string> | undefined;

/** What an outdated directive is called now, and where it stands; undefined for one that is not outdated. */
export function successorOf(section: string, name: string): DirectiveName | undefined {
  rows ??= new Map(
    table
      .trim()
      .split('\n')
      .map(row => [row.slice(0, row.indexOf(':')), row.slice(row.indexOf(': ') + 2)] as const),
  );
  const [place, now] = (rows.get(`${section}.${name}`) ?? rows.get(`*.${name}`) ?? '').split('.');
  return place && now ? { section: place === '*' ? section : place, name: now } : undefined;
}
