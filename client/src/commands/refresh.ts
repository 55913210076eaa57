/** Refresh: reads images and hosts anew. */
import type { CommandContext } from './context.ts';

/** Reads the images, their states on the active host, and every host that is connected; tries unreachable ones no more than asked. */
export async function refresh({ images, states, contents, registry }: CommandContext): Promise<void> {
  await images.refresh();
  const active = registry.active();
  const connected = registry.hosts().filter(host => host === active || host.status.state === 'connected');
  await Promise.all([states.refresh(), ...connected.map(host => contents.refresh(host))]);
}
