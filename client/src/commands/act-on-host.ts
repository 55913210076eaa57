/** Carries out an action on an image that lies on a host: asks where the host wants that, shows progress, and reads the host anew. */
import { act, type Ended } from '../common/act.ts';
import type { Host, Progress } from '../hosts/contract.ts';
import { mayChange } from './ask-before.ts';
import { chooseHost } from './choose-host.ts';
import { type CommandContext, readAnew } from './context.ts';

/** How it ended; undefined where the user did not want it after all. `title` names action, image and host. */
export async function actOnHost<T>(
  context: CommandContext,
  host: Host,
  title: string,
  run: (progress: Progress) => Promise<T>,
  asked = false,
): Promise<Ended<T> | undefined> {
  if (!asked && !(await mayChange(host, title))) return undefined;
  const retry = (): unknown => actOnHost(context, host, title, run, true);
  const ended = await act(context.output, { title, run, remedies: { retry, 'choose-host': () => chooseHost(context, title) } });
  await readAnew(context, host);
  return ended;
}
