/** The attach plan of a report: for a host of which nothing is known but its systemd. */

import { type HostFacts, planAttach } from '../portable/plan/attach-plan.ts';
import type { PortableImage } from '../portable/plan/portable-image.ts';
import { refusalWords } from '../portable/plan/refusal-words.ts';
import { isShipped, shippedFile } from '../portable/profiles.ts';
import type { ReportPlan } from '../protocol.ts';

/** What is to be attached. */
export interface Planned {
  readonly base: PortableImage;
  readonly extensions: readonly PortableImage[];
  readonly prefix: string;
  readonly profile: string;
  readonly systemd: number;
}

/** Files that are told apart in a report; the rest is counted. */
const mostTexts = 1;

/** Plans the attach that a click on *Attach and Start* is. */
export function reportPlan({ base, extensions, prefix, profile, systemd }: Planned): ReportPlan {
  const host: HostFacts = {
    systemd,
    scope: 'system',
    ...(isShipped(profile) && { profile: (name, suffix) => shippedFile(name, suffix, systemd) }),
  };
  const request = { base, extensions, prefixes: [prefix], profile, copyMode: '', runtime: true, force: false };
  const plan = planAttach(request, host);
  if (plan.outcome === 'refused') {
    const { what, theirs, advice } = refusalWords(plan.refusal, systemd);
    return { outcome: 'refused', what, theirs, advice };
  }
  let texts = 0;
  return {
    outcome: 'attached',
    profile,
    units: plan.units.map(({ name }) => name),
    files: plan.files.map(file => {
      const shown = file.kind === 'file' && file.from === 'portabled' && file.path.includes('.service.d/') && texts++ < mostTexts;
      return { path: file.path, kind: file.kind, from: file.from, ...(shown && { text: file.text }) };
    }),
    unknown: [...new Set(plan.unknown)],
  };
}
