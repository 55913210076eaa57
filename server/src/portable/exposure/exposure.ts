/** How exposed a service is: the number of `systemd-analyze security`, and what it is made of (src/analyze/analyze-security.c, assess). */
import type { UnitSettings } from '../settings.ts';
import { type Assessment, assessments } from './assessments.ts';
import { filesAlone, type ServiceSecurity, serviceSecurity } from './security.ts';

/** One assessment of one service. */
export interface Assessed {
  readonly assessment: Assessment;
  /** `none` where it does not apply; `good` where nothing is left to do. */
  readonly state: 'good' | 'bad' | 'none';
  /** What it adds to the exposure, in tenths; 0 where it adds nothing. */
  readonly tenths: number;
}

/** How high an exposure is. */
export interface ExposureLevel {
  /** 0 to 100: the tenths that systemd-analyze prints as 0.0 to 10.0. */
  readonly tenths: number;
  readonly rating: Rating;
}

/** An exposure, and what it is made of. */
export interface Exposure extends ExposureLevel {
  readonly assessed: readonly Assessed[];
}

/** systemd's words for an exposure, from its lower bound in tenths on. */
const ratings = [
  [100, 'dangerous'],
  [90, 'unsafe'],
  [75, 'exposed'],
  [50, 'medium'],
  [10, 'ok'],
  [1, 'safe'],
  [0, 'perfect'],
] as const;
export type Rating = (typeof ratings)[number][1];

/**
 * The exposure of a service on a machine of some architecture (`x86-64`, as systemd names it): by its files, as with `--offline=yes`, or as the
 * manager that has loaded it is asked, which may be a user's own.
 */
export function exposureOf(settings: UnitSettings, architecture = 'x86-64', asked = filesAlone): Exposure {
  const badnesses = badnessesOf(serviceSecurity(settings, architecture, asked));
  const sum = sumOf(badnesses);
  return {
    ...levelOf(sum),
    assessed: assessments.map((assessment, i) => {
      const badness = badnesses[i];
      return {
        assessment,
        state: badness === undefined ? 'none' : badness > 0 ? 'bad' : 'good',
        tenths: badness ? share(share(badness * assessment.weight * 100, assessment.range), sum.weights) : 0,
      };
    }),
  };
}

/** The same without what it is made of. */
export function exposureLevel(settings: UnitSettings, architecture = 'x86-64', asked = filesAlone): ExposureLevel {
  return levelOf(sumOf(badnessesOf(serviceSecurity(settings, architecture, asked))));
}

/**
 * A function that gives the levels of many services, all of which have the settings of `usual`. `own` are the keys that a service sets beside: what
 * depends on none of them is as it usually is, and that is most of it.
 */
export function exposureLevels(
  usual: UnitSettings,
  architecture = 'x86-64',
  asked = filesAlone,
): (settings: UnitSettings, own: readonly string[]) => ExposureLevel {
  const dependents = new Map<string, Usual[]>();
  const sum = { weights: 0, costs: 0 };
  for (const assessment of assessments) {
    const { settings, keys } = watched(usual);
    const part = { assessment, badness: badnessOf(assessment, serviceSecurity(settings, architecture, asked)) };
    add(sum, part, 1);
    for (const key of keys) dependents.set(key, [...(dependents.get(key) ?? []), part]);
  }
  const level = levelOf(sum);
  return (settings, own) => {
    const changed = new Set<Usual>();
    for (const key of own) for (const part of dependents.get(key) ?? []) changed.add(part);
    if (changed.size === 0) return level;
    const security = serviceSecurity(settings, architecture, asked);
    const other = { ...sum };
    for (const part of changed) {
      add(other, part, -1);
      add(other, { ...part, badness: badnessOf(part.assessment, security) }, 1);
    }
    return levelOf(other);
  };
}

/** The same settings; `keys` are those that somebody asked about. */
function watched(settings: UnitSettings): { readonly settings: UnitSettings; readonly keys: ReadonlySet<string> } {
  const keys = new Set<string>();
  const note = (asked: readonly string[]) => {
    for (const key of asked) keys.add(key);
  };
  const noting: UnitSettings = {
    ...settings,
    one(key, section) {
      note([key]);
      return settings.one(key, section);
    },
    all(several, section) {
      note(several);
      return settings.all(several, section);
    },
    emptied(several, section) {
      note(several);
      return settings.emptied(several, section);
    },
  };
  return { settings: noting, keys };
}

/** How bad an assessment is; undefined where it does not apply. */
const badnessOf = ({ late, badness }: Assessment, security: ServiceSecurity): number | undefined =>
  late && !security.defaultDependencies ? undefined : badness(security);

/** How bad each of them is, in their order. */
const badnessesOf = (security: ServiceSecurity): readonly (number | undefined)[] =>
  assessments.map(assessment => badnessOf(assessment, security));

/** What all assessments that apply come to. */
interface Sum {
  weights: number;
  costs: number;
}

/** What one assessment comes to. */
interface Usual {
  readonly assessment: Assessment;
  readonly badness: number | undefined;
}

/** Adds an assessment to a sum, or takes it away. */
function add(sum: Sum, { assessment: { weight, range }, badness }: Usual, sign: 1 | -1): void {
  if (badness === undefined) return;
  sum.weights += sign * weight;
  sum.costs += sign * share(badness * weight, range);
}

function sumOf(badnesses: readonly (number | undefined)[]): Sum {
  const sum = { weights: 0, costs: 0 };
  for (const [i, assessment] of assessments.entries()) add(sum, { assessment, badness: badnesses[i] }, 1);
  return sum;
}

function levelOf({ weights, costs }: Sum): ExposureLevel {
  const tenths = Math.ceil((costs * 100) / weights);
  return { tenths, rating: ratings.find(([from]) => tenths >= from)?.[1] ?? 'perfect' };
}

/** Rounded up, as systemd-analyze does at each step. */
const share = (amount: number, of: number): number => Math.ceil(amount / of);

/** Tenths as systemd-analyze prints them: `9.6`. */
export const printed = (tenths: number): string => `${Math.floor(tenths / 10)}.${tenths % 10}`;
