/** The hosts of this machine and of the settings, and what is wrong with the settings. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { HostDefinition } from '../hosts/contract.ts';
import { definitionId, readHosts } from './host-settings.ts';
import type { Log } from './log.ts';
import { hostsSetting } from './settings.ts';
import { oneLine } from './sinks.ts';

/** What is configured, and a text about entries that were skipped (empty if none was). */
export interface ConfiguredHosts {
  definitions(): readonly HostDefinition[];
  fault(): string;
}

/** Reads the settings whenever asked; in an untrusted workspace there are no hosts. A fault is logged once. */
export function createConfiguredHosts(log: Log): ConfiguredHosts {
  let fault = '';
  return {
    definitions: () => {
      if (!vscode.workspace.isTrusted) return [];
      const { definitions, faults } = readHosts(hostsSetting());
      const told = faults.length > 0 ? l10n.t('In the setting portableServices.hosts: {0}', faults.map(oneLine).join(' ')) : '';
      if (told !== fault && told !== '') log.warn(told);
      fault = told;
      const named = definitions.some(definition => definitionId(definition) === 'local'); // its entry in the settings says more of it
      const local: readonly HostDefinition[] =
        process.platform === 'linux' && !named ? [{ kind: 'local', name: l10n.t('this machine') }] : [];
      return [...local, ...definitions];
    },
    fault: () => fault,
  };
}
