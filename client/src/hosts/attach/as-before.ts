/** What an image was attached with, to attach it so again. */

import type { Connection } from '../connection.ts';
import { type AttachOptions, defaultPrefix, prefixesOf } from './attach-options.ts';
import type { AttachedUnit } from './image-state.ts';

/**
 * What these units of one image tell of the choices that they were attached with; a profile that is not there any more counts as none. Has portabled
 * look into the image, since prefixes are nowhere written down. Rejects with a BusError.
 */
export async function asBefore(
  { portabled }: Pick<Connection, 'portabled'>,
  image: string,
  units: readonly AttachedUnit[],
  signal?: AbortSignal,
): Promise<Pick<AttachOptions, 'prefixes' | 'extensions'> & Partial<Pick<AttachOptions, 'profile'>>> {
  const names = units.map(({ name }) => name);
  const { osRelease } = await portabled.metadata(image, { prefixes: [], extensions: [] }, signal);
  const profile = units.find(unit => unit.profile !== undefined)?.profile;
  const found = prefixesOf(names, osRelease);
  const prefixes = found.length > 0 ? found : [defaultPrefix(image)];
  return { prefixes, extensions: units[0]?.extensions ?? [], ...(profile !== undefined && { profile }) };
}
