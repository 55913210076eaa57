/** Unit names (src/basic/unit-name.c, src/basic/unit-def.c). */
import { byteLength } from './paths.ts';

/** The suffixes of units. */
export const unitTypes = [
  'service',
  'socket',
  'target',
  'device',
  'mount',
  'automount',
  'swap',
  'timer',
  'path',
  'slice',
  'scope',
] as const;

/** Which names are meant: `foo.service` is plain, `foo@.service` a template, `foo@x.service` an instance. */
export type NameForm = 'plain' | 'template' | 'instance';

/** The form of a valid unit name; undefined for an invalid one (unit_name_is_valid). */
export function unitNameForm(name: string): NameForm | undefined {
  if (byteLength(name) >= 256 || name.startsWith('@')) return undefined;
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || !unitTypes.some(type => type === name.slice(dot + 1))) return undefined;
  const bare = name.slice(0, dot);
  if (!/^[A-Za-z0-9:_.\\@-]+$/.test(bare)) return undefined;
  const at = bare.indexOf('@');
  if (at < 0) return 'plain';
  return at === bare.length - 1 ? 'template' : 'instance';
}

/** The type that a unit name's suffix says; undefined when it has none. */
export function unitTypeOf(name: string): string | undefined {
  const suffix = name.slice(name.lastIndexOf('.') + 1);
  return name.includes('.') && unitTypes.some(type => type === suffix) ? suffix : undefined;
}
