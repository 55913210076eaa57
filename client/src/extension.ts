/** Activation: builds the parts and registers them. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandContext } from './commands/context.ts';
import { deployDropped } from './commands/deploy-dropped.ts';
import { createLogFollower } from './commands/log-follower.ts';
import { redeploy } from './commands/redeploy-on-save.ts';
import { registerHostCommands, registerLookingCommands } from './commands/register.ts';
import { tellFailure } from './common/act.ts';
import { askUser } from './common/ask-user.ts';
import { createConfiguredHosts } from './common/configured-hosts.ts';
import { asFailure } from './common/failure.ts';
import { createHostRegistry, type HostRegistry } from './common/host-registry.ts';
import { createOperations } from './common/operations.ts';
import { createLogOutput } from './common/output.ts';
import { createRememberedChoices } from './common/remembered-choices.ts';
import { copySettings, defaultHost, imageFolders, onSettings, sshConfigFile, sshProgram } from './common/settings.ts';
import { createProfiles } from './effective/profiles.ts';
import { createEffectiveUnits } from './effective-units.ts';
import { createHostFacts } from './host-facts.ts';
import { systemClock } from './hosts/clock.ts';
import { createGate } from './hosts/gate.ts';
import { createHost } from './hosts/host.ts';
import { openAskpass } from './hosts/ssh/askpass.ts';
import { systemDeps } from './hosts/system-deps.ts';
import { createImagesModel } from './images/model.ts';
import { createRedeploys } from './images/redeploys.ts';
import { createImageStates } from './images/states.ts';
import { watchFiles, watchImage } from './images/watch-files.ts';
import { createInsideImages } from './inside-images.ts';
import { createHostImageDocuments } from './inspect/host-image-documents.ts';
import { type LanguageServer, startLanguageServer } from './language-client.ts';
import { createLanguageStatus } from './language-status.ts';
import { createPreviewDocuments } from './preview/documents.ts';
import { createReports } from './reports.ts';
import { followTarget } from './target.ts';
import { createHostContents } from './tree/host-contents.ts';
import { createHostsView } from './tree/hosts-view.ts';
import { createImagesView } from './tree/images-view.ts';
import { createRedeployStatus } from './tree/redeploy-status.ts';
import { createStatusBar } from './tree/status-bar.ts';

/** Where the active host is remembered, per workspace. */
const memory = 'portableServices.activeHost';

/** Where the images that are redeployed on save are remembered, per workspace. */
const redeployMemory = 'portableServices.redeployOnSave';

/** How many hosts are connected to at once unasked: dead ones take ten seconds each to be known as such. */
const hostsAtOnce = 6;

let server: LanguageServer | undefined;
let registry: HostRegistry | undefined;

export function activate(extension: vscode.ExtensionContext): void {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const keep = <T extends vscode.Disposable>(part: T): T => {
    extension.subscriptions.push(part);
    return part;
  };
  const output = keep(createLogOutput('Portable Services'));

  const gate = createGate(hostsAtOnce);
  const askpass = {
    ask: askUser,
    platform: process.platform,
    node: process.execPath,
    program: extension.asAbsolutePath('dist/askpass.js'),
  };
  const configured = createConfiguredHosts(output);
  const hosts = createHostRegistry({
    definitions: configured.definitions,
    create: definition =>
      createHost(
        definition,
        systemDeps({
          sshConfigFile: sshConfigFile().set,
          sshProgram: sshProgram(),
          openAskpass: (directory, host) => openAskpass(directory, host, askpass),
          copySettings,
          gate,
          log: message => output.info(message),
          trace: line => output.debug(line),
        }),
      ),
    remembered: () => extension.workspaceState.get<string>(memory),
    remember: async id => extension.workspaceState.update(memory, id),
    defaultHost,
    failed: error => output.warn(String(error)),
  });
  registry = hosts;
  hosts.reload();

  const language = startLanguageServer(extension.asAbsolutePath('dist/server.js'), output);
  server = language;
  const inside = keep(createInsideImages(language));
  const hostFacts = keep(createHostFacts(language, hosts));
  const images = createImagesModel({
    folders: imageFolders,
    ask: language.images,
    onFiles: changed =>
      // which version of an image counts, and which of its partitions, depends on the host's architecture; whose units, on its scope
      vscode.Disposable.from(watchFiles(imageFolders, changed), hostFacts.watch(), hostFacts.onDidChangeKind(changed)),
  });
  const states = createImageStates(images, hosts);
  const contents = createHostContents(hosts);
  const operations = createOperations();
  keep(createLanguageStatus(language));
  keep(followTarget(language, hosts, [states.onDidChange, contents.onDidChange]));

  const reports = keep(
    createReports({
      language,
      registry: hosts,
      hostFacts,
      failed: error => void tellFailure(output, asFailure(error, l10n.t('The report')), {}),
    }),
  );
  const logs = keep(createLogFollower(output, hosts));
  const redeploys = keep(
    createRedeploys({
      clock: systemClock,
      watch: watchImage,
      deploy: path => redeploy(context, path),
      remembered: () => extension.workspaceState.get<readonly string[]>(redeployMemory) ?? [],
      remember: async paths => extension.workspaceState.update(redeployMemory, paths),
    }),
  );
  keep(createImagesView({ images, states, operations, registry: hosts, redeploys, inside, contents }));
  keep(createHostsView({ registry: hosts, contents, configured, deploy: (host, paths) => deployDropped(context, host, paths) }));

  const profiles = keep(createProfiles(language, hosts, contents.onDidChange));
  const effective = keep(createEffectiveUnits(language));
  const choices = createRememberedChoices(extension.globalState);
  const contentsOfImages = keep(createHostImageDocuments());
  const previews = keep(createPreviewDocuments());
  const context: CommandContext = {
    output,
    images,
    states,
    registry: hosts,
    contents,
    operations,
    reports,
    logs,
    language,
    redeploys,
    choices,
    contentsOfImages,
    previews,
    inside,
    profiles,
    effective,
  };
  keep(registerLookingCommands(context));
  const whenTrusted = () => {
    hosts.reload();
    keep(createStatusBar({ registry: hosts, states, contents, operations }));
    keep(registerHostCommands(context));
    keep(createRedeployStatus(redeploys));
    redeploys.start();
  };
  if (vscode.workspace.isTrusted) whenTrusted();
  else keep(vscode.workspace.onDidGrantWorkspaceTrust(whenTrusted));

  keep(onSettings(['hosts', 'defaultHost'], () => hosts.reload()));
  // a host has them from when it was made
  keep(onSettings(['sshConfigFile', 'sshProgram'], () => hosts.reload(({ definition }) => definition.kind === 'ssh')));
}

export async function deactivate(): Promise<void> {
  await Promise.allSettled([server?.stop(), registry?.dispose()]);
}
