/** How exposed a service is: the number of `systemd-analyze security`, and what it is made of (src/analyze/analyze-security.c, assess). */
import type { UnitSettings } from '../settings.ts';
import { type Assessment, assessments } from './assessments.ts';
import { type ServiceSecurity, serviceSecurity } from './security.ts';

/** One assessment of one service. */
export interface Assessed {
  readonly assessment: Assessment;
  /** `none` where it does not apply; `good` where nothing is left to do. */
  readonly state: 'good' | 'bad' | 'none';
  /** What it adds to the exposure, in tenths; 0 where it adds nothing. */
  readonly tenths: number;
}

/** An exposure. */
export interface Exposure {
  /** 0 to 100: the tenths that systemd-analyze prints as 0.0 to 10.0. */
  readonly tenths: number;
  readonly rating: Rating;
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
 * manager that has loaded it is asked.
 */
export function exposureOf(settings: UnitSettings, architecture = 'x86-64', asked: 'files' | 'manager' = 'files'): Exposure {
  return assess(serviceSecurity(settings, architecture, asked));
}

function assess(security: ServiceSecurity): Exposure {
  const rows = assessments.map(assessment => {
    const applies = !assessment.late || security.defaultDependencies;
    return { assessment, badness: applies ? assessment.badness(security) : undefined };
  });
  const counted = rows.filter(({ badness }) => badness !== undefined);
  const weights = counted.reduce((sum, { assessment }) => sum + assessment.weight, 0);
  const costs = counted.reduce((sum, { assessment: { weight, range }, badness = 0 }) => sum + share(badness * weight, range), 0);
  const tenths = Math.ceil((costs * 100) / weights);
  return {
    tenths,
    rating: ratings.find(([from]) => tenths >= from)?.[1] ?? 'perfect',
    assessed: rows.map(({ assessment, badness }) => ({
      assessment,
      state: badness === undefined ? 'none' : badness > 0 ? 'bad' : 'good',
      tenths: badness ? share(share(badness * assessment.weight * 100, assessment.range), weights) : 0,
    })),
  };
}

/** Rounded up, as systemd-analyze does at each step. */
const share = (amount: number, of: number): number => Math.ceil(amount / of);

/** Tenths as systemd-analyze prints them: `9.6`. */
export const printed = (tenths: number): string => `${Math.floor(tenths / 10)}.${tenths % 10}`;
