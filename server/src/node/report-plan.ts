/** The attach plan of a report: for a host of which nothing is known but its systemd. */

import { type HostFacts, planAttach, type Refusal } from '../portable/plan/attach-plan.ts';
import type { PortableImage } from '../portable/plan/portable-image.ts';
import { isShipped, shippedProfile } from '../portable/profiles.ts';
import type { ReportPlan, ReportRefusal } from '../protocol.ts';

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
  const host: HostFacts = { systemd, scope: 'system', ...(isShipped(profile) && { profile: shipped(systemd) }) };
  const request = { base, extensions, prefixes: [prefix], profile, copyMode: '', runtime: true, force: false };
  const plan = planAttach(request, host);
  if (plan.outcome === 'refused') return { outcome: 'refused', why: why(plan.refusal) };
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

/** The profiles that systemd brings have a file for services only. */
function shipped(systemd: number): NonNullable<HostFacts['profile']> {
  return (name, suffix) =>
    suffix === 'service' && isShipped(name)
      ? { path: `/usr/lib/systemd/portable/profile/${name}/service.conf`, text: shippedProfile(name, systemd) }
      : undefined;
}

function why(refusal: Refusal): ReportRefusal {
  const { reason } = refusal;
  switch (reason) {
    case 'copy-mode':
      return { reason, about: [refusal.mode] };
    case 'no-extensions':
      return { reason, about: [] };
    case 'no-release':
    case 'no-id':
      return { reason, about: [refusal.image.path] };
    case 'scope':
      return { reason, about: [refusal.scope] };
    case 'no-units':
      return { reason, about: refusal.prefixes };
    case 'prefixes':
      return { reason, about: [refusal.wanted.join(' '), refusal.allowed.join(' ')] };
    case 'extension':
      return { reason, about: [refusal.image.path, refusal.mismatch.field, refusal.mismatch.found, refusal.mismatch.expected] };
    case 'unit-exists':
      return { reason, about: [refusal.unit] };
  }
}
