/** Who may do what on a host, as advice. */
import * as l10n from '@vscode/l10n';
import type { HostDefinition } from './contract.ts';

/** One sentence or two: how a host must be reached so that attaching is allowed there, and why nothing can be asked. */
export function rightsAdvice(definition: HostDefinition): string {
  switch (definition.kind) {
    case 'ssh':
      return l10n.t(
        'Connect as root: add the SSH host {0}. polkit cannot ask for a password over ssh, since no agent of it runs there.',
        asRoot(definition.destination),
      );
    case 'container':
      return l10n.t('Entering a container needs root on this machine.');
    case 'local':
      return l10n.t(
        'Only root can bring an image to this machine: add the SSH host {0}, or attach an image from a directory that only root can write, such as /var/lib/portables.',
        'root@localhost',
      );
  }
}

/** An ssh destination with the user replaced by root; a `Host` of the configuration works with a user before it, too. */
export function asRoot(destination: string): string {
  const uri = /^ssh:\/\/(?:[^@/]*@)?(.*)$/.exec(destination);
  if (uri) return `ssh://root@${uri[1]}`;
  return `root@${destination.slice(destination.lastIndexOf('@') + 1)}`;
}
