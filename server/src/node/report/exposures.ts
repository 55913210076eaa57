/** How exposed each service of an image is under each profile, once the image is attached. */
import { exposureLevels } from '../../portable/exposure/exposure.ts';
import type { Asked } from '../../portable/exposure/security.ts';
import type { ReportExposure } from '../../protocol.ts';
import { readingOf } from '../../rules/reading.ts';
import type { Target } from '../../rules/rule.ts';
import { dropInsAlone, wholeUnit, withDropIns } from '../../rules/whole-unit.ts';
import { parseUnit } from '../../unit/parse.ts';
import { unitFileOf } from '../../unit/unit-file.ts';
import type { UnitSource } from '../../unit/unit-set.ts';

/** What an attach adds to the services of an image. */
export interface Additions {
  /** The profiles' files for services; none where a profile has none, or there is no profile. */
  readonly profiles: readonly (string | undefined)[];
  /** `20-portable.conf`, which is the same for all services of an image. */
  readonly dropIn: string;
  readonly target: Target;
  /** The manager that will have loaded the services. */
  readonly asked: Asked;
  /** What the services will run on, as systemd names it. */
  readonly architecture?: string;
}

/** Where drop-ins of any service lie: what is read in them does not depend on its name. */
const place = '/run/systemd/system.attached/any.service.d';

/** Settings of services that no exposure depends on; all others are taken for ones that it may. */
const beside =
  /^(Exec|Restart|Timeout|Environment|PassEnvironment|Standard|Syslog|Log|Limit|OOM|(Type|PIDFile|BusName|KillMode|KillSignal|RemainAfterExit|WorkingDirectory|Nice|SuccessExitStatus|GuessMainPID|Slice|WatchdogSec|RuntimeDirectoryMode|TasksMax|IgnoreSIGPIPE|SendSIGHUP|TTYPath)$)/;

/** Whether an exposure may depend on a setting of a service, or of its drop-ins. */
export const mayCount = (section: string, key: string): boolean =>
  (section === 'Service' && !beside.test(key)) || key === 'DefaultDependencies';

type Exposures = readonly (ReportExposure | null)[];

/**
 * A function that gives the exposures of a service, in the order of the profiles; null where systemd would not load it. An image has hundreds of
 * services and few profiles, so profiles are parsed and assessed once, services that are confined alike are assessed once, others where they differ
 * from what is usual, and systemd's order of the files (portable/effective.ts) is taken as known.
 */
export function exposuresUnder({
  profiles,
  dropIn,
  target,
  asked,
  architecture,
}: Additions): (service: UnitSource, name: string) => Exposures {
  const portable = sourceOf(`${place}/20-portable.conf`, dropIn);
  const added = profiles.map(text => {
    const sources = [...(text === undefined ? [] : sourceOf(`${place}/10-profile.conf`, text)), ...portable];
    const settings = dropInsAlone('service', sources, target);
    return settings && { settings, levelOf: exposureLevels(settings, architecture, asked) };
  });
  const known = new Map<string, Exposures>();
  return (service, name) => {
    const { assignments, stops } = readingOf({ tree: service.tree(), unit: service.unit, target });
    const counting = assignments.filter(({ section, assignment: { key } }) => mayCount(section, key.text));
    const confinement = [stops, ...counting.map(({ assignment: { key, value } }) => `${key.text}=${value}`)].join('\n');
    const before = known.get(confinement);
    if (before) return before;
    const own = wholeUnit({ name, kind: 'service', sources: [service] }, target);
    const keys = counting.map(({ assignment: { key } }) => key.text);
    const exposures = added.map(others => (own && others ? others.levelOf(withDropIns(own, others.settings), keys) : null));
    known.set(confinement, exposures);
    return exposures;
  };
}

function sourceOf(path: string, text: string): readonly UnitSource[] {
  const unit = unitFileOf(path);
  const tree = parseUnit(text);
  return unit ? [{ path, unit, tree: () => tree }] : [];
}
