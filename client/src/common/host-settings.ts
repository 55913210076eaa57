/** The setting `portableServices.hosts`, read with care: whatever stands in settings.json can be anything. */
import * as l10n from '@vscode/l10n';
import type { HostDefinition, HostPlace } from '../hosts/contract.ts';
import { destinationFault } from '../hosts/ssh/destination.ts';

/** The stable id of a host: `local`, `container:NAME`, `ssh:DESTINATION`; with `user@` before it where it is in user scope. */
export function definitionId(definition: HostDefinition): string {
  switch (definition.kind) {
    case 'local':
      return definition.scope === 'user' ? 'user@local' : 'local';
    case 'container':
      return `container:${definition.name}`;
    case 'ssh':
      return `${definition.scope === 'user' ? 'user@' : ''}ssh:${definition.destination}`;
  }
}

/** The hosts that a value of the setting names, in its order and without repetition, and a sentence for every entry that was skipped. */
export function readHosts(value: unknown): { readonly definitions: readonly HostDefinition[]; readonly faults: readonly string[] } {
  if (value === undefined || value === null) return { definitions: [], faults: [] };
  if (!Array.isArray(value)) return { definitions: [], faults: [l10n.t('It is not a list.')] };
  const definitions: HostDefinition[] = [];
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of value.entries()) {
    const read = readEntry(entry);
    if (typeof read === 'string') faults.push(l10n.t('Entry {0} is skipped: {1}', index + 1, read));
    else if (seen.has(definitionId(read))) faults.push(l10n.t('Entry {0} is skipped: {1} is there already.', index + 1, read.name));
    else {
      seen.add(definitionId(read));
      definitions.push(read);
    }
  }
  return { definitions, faults };
}

/** A host as an entry of the setting `portableServices.hosts`. */
export function settingEntry(definition: HostDefinition): Readonly<Record<string, string | boolean>> {
  const [usual] = readHosts([{ ...definition, name: undefined }]).definitions;
  const { name, ...place } = definition;
  return name === usual?.name ? place : { ...place, name };
}

function readEntry(entry: unknown): HostDefinition | string {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return l10n.t('it is not an object.');
  const get = (key: string): unknown => (key in entry ? Reflect.get(entry, key) : undefined);
  const [kind, name, askFirst] = [get('kind'), get('name'), get('askFirst')];
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '')) return l10n.t('"name" is not a text.');
  if (askFirst !== undefined && typeof askFirst !== 'boolean') return l10n.t('"askFirst" is neither true nor false.');
  const read = readPlace(kind, get);
  if (typeof read === 'string') return read;
  const { usualName, ...place } = read;
  const called = name ?? usualName;
  return called === undefined ? l10n.t('"name" is missing.') : { ...place, name: called, ...(askFirst && { askFirst }) };
}

/** Where the host is, and what it is called when it has no name of its own. */
function readPlace(kind: unknown, get: (key: string) => unknown): (HostPlace & { readonly usualName?: string }) | string {
  const [scope, sudo] = [get('scope'), get('sudo')];
  if (scope !== undefined && scope !== 'system' && scope !== 'user') return l10n.t('"scope" is neither "system" nor "user".');
  if (sudo !== undefined && typeof sudo !== 'boolean') return l10n.t('"sudo" is neither true nor false.');
  if (sudo && kind !== 'ssh') return l10n.t('"sudo" is for ssh only.');
  if (sudo && scope === 'user') return l10n.t('"sudo" and the scope "user" exclude each other.');
  const scoped = scope === 'user' ? ({ scope: 'user' } as const) : {};
  if (kind === 'local')
    return { kind, ...scoped, usualName: scope === 'user' ? l10n.t('this machine, user units') : l10n.t('this machine') };
  if (kind === 'ssh') {
    const destination = get('destination');
    if (typeof destination !== 'string') return l10n.t('"destination" is missing or not a text.');
    const fault = destinationFault(destination);
    if (fault) return fault;
    const usualName = scope === 'user' ? l10n.t('{0}, user units', destination) : destination;
    return { kind, destination, ...scoped, ...(sudo && { sudo }), usualName };
  }
  if (kind === 'container') {
    const pidFile = get('pidFile');
    if (typeof pidFile !== 'string' || !pidFile.startsWith('/')) return l10n.t('"pidFile" is not an absolute path.');
    if (scope === 'user') return l10n.t('a container has no scope "user".');
    return { kind, pidFile };
  }
  return l10n.t('"kind" is neither "ssh" nor "container" nor "local".');
}
