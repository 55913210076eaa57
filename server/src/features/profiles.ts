/** The profiles that are known: those that systemd brings, those of the workspace, and the host's own. */
import { isShipped, shippedProfile, shippedProfiles } from '../portable/profiles.ts';
import type { ProfileFile } from '../protocol-profiles.ts';
import type { TargetProfile } from '../rules/rule.ts';
import { parseUnit } from '../unit/parse.ts';
import type { Manager } from '../unit/search-path.ts';

/** Profiles by name, and the one that images are attached with. */
export interface Profiles {
  readonly chosen: TargetProfile;
  /** All that are known, those that systemd brings first. */
  readonly all: readonly TargetProfile[];
}

/** Own files count more than what systemd brings under the same name, as portabled looks into /etc first. */
export function profilesFrom(chosen: string, files: readonly ProfileFile[]): Profiles {
  const own = new Map(
    files.map(({ name, text, uri, path }): [string, TargetProfile] => [
      name,
      { name, text, ...(uri !== undefined && { uri }), ...(path !== undefined && { path }) },
    ]),
  );
  const names = [...new Set([...shippedProfiles, ...own.keys()])];
  const all = names.map(name => own.get(name) ?? { name });
  return { chosen: own.get(chosen) ?? { name: chosen }, all };
}

/** The text of a profile for services in that version; undefined where it is not known. */
export function profileText({ name, text }: TargetProfile, systemd: number, manager?: Manager): string | undefined {
  return text ?? (isShipped(name) ? shippedProfile(name, systemd, manager) : undefined);
}

/** What a profile sets otherwise than another one: the directives, in the order of the first that has them. */
export function differingDirectives(text: string, base: string): readonly string[] {
  const [own, others] = [settingsOf(text), settingsOf(base)];
  return [...new Set([...others.keys(), ...own.keys()])].filter(key => own.get(key) !== others.get(key));
}

function settingsOf(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const { name, assignments } of parseUnit(text).sections) {
    for (const { key, value } of assignments) {
      const id = name.text === 'Service' ? key.text : `[${name.text}] ${key.text}`;
      settings.set(id, [...(settings.has(id) ? [settings.get(id)] : []), value.replace(/\s+/g, ' ')].join('\n'));
    }
  }
  return settings;
}
