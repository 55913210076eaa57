// The exposures of many services at once are those of each by itself, with all its files read anew.
import { expect, test } from 'vitest';
import { type Additions, exposuresUnder } from '../../../server/src/node/report/exposures.ts';
import { exposureLevel } from '../../../server/src/portable/exposure/exposure.ts';
import { shippedProfile, shippedProfiles } from '../../../server/src/portable/profiles.ts';
import { wholeUnit } from '../../../server/src/rules/whole-unit.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import type { UnitSource } from '../../../server/src/unit/unit-set.ts';
import { generatedServices } from '../../hosts/generated-services.ts';

const sourceOf = ([name, text]: readonly [string, string]): UnitSource => {
  const tree = parseUnit(text);
  return { path: `/usr/lib/systemd/system/${name}`, unit: { kind: 'service', role: 'unit', name }, tree: () => tree };
};

const dropInOf = (name: string, text: string): UnitSource => {
  const tree = parseUnit(text);
  return { path: `/run/systemd/system.attached/x.service.d/${name}`, unit: { kind: 'service', role: 'drop-in' }, tree: () => tree };
};

/** What one service comes to under one profile. */
function alone(service: UnitSource, name: string, profile: string | undefined, { dropIn, target, asked }: Additions) {
  const added = [...(profile === undefined ? [] : [dropInOf('10-profile.conf', profile)]), dropInOf('20-portable.conf', dropIn)];
  const whole = wholeUnit({ name, kind: 'service', sources: [service, ...added] }, target);
  return whole ? exposureLevel(whole, undefined, asked) : null;
}

test.each([252, 262])('services that are made up, systemd %i', systemd => {
  const additions: Additions = {
    profiles: [undefined, ...shippedProfiles.map(name => shippedProfile(name, systemd))],
    dropIn: '[Service]\nRootImage=/x.raw\n',
    asked: { loaded: true, manager: 'system' },
    target: { systemd },
  };
  const together = exposuresUnder(additions);
  const plain = generatedServices(70, 7);
  // lines that leave most of them alike, and some that do not
  const lines = ['Type=oneshot', 'Environment=A=b', 'NotifyAccess=all', 'TasksMax=4', 'Nice=3', 'LimitNOFILE=1', 'ProtectClock=yes'];
  const services = [
    ...plain,
    ...lines.flatMap((line, n) => plain.slice(n * 10, n * 10 + 10).map(([name, text]) => [name, text + line] as const)),
  ];
  for (const service of services) {
    const source = sourceOf(service);
    const each = additions.profiles.map(profile => alone(source, service[0], profile, additions));
    expect([service[1], together(source, service[0])]).toEqual([service[1], each]);
  }
});
