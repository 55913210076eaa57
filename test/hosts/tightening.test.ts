/** Lines that are offered because they lower an exposure: services with all of them at once still run on real hosts, and are less exposed. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exposureRows, exposureUnder } from '../../server/src/features/exposure.ts';
import { fitting } from '../../server/src/features/fitting.ts';
import { judgeUnit } from '../../server/src/features/judge.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory } from './laboratory.ts';

const shell = (script: string): string => `ExecStart=/bin/busybox sh -c "${script}"\n`;
/** Services that say what they do, each in its own way. */
const services: Readonly<Record<string, string>> = {
  plain: shell('echo up; sleep 1000'),
  state: `StateDirectory=tight-state\n${shell('echo x > /var/lib/tight-state/x && sleep 1000')}`,
  temporary: shell('echo x > /tmp/x && sleep 1000'),
  user: `User=nobody\n${shell('id -u && sleep 1000')}`,
  network: `RestrictAddressFamilies=AF_UNIX AF_INET\n${shell('nc -l -p 8099 & sleep 1000')}`,
  capability: `User=nobody\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n${shell('nc -l -p 88 & sleep 0.3; kill -0 $$! && sleep 1000')}`,
  device: `DeviceAllow=/dev/loop-control rw\n${shell('[ -e /dev/loop-control ] && sleep 1000')}`,
  mount: shell('mount -t tmpfs tmpfs /srv && sleep 1000').concat('ExecStartPre=/bin/mount -t tmpfs tmpfs /mnt\n'),
};

/** The service with every line that fits it. */
function tightened(name: string, lines: string, systemd: number) {
  const judge = (text: string) => judgeUnit({ text, unit: { kind: 'service', role: 'unit', name: `tight-${name}.service` } }, { systemd });
  const judged = judge(`[Service]\n${lines}`);
  const [profile, target] = [{ name: 'trusted' }, { systemd }];
  const before = exposureUnder(judged, profile, target);
  const rows = before ? exposureRows(before, fitting(judged, profile, target)) : [];
  const added = [...new Set(rows.flatMap(({ directive, remedy }) => (remedy === undefined ? [] : [`${directive}=${remedy}`])))];
  const text = `${judged.text}${added.join('\n')}\n`;
  return { text, added, before: before?.tenths ?? 0, after: exposureUnder(judge(text), profile, target)?.tenths ?? 0 };
}

describeOnHosts('what lowers an exposure', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(['bookworm', 'forky']);
  });
  afterAll(() => laboratory?.close());

  test.each(['bookworm', 'forky'] as const)(
    'harms no service on %s',
    async suite => {
      const lab = laboratory.labOf(suite);
      const made = Object.entries(services).map(([name, lines]) => ({ name, ...tightened(name, lines, lab.systemd) }));
      for (const { added, before, after } of made) {
        expect(added.length).toBeGreaterThan(5);
        expect(after).toBeLessThan(before);
      }
      const units = Object.fromEntries(made.map(({ name, text }) => [`tight-${name}.service`, text]));
      const { path } = makeTree(join(lab.root, 'srv/tight_1'), units);
      const names = Object.keys(units).join(' ');
      const script = `mkdir -p ${path.slice(lab.root.length)}/mnt ${path.slice(lab.root.length)}/srv; ln -s busybox ${path.slice(lab.root.length)}/bin/mount
        portablectl attach -q --runtime --profile=trusted /srv/tight_1 tight >&2
        systemctl start ${names}; sleep 1; systemctl show -P ActiveState ${names}; journalctl -q -b -o cat -u 'tight-*' | tail -30 >&2
        systemctl stop 'tight-*'; portablectl detach -q --runtime /srv/tight_1 tight >&2`;
      const { stdout, stderr } = await lab.run('bash', '-c', script);
      const states = stdout.split('\n').filter(Boolean);
      expect(
        made.map(({ name }, n) => `${name} ${states[n]}`),
        stderr,
      ).toEqual(made.map(({ name }) => `${name} active`));
    },
    240_000,
  );
});
