/** The attach plan of a report: for a host of which its systemd is known, and what the client told of it. */

import { othersUnits } from '../../portable/known-host.ts';
import { type HostFacts, planAttach } from '../../portable/plan/attach-plan.ts';
import type { PortableImage } from '../../portable/plan/portable-image.ts';
import { refusalWords } from '../../portable/plan/refusal-words.ts';
import { isShipped, shippedFile } from '../../portable/profiles.ts';
import type { ReportPlan } from '../../protocol.ts';
import type { UserPlaces } from '../../protocol-host.ts';
import type { Target } from '../../rules/rule.ts';

/** What is to be attached. */
export interface Planned {
  readonly base: PortableImage;
  readonly extensions: readonly PortableImage[];
  readonly prefix: string;
  /** The image's name, by which portabled knows its own units again. */
  readonly name: string;
  readonly target: Target;
  /** The os-release that portabled reads; absent where there is none. */
  readonly release: string | undefined;
  /** Where a user's portabled puts it; absent for that of the system. */
  readonly user: UserPlaces | undefined;
}

/** Files that are told apart in a report; the rest is counted. */
const mostTexts = 1;

/** Plans the attach that a click on *Attach and Start* is. */
export function reportPlan({ base, extensions, prefix, name, target, release, user }: Planned): ReportPlan {
  const { systemd, architecture } = target;
  const { name: profile, path, text } = target.profile ?? { name: 'default' };
  const file = text !== undefined && path !== undefined ? { path, text } : undefined;
  const units = target.host && othersUnits(target.host, name);
  const host: HostFacts = {
    systemd,
    ...(user && { user }),
    ...(architecture !== undefined && { architecture }),
    ...(units && { units }),
    ...(isShipped(profile) && {
      profile: (_, suffix) => (file && suffix === 'service' ? file : shippedFile(profile, suffix, systemd, user && 'user')),
    }),
  };
  const request = { base, extensions, prefixes: [prefix], profile, copyMode: '', runtime: true, force: false };
  const plan = planAttach(request, host);
  if (plan.outcome === 'refused') {
    const { what, theirs, advice, where } = refusalWords(plan.refusal, systemd);
    const path = where?.image === base.path ? release : undefined;
    return { outcome: 'refused', what, theirs, advice, ...(path !== undefined && { path }) };
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
