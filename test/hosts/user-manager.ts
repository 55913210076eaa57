/** The manager of the user `dev` on a host. */
import type { LabHost } from '../../lab/hosts.ts';
import { inside } from './ways.ts';

/** Starts it, and keeps it: else it ends 10 s after the last login; logind cannot be asked to let dev linger, without udev. */
export async function startUserManager(lab: LabHost): Promise<void> {
  const stays =
    'mkdir -p /run/systemd/logind.conf.d; printf "[Login]\\nUserStopDelaySec=infinity\\n" >/run/systemd/logind.conf.d/stay.conf';
  const bus = 'for _ in $(seq 100); do [ ! -S /run/user/1000/bus ] || exit 0; sleep 0.1; done; echo "no bus of the user" >&2; exit 1';
  await inside(lab, `${stays}; systemctl restart systemd-logind; systemctl start user@1000.service; ${bus}`);
}
