/** The hosts of this machine and of the settings, and what is wrong with the settings. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { HostDefinition } from '../hosts/contract.ts';
import { createEvent, type Event } from './event.ts';
import { definitionId, readHosts } from './host-settings.ts';
import type { Log } from './log.ts';
import { hostsSetting } from './settings.ts';
import { oneLine } from './sinks.ts';

/** What is configured, and a sentence for each entry that is skipped. */
export interface ConfiguredHosts {
  definitions(): readonly HostDefinition[];
  faults(): readonly string[];
  /** Fires when the faults are others. */
  readonly onDidChangeFaults: Event<void>;
}

/** Reads the settings whenever asked; in an untrusted workspace there are no hosts. A fault is logged once. */
export function createConfiguredHosts(log: Log): ConfiguredHosts {
  const changed = createEvent();
  let known: readonly string[] = [];
  return {
    definitions: () => {
      if (!vscode.workspace.isTrusted) return [];
      const { definitions, faults } = readHosts(hostsSetting());
      if (faults.join('\n') !== known.join('\n')) {
        known = faults;
        for (const fault of faults) log.warn(l10n.t('In the setting portableServices.hosts: {0}', oneLine(fault)));
        changed.fire();
      }
      const named = definitions.some(definition => definitionId(definition) === 'local'); // its entry in the settings says more of it
      const local: readonly HostDefinition[] =
        process.platform === 'linux' && !named ? [{ kind: 'local', name: l10n.t('this machine') }] : [];
      return [...local, ...definitions];
    },
    faults: () => known,
    onDidChangeFaults: changed.event,
  };
}
