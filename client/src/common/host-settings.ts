/** The setting `portableServices.hosts`, read with care: whatever stands in settings.json can be anything. */
import * as l10n from '@vscode/l10n';
import type { HostDefinition } from '../hosts/contract.ts';

/** The stable id of a host: `local`, `container:NAME`, `ssh:DESTINATION`. */
export function definitionId(definition: HostDefinition): string {
  switch (definition.kind) {
    case 'local':
      return 'local';
    case 'container':
      return `container:${definition.name}`;
    case 'ssh':
      return `ssh:${definition.destination}`;
  }
}

/** Why a text cannot be an ssh destination, in a sentence; undefined if it can. A leading `-` would be an option to ssh. */
export function destinationFault(destination: string): string | undefined {
  if (destination === '') return l10n.t('Type a host name, or user@host.');
  if (destination.startsWith('-')) return l10n.t('An ssh destination cannot begin with "-".');
  if (/\s/.test(destination)) return l10n.t('An ssh destination holds no blanks.');
  if (/\p{Cc}|\p{Cf}/u.test(destination)) return l10n.t('An ssh destination holds no control characters.');
  return undefined;
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

function readEntry(entry: unknown): HostDefinition | string {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return l10n.t('it is not an object.');
  const kind = 'kind' in entry ? entry.kind : undefined;
  const name = 'name' in entry ? entry.name : undefined;
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '')) return l10n.t('"name" is not a text.');
  if (kind === 'ssh') {
    const destination = 'destination' in entry ? entry.destination : undefined;
    if (typeof destination !== 'string') return l10n.t('"destination" is missing or not a text.');
    return destinationFault(destination) ?? { kind, name: name ?? destination, destination };
  }
  if (kind === 'container') {
    const pidFile = 'pidFile' in entry ? entry.pidFile : undefined;
    if (name === undefined) return l10n.t('"name" is missing.');
    if (typeof pidFile !== 'string' || !pidFile.startsWith('/')) return l10n.t('"pidFile" is not an absolute path.');
    return { kind, name, pidFile };
  }
  return l10n.t('"kind" is neither "ssh" nor "container".');
}
