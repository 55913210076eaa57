// The exposures of many services at once are those of each by itself.
import { expect, test } from 'vitest';
import { type Additions, exposuresUnder } from '../../../server/src/node/report-exposures.ts';
import { shippedProfile, shippedProfiles } from '../../../server/src/portable/profiles.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import type { UnitSource } from '../../../server/src/unit/unit-set.ts';
import { generatedServices } from '../../hosts/generated-services.ts';

const sourceOf = ([name, text]: readonly [string, string]): UnitSource => {
  const tree = parseUnit(text);
  return { path: `/usr/lib/systemd/system/${name}`, unit: { kind: 'service', role: 'unit', name }, tree: () => tree };
};

test.each([252, 262])('services that are made up, systemd %i', systemd => {
  const additions: Additions = {
    profiles: [undefined, ...shippedProfiles.map(name => shippedProfile(name, systemd))],
    dropIn: '[Service]\nRootImage=/x.raw\n',
    asked: 'manager' as const,
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
    expect([service[1], together(source, service[0])]).toEqual([service[1], exposuresUnder(additions)(source, service[0])]);
  }
});
