/** The manager of the user `dev` on a host. */
import type { LabHost } from '../../lab/hosts.ts';
import { until } from './laboratory.ts';
import { inside } from './ways.ts';

/** Starts it, and keeps it: else it ends 10 s after the last login; logind cannot be asked to let dev linger, without udev. */
export async function startUserManager(lab: LabHost): Promise<void> {
  const stays =
    'mkdir -p /run/systemd/logind.conf.d; printf "[Login]\\nUserStopDelaySec=infinity\\n" >/run/systemd/logind.conf.d/stay.conf';
  await inside(lab, `${stays}; systemctl restart systemd-logind; systemctl start user@1000.service`);
  await until(async () => (await lab.run('test', '-S', '/run/user/1000/bus')).code === 0, "the user's bus");
}
