/** Settings that no profile should have, as a profile is a drop-in of every service that is attached under it (seen on 252 and 262). */
import type { JudgedAssignment, Report, Subject } from '../rule.ts';

/** By directive, what comes of it. */
const consequences: Readonly<Record<string, string>> = {
  ExecStart: 'this command is added to that of every service, and a service with two is refused unless it is of Type=oneshot',
  ...Object.fromEntries(
    ['ExecCondition', 'ExecStartPre', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost'].map(key => [
      key,
      'every service runs this command, out of its own image',
    ]),
  ),
  Type: 'every service becomes one of this type, and those that are not made for it fail to start',
  BusName: 'every service waits for this one name on the bus',
  PIDFile: 'every service gets this one PID file',
  RootDirectory: "portabled's own drop-in comes later and names the image",
  RootMStack: "portabled's own drop-in comes later and names the image",
  RootImage: 'services whose image is a directory get this root in the place of it, and fail to start where it is missing',
};

export const profileKeys: readonly string[] = Object.keys(consequences);

/** A setting that is about one service, in a profile. */
export function profileSetting({ assignment, section }: JudgedAssignment, { unit }: Subject): Report | undefined {
  const { key, value } = assignment;
  const consequence = consequences[key.text];
  if (unit.role !== 'profile' || unit.kind !== 'service' || section !== 'Service' || value === '' || consequence === undefined)
    return undefined;
  const { start, end } = key;
  return {
    start,
    end,
    message: `A profile is for every service that is attached under it: ${consequence}.`,
    remedies: [{ kind: 'remove' }],
  };
}
